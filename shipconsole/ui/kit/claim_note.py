"""Who packs an order at another station, since when, and a button to take it over."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from shipconsole.domain.claim import Claim
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import at
from shipconsole.ui.kit.theme import Theme

TAKE_OVER_KEY = "Alt+O"
CHECK_EVERY_MS = 30_000


def claim_text(claim: Claim) -> str:
    """Return who packs an order, where, and since when."""
    if claim.operator:
        return text("claim.packer_at_station", packer=claim.operator, station=claim.station, time=at(claim.at_ms))
    return text("claim.station", station=claim.station, time=at(claim.at_ms))


class ClaimNote(QFrame):
    """Is hidden unless another station packs the order that is shown. Signal: take_over_requested()."""

    take_over_requested = Signal()

    def __init__(self, theme: Theme, ctx: Context, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self.setObjectName("claim_note")
        self.setProperty("variant", "differs")
        self._ctx = ctx
        self._claim: Claim | None = None
        px = theme.tokens.px
        self._text = widgets.label("", "strong", "wait")
        self._text.setObjectName("claim_text")
        self._text.setWordWrap(True)
        self.button = widgets.button(text("claim.take_over"), key=TAKE_OVER_KEY)
        self.button.setObjectName("take_over")
        self.button.clicked.connect(self.take_over)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(6), px(6), px(6))
        row.setSpacing(px(12))
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        # A claim that was not renewed for long ends without a change in the store.
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self._refresh)
        self.hide()

    def show_claim(self, claim: Claim | None) -> None:
        """Show the claim of the order that is shown, if it is another station's and counts."""
        self._claim = claim
        self._refresh()

    def take_over(self) -> None:
        """Request to take the order over, unless nobody else packs it."""
        if not self.isHidden():
            self.take_over_requested.emit()

    def _refresh(self) -> None:
        is_others = claims.is_others(self._ctx, self._claim)
        if is_others and self._claim is not None:
            self._text.setText(plain(claim_text(self._claim)))
            self.setAccessibleName(self._text.text())
            self._timer.start()
        else:
            self._timer.stop()
        self.setVisible(is_others)
