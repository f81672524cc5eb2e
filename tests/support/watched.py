"""The program with a person at its screen: ``python -m tests.support.watched WORDS`` does what `shipconsole` does.

Each line that is read from standard input is a question about the screen, and each is answered by a line of JSON.
Looking is all that can be asked for: what the program shall do comes from its keyboard.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.cli import main
from shipconsole.ui.kit.tokens import DARK, LIGHT
from shipconsole.ui.window.main_window import MainWindow

READ_AT_ONCE = 65_536


class Watcher(QObject):
    """Answers on the thread that shows the windows. Signal: asked(question)."""

    asked = Signal(str)

    def answer(self, question: str) -> None:
        """Say what a screen reader would say of the front window, or with a file's name take two pictures of it."""
        window = _front()
        if question:
            _take_pictures(question)
        focus = QApplication.focusWidget()
        said = {
            "window": window.objectName() or type(window).__name__ if window is not None else "",
            "title": window.windowTitle() if window is not None else "",
            "focus": focus.objectName() if focus is not None else "",
            "focus_id": id(focus),
            "said": list(_said(QAccessible.queryAccessibleInterface(window))) if window is not None else [],
        }
        os.write(1, json.dumps(said).encode() + b"\n")


def _main_window() -> MainWindow | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)), None)


def _front() -> QWidget | None:
    """The window in front: a menu, the dialog that was opened last, or the main one."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget() or _main_window()


def _said(part: QAccessibleInterface) -> Iterator[str]:
    """Name and values of everything that is seen of a part of the screen."""
    if not part or part.state().invisible:
        return
    texts = (part.text(QAccessible.Text.Name), part.text(QAccessible.Text.Value))
    if any(texts):
        yield " | ".join(text for text in texts if text)
    for place in range(part.childCount()):
        yield from _said(part.child(place))


def _take_pictures(file: str) -> None:
    """The whole main window with what stands before it, light and dark."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = _main_window()
    assert window is not None
    theme, place = window._theme, window.geometry()
    for name, tokens in (("dark", DARK), ("light", LIGHT)):
        theme.use(app, tokens)
        app.processEvents()
        QGuiApplication.primaryScreen().grabWindow(0, place.x(), place.y(), place.width(), place.height()).save(
            f"{file}-{name}.png"
        )


def _listen() -> None:
    while (app := QApplication.instance()) is None:
        time.sleep(0.02)
    # As a screen reader does: only then Qt keeps what it says of lists in step with them.
    QAccessible.setActive(True)
    watcher = Watcher()
    watcher.moveToThread(app.thread())
    watcher.asked.connect(watcher.answer, Qt.ConnectionType.QueuedConnection)
    rest = ""
    # Not through sys.stdin: a thread that waits in there keeps the program from ending.
    while read := os.read(0, READ_AT_ONCE):
        *questions, rest = (rest + read.decode()).split("\n")
        for question in questions:
            watcher.asked.emit(question)


if __name__ == "__main__":
    threading.Thread(target=_listen, name="watcher", daemon=True).start()
    sys.exit(main(sys.argv[1:]))
