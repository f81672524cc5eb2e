"""The progress of created orders: a bar for all, a card for each job, a line for each that needs attention."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QWidget

from shipconsole.domain.call import ENDED, NEEDS_ATTENTION, Standing
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import MIDDLE, TOP, action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import Badge

KINDS: tuple[tuple[str, str, Severity], ...] = (
    ("waiting", "bulk.waiting", "quiet"),
    ("in_progress", "bulk.in_progress", "accent"),
    ("created", "bulk.created", "good"),
    ("needs_attention", "bulk.need_attention", "bad"),
    ("discarded", "bulk.discarded", "quiet"),
)
"""The kinds of progress in the order in which they are shown, each with the message of its count and its color."""


def kind_of(standing: Standing) -> str:
    """Return the kind of progress that an update's state means here."""
    if standing.state == "confirmed":
        return "created"
    if standing.state in NEEDS_ATTENTION:
        return "needs_attention"
    if standing.state in ENDED:
        return "discarded"
    return "in_progress" if standing.state in ("sending", "checking") else "waiting"


def has_ended(standings: Sequence[Standing]) -> bool:
    """Return whether nothing changes any more unless a person acts."""
    return all(kind_of(standing) not in ("waiting", "in_progress") for standing in standings)


class Progress(QWidget):
    """The page during and after sending. Signal: order_chosen(int order id)."""

    order_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize without orders."""
        super().__init__()
        self._theme = theme
        self._groups: dict[Message, _Group] = {}
        self._lines: list[tuple[int, str, str]] = []
        self.heading = widgets.label("", "title")
        self.heading.setObjectName("bulk_heading")
        self.badges = _Badges("bulk_total", theme)
        self.bar = QProgressBar()
        self.bar.setObjectName("bulk_bar")
        self.bar.setAccessibleName(text("bulk.title"))
        self.bar.setTextVisible(False)
        self._line_column = column(theme, spacing=6, margins=(12, 10, 14, 10))
        self._line_card = widgets.card(self._line_column)
        self._line_card.setObjectName("bulk_lines")
        self._line_card.hide()
        self._cards = column(theme)
        content = QWidget()
        content.setProperty("variant", "scrolled")
        column(theme, self._line_card, self._cards, 1, parent=content)
        scroll = QScrollArea()
        scroll.setObjectName("bulk_scroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        column(theme, row(theme, self.heading, 1, self.badges), self.bar, (scroll, 1), spacing=10, parent=self)

    def show_standings(
        self, connection: str, standings: Sequence[Standing], skipped: Sequence[tuple[int, str]]
    ) -> None:
        """Show the progress of the orders; `skipped` are the IDs of orders that were not queued, with the reason."""
        self.heading.setText(plain(text("bulk.heading", count=len(standings), connection=connection)))
        counts = Counter(kind_of(standing) for standing in standings)
        self.badges.show_counts(counts)
        self.bar.setMaximum(max(1, len(standings)))
        self.bar.setValue(len(standings) - counts["waiting"] - counts["in_progress"])
        grouped: dict[Message, list[Standing]] = {}
        for standing in standings:
            grouped.setdefault(_group_of(standing), []).append(standing)
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
        lines = [
            (standing.order_id, standing.order_number, str(standing.message))
            for standing in standings
            if kind_of(standing) == "needs_attention"
        ]
        self._show_lines(lines + [(order_id, text("bulk.skipped"), reason) for order_id, reason in skipped])

    def _show_lines(self, lines: list[tuple[int, str, str]]) -> None:
        """Show a line for each order that needs attention; unchanged lines keep the focus."""
        if lines == self._lines:
            return
        self._lines = lines
        clear(self._line_column)
        for order_id, label, reason in lines:
            self._line_column.addWidget(self._line(order_id, label, reason))
        self._line_card.setVisible(bool(lines))

    def _line(self, order_id: int, label: str, reason: str) -> QWidget:
        line = QWidget()
        button = action(f"bulk_order_{order_id}", label, partial(self.order_chosen.emit, order_id))
        button.setAccessibleDescription(text("bulk.open_order"))
        row(self._theme, (button, 0, TOP), (wrapped(reason, "", "bad", selectable=True), 1, MIDDLE), parent=line)
        return line


def _group_of(standing: Standing) -> Message:
    if standing.job:
        return Message("bulk.job", name=standing.job)
    is_waiting = kind_of(standing) in ("waiting", "in_progress")
    return Message("bulk.waiting_group" if is_waiting else "bulk.individually")


class _Badges(QWidget):
    """A badge for each kind of progress that there is."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._badges: dict[str, tuple[str, Badge]] = {}
        for kind, message_id, severity in KINDS:
            badge = widgets.badge("", severity)
            badge.setObjectName(f"{name}_{kind}")
            badge.hide()
            self._badges[kind] = message_id, badge
        row(theme, *(badge for _, badge in self._badges.values()), parent=self)

    def show_counts(self, counts: Counter[str]) -> None:
        for kind, (message_id, badge) in self._badges.items():
            badge.setText(text(message_id, count=counts[kind]))
            badge.setVisible(counts[kind] > 0)


class _Group(QFrame):
    """The card of one batch job, or of the orders that are sent individually."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setProperty("variant", "card")
        self._count = widgets.label("", "secondary")
        self._badges = _Badges("bulk_group", theme)
        label = widgets.label(plain(name), "strong")
        row(theme, label, self._count, 1, self._badges, margins=(14, 10, 14, 10), parent=self)

    def show_members(self, members: Sequence[Standing]) -> None:
        self._count.setText(text("bulk.orders_in_group", count=len(members)))
        self._badges.show_counts(Counter(kind_of(standing) for standing in members))
