"""Cancels units of the open order or takes that back: how many of which item, why, and who is told."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.dialogs.cancel_items.items import CancelLines
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.button_row import name_button
from shipconsole.ui.kit.dialog import ENTER
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.order_dialog import OrderDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TitledField

SIZE_PX = (820, 640)
Direction = Literal["cancel", "restore"]


def _title(number: str) -> str:
    return text("cancel_items.of_order", number=number)


def _button_text(units: int, *, restoring: bool) -> str:
    if not units:
        return text("cancel_items.restore" if restoring else "cancel_items.cancel")
    return text("cancel_items.restore_count" if restoring else "cancel_items.cancel_count", count=units)


class CancelItemsDialog(OrderDialog):
    """The lines over who is told, and why. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order as soon as it was read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="cancel_items_dialog", part="cancel", title=_title)
        self.setWindowTitle(text("cancel_items.title"))
        self._restorable: Mapping[int, int] = {}
        self._direction: Direction = "cancel"
        self._has_begun = False
        self._lay_out()
        self._make_keys({ENTER: self.confirm, "Alt+P": self.preview, "Ctrl+P": self.preview, "Alt+A": self.fill})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

    def choose(self, direction: Direction) -> None:
        """Cancel units, or take back what was cancelled here."""
        self._direction = direction
        for name, tab in self._tabs.items():
            tab.setChecked(name == direction)
        self.lines.clear()
        self._show_lines()
        self._say("")
        self.lines.go_to_first()

    def confirm(self) -> None:
        """Store what was chosen and have those told who can be."""
        pieces, why = self.lines.pieces(), self.why.input.text().strip()
        if self._busy or self._order is None:
            return
        if not pieces:
            self._say(text("cancel_items.enter_quantity"), "bad")
            self.lines.go_to_first()
        elif wrong := self.lines.too_many():
            self._say(next(iter(wrong.values())), "bad")
        elif not why:
            self._say(text("cancel_items.enter_reason"), "bad")
            self.why.input.setFocus()
        else:
            act = cancel.cancel if self._direction == "cancel" else cancel.restore
            self._begin("cancel items", act(self._ctx, self.order_id, pieces, why))

    def preview(self) -> None:
        """Show the very requests that confirming leads to."""
        pieces = self.lines.pieces()
        if self._busy or self._order is None:
            return
        if not pieces:
            self._say(text("cancel_items.enter_quantity"), "bad")
            self.lines.go_to_first()
            return
        build = cancel.preview_cancel if self._direction == "cancel" else cancel.preview_restore
        requests = build(self._ctx, self.order_id, pieces)
        self._tasks.spawn("preview cancelling", self._preview(requests, text("cancel_items.no_request")))

    def fill(self) -> None:
        """As many of each item as is allowed."""
        self.lines.fill()

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        told = await cancel.can_be_told(self._ctx, self.order_id)
        restorable = await cancel.restorable(self._ctx, self.order_id)
        if self._closed:
            return
        self._restorable = restorable
        self._show_order(sheet.order)
        self._show_told(told)
        self._show_lines()
        if not self._has_begun:
            self._has_begun = True
            self.lines.go_to_first()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem at its line, and say those of no line below."""
        marks: dict[int, str] = {}
        elsewhere: list[str] = []
        for one in problems:
            match one.path:
                case ("lines", int(line_id), *_) if line_id in self.lines.steppers:
                    marks[line_id] = str(one.sentence)
                case _:
                    elsewhere.append(str(one.sentence))
        self.lines.mark(marks)
        self._say("\n".join(elsewhere), "bad")

    def _show_told(self, told: tuple[tuple[Connection, Message], ...]) -> None:
        while (item := self._told.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (connection, means) in enumerate(told):
            said = kit.label(str(means), "secondary")
            said.setObjectName("can_be_told")
            said.setWordWrap(True)
            self._told.addWidget(kit.badge(connection.name, "accent"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._told.addWidget(said, row, 1)
        if not told:
            self._told.addWidget(kit.label(text("cancel_items.no_platform"), "secondary"), 0, 0, 1, 2)

    def _show_lines(self) -> None:
        if self._order is None:
            return
        restoring = self._direction == "restore"
        for tab in self._tabs.values():
            tab.setVisible(restoring or any(self._restorable.values()))
        left = {line.id: line.left for line in self._order.lines}
        most = {} if self._order.cancelled else self._restorable if restoring else left
        self.lines.show_lines(self._order.lines, most, restoring=restoring)
        self.fill_button.setText(text("cancel_items.all_cancelled" if restoring else "cancel_items.all_left"))
        self.fill_button.setAccessibleName(self.fill_button.text())
        self.fill_button.setEnabled(any(most.values()))
        self.lines.mark({})
        self._show_buttons()

    def _show_buttons(self) -> None:
        restoring = self._direction == "restore"
        number = sum(self.lines.pieces().values())
        name_button(self.confirm_button, _button_text(number, restoring=restoring))
        right = bool(number) and not self.lines.too_many() and not self._busy and self._order is not None
        self.confirm_button.setEnabled(right and bool(self.why.input.text().strip()))
        self.preview_button.setEnabled(right)

    def _unsaved(self) -> Sequence[str]:
        """What was typed; nothing where it is no order's any more."""
        pieces, why = sum(self.lines.pieces().values()), bool(self.why.input.text().strip())
        if self._order is None or not (pieces or why):
            return ()
        step = "cancel_items.unsaved_restore" if self._direction == "restore" else "cancel_items.unsaved_cancel"
        parts = [text(step, count=pieces)] if pieces else []
        parts += [text("cancel_items.reason")] if why else []
        return (text("cancel_items.unsaved", number=self._order.number, parts=tuple(parts)),)

    def _on_changed(self) -> None:
        self.lines.mark(self.lines.too_many())
        self._say("")
        self._show_buttons()

    def _on_why_edited(self, _: str) -> None:
        self._say("")
        self._show_buttons()

    def _lay_out(self) -> None:
        column = self._column()
        column.addLayout(self._head())
        column.addWidget(self._lines_card(), 1)
        column.addWidget(self._told_card())
        column.addLayout(self._button_row)
        self.preview_button = self._button_row.add("cancel_preview", text("button.preview"), self.preview, "Alt+P")
        self.confirm_button = self._button_row.add(
            "cancel_confirm", text("cancel_items.cancel"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        head = super()._head()
        self._tabs: dict[Direction, kit.KeyButton] = {}
        names: tuple[tuple[Direction, str], ...] = (
            ("cancel", text("cancel_items.cancel_tab")),
            ("restore", text("cancel_items.restore_tab")),
        )
        for name, title in names:
            tab = kit.button(title, "tab")
            tab.setObjectName(f"{name}_tab")
            tab.setAutoDefault(False)
            tab.setChecked(name == self._direction)
            tab.clicked.connect(partial(self.choose, name))
            head.addWidget(tab)
            self._tabs[name] = tab
        for tab in self._tabs.values():
            tab.hide()
        return head

    def _lines_card(self) -> QWidget:
        px = self._theme.tokens.px
        self.lines = CancelLines(self._theme)
        self.lines.changed.connect(self._on_changed)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addWidget(self.lines)
        self.fill_button = kit.button(text("cancel_items.all_left"), "plain", "Alt+A")
        self.fill_button.setObjectName("cancel_all_left")
        self.fill_button.setAutoDefault(False)
        self.fill_button.clicked.connect(self.fill)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, px(8), 0)
        top.addWidget(kit.label(text("shared.items"), "heading"))
        top.addStretch(1)
        top.addWidget(self.fill_button)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(10), px(12))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(FittingScrollArea(content, least_px=px(110)))
        column.addStretch(1)
        return kit.card(column)

    def _told_card(self) -> QWidget:
        px = self._theme.tokens.px
        self._told = QGridLayout()
        self._told.setHorizontalSpacing(px(10))
        self._told.setVerticalSpacing(px(6))
        self._told.setColumnStretch(1, 1)
        told = QWidget()
        inside = QVBoxLayout(told)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addLayout(self._told)
        inside.addStretch(1)
        self.why = TitledField("why", text("cancel_items.reason"), self._theme)
        self.why.input.setPlaceholderText(text("cancel_items.reason_hint"))
        self.why.input.textEdited.connect(self._on_why_edited)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(kit.label(text("cancel_items.notified"), "heading"))
        column.addWidget(FittingScrollArea(told, least_px=px(46)))
        column.addWidget(self.why)
        return kit.card(column)
