"""The dialog that cancels or restores units: how many of each item, the reason, and the notified connections."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.dialogs.cancel_items.items import CancelItems
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, OrderDialog, name_button
from shipconsole.ui.kit.fields import TitledField
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.layout import TOP, action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.screen_fit import room_for
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (820, 640)
Direction = Literal["cancel", "restore"]


def _title(number: str) -> str:
    return text("cancel_items.of_order", number=number)


def _button_text(units: int, *, restoring: bool) -> str:
    if not units:
        return text("cancel_items.restore" if restoring else "cancel_items.cancel")
    return text("cancel_items.restore_count" if restoring else "cancel_items.cancel_count", count=units)


class CancelItemsDialog(OrderDialog):
    """The items above the notified connections and the reason. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order once it has been read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="cancel_items_dialog", part="cancel", title=_title)
        self.setWindowTitle(text("cancel_items.title"))
        self._restorable: Mapping[int, int] = {}
        self._direction: Direction = "cancel"
        self._was_shown = False
        self._lay_out()
        self._make_keys({ENTER: self.confirm, "Alt+P": self.preview, "Ctrl+P": self.preview, "Alt+A": self.lines.fill})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

    def choose(self, direction: Direction) -> None:
        """Cancel units, or restore units that were cancelled here."""
        self._direction = direction
        for name, tab in self._tabs.items():
            tab.setChecked(name == direction)
        self.lines.clear()
        self._show_lines()
        self._show_message("")
        self.lines.go_to_first()

    def confirm(self) -> None:
        """Store the input and queue the updates that notify the connections."""
        units, reason = self.lines.units(), self.reason.input.text().strip()
        if self._busy or self._order is None:
            return
        if not units:
            self._require_units()
        elif too_many := self.lines.too_many():
            self._show_message(next(iter(too_many.values())), "bad")
        elif not reason:
            self._show_message(text("cancel_items.enter_reason"), "bad")
            self.reason.input.setFocus()
        else:
            act = cancel.cancel if self._direction == "cancel" else cancel.restore
            self._begin("cancel items", act(self._ctx, self.order_id, units, reason))

    def preview(self) -> None:
        """Show the requests as confirming would send them."""
        units = self.lines.units()
        if self._busy or self._order is None:
            return
        if not units:
            self._require_units()
            return
        build = cancel.preview_cancel if self._direction == "cancel" else cancel.preview_restore
        requests = build(self._ctx, self.order_id, units)
        self._tasks.spawn("preview cancelling", self._preview(requests, text("cancel_items.no_request")))

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        notified = await cancel.notifiable_connections(self._ctx, self.order_id)
        restorable = await cancel.restorable(self._ctx, self.order_id)
        if self._closed:
            return
        self._restorable = restorable
        self._show_order(sheet.order)
        self._show_notified(notified)
        self._show_lines()
        if not self._was_shown:
            self._was_shown = True
            self.lines.go_to_first()

    def _require_units(self) -> None:
        self._show_message(text("cancel_items.enter_quantity"), "bad")
        self.lines.go_to_first()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Show each problem at its item, and those of no item beside the buttons."""
        marks: dict[int, str] = {}
        others: list[str] = []
        for problem in problems:
            match problem.path:
                case ("lines", int(line_id), *_) if line_id in self.lines.steppers:
                    marks[line_id] = str(problem.sentence)
                case _:
                    others.append(str(problem.sentence))
        self.lines.mark(marks)
        self._show_message("\n".join(others), "bad")

    def _show_notified(self, notified: tuple[tuple[Connection, Message], ...]) -> None:
        clear(self._notified)
        for position, (connection, message) in enumerate(notified):
            self._notified.addWidget(widgets.badge(connection.name, "accent"), position, 0, TOP)
            self._notified.addWidget(wrapped(str(message), "secondary", name="notified_means"), position, 1)
        if not notified:
            self._notified.addWidget(widgets.label(text("cancel_items.no_platform"), "secondary"), 0, 0, 1, 2)

    def _show_lines(self) -> None:
        if self._order is None:
            return
        restoring = self._direction == "restore"
        for tab in self._tabs.values():
            tab.setVisible(restoring or any(self._restorable.values()))
        left = {line.id: line.left for line in self._order.lines}
        most = {} if self._order.cancelled else self._restorable if restoring else left
        self.lines.show_lines(self._order.lines, most, restoring=restoring)
        label = text("cancel_items.all_cancelled" if restoring else "cancel_items.all_left")
        name_button(self.fill_button, label)
        self.fill_button.setEnabled(any(most.values()))
        self.lines.mark({})
        self._show_buttons()

    def _show_buttons(self) -> None:
        units = sum(self.lines.units().values())
        name_button(self.confirm_button, _button_text(units, restoring=self._direction == "restore"))
        is_ready = bool(units) and not self.lines.too_many() and not self._busy and self._order is not None
        self.confirm_button.setEnabled(is_ready and bool(self.reason.input.text().strip()))
        self.preview_button.setEnabled(is_ready)

    def _unsaved(self) -> Sequence[str]:
        units, has_reason = sum(self.lines.units().values()), bool(self.reason.input.text().strip())
        if self._order is None or not (units or has_reason):
            return ()
        step = "cancel_items.unsaved_restore" if self._direction == "restore" else "cancel_items.unsaved_cancel"
        parts = [text(step, count=units)] if units else []
        parts += [text("cancel_items.reason")] if has_reason else []
        return (text("cancel_items.unsaved", number=self._order.number, parts=tuple(parts)),)

    def _on_units_changed(self) -> None:
        self.lines.mark(self.lines.too_many())
        self._on_edited()

    def _on_edited(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _lay_out(self) -> None:
        main = self._column()
        main.addLayout(self._head())
        main.addWidget(self._lines_card(), 1)
        main.addWidget(self._notified_card())
        main.addLayout(self._button_row)
        self.preview_button = self._button_row.add("cancel_preview", text("button.preview"), self.preview, "Alt+P")
        self.confirm_button = self._button_row.add(
            "cancel_confirm", text("cancel_items.cancel"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        head = super()._head()
        titles: dict[Direction, str] = {
            "cancel": text("cancel_items.cancel_tab"),
            "restore": text("cancel_items.restore_tab"),
        }
        self._tabs = {
            name: action(f"{name}_tab", title, partial(self.choose, name), "tab") for name, title in titles.items()
        }
        for name, tab in self._tabs.items():
            tab.setChecked(name == self._direction)
            head.addWidget(tab)
            tab.hide()
        return head

    def _lines_card(self) -> QWidget:
        theme = self._theme
        self.lines = CancelItems(theme, is_narrow=room_for(self).width() < self._theme.tokens.px(SIZE_PX[0]))
        self.lines.changed.connect(self._on_units_changed)
        self.fill_button = action("cancel_all_left", text("cancel_items.all_left"), self.lines.fill, key="Alt+A")
        content = QWidget()
        column(theme, self.lines, margins=(0, 0, 8, 0), parent=content)
        return widgets.card(
            column(
                theme,
                row(theme, widgets.label(text("shared.items"), "heading"), 1, self.fill_button, margins=(0, 0, 8, 0)),
                FittingScrollArea(content, min_px=theme.tokens.px(110)),
                1,
                margins=(16, 12, 10, 12),
            )
        )

    def _notified_card(self) -> QWidget:
        px, theme = self._theme.tokens.px, self._theme
        self._notified = QGridLayout()
        self._notified.setHorizontalSpacing(px(10))
        self._notified.setVerticalSpacing(px(6))
        self._notified.setColumnStretch(1, 1)
        content = QWidget()
        column(theme, self._notified, 1, margins=(0, 0, 8, 0), parent=content)
        self.reason = TitledField("reason", text("cancel_items.reason"), theme)
        self.reason.input.setPlaceholderText(text("cancel_items.reason_hint"))
        self.reason.input.textEdited.connect(self._on_edited)
        heading = widgets.label(text("cancel_items.notified"), "heading")
        scroll = FittingScrollArea(content, min_px=px(46))
        return widgets.card(column(theme, heading, scroll, self.reason, margins=(16, 12, 16, 12)))
