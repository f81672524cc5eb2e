"""The change feed: it reports what was saved, by this program or another, at most once a frame."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shipconsole.domain.change_feed import Changes
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import Store
from shipconsole.ui.kit.threads import FutureBridge

FRAME_MS = 16
POLL_MS = 1_000


class ChangeFeed(QObject):
    """Reads changes after each commit of this program, and once a second for those of others.

    Signals: changed(object), a `Changes` that is not empty; failed(message); recovered(), once it reads again.
    """

    changed = Signal(object)
    failed = Signal(str)
    recovered = Signal()
    _committed = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        """Initialize stopped."""
        super().__init__(parent)
        self._store = store
        self._cursor = 0
        self._is_reading = False
        self._is_requested = False
        self._stopped = True
        self._last_failure = ""
        self._futures = FutureBridge(self)
        self._futures.failed.connect(self._on_failed)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._read)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.wake)
        self._committed.connect(self.wake, Qt.ConnectionType.QueuedConnection)

    def start(self, cursor: int) -> None:
        """Report what is saved after a cursor."""
        self._cursor = cursor
        self._stopped = False
        self._store.listen(self._on_commit)
        self._poll.start()
        self.wake()

    def stop(self) -> None:
        """Report nothing more."""
        self._stopped = True
        self._poll.stop()
        self._frame.stop()
        self._futures.forget()

    def _on_commit(self) -> None:
        """Called on the store's thread."""
        try:
            self._committed.emit()
        except RuntimeError:
            self._stopped = True  # the window closed before the store did

    def wake(self) -> None:
        """Read changes soon, unless that is under way or the feed has stopped."""
        if self._stopped:
            return
        if self._is_reading:
            self._is_requested = True
        elif not self._frame.isActive():
            self._frame.start()

    def _read(self) -> None:
        self._is_reading = True
        self._is_requested = False
        self._futures.when_done(order_list.changes_since(self._store, self._cursor), self._on_read)

    def _on_read(self, changes: Changes) -> None:
        self._is_reading = False
        if self._last_failure:
            self._last_failure = ""
            self.recovered.emit()
        self._cursor = changes.cursor
        if changes.changes or changes.too_many:
            self.changed.emit(changes)
        if self._is_requested:
            self.wake()

    def _on_failed(self, message: str) -> None:
        self._is_reading = False
        if message != self._last_failure:  # reported once, not each second
            self._last_failure = message
            self.failed.emit(message)
