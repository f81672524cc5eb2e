"""The dialog for items whose quantity is not a whole number of units: each is recorded as shipped or cancelled."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QRadioButton, QWidget

from shipconsole.domain.order import Order, OrderLine, Resolution
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.cancel import resolve_item
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, OrderDialog
from shipconsole.ui.kit.fields import Choice, TitledField
from shipconsole.ui.kit.layout import column, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (560, 380)
RESOLUTIONS: Mapping[Resolution, tuple[str, str, str]] = {
    "shipped": ("resolve_items.shipped", "resolve_items.shipped_means", "resolve_items.item_shipped"),
    "cancelled": ("resolve_items.cancelled", "resolve_items.cancelled_means", "resolve_items.item_cancelled"),
    "": ("resolve_items.reopen", "resolve_items.reopen_means", "resolve_items.item_open"),
}
"""The messages of each resolution: its choice, what it means, and an item that is resolved so."""


def _title(number: str) -> str:
    return text("resolve_items.of_order", number=number)


class ResolveItemsDialog(OrderDialog):
    """One item at a time, its resolution and the reason. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show the order's items that are not counted in units once they have been read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="resolve_items_dialog", part="resolve", title=_title)
        self.setWindowTitle(text("resolve_items.title"))
        self._lay_out()
        self._make_keys({ENTER: self.confirm})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

    def confirm(self) -> None:
        """Store the chosen resolution; what is missing is shown and gets the focus."""
        line, resolution, reason = self._line(), self._resolution(), self.reason.input.text().strip()
        if self._busy or line is None:
            return
        if resolution is None:
            self._show_message(text("resolve_items.choose"), "bad")
        elif not reason:
            self._show_message(text("resolve_items.enter_reason"), "bad")
            self.reason.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            work = resolve_item(self._ctx, self.order_id, line.id, resolution, reason)
            self._begin("resolve an item", work, self._on_resolved)

    def _show_order(self, order: Order) -> None:
        super()._show_order(order)
        chosen = self.items.currentData()
        lines = [line for line in order.lines if not line.is_counted]
        with QSignalBlocker(self.items):
            self.items.clear()
            for line in lines:
                _, _, message_id = RESOLUTIONS[line.resolved_as]
                self.items.addItem(plain(text(message_id, sku=line.sku, quantity=line.quantity)), line.id)
            unresolved = [position for position, line in enumerate(lines) if line.is_unresolved]
            position = self.items.findData(chosen)
            stays = position in unresolved or (position >= 0 and not unresolved)
            self.items.setCurrentIndex(position if stays else unresolved[0] if unresolved else 0)
        for part in (self._card, self.reason):
            part.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._show_buttons()

    def _unsaved(self) -> Sequence[str]:
        if not self.reason.input.text().strip() or self._order is None:
            return ()
        parts = (text("resolve_items.reason"),)
        return (text("resolve_items.unsaved", number=self._order.number, parts=parts),)

    def _show_buttons(self) -> None:
        line, chosen = self._line(), self._resolution()
        for resolution, button in self.choices.items():
            if resolution:
                is_possible = line is not None and line.resolved_as != resolution
            else:
                is_possible = line is not None and line.resolution != ""
            button.setEnabled(is_possible and not self._busy)
        self._meaning.setText("" if chosen is None else text(RESOLUTIONS[chosen][1]))
        is_ready = line is not None and chosen is not None and not self._busy
        self.confirm_button.setEnabled(is_ready and bool(self.reason.input.text().strip()))

    def _line(self) -> OrderLine | None:
        line_id = self.items.currentData()
        return self._order.line(line_id) if self._order is not None and line_id is not None else None

    def _resolution(self) -> Resolution | None:
        for resolution, button in self.choices.items():
            if button.isChecked() and button.isEnabled():
                return resolution
        return None

    def _on_resolved(self, _: object) -> None:
        self.reason.input.clear()
        self._tasks.spawn("read the order", self._show_next())

    async def _show_next(self) -> None:
        await self._reload()
        if self._closed:
            return
        unresolved = self._order.unresolved if self._order is not None else 0
        if unresolved:
            self._show_message(text("resolve_items.left", count=unresolved), "good")
        else:
            self.accept()

    def _on_changed(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _lay_out(self) -> None:
        self.items = Choice()
        self.items.setObjectName("resolve_item")
        self.items.setAccessibleName(text("resolve_items.item"))
        self.items.currentIndexChanged.connect(self._show_buttons)
        self.choices: dict[Resolution, QRadioButton] = {}
        for resolution, (message_id, _, _) in RESOLUTIONS.items():
            button = QRadioButton(widgets.button_text(text(message_id)))
            button.setObjectName(f"resolve_as_{resolution or 'open'}")
            button.setAccessibleName(text(message_id))
            button.toggled.connect(self._on_changed)
            self.choices[resolution] = button
        self._meaning = wrapped("", "secondary", name="resolve_means")
        self.reason = TitledField("reason", text("resolve_items.reason"), self._theme)
        self.reason.input.setPlaceholderText(text("resolve_items.reason_hint"))
        self.reason.input.textEdited.connect(self._on_changed)
        parts = (self.items, *self.choices.values(), self._meaning, 1)
        main = self._column()
        main.addLayout(self._head())
        self._card = widgets.card(column(self._theme, *parts, spacing=10, margins=(16, 13, 16, 13)))
        self._none = wrapped(text("resolve_items.none"), "secondary", name="resolve_none")
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._none.hide()
        main.addWidget(self._card, 1)
        main.addWidget(self._none, 1)
        main.addWidget(self.reason)
        main.addLayout(self._button_row)
        self.confirm_button = self._button_row.add(
            "resolve_confirm", text("resolve_items.confirm"), self.confirm, ENTER, kind="primary"
        )
