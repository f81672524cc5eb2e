"""The page of packages that others shipped: a yes or a no for each that waits, and what became of the others."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import ForwardReview
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.strings import contents as contents_in_words
from shipconsole.ui.kit.theme import Theme

OPEN = ("proposed", "refused")
STATES: dict[str, tuple[str, kit.Tone]] = {
    "proposed": ("webhook_events.proposal_review", "wait"),
    "shipped": ("webhook_events.proposal_forwarded", "good"),
    "refused": ("webhook_events.proposal_refused", "bad"),
    "declined": ("webhook_events.proposal_declined", "quiet"),
}
"""The message of a shipment's state under review and the tone that it is shown in."""


class ProposalsPage(QWidget):
    """Packages to be passed on. Signals: accepted(int proposal id); declined(int proposal id)."""

    accepted = Signal(int)
    declined = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Begin with none."""
        super().__init__()
        self._theme = theme
        self._shown: tuple[object, ...] | None = None
        px = theme.tokens.px
        inside = QWidget()
        inside.setProperty("variant", "scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, px(8), 0)
        self._column.setSpacing(px(8))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def show_proposals(
        self, proposals: Sequence[ForwardReview], contents: Mapping[int, Sequence[tuple[str, int | None]]]
    ) -> None:
        """Show the packages, those that wait for a person first."""
        shown = tuple((one, tuple(contents.get(one.id, ()))) for one in proposals)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in sorted(proposals, key=lambda one: one.state not in OPEN):
            self._column.addWidget(self._row(one, contents.get(one.id, ())))
        if not proposals:
            hint = kit.label(text("webhook_events.nothing_to_review_hint"), "secondary")
            for said in (kit.label(text("webhook_events.nothing_to_review"), "heading"), hint):
                said.setWordWrap(True)
                said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._column.addWidget(said)
        self._column.addStretch(1)

    def _row(self, proposal: ForwardReview, items: Sequence[tuple[str, int | None]]) -> QFrame:
        px = self._theme.tokens.px
        state, tone = STATES[proposal.state]
        order = text("webhook_events.order", number=proposal.order_number)
        name = f"{proposal.connection} · {order} · {proposal.tracking_number}"
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(kit.Elided(name, "strong"), 1)
        top.addWidget(kit.badge(text(state), tone))
        column = QVBoxLayout()
        column.setContentsMargins(px(14), px(10), px(12), px(10))
        column.setSpacing(px(5))
        column.addLayout(top)
        column.addWidget(self._said(contents_in_words(items)))
        confirmed = text("webhook_events.confirmed" if proposal.confirmed else "webhook_events.not_confirmed")
        means = str(proposal.message) or (confirmed if proposal.state in OPEN else "")
        if means:
            column.addWidget(self._said(means, "bad" if proposal.state == "refused" else ""))
        if proposal.state in OPEN:
            column.addLayout(self._choices(proposal, name))
        made = kit.card(column)
        made.setObjectName(f"proposal_{proposal.id}")
        return made

    def _said(self, said: str, tone: kit.Tone = "") -> QWidget:
        made = kit.label(said, "secondary", tone)
        made.setWordWrap(True)
        return made

    def _choices(self, proposal: ForwardReview, name: str) -> QHBoxLayout:
        yes = kit.button(text("webhook_events.forward"))
        yes.setObjectName(f"yes_{proposal.id}")
        yes.setAccessibleName(kit.plain(text("webhook_events.forward_package", package=name)))
        yes.clicked.connect(lambda: self.accepted.emit(proposal.id))
        no = kit.button(text("webhook_events.decline"), "quiet")
        no.setObjectName(f"no_{proposal.id}")
        no.setAccessibleName(kit.plain(text("webhook_events.decline_package", package=name)))
        no.clicked.connect(lambda: self.declined.emit(proposal.id))
        row = QHBoxLayout()
        row.setSpacing(self._theme.tokens.px(8))
        row.addStretch(1)
        for button in (no, yes):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row
