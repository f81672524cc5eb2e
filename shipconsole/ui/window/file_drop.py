"""Files that are dropped on the window are imported."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json")


class FileDrop(QObject):
    """Accepts one table file at a time on a window."""

    def __init__(self, window: QWidget, open_file: Callable[[str], object]) -> None:
        """Watch a window; `open_file` gets the path of a dropped file."""
        super().__init__(window)
        self._open_file = open_file
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Accept a file that can be imported, and open it once it is dropped."""
        if not isinstance(event, QDropEvent):
            return False
        path = dropped_file(event.mimeData())
        if not path:
            return False
        if isinstance(event, QDragEnterEvent) or event.type() == QEvent.Type.DragMove:
            event.acceptProposedAction()
        elif event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self._open_file(path)
        return True


def dropped_file(data: QMimeData) -> str:
    """Return the path of the only file, if it is one that can be imported; else an empty text."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and Path(paths[0]).suffix.lower() in SUFFIXES else ""
