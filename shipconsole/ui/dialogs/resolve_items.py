"""Records what became of items whose quantity is no whole number of units: shipped, or not going to ship."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from shipconsole.domain.order import Order, OrderLine, Resolution
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import resolve_item
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.choice import Choice
from shipconsole.ui.kit.dialog import ENTER, OrderDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TitledField

SIZE_PX = (560, 380)
RESOLUTIONS: Mapping[Resolution, str] = {
    "shipped": "resolve_items.shipped",
    "cancelled": "resolve_items.cancelled",
    "": "resolve_items.reopen",
}
MEANS: Mapping[Resolution, str] = {
    "shipped": "resolve_items.shipped_means",
    "cancelled": "resolve_items.cancelled_means",
    "": "resolve_items.reopen_means",
}
ITEMS: Mapping[Resolution, str] = {
    "shipped": "resolve_items.item_shipped",
    "cancelled": "resolve_items.item_cancelled",
    "": "resolve_items.item_open",
}
"""The messages of each resolution: its choice, what that means, and an item that is resolved so."""


def _title(number: str) -> str:
    return text("resolve_items.of_order", number=number)


class ResolveItemsDialog(OrderDialog):
    """One item at a time: which, what became of it, and the reason. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show the order's items that are not counted in units as soon as they were read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="resolve_items_dialog", part="resolve", title=_title)
        self.setWindowTitle(text("resolve_items.title"))
        self.items = Choice()
        self.items.setObjectName("resolve_item")
        self.items.setAccessibleName(text("resolve_items.item"))
        self.items.currentIndexChanged.connect(self._on_item_chosen)
        self.choices: dict[Resolution, QRadioButton] = {}
        self.reason = TitledField("reason", text("resolve_items.reason"), theme)
        self.reason.input.setPlaceholderText(text("resolve_items.reason_hint"))
        self.reason.input.textEdited.connect(self._on_changed)
        self._means = kit.label("", "secondary")
        self._means.setObjectName("resolve_means")
        self._means.setWordWrap(True)
        self.confirm_button = self._button_row.add(
            "resolve_confirm", text("resolve_items.confirm"), self.confirm, ENTER, kind="primary"
        )
        self._lay_out()
        self._make_keys({ENTER: self.confirm})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

    def confirm(self) -> None:
        """Record what is chosen; what is missing is said and gone to."""
        line, resolution, reason = self._line(), self._resolution(), self.reason.input.text().strip()
        if self._busy or line is None:
            return
        if resolution is None:
            self._show_message(text("resolve_items.choose"), "bad")
        elif not reason:
            self._show_message(text("resolve_items.enter_reason"), "bad")
            self.reason.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._begin(
                "resolve an item",
                resolve_item.resolve(self._ctx, self.order_id, line.id, resolution, reason),
                self._on_recorded,
            )

    def _show_order(self, order: Order) -> None:
        super()._show_order(order)
        chosen = self.items.currentData()
        self.items.blockSignals(True)
        self.items.clear()
        lines = [line for line in order.lines if not line.is_counted]
        for line in lines:
            self.items.addItem(kit.plain(text(ITEMS[line.resolved_as], sku=line.sku, quantity=line.quantity)), line.id)
        waiting = [place for place, line in enumerate(lines) if line.is_unresolved]
        known = self.items.findData(chosen)
        kept = known in waiting or (known >= 0 and not waiting)
        self.items.setCurrentIndex(known if kept else waiting[0] if waiting else 0)
        self.items.blockSignals(False)
        if not lines:
            self._show_message(text("resolve_items.none"))
        self._on_item_chosen()

    def _unsaved(self) -> Sequence[str]:
        typed = self.reason.input.text().strip()
        if not typed or self._order is None:
            return ()
        parts = (text("resolve_items.reason"),)
        return (text("resolve_items.unsaved", number=self._order.number, parts=parts),)

    def _show_buttons(self) -> None:
        line, resolution = self._line(), self._resolution()
        for one, button in self.choices.items():
            may = line is not None and (line.resolution != "" if one == "" else line.resolved_as != one)
            button.setEnabled(may and not self._busy)
        self._means.setText("" if resolution is None else text(MEANS[resolution]))
        ready = line is not None and resolution is not None and not self._busy
        self.confirm_button.setEnabled(ready and bool(self.reason.input.text().strip()))

    def _line(self) -> OrderLine | None:
        line_id = self.items.currentData()
        return self._order.line(line_id) if self._order is not None and line_id is not None else None

    def _resolution(self) -> Resolution | None:
        for resolution, button in self.choices.items():
            if button.isChecked() and button.isEnabled():
                return resolution
        return None

    def _on_recorded(self, _: object) -> None:
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

    def _on_item_chosen(self, _: int = 0) -> None:
        self._show_buttons()

    def _on_changed(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        inside = QVBoxLayout()
        inside.setContentsMargins(px(16), px(13), px(16), px(13))
        inside.setSpacing(px(10))
        inside.addWidget(self.items)
        for resolution, title in RESOLUTIONS.items():
            button = QRadioButton(kit.button_text(text(title)))
            button.setObjectName(f"resolve_as_{resolution or 'open'}")
            button.setAccessibleName(text(title))
            button.toggled.connect(self._on_changed)
            inside.addWidget(button)
            self.choices[resolution] = button
        inside.addWidget(self._means)
        inside.addStretch(1)
        column = self._column()
        column.addLayout(self._head())
        column.addWidget(kit.card(inside), 1)
        column.addWidget(self.reason)
        column.addLayout(self._button_row)
