"""The pages of forwarding: shipments to review, and the rules that bring them there."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import Proposal, Rule, Sender
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.check_box import CheckBox
from shipconsole.ui.kit.choice import Choice
from shipconsole.ui.kit.strings import contents as contents_in_words
from shipconsole.ui.kit.theme import Theme

MODE_TITLES = {
    "off": "webhook_events.mode_off",
    "review": "webhook_events.mode_review",
    "auto": "webhook_events.mode_auto",
}
"""The messages of the modes of a rule."""
MODES = tuple(MODE_TITLES)


class RulesPage(QWidget):
    """A row for each connection that ships by itself. Signal: save_requested(), to store what `changed` tells."""

    save_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin with none."""
        super().__init__()
        self._theme = theme
        self._names: Mapping[int, str] = {}
        self._stored: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._rows: dict[int, tuple[Choice, dict[int, CheckBox]]] = {}
        px = theme.tokens.px
        means = kit.label(text("webhook_events.rules_means"), "secondary")
        means.setWordWrap(True)
        inside = QWidget()
        inside.setProperty("variant", "scrolled")
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(px(16), px(14), px(16), px(14))
        self._grid.setHorizontalSpacing(px(18))
        self._grid.setVerticalSpacing(px(10))
        self._grid.setColumnStretch(2, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        framed = QVBoxLayout()
        framed.setContentsMargins(px(2), px(2), px(2), px(2))
        framed.addWidget(area)
        self.save = kit.button(text("webhook_events.save_rules"))
        self.save.setObjectName("save_rules")
        self.save.setAutoDefault(False)
        self.save.setEnabled(False)
        self.save.clicked.connect(self.save_requested)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(10))
        column.addWidget(means)
        column.addWidget(kit.card(framed), 1)
        column.addLayout(buttons)

    def show_rules(self, senders: Sequence[Sender], rules: Sequence[Rule]) -> None:
        """Show what is stored; a connection without a rule passes nothing on."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._rows.clear()
        self._names = {one.connection.id: one.connection.name for one in senders}
        stored = {rule.from_id: (rule.mode, rule.to_ids) for rule in rules}
        ships = [one for one in senders if one.ships]
        told = [one for one in senders if one.is_told]
        self._stored = {one.connection.id: _in_order(*stored.get(one.connection.id, ("off", ()))) for one in ships}
        if not ships:
            self._grid.addWidget(kit.label(text("webhook_events.no_rules"), "secondary"), 0, 0)
        else:
            for column, title in enumerate(("webhook_events.shipped_by", "webhook_events.mode", "webhook_events.to")):
                self._grid.addWidget(kit.label(text(title), "field"), 0, column)
        for row, one in enumerate(ships, 1):
            self._add_row(row, one, told)
        self._grid.setRowStretch(len(ships) + 1, 1)
        self._on_changed()

    def changed(self) -> list[tuple[str, list[str], str]]:
        """What is chosen and not stored: from whom, to whom, and how it goes on."""
        return [
            (self._names[from_id], [self._names[to_id] for to_id in chosen[1]], chosen[0])
            for from_id in self._rows
            if (chosen := self._chosen(from_id)) != self._stored[from_id]
        ]

    def _add_row(self, row: int, sender: Sender, told: Sequence[Sender]) -> None:
        connection = sender.connection
        mode_now, to_now = self._stored[connection.id]
        mode = Choice()
        mode.setObjectName(f"rule_mode_{connection.id}")
        mode.setAccessibleName(kit.plain(text("webhook_events.mode_of", connection=connection.name)))
        mode.addItems([text(MODE_TITLES[one]) for one in MODES])
        mode.setCurrentIndex(MODES.index(mode_now))
        mode.currentIndexChanged.connect(self._on_changed)
        ticks = QHBoxLayout()
        ticks.setSpacing(self._theme.tokens.px(14))
        boxes: dict[int, CheckBox] = {}
        for one in told:
            box = CheckBox(one.connection.name, self._theme)
            box.setObjectName(f"rule_{connection.id}_to_{one.connection.id}")
            means = text("webhook_events.rule_to", connection=connection.name, target=one.connection.name)
            box.setAccessibleName(kit.plain(means))
            box.setChecked(one.connection.id in to_now)
            box.toggled.connect(self._on_changed)
            boxes[one.connection.id] = box
            ticks.addWidget(box)
        ticks.addStretch(1)
        whole = QWidget()
        whole.setLayout(ticks)
        ticks.setContentsMargins(0, 0, 0, 0)
        self._rows[connection.id] = mode, boxes
        self._grid.addWidget(kit.label(connection.name, "strong"), row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(mode, row, 1)
        self._grid.addWidget(whole, row, 2)

    def _chosen(self, from_id: int) -> tuple[str, tuple[int, ...]]:
        mode, boxes = self._rows[from_id]
        return _in_order(MODES[mode.currentIndex()], [to_id for to_id, box in boxes.items() if box.isChecked()])

    def _on_changed(self) -> None:
        self.save.setEnabled(bool(self.changed()))


def _in_order(mode: str, to_ids: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    return mode, tuple(sorted(to_ids))


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
        self, proposals: Sequence[Proposal], contents: Mapping[int, Sequence[tuple[str, int | None]]]
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

    def _row(self, proposal: Proposal, items: Sequence[tuple[str, int | None]]) -> QFrame:
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

    def _choices(self, proposal: Proposal, name: str) -> QHBoxLayout:
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
