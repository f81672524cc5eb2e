"""The change feed: tells the window what was saved, by this program or another, at most once a frame."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shipconsole.domain.change_feed import Changes
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import Store
from shipconsole.ui.kit.future_bridge import FutureBridge

FRAME_MS = 16
POLL_MS = 1_000


class ChangeFeed(QObject):
    """Looks for changes after each commit here, and once a second for other programs.

    Signals: changed(object), a `Changes` that is not empty; failed(str words).
    """

    changed = Signal(object)
    failed = Signal(str)
    _rang = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        """Make ready; `start` begins."""
        super().__init__(parent)
        self._store = store
        self._cursor = 0
        self._looking = False
        self._again = False
        self._stopped = True
        self._said = ""
        self._answers = FutureBridge(self)
        self._answers.failed.connect(self._not_seen)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._look)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._wake)
        self._rang.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def start(self, cursor: int) -> None:
        """Tell what is saved after a cursor."""
        self._cursor = cursor
        self._stopped = False
        self._store.listen(self._ring)
        self._poll.start()
        self._wake()

    def stop(self) -> None:
        """Tell nothing more."""
        self._stopped = True
        self._poll.stop()
        self._frame.stop()
        self._answers.forget()

    def _ring(self) -> None:
        """Called on the store's thread."""
        try:
            self._rang.emit()
        except RuntimeError:
            self._stopped = True  # the window closed before the store did

    def _wake(self) -> None:
        if self._stopped:
            return
        if self._looking:
            self._again = True
        elif not self._frame.isActive():
            self._frame.start()

    def _look(self) -> None:
        self._looking = True
        self._again = False
        self._answers.when_done(order_list.changes_since(self._store, self._cursor), self._seen)

    def _seen(self, changes: Changes) -> None:
        self._looking = False
        self._said = ""
        self._cursor = changes.cursor
        if changes.changes or changes.too_many:
            self.changed.emit(changes)
        if self._again:
            self._wake()

    def _not_seen(self, words: str) -> None:
        self._looking = False
        if words != self._said:  # told once, not each second
            self._said = words
            self.failed.emit(words)
