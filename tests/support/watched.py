"""Run `shipconsole` and describe its screen: ``python -m tests.support.watched ARGUMENTS``.

Each line of standard input requests a description of the screen, and the response is a line of JSON. The program is
operated with the keyboard only.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from shipconsole.cli import main
from shipconsole.ui.kit.tokens import DARK, LIGHT
from shipconsole.ui.window.main_window import MainWindow

READ_AT_ONCE = 65_536


class Watcher(QObject):
    """Responds on the thread of the windows. Signal: requested(picture file)."""

    requested = Signal(str)

    def respond(self, picture: str) -> None:
        """Write what a screen reader would read in the front window; with a file name, take two pictures too."""
        window = _front()
        if picture:
            _take_pictures(picture)
        # In a menu the keyboard is on one of its entries.
        focus = window.activeAction() if isinstance(window, QMenu) else QApplication.focusWidget()
        screen = {
            "window": window.objectName() or type(window).__name__ if window is not None else "",
            "title": window.windowTitle() if window is not None else "",
            "focus": focus.objectName() if focus is not None else "",
            "focus_id": id(focus),
            "texts": list(_texts(QAccessible.queryAccessibleInterface(window))) if window is not None else [],
        }
        os.write(1, json.dumps(screen).encode() + b"\n")


def _main_window() -> MainWindow | None:
    return next((window for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow)), None)


def _front() -> QWidget | None:
    """Return the front window: a menu, the dialog that was opened last, or the main window."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget() or _main_window()


def _texts(part: QAccessibleInterface) -> Iterator[str]:
    """Name and values of everything that is seen of a part of the screen."""
    if not part or part.state().invisible:
        return
    texts = (part.text(QAccessible.Text.Name), part.text(QAccessible.Text.Value))
    if any(texts):
        yield " | ".join(text for text in texts if text)
    for index in range(part.childCount()):
        yield from _texts(part.child(index))


def _take_pictures(file: str) -> None:
    """Save pictures of the main window with what is in front of it, light and dark."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = _main_window()
    assert window is not None
    theme, area = window.theme, window.geometry()
    for name, tokens in (("dark", DARK), ("light", LIGHT)):
        theme.use(app, tokens)
        app.processEvents()
        QGuiApplication.primaryScreen().grabWindow(0, area.x(), area.y(), area.width(), area.height()).save(
            f"{file}-{name}.png"
        )


def _listen() -> None:
    while (app := QApplication.instance()) is None:
        time.sleep(0.02)
    # As a screen reader does: otherwise Qt does not update the descriptions of lists. Where a real one runs, Qt finds
    # it, and would not register at it if that was done before.
    if "SCREEN_READER" not in os.environ:
        QAccessible.setActive(True)
    watcher = Watcher()
    watcher.moveToThread(app.thread())
    watcher.requested.connect(watcher.respond, Qt.ConnectionType.QueuedConnection)
    rest = ""
    # Not sys.stdin: a thread that waits there keeps the program from ending.
    while read := os.read(0, READ_AT_ONCE):
        *requests, rest = (rest + read.decode()).split("\n")
        for request in requests:
            watcher.requested.emit(request)


if __name__ == "__main__":
    threading.Thread(target=_listen, name="watcher", daemon=True).start()
    sys.exit(main(sys.argv[1:]))
