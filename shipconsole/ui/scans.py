"""Does what was scanned: opens the order, packs the piece, takes the label's number, obeys the command."""

from collections import deque

from PySide6.QtCore import QObject, Signal

from shipconsole.domain import barcode
from shipconsole.domain.scan import Scan
from shipconsole.operations import scanning
from shipconsole.operations.desk import Desk
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.tasks import Tasks


class Scans(QObject):
    """Takes scans one after the other, however fast they come: each may depend on what the one before opened.

    Signals: done(object Scan) after each that was acted on; unknown(str words) for one that meant nothing;
    badge(str name) for a packer's badge. Where the order refuses, it says so itself.
    """

    done = Signal(object)
    unknown = Signal(str)
    badge = Signal(str)

    def __init__(self, desk: Desk, tasks: Tasks, editor: OrderEditorPanel, prefix: str) -> None:
        """Act on an editor; `prefix` begins every command code."""
        super().__init__(editor)
        self._desk = desk
        self._tasks = tasks
        self._editor = editor
        self._prefix = prefix
        self._waiting: deque[str] = deque()
        self._working = False
        self._commands = {
            "SHIP": editor.ship,
            "NEXT PARCEL": editor.new_parcel,
            "ALL LEFT": editor.all_left,
            "UNDO": editor.undo,
            "STOP": self._stop,
        }

    def take(self, text: str) -> None:
        """Take a scan as it came."""
        self._waiting.append(text)
        if not self._working:
            self._working = True
            self._tasks.spawn("scan", self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                text = self._waiting.popleft()
                name = barcode.badge(barcode.clean(text), self._prefix)
                if name is not None:
                    self.badge.emit(name)
                    continue
                editor = self._editor
                self._do(
                    await scanning.scan(self._desk, text, editor.order_id, self._prefix, labelled=editor.is_labelled())
                )
        finally:
            self._working = False
            self._waiting.clear()

    def _do(self, scan: Scan) -> None:
        match scan.kind:
            case "order" if scan.order_id is not None:
                acted = self._editor.open_order(scan.order_id)
            case "item":
                acted = self._editor.add_piece(scan.line_ids)
            case "tracking":
                acted = self._editor.set_tracking(scan.number, scan.raw)
            case "command":
                acted = self._commands[scan.number]()
            case _:
                self.unknown.emit(f"“{scan.number}” is not known here: {scan.reason}.")
                return
        if acted:
            self.done.emit(scan)

    def _stop(self) -> bool:
        self._waiting.clear()
        self._editor.keep_now()
        return True
