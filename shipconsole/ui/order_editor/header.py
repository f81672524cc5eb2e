"""The header of the open order: number, state, note, recipient, and differences between platforms."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders import remarks
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import icons, widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.strings import order_state
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.open_order import OrderState

GAP_PX = 16
NOTE_PX = 260
"""The widest note; a longer one is elided, and complete in its tooltip."""


class OrderHeader(QFrame):
    """The order's number, state, note and recipient, bound to its sheet.

    Signals: menu_requested(), link_requested().
    """

    menu_requested = Signal()
    link_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize with no order."""
        super().__init__()
        self._theme = theme
        self.setObjectName("order_header")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._number = widgets.label("", "number")
        self._number.setObjectName("order_number")
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._state = widgets.badge("", "quiet")
        self._state.setObjectName("order_state")
        self._note = NoteBadge("", "badge")
        widgets.set_severity(self._note, "wait")
        self._note.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._note.setObjectName("delivery_note")
        self._note_text = ""
        self._is_bench = False
        self._units = widgets.Elided("", "secondary")
        self._units.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._units.setObjectName("units_packed")
        self._units.hide()
        self.menu_button = widgets.button(text("order_editor.more"), "plain", "F9")
        self.menu_button.setObjectName("order_menu_button")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.clicked.connect(self.menu_requested)
        self._address = widgets.Elided("", "secondary")
        self._address.setObjectName("ship_to")
        self._address_problem = wrapped("", "secondary", "bad", name="ship_to_problem")
        self._address_warning = wrapped("", "secondary", "wait", name="ship_to_warning")
        self._joined = widgets.Elided("", "secondary")
        self._joined.setObjectName("joined_orders")
        self._may_be_same = wrapped("", "secondary", "wait", name="may_be_same")
        self._link = widgets.button(text("order_editor.compare_orders"), "plain")
        self._link.setObjectName("compare_orders")
        self._link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._link.clicked.connect(self.link_requested)
        self._differences = wrapped("", "secondary", "wait", name="differences")
        self._binding = Binding(self)
        self._binding.follow(self._show, "sheet")

        px = theme.tokens.px
        self._top = QHBoxLayout()
        self._top.setSpacing(px(10))
        for part in (self._number, self._state, self._note):
            self._top.addWidget(part)
        self._top.addStretch(1)
        self._top.addWidget(self._units)
        self._top.addWidget(self.menu_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(GAP_PX), px(12), px(GAP_PX), px(12))
        self._column.setSpacing(px(6))
        self._column.addLayout(self._top)
        self._column.addWidget(self._address)
        self._column.addWidget(self._address_warning)
        self._column.addWidget(self._joined)
        self._column.addWidget(self._address_problem)
        self._column.addWidget(self._same_row())
        self._column.addWidget(self._differences)
        theme.changed.connect(self._fit_note)

    def _same_row(self) -> QWidget:
        """Return the row of other orders that may be the same, with the button that compares them."""
        self._same = QWidget()
        row = QHBoxLayout(self._same)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.tokens.px(10))
        row.addWidget(self._may_be_same, 1)
        row.addWidget(self._link)
        self._same.hide()
        return self._same

    def bind(self, state: OrderState) -> None:
        """Show the sheet of an order's state."""
        self._binding.bind(state)

    def set_bench(self, is_bench: bool) -> None:
        """Show everything in one line, with the units packed."""
        self._is_bench = is_bench
        self._units.setVisible(is_bench)
        self._state.setVisible(not is_bench)
        px, low = self._theme.tokens.px, 5 if is_bench else 12
        self._column.setContentsMargins(px(GAP_PX), px(low), px(GAP_PX), px(low))
        for other in (self._top, self._column):
            other.removeWidget(self._address)
        if is_bench:
            # The address takes the place of the empty stretch.
            self._top.insertWidget(3, self._address, 100)
        else:
            self._column.insertWidget(1, self._address)
        self._show_linked()

    def show_units(self, headline: str) -> None:
        """Show how many units are packed, for the header in one line."""
        self._units.set_text(headline)

    def _show(self, state: OrderState) -> None:
        sheet = state.sheet
        if sheet is None:
            # The last order stays on the screen until the next one is loaded.
            return
        order = sheet.order
        self._number.setText(plain(order.number))
        label, severity = order_state(order.state)
        self._state.setText(label)
        widgets.set_severity(self._state, severity)
        recipient = order.ship_to
        address = " · ".join(part for part in (recipient.name or recipient.company, recipient.in_one_line) if part)
        self._address.set_text(address or text("order_editor.no_address"))
        warning = str(remarks.address_warning(recipient))
        self._address_warning.setText(plain(warning))
        self._address_warning.setVisible(bool(warning))
        self._note_text = recipient.instructions or order.note
        self._note.setVisible(bool(self._note_text))
        self._fit_note()
        self._joined.set_text(_linked(sheet) if sheet.linked_orders else "")
        self._show_linked()
        same = [_may_be_same(other.number, other.connections, other.recipient) for other in sheet.possible_duplicates]
        self._may_be_same.setText(plain("\n".join(same), lines=True))
        self._same.setVisible(bool(same))
        differences = [str(remark) for remark in remarks.differences_of(sheet)]
        self._differences.setText(plain("\n".join(differences), lines=True))
        self._differences.setVisible(bool(differences))

    def _show_linked(self) -> None:
        """Show the orders that are linked, except in bench mode: a packer needs the room for items."""
        self._joined.setVisible(bool(self._joined.full_text) and not self._is_bench)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the note to the new width."""
        super().resizeEvent(event)
        self._fit_note()

    def _fit_note(self) -> None:
        """Give the note the room beside the number and the state."""
        px = self._theme.tokens.px
        self._note.set_text(self._note_text.replace("\n", " "))
        others = (self._number, self._units if self._is_bench else self._state, self.menu_button)
        taken = sum(other.sizeHint().width() for other in others) + px(2 * GAP_PX + 64)
        room = max(px(60), min(px(NOTE_PX), self.width() - taken))
        self._note.set_room(room)

    def mark_address(self, problem: str) -> None:
        """Mark the address with its problem; an empty text removes the mark."""
        widgets.set_severity(self._address, "bad" if problem else "")
        self._address_problem.setText(plain(problem))
        self._address_problem.setVisible(bool(problem))


class NoteBadge(widgets.Elided):
    """The note on a soft ground, after the sign of a sheet of paper."""

    def __init__(self, text: str, variant: str) -> None:
        """Leave room for the sign."""
        self._room = NOTE_PX
        super().__init__(text, variant)
        self.setProperty("icon", True)

    def set_room(self, width: int) -> None:
        """Be at most this wide."""
        self._room = width
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the width of the note in the typeface of now, as far as there is room."""
        hint = super().sizeHint()
        return QSize(min(self._room, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the note, then the sign in the same color."""
        super().paintEvent(event)
        side = self.fontMetrics().height()
        square = QRectF(side * 0.6, (self.height() - side) / 2, side, side)
        icons.draw(QPainter(self), "note", square, self.palette().color(QPalette.ColorRole.WindowText))


def _linked(sheet: OrderSheet) -> str:
    """Return the linked orders: each connection and its number of the order."""
    parts = tuple(
        " ".join(part for part in (joined.connection, joined.number) if part) for joined in sheet.linked_orders
    )
    return text("order_editor.linked", parts=parts)


def _may_be_same(number: str, connections: Sequence[str], recipient: str) -> str:
    """Return that another order of the number may be the same: nobody linked it or kept it separate."""
    details = " · ".join(part for part in (*connections, recipient) if part)
    if not details:
        return text("order_editor.may_be_same_number", number=number)
    return text("order_editor.may_be_same", number=number, details=details)
