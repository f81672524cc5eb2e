"""A new order, on Ctrl+Shift+N: typed, checked field by field, previewed, stored, and opened."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.message import verbatim
from shipconsole.domain.new_order import NewOrder
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.operations.vendor_orders.manual_orders import Created
from shipconsole.ui.dialogs.new_order.items_form import ItemsForm, TypedOrder, at_row, order_of
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_form import ModelForm
from shipconsole.ui.kit.check_box import CheckBox
from shipconsole.ui.kit.dialog import ENTER, ContextDialog, name_button
from shipconsole.ui.kit.fields import FieldUnderTitle, TitledField
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (1080, 720)
LIMITS_AFTER_MS = 250
ADDRESS_ROWS = (
    ("name", "company"),
    ("street", "building"),
    ("street2", "street3"),
    ("suburb", "city"),
    ("state", "postal_code", "country"),
    ("email", "phone"),
    ("instructions",),
)
"""The fields of the address in the order in which they are read from a letter."""


class NewOrderDialog(ContextDialog):
    """The address beside the items. Opened with `open()`. Signal: created(order id)."""

    created = Signal(int)

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Initialize empty; the connections that accept new orders are shown once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="new_order_dialog",
            message_name="new_order_message",
            title=text("new_order.title"),
        )
        self._touched: set[Path] = set()
        """The fields that were typed in: others are marked as missing only once the order is to be stored."""
        self._refused: tuple[Problem, ...] = ()
        """Why the order as it is was refused, here or by a platform's limits; empty again once it is edited."""
        self._generation = 0
        self._limits_timer = QTimer(self)
        self._limits_timer.setSingleShot(True)
        self._limits_timer.setInterval(LIMITS_AFTER_MS)
        self._limits_timer.timeout.connect(self._on_limits_due)
        self.boxes: dict[int, CheckBox] = {}
        self._lay_out()
        self._make_keys({ENTER: self.store, "Alt+P": self.preview, "Ctrl+P": self.preview})
        self._fit(SIZE_PX)
        self.refresh()
        tasks.spawn("read which connections accept new orders", self._read())

    def typed(self) -> TypedOrder:
        """Return the content of all fields."""
        return TypedOrder(self.number.input.text(), self.address.value(), self.items.items(), self.note.input.text())

    def store(self) -> None:
        """Store the order and queue its creation in the chosen connections; a problem is shown and gets the focus."""
        new = self._complete()
        if new is not None:
            self._begin("store a new order", manual_orders.create(self._ctx, new, self._chosen()), self._on_stored)

    def preview(self) -> None:
        """Show the requests as storing would send them."""
        if not self._chosen():
            self._show_message(text("new_order.choose_first") if self.boxes else text("new_order.no_connection"))
            return
        new = self._complete()
        if new is not None:
            requests = manual_orders.preview(self._ctx, new, self._chosen())
            self._tasks.spawn("preview a new order", self._preview(requests))

    def reject(self) -> None:
        """Close the dialog, but not while the order is being stored, since it is opened then."""
        if not self._busy:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the number."""
        super().showEvent(event)
        self.number.input.setFocus()

    def refresh(self) -> None:
        """Mark the problems and label the buttons."""
        self._show_marks()
        self._show_buttons()

    async def _read(self) -> None:
        connections = await create.accepting_connections(self._ctx)
        if self._closed:
            return
        before: QWidget = self.note.input
        for connection in connections:
            box = CheckBox(connection.name, self._theme)
            box.setObjectName(f"create_in_{connection.id}")
            box.setAccessibleName(plain(connection.name))
            box.toggled.connect(self._on_edited)
            self._boxes_row.addWidget(box)
            self.boxes[connection.id] = box
            QWidget.setTabOrder(before, box)
            before = box
        self._boxes_row.addStretch(1)
        self._create_hint.setText(text("new_order.create_in_means") if connections else text("new_order.no_connection"))
        self._show_buttons()

    async def _check_limits(self, new: NewOrder, to: Sequence[int], generation: int) -> None:
        refused: tuple[Problem, ...] = ()
        try:
            await manual_orders.preview(self._ctx, new, to)
        except ValidationFailed as failed:
            refused = failed.problems
        if not self._closed and generation == self._generation:
            self._refused = tuple(at_row(self.typed(), problem) for problem in refused)
            self._show_marks()

    def _complete(self) -> NewOrder | None:
        """Return the order if it can be stored; else show and go to its first problem."""
        if self._busy:
            return None
        new, problems = order_of(self.typed())
        if problems:
            self._show_problems(problems)
            return None
        self._show_message("")
        return new

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._refused = tuple(at_row(self.typed(), problem) for problem in problems)
        self._show_problems(self._refused)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Mark the fields that have a problem, and show and go to the first."""
        self._touched.update(problem.path for problem in problems)
        self._show_marks()
        if problems:
            self._show_message(text("new_order.fix_first", problem=problems[0].sentence), "bad")
            self._go_to(problems[0].path)

    def _go_to(self, path: Path) -> None:
        match path:
            case ("lines", int(position), *rest):
                self.items.go_to(position, str(rest[0]) if rest else "sku")
            case ("lines",):
                self.items.go_to(0, "sku")
            case _:
                field = self._field(path)
                if field is not None:
                    field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, path: Path) -> FieldUnderTitle[QLineEdit] | None:
        match path:
            case ("number",):
                return self.number
            case ("note",):
                return self.note
            case ("ship_to", str(part)):
                return self.address.fields.get(part)
            case _:
                return None

    def _show_marks(self) -> None:
        """Mark the problems of the fields that were typed in."""
        _, problems = order_of(self.typed())
        shown: dict[Path, str] = {}
        for problem in (*(problem for problem in problems if problem.path in self._touched), *self._refused):
            shown.setdefault(problem.path, str(problem.sentence))
        self.number.mark(shown.pop(("number",), ""))
        self.note.mark(shown.pop(("note",), ""))
        of_address = [Problem(path[1:], verbatim(shown.pop(path))) for path in [*shown] if path[:1] == ("ship_to",)]
        unmarked = self.address.mark(of_address)
        of_items = {path: problem for path, problem in shown.items() if path[:1] == ("lines",)}
        self.items.mark(of_items)
        others = [problem for path, problem in shown.items() if path not in of_items]
        others += [str(problem.message) for problem in unmarked]
        if others:
            self._show_message("\n".join(others), "bad")

    def _show_buttons(self) -> None:
        if self._closed:
            return
        new, _ = order_of(self.typed())
        units = sum(line.quantity for line in new.lines)
        counts = (text("new_order.item_count", count=len(new.lines)), text("new_order.unit_count", count=units))
        self._summary.setText(" · ".join(counts))
        self._summary.setVisible(bool(new.lines))
        count = len(self._chosen())
        label = text("new_order.create_in_count", count=count) if count else text("new_order.create")
        name_button(self.store_button, label)
        self.store_button.setEnabled(not self._busy)

    def _chosen(self) -> tuple[int, ...]:
        return tuple(connection_id for connection_id, box in self.boxes.items() if box.isChecked())

    def _unsaved(self) -> Sequence[str]:
        typed = self.typed()
        number = typed.number.strip()
        parts = [text("new_order.number")] if number else []
        if typed.ship_to != Address():
            parts.append(text("new_order.ship_to"))
        if typed.rows:
            parts.append(text("shared.items"))
        if typed.note.strip():
            parts.append(text("new_order.note"))
        if not parts:
            return ()
        if not number:
            return (text("new_order.unsaved_new", parts=tuple(parts)),)
        return (text("new_order.unsaved", number=number, parts=tuple(parts)),)

    def _on_edited(self) -> None:
        self._generation += 1
        self._refused = ()
        self._show_message("")
        self.refresh()
        self._limits_timer.start()

    def _on_field_edited(self, path: Path, _text: str = "") -> None:
        self._touched.add(path)
        self._on_edited()

    def _on_address_edited(self, name: str) -> None:
        self._on_field_edited(("ship_to", name))

    def _on_items_edited(self, position: int, name: str) -> None:
        if position >= 0:
            self._on_field_edited(("lines", position, "weight_g" if name == "weight_kg" else name))
            return
        # The rows have other positions now.
        self._touched = {path for path in self._touched if path[:1] != ("lines",)}
        self._on_edited()

    def _on_limits_due(self) -> None:
        new, problems = order_of(self.typed())
        if not problems and not self._busy:
            self._tasks.spawn("check the platforms' limits", self._check_limits(new, self._chosen(), self._generation))

    def _on_stored(self, created: Created) -> None:
        self.accept()
        self.created.emit(created.order_id)

    def _on_finished(self) -> None:
        super()._on_finished()
        self._limits_timer.stop()

    def _lay_out(self) -> None:
        main = self._column()
        main.addWidget(widgets.label(text("new_order.title"), "number"))
        main.addLayout(row(self._theme, (self._address_card(), 9), (self._items_card(), 12), spacing=14), 1)
        main.addLayout(self._button_row)
        self.preview_button = self._button_row.add("new_order_preview", text("button.preview"), self.preview, "Alt+P")
        self.store_button = self._button_row.add(
            "new_order_store", text("new_order.create"), self.store, ENTER, kind="primary"
        )

    def _address_card(self) -> QWidget:
        theme = self._theme
        self.number = TitledField("number", text("new_order.number"), theme)
        self.number.input.textEdited.connect(partial(self._on_field_edited, ("number",)))
        self.address = ModelForm(Address, ADDRESS_ROWS, theme)
        self.address.edited.connect(self._on_address_edited)
        content, heading = QWidget(), widgets.label(text("new_order.ship_to"), "heading")
        column(theme, self.number, heading, self.address, spacing=10, margins=(0, 0, 6, 0), parent=content)
        scroll = FittingScrollArea(content, min_px=theme.tokens.px(160))
        return widgets.card(column(theme, scroll, 1, margins=(16, 13, 10, 13)))

    def _items_card(self) -> QWidget:
        theme = self._theme
        self._summary = widgets.badge("", "accent")
        self._summary.setObjectName("new_order_summary")
        self.items = ItemsForm(theme)
        self.items.edited.connect(self._on_items_edited)
        self.note = TitledField("note", text("new_order.note"), theme)
        self.note.input.textEdited.connect(partial(self._on_field_edited, ("note",)))
        add = action("add_item", text("new_order.add_item"), self._on_add_clicked)
        add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        content = QWidget()
        column(theme, self.items, margins=(0, 0, 6, 0), parent=content)
        hint = text("new_order.items_hint", add=key_name("Enter"), remove=key_name("Ctrl+Delete"))
        self._boxes_row = row(theme, spacing=18)
        self._create_hint = wrapped("", "secondary", name="create_in_hint")
        inside = column(
            theme,
            row(theme, widgets.label(text("shared.items"), "heading"), self._summary, 1, add, spacing=9),
            FittingScrollArea(content, min_px=theme.tokens.px(130)),
            wrapped(hint, "secondary"),
            1,
            self.note,
            widgets.label(text("new_order.create_in"), "heading"),
            self._boxes_row,
            self._create_hint,
            spacing=9,
            margins=(16, 13, 10, 13),
        )
        return widgets.card(inside)

    def _on_add_clicked(self) -> None:
        self.items.add()
        self.items.go_to(len(self.items.rows) - 1, "sku")
