"""A new order by hand, on Ctrl+Shift+N: typed, checked at each field, previewed, stored, and opened."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.message import verbatim
from shipconsole.domain.new_order import NewOrder
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.operations.vendor_orders.manual_orders import Created
from shipconsole.ui.dialogs.new_order.items_form import LinesForm, Typed, at_row, order_of
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.model_form import ModelForm
from shipconsole.ui.kit.dialog import name_button
from shipconsole.ui.kit.check_box import CheckBox
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import FieldUnderTitle, TitledField

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
"""The parts of the address in the order in which they are read off a letter."""


class NewOrderDialog(ContextDialog):
    """The address beside the items. Opened with `open()`. Signal: created(order id)."""

    created = Signal(int)

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Begin empty; who may be told is shown as soon as it was read."""
        super().__init__(parent, ctx, tasks, theme, name="new_order_dialog", message_name="new_order_message")
        self.setWindowTitle(text("new_order.title"))
        self._touched: set[Path] = set()
        """Fields that were typed in: what is missing in the others is not said before it is asked for."""
        self._refused: tuple[Problem, ...] = ()
        """What the order as it stands was refused for, by the store or a platform's limits; gone when it changes."""
        self._generation = 0
        self._limits_timer = QTimer(self)
        self._limits_timer.setSingleShot(True)
        self._limits_timer.setInterval(LIMITS_AFTER_MS)
        self._limits_timer.timeout.connect(self._on_limits_due)
        self.boxes: dict[int, CheckBox] = {}
        self._lay_out()
        self._make_keys({ENTER: self.store, "Alt+P": self.preview, "Ctrl+P": self.preview})
        self._fit(SIZE_PX)
        self._show_all()
        tasks.spawn("read who takes new orders", self._read())

    def typed(self) -> Typed:
        """All that stands in the fields."""
        return Typed(self.number.input.text(), self.address.value(), self.lines.lines(), self.note.input.text())

    def store(self) -> None:
        """Store the order and have the chosen connections told; what keeps it from that is said and gone to."""
        new = self._complete()
        if new is not None:
            self._begin("store a new order", manual_orders.create(self._ctx, new, self._chosen()), self._on_stored)

    def preview(self) -> None:
        """Show the very requests that storing leads to."""
        if not self._chosen():
            self._show_message(text("new_order.choose_first") if self.boxes else text("new_order.no_connection"))
            return
        new = self._complete()
        if new is not None:
            requests = manual_orders.preview_new(self._ctx, new, self._chosen())
            self._tasks.spawn("preview a new order", self._preview(requests))

    def reject(self) -> None:
        """Close, but not while it is stored: the order is opened then."""
        if not self._busy:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the number."""
        super().showEvent(event)
        self.number.input.setFocus()

    async def _read(self) -> None:
        known = await create.may_introduce(self._ctx)
        if self._closed:
            return
        for connection in known:
            box = CheckBox(connection.name, self._theme)
            box.setObjectName(f"tell_{connection.id}")
            box.setAccessibleName(kit.plain(connection.name))
            box.toggled.connect(self._on_chosen)
            self._tell_row.addWidget(box)
            self.boxes[connection.id] = box
        self._tell_row.addStretch(1)
        self._tell_means.setText(text("new_order.create_in_means") if known else text("new_order.no_connection"))
        before: QWidget = self.note.input
        for box in self.boxes.values():
            QWidget.setTabOrder(before, box)
            before = box
        self._show_buttons()

    async def _look_for_limits(self, new: NewOrder, to: Sequence[int], generation: int) -> None:
        refused: tuple[Problem, ...] = ()
        try:
            await manual_orders.preview_new(self._ctx, new, to)
        except ValidationFailed as why:
            refused = why.problems
        if not self._closed and generation == self._generation:
            self._refused = tuple(at_row(self.typed(), problem) for problem in refused)
            self._show_marks()

    def _complete(self) -> NewOrder | None:
        """The order where it can be stored; else None, and what is wrong is said and gone to."""
        if self._busy:
            return None
        new, problems = order_of(self.typed())
        if not problems:
            self._show_message("")
            return new
        self._touched.update(problem.path for problem in problems)
        self._show_marks()
        self._show_message(text("new_order.fix_first", problem=problems[0].sentence), "bad")
        self._go_to(problems[0].path)
        return None

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Show what was refused at its fields, and go to the first."""
        self._refused = tuple(at_row(self.typed(), problem) for problem in problems)
        self._touched.update(problem.path for problem in self._refused)
        self._show_marks()
        if self._refused:
            self._show_message(text("new_order.fix_first", problem=self._refused[0].sentence), "bad")
            self._go_to(self._refused[0].path)

    def _go_to(self, path: Path) -> None:
        match path:
            case ("lines", int(row), *rest):
                self.lines.go_to(row, str(rest[0]) if rest else "sku")
            case ("lines",):
                self.lines.go_to(0, "sku")
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

    def _show_all(self) -> None:
        self._show_marks()
        self._show_buttons()

    def _show_marks(self) -> None:
        """Mark the fields that were typed in with what is wrong with them."""
        _, problems = order_of(self.typed())
        said: dict[Path, str] = {}
        for problem in (*(one for one in problems if one.path in self._touched), *self._refused):
            said.setdefault(problem.path, str(problem.sentence))
        self.number.mark(said.pop(("number",), ""))
        self.note.mark(said.pop(("note",), ""))
        of_address = [Problem(path[1:], verbatim(said.pop(path))) for path in [*said] if path[:1] == ("ship_to",)]
        unmarked = self.address.mark(of_address)
        of_lines = {path: trouble for path, trouble in said.items() if path[:1] == ("lines",)}
        self.lines.mark(of_lines)
        elsewhere = [trouble for path, trouble in said.items() if path not in of_lines]
        elsewhere += [str(problem.message) for problem in unmarked]
        if elsewhere:
            self._show_message("\n".join(elsewhere), "bad")

    def _show_buttons(self) -> None:
        if self._closed:
            return
        typed = self.typed()
        new, _ = order_of(typed)
        units = sum(line.quantity for line in new.lines)
        counts = (text("new_order.item_count", count=len(new.lines)), text("new_order.unit_count", count=units))
        self._summary.setText(" · ".join(counts))
        self._summary.setVisible(bool(new.lines))
        count = len(self._chosen())
        name_button(
            self.store_button, text("new_order.create_in_count", count=count) if count else text("new_order.create")
        )
        self.store_button.setEnabled(not self._busy)

    def _chosen(self) -> tuple[int, ...]:
        return tuple(connection_id for connection_id, box in self.boxes.items() if box.isChecked())

    def _unsaved(self) -> Sequence[str]:
        typed = self.typed()
        parts = [text("new_order.number")] if typed.number.strip() else []
        if typed.ship_to != Address():
            parts.append(text("new_order.ship_to"))
        if typed.rows:
            parts.append(text("shared.items"))
        if typed.note.strip():
            parts.append(text("new_order.note"))
        if not parts:
            return ()
        number = typed.number.strip()
        if not number:
            return (text("new_order.unsaved_new", parts=tuple(parts)),)
        return (text("new_order.unsaved", number=number, parts=tuple(parts)),)

    def _changed(self) -> None:
        self._generation += 1
        self._refused = ()
        self._show_message("")
        self._show_all()
        self._limits_timer.start()

    def _on_number_edited(self, _: str) -> None:
        self._touched.add(("number",))
        self._changed()

    def _on_note_edited(self, _: str) -> None:
        self._touched.add(("note",))
        self._changed()

    def _on_address_edited(self, name: str) -> None:
        self._touched.add(("ship_to", name))
        self._changed()

    def _on_lines_edited(self, row: int, name: str) -> None:
        if row < 0:
            # Rows have other places now; what was typed in is told apart anew.
            self._touched = {path for path in self._touched if path[:1] != ("lines",)}
        else:
            self._touched.add(("lines", row, "weight_g" if name == "weight_kg" else name))
        self._changed()

    def _on_chosen(self, _: bool) -> None:
        self._changed()

    def _on_limits_due(self) -> None:
        new, problems = order_of(self.typed())
        if not problems and not self._busy:
            self._tasks.spawn("look for limits", self._look_for_limits(new, self._chosen(), self._generation))

    def _on_stored(self, created: Created) -> None:
        self.accept()
        self.created.emit(created.order_id)

    def _on_finished(self) -> None:
        super()._on_finished()
        self._limits_timer.stop()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self.number = TitledField("number", text("new_order.number"), self._theme)
        self.number.input.textEdited.connect(self._on_number_edited)
        self._summary = kit.badge("", "accent")
        self._summary.setObjectName("new_order_summary")
        self.address = ModelForm(Address, ADDRESS_ROWS, self._theme)
        self.address.edited.connect(self._on_address_edited)
        self.lines = LinesForm(self._theme)
        self.lines.edited.connect(self._on_lines_edited)
        self.note = TitledField("note", text("new_order.note"), self._theme)
        self.note.input.textEdited.connect(self._on_note_edited)
        self._add_line = kit.button(text("new_order.add_item"))
        self._add_line.setObjectName("add_line")
        self._add_line.setAutoDefault(False)
        self._add_line.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._add_line.clicked.connect(self._on_add_clicked)

        row = QHBoxLayout()
        row.setSpacing(px(14))
        row.addWidget(self._address_card(), 9)
        row.addWidget(self._items_card(), 12)
        column = self._column()
        column.addLayout(row, 1)
        column.addLayout(self._button_row)
        self.preview_button = self._button_row.add("new_order_preview", text("button.preview"), self.preview, "Alt+P")
        self.store_button = self._button_row.add(
            "new_order_store", text("new_order.create"), self.store, ENTER, kind="primary"
        )

    def _address_card(self) -> QWidget:
        px = self._theme.tokens.px
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, px(6), 0)
        inside.setSpacing(px(10))
        inside.addWidget(self.number)
        inside.addWidget(kit.label(text("new_order.ship_to"), "heading"))
        inside.addWidget(self.address)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(13), px(10), px(13))
        column.addWidget(FittingScrollArea(content, least_px=px(160)))
        column.addStretch(1)
        return kit.card(column)

    def _items_card(self) -> QWidget:
        px = self._theme.tokens.px
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, px(6), 0)
        inside.addWidget(self.lines)
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(kit.label(text("shared.items"), "heading"))
        top.addWidget(self._summary)
        top.addStretch(1)
        top.addWidget(self._add_line)
        hint = kit.label(
            text("new_order.items_hint", add=key_name("Enter"), remove=key_name("Ctrl+Delete")), "secondary"
        )
        hint.setWordWrap(True)
        self._tell_row = QHBoxLayout()
        self._tell_row.setSpacing(px(18))
        self._tell_means = kit.label("", "secondary")
        self._tell_means.setObjectName("tell_means")
        self._tell_means.setWordWrap(True)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(13), px(10), px(13))
        column.setSpacing(px(9))
        column.addLayout(top)
        column.addWidget(FittingScrollArea(content, least_px=px(130)))
        column.addWidget(hint)
        column.addStretch(1)
        column.addWidget(self.note)
        column.addSpacing(px(4))
        column.addWidget(kit.label(text("new_order.create_in"), "heading"))
        column.addLayout(self._tell_row)
        column.addWidget(self._tell_means)
        return kit.card(column)

    def _on_add_clicked(self) -> None:
        self.lines.add()
        self.lines.go_to(len(self.lines.rows) - 1, "sku")
