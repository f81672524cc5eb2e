"""The line that tells how long a shipment can still be taken back, with the button that does it."""

import math

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.undo import can_be_taken_back
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.formats import MINUTE_S, lasting
from shipconsole.ui.kit.theme import Theme

EVERY_MS = 250


class UndoBar(QFrame):
    """Seen while no platform was notified yet of the last shipment. Signal: undo_requested()."""

    undo_requested = Signal()

    def __init__(self, theme: Theme, clock: Clock) -> None:
        """Begin hidden."""
        super().__init__()
        self.setObjectName("undo_bar")
        px = theme.tokens.px
        self._clock = clock
        self._until_s = 0.0
        self._is_held = False
        self._says = kit.label("", "secondary", "wait")
        self._says.setObjectName("undo_says")
        self.button = kit.button(text("button.undo"), "plain", "Ctrl+Z")
        self.button.setObjectName("undo_shipment")
        self.button.clicked.connect(self.undo_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, px(2))
        row.addWidget(self._says, 1)
        row.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._count)
        self.hide()

    def show_sheet(self, sheet: OrderSheet) -> None:
        """Show what can be taken back of an order, if anything."""
        last = sheet.shipments[-1] if sheet.shipments else None
        if last is None or not can_be_taken_back(last, sheet.calls):
            self._timer.stop()
            self.hide()
            return
        held = [call.due_at_ms for call in sheet.calls if call.shipment_id == last.id and call.state == "held"]
        self._is_held = any(held)
        # From here on by the clock that nobody sets, as the hold itself is.
        self._until_s = self._clock.monotonic_s() + (min(held, default=0) - self._clock.now_ms()) / 1_000
        self._count()
        self._timer.start()
        self.show()

    def _count(self) -> None:
        seconds = max(0, math.ceil(self._until_s - self._clock.monotonic_s()))
        self._says.setText(sends_in(seconds) if self._is_held else text("order_editor.sends_now"))


def sends_in(seconds: int) -> str:
    """Return for how long a shipment can be undone: in seconds, from a minute on as on a clock."""
    if seconds <= 0:
        return text("order_editor.sends_now")
    time = f"{seconds // 60}:{seconds % 60:02}" if seconds >= MINUTE_S else lasting(seconds)
    return text("order_editor.sends_in", time=time)
