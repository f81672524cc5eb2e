"""What becomes of the orders that were sent: a bar for all, a card for each job, a line for each that needs you."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from shipconsole.domain.call import ENDED, NEEDS_ATTENTION, Standing
from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Badge, Severity, Theme

# Kinds of standing in the order in which they are shown, each with its severity and its words.
KINDS: tuple[tuple[str, Severity], ...] = (
    ("waiting", "quiet"),
    ("working", "accent"),
    ("taken", "good"),
    ("refused", "bad"),
    ("dropped", "quiet"),
)
_COUNTS = {
    "waiting": "bulk.waiting",
    "working": "bulk.in_progress",
    "taken": "bulk.created",
    "refused": "bulk.need_attention",
    "dropped": "bulk.discarded",
}


def kind_of(one: Standing) -> str:
    """What a call's state means here."""
    if one.state == "confirmed":
        return "taken"
    if one.state in NEEDS_ATTENTION:
        return "refused"
    if one.state in ENDED:
        return "dropped"
    return "working" if one.state in ("sending", "checking") else "waiting"


def is_over(standings: Sequence[Standing]) -> bool:
    """Whether nothing changes any more unless a person does something."""
    return all(kind_of(one) in ("taken", "refused", "dropped") for one in standings)


class Progress(QWidget):
    """The page while orders go and after. Signal: order_chosen(int order id)."""

    order_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Begin with nothing under way."""
        super().__init__()
        self._theme = theme
        self._groups: dict[Message, _Group] = {}
        self._lines: list[tuple[int, str, str]] = []
        px = theme.tokens.px
        self.heading = kit.label("", "title")
        self.heading.setObjectName("bulk_heading")
        self.badges = _Badges("bulk_total")
        self.bar = QProgressBar()
        self.bar.setObjectName("bulk_bar")
        self.bar.setAccessibleName(text("bulk.title"))
        self.bar.setTextVisible(False)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.badges)

        inside = QWidget()
        inside.setProperty("variant", "scrolled")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(px(8))
        self._line_column = QVBoxLayout()
        self._line_column.setContentsMargins(px(12), px(10), px(14), px(10))
        self._line_column.setSpacing(px(6))
        self._line_card = kit.card(self._line_column)
        self._line_card.setObjectName("bulk_lines")
        self._line_card.hide()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self._line_card)
        column.addLayout(self._cards)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("bulk_scroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(10))
        whole.addLayout(head)
        whole.addWidget(self.bar)
        whole.addWidget(scroll, 1)

    def show_standings(
        self, connection: str, standings: Sequence[Standing], left_out: Sequence[tuple[int, str]]
    ) -> None:
        """Show how far the orders are; `left_out` are ids of orders that were not sent, and why."""
        self.heading.setText(kit.plain(text("bulk.heading", count=len(standings), connection=connection)))
        counts = Counter(kind_of(one) for one in standings)
        self.badges.show_counts(counts)
        self.bar.setMaximum(max(1, len(standings)))
        self.bar.setValue(counts["taken"] + counts["refused"] + counts["dropped"])
        grouped: dict[Message, list[Standing]] = {}
        for one in standings:
            grouped.setdefault(_group_of(one), []).append(one)
        for name in [name for name in self._groups if name not in grouped]:
            gone = self._groups.pop(name)
            self._cards.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for name, members in grouped.items():
            group = self._groups.get(name)
            if group is None:
                group = self._groups[name] = _Group(str(name), self._theme)
                self._cards.addWidget(group)
            group.show_members(members)
        lines = [(one.order_id, one.order_number, str(one.message)) for one in standings if kind_of(one) == "refused"]
        self._show_lines(lines + [(order_id, text("bulk.skipped"), why) for order_id, why in left_out])

    def _show_lines(self, lines: list[tuple[int, str, str]]) -> None:
        """A line for each order that somebody has to look at, made anew only where they differ."""
        if lines == self._lines:
            return
        self._lines = lines
        while (item := self._line_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for order_id, name, said in lines:
            self._line_column.addWidget(self._line(order_id, name, said))
        self._line_card.setVisible(bool(lines))

    def _line(self, order_id: int, name: str, said: str) -> QWidget:
        px = self._theme.tokens.px
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        opens = kit.button(name)
        opens.setObjectName(f"bulk_order_{order_id}")
        opens.setAccessibleDescription(text("bulk.open_order"))
        opens.setAutoDefault(False)
        opens.clicked.connect(partial(self.order_chosen.emit, order_id))
        reason = kit.label(kit.plain(said, lines=True), "", "bad")
        reason.setWordWrap(True)
        reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(opens, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(reason, 1, Qt.AlignmentFlag.AlignVCenter)
        return line


def _group_of(one: Standing) -> Message:
    if one.job:
        return Message("bulk.job", name=one.job)
    return Message("bulk.waiting_group" if kind_of(one) in ("waiting", "working") else "bulk.individually")


class _Badges(QWidget):
    """A pill for each kind of standing that there is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._badges: dict[str, Badge] = {}
        for kind, severity in KINDS:
            badge = kit.badge("", severity)
            badge.setObjectName(f"{name}_{kind}")
            badge.hide()
            row.addWidget(badge)
            self._badges[kind] = badge

    def show_counts(self, counts: Counter[str]) -> None:
        for kind, badge in self._badges.items():
            badge.setText(text(_COUNTS[kind], count=counts[kind]))
            badge.setVisible(counts[kind] > 0)


class _Group(QFrame):
    """The card of one job, or of the orders that go one by one."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setProperty("variant", "card")
        px = theme.tokens.px
        self._count = kit.label("", "secondary")
        self._badges = _Badges("bulk_group")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(10), px(14), px(10))
        row.setSpacing(px(10))
        row.addWidget(kit.label(kit.plain(name), "strong"))
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self._badges)

    def show_members(self, members: Sequence[Standing]) -> None:
        self._count.setText(text("bulk.orders_in_group", count=len(members)))
        self._badges.show_counts(Counter(kind_of(one) for one in members))
