"""The pages of forwarding: shipments to review, and the rules that decide which are reviewed."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from shipconsole.domain.forwarding import Rule
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import ForwardReview, WebhookConnection
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.check_box import CheckBox
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.strings import contents as contents_text
from shipconsole.ui.kit.theme import Severity, Theme

OPEN = ("proposed", "refused")
STATES: dict[str, tuple[str, Severity]] = {
    "proposed": ("webhook_events.proposal_review", "wait"),
    "shipped": ("webhook_events.proposal_forwarded", "good"),
    "refused": ("webhook_events.proposal_refused", "bad"),
    "declined": ("webhook_events.proposal_declined", "quiet"),
}
"""The message of a review's state and its color."""
MODES = {
    "off": "webhook_events.mode_off",
    "review": "webhook_events.mode_review",
    "auto": "webhook_events.mode_auto",
}
"""The messages of the modes of a rule."""
Contents = Sequence[tuple[str, int | None]]


class ReviewsPage(QWidget):
    """Shipments to forward or decline. Signals: accepted(int review id); declined(int review id)."""

    accepted = Signal(int)
    declined = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize without shipments."""
        super().__init__()
        self._theme = theme
        self._shown: tuple[object, ...] | None = None
        content = QWidget()
        self._column = column(theme, margins=(0, 0, 8, 0), parent=content)
        column(theme, _scrolled(content), parent=self)

    def show_reviews(self, reviews: Sequence[ForwardReview], contents: Mapping[int, Contents]) -> None:
        """Show shipments with the contents by review ID, those to review first."""
        shown = tuple((review, tuple(contents.get(review.id, ()))) for review in reviews)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._column)
        for review in sorted(reviews, key=lambda review: review.state not in OPEN):
            self._column.addWidget(self._card(review, contents.get(review.id, ())))
        if not reviews:
            title = wrapped(text("webhook_events.nothing_to_review"), "heading")
            hint = wrapped(text("webhook_events.nothing_to_review_hint"), "secondary")
            for label in (title, hint):
                label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._column.addWidget(label)
        self._column.addStretch(1)

    def _card(self, review: ForwardReview, items: Contents) -> QFrame:
        theme, is_open = self._theme, review.state in OPEN
        state, severity = STATES[review.state]
        order = text("webhook_events.order", number=review.order_number)
        name = f"{review.connection} · {order} · {review.tracking_number}"
        head = row(theme, (widgets.Elided(name, "strong"), 1), widgets.badge(text(state), severity), spacing=8)
        inside = column(theme, head, wrapped(contents_text(items), "secondary"), spacing=5, margins=(14, 10, 12, 10))
        confirmed = text("webhook_events.confirmed" if review.confirmed else "webhook_events.not_confirmed")
        message = str(review.message) or (confirmed if is_open else "")
        if message:
            inside.addWidget(wrapped(message, "secondary", "bad" if review.state == "refused" else ""))
        if is_open:
            accept, decline = self.accepted.emit, self.declined.emit
            forward = action(f"forward_{review.id}", text("webhook_events.forward"), lambda: accept(review.id))
            forward.setAccessibleName(plain(text("webhook_events.forward_package", package=name)))
            refuse = action(f"decline_{review.id}", text("webhook_events.decline"), lambda: decline(review.id), "quiet")
            refuse.setAccessibleName(plain(text("webhook_events.decline_package", package=name)))
            inside.addLayout(row(theme, 1, refuse, forward, spacing=8))
        made = widgets.card(inside)
        made.setObjectName(f"review_{review.id}")
        return made


class RulesPage(QWidget):
    """A row for each connection that ships by itself. Signal: save_requested(), to store what `changed` returns."""

    save_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize without rules."""
        super().__init__()
        self._theme = theme
        self._names: Mapping[int, str] = {}
        self._stored: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._rows: dict[int, tuple[Choice, dict[int, CheckBox]]] = {}
        px = theme.tokens.px
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(px(16), px(14), px(16), px(14))
        self._grid.setHorizontalSpacing(px(18))
        self._grid.setVerticalSpacing(px(10))
        self._grid.setColumnStretch(2, 1)
        self.save = action("save_rules", text("webhook_events.save_rules"), self.save_requested)
        self.save.setEnabled(False)
        card = widgets.card(column(theme, _scrolled(content), margins=(2, 2, 2, 2)))
        meaning = wrapped(text("webhook_events.rules_means"), "secondary")
        column(theme, meaning, (card, 1), spacing=10, parent=self)

    def show_rules(self, senders: Sequence[WebhookConnection], rules: Sequence[Rule]) -> None:
        """Show the stored rules; a connection without one forwards nothing."""
        clear(self._grid)
        self._rows.clear()
        self._names = {sender.connection.id: sender.connection.name for sender in senders}
        stored = {rule.from_id: (rule.mode, rule.to_ids) for rule in rules}
        sources = [sender for sender in senders if sender.ships]
        targets = [sender for sender in senders if sender.is_told]
        self._stored = {
            source.connection.id: _in_order(*stored.get(source.connection.id, ("off", ()))) for source in sources
        }
        if sources:
            titles = ("webhook_events.shipped_by", "webhook_events.mode", "webhook_events.to")
            for position, title in enumerate(titles):
                self._grid.addWidget(widgets.label(text(title), "field"), 0, position)
        else:
            self._grid.addWidget(widgets.label(text("webhook_events.no_rules"), "secondary"), 0, 0)
        for position, source in enumerate(sources, 1):
            self._add_row(position, source, targets)
        self._grid.setRowStretch(len(sources) + 1, 1)
        self._on_changed()

    def changed(self) -> list[tuple[str, list[str], str]]:
        """Return the rules that are not saved: the source's name, the targets' names, and the mode."""
        return [
            (self._names[from_id], [self._names[to_id] for to_id in chosen[1]], chosen[0])
            for from_id in self._rows
            if (chosen := self._chosen(from_id)) != self._stored[from_id]
        ]

    def _add_row(self, position: int, source: WebhookConnection, targets: Sequence[WebhookConnection]) -> None:
        connection = source.connection
        stored_mode, stored_targets = self._stored[connection.id]
        mode = Choice()
        mode.setObjectName(f"rule_mode_{connection.id}")
        mode.setAccessibleName(plain(text("webhook_events.mode_of", connection=connection.name)))
        for key, title in MODES.items():
            mode.addItem(text(title), key)
        mode.setCurrentIndex(mode.findData(stored_mode))
        mode.currentIndexChanged.connect(self._on_changed)
        boxes: dict[int, CheckBox] = {}
        for target in (target.connection for target in targets):
            boxes[target.id] = box = CheckBox(target.name, self._theme)
            box.setObjectName(f"rule_{connection.id}_to_{target.id}")
            meaning = text("webhook_events.rule_to", connection=connection.name, target=target.name)
            box.setAccessibleName(plain(meaning))
            box.setChecked(target.id in stored_targets)
            box.toggled.connect(self._on_changed)
        all_boxes = QWidget()
        row(self._theme, *boxes.values(), 1, spacing=14, parent=all_boxes)
        self._rows[connection.id] = mode, boxes
        self._grid.addWidget(widgets.label(connection.name, "strong"), position, 0, MIDDLE)
        self._grid.addWidget(mode, position, 1)
        self._grid.addWidget(all_boxes, position, 2)

    def _chosen(self, from_id: int) -> tuple[str, tuple[int, ...]]:
        mode, boxes = self._rows[from_id]
        return _in_order(mode.currentData(), [to_id for to_id, box in boxes.items() if box.isChecked()])

    def _on_changed(self) -> None:
        self.save.setEnabled(bool(self.changed()))


def _scrolled(content: QWidget) -> QScrollArea:
    content.setProperty("variant", "scrolled")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(content)
    return area


def _in_order(mode: str, to_ids: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    return mode, tuple(sorted(to_ids))
