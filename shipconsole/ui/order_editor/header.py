"""The header of the open order: number and state, connections, recipient, and differences between platforms."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.link import Link
from shipconsole.domain.order import Order, shown_quantity
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.strings import order_state
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import Badge
from shipconsole.ui.order_editor.open_order import OrderState

GAP_PX = 16


class OrderHeader(QFrame):
    """A card that is bound to the order's sheet. Signals: menu_requested(), link_requested()."""

    menu_requested = Signal()
    link_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize with no order."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("order_header")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._number = widgets.label("", "number")
        self._number.setObjectName("order_number")
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._state = widgets.badge("", "quiet")
        self._state.setObjectName("order_state")
        self._connections = BadgeRow(theme)
        self._connections.setObjectName("order_connections")
        self.menu_button = widgets.button(text("order_editor.more"), "quiet")
        self.menu_button.setObjectName("order_menu_button")
        widgets.set_tooltip(self.menu_button, key_name("F9"))
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.clicked.connect(self.menu_requested)
        self._address = widgets.Elided("", "secondary")
        self._address.setObjectName("ship_to")
        self._note = widgets.Elided("", "secondary")
        self._note.setObjectName("delivery_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._address_problem = widgets.label("", "secondary", "bad")
        self._address_problem.setObjectName("ship_to_problem")
        self._address_problem.setWordWrap(True)
        self._joined = widgets.Elided("", "secondary")
        self._joined.setObjectName("joined_orders")
        self._may_be_same = widgets.label("", "secondary", "wait")
        self._may_be_same.setObjectName("may_be_same")
        self._may_be_same.setWordWrap(True)
        self._link = widgets.button(text("order_editor.compare_orders"), "plain")
        self._link.setObjectName("compare_orders")
        self._link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._link.clicked.connect(self.link_requested)
        self._differences = widgets.label("", "secondary", "wait")
        self._differences.setObjectName("differences")
        self._differences.setWordWrap(True)

        self._binding = Binding(self)
        self._binding.follow(self._show, "sheet")

        px = self._px = theme.tokens.px
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self._number)
        top.addWidget(self._state)
        top.addWidget(self._connections, 1)
        top.addWidget(self.menu_button)
        self._below = QHBoxLayout()
        self._below.addWidget(self._address, 3)
        self._below.addWidget(self._note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(GAP_PX), px(13), px(GAP_PX), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addLayout(self._below)
        column.addWidget(self._joined)
        column.addWidget(self._address_problem)
        column.addWidget(self._same_row())
        column.addWidget(self._differences)

    def _same_row(self) -> QWidget:
        """Return the row of other orders that may be the same, with the button that compares them."""
        self._same = QWidget()
        row = QHBoxLayout(self._same)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._px(10))
        row.addWidget(self._may_be_same, 1)
        row.addWidget(self._link)
        self._same.hide()
        return self._same

    def bind(self, state: OrderState) -> None:
        """Show the sheet of an order's state."""
        self._binding.bind(state)

    def _show(self, state: OrderState) -> None:
        sheet = state.sheet
        if sheet is None:
            # The last order stays on the screen until the next one is loaded.
            return
        order = sheet.order
        self._number.setText(plain(order.number))
        label, severity = order_state(order.state)
        if severity == "good" and any(call.state in NEEDS_ATTENTION for call in sheet.calls):
            # Shipped, but a platform refused an update, or may not have it.
            severity = "bad"
        self._state.setText(label)
        widgets.set_severity(self._state, severity)
        stores = {link.connection_id: link.source_name for link in sheet.links}
        self._connections.show_badges(
            [(connection.name, stores.get(connection.id, "")) for connection in sheet.targets]
        )
        recipient = order.ship_to
        address = " · ".join(part for part in (recipient.name or recipient.company, recipient.in_one_line) if part)
        self._address.set_text(address or text("order_editor.no_address"))
        note = recipient.instructions or order.note
        self._note.set_text(note.replace("\n", " "))
        widgets.set_tooltip(self._note, note)
        self._note.setVisible(bool(note))
        self._fit_note()
        self._joined.set_text(_linked(sheet))
        self._joined.setVisible(bool(sheet.linked_orders))
        same = [_may_be_same(other.number, other.connections, other.recipient) for other in sheet.possible_duplicates]
        self._may_be_same.setText(plain("\n".join(same), lines=True))
        self._same.setVisible(bool(same))
        differences = differences_of(sheet)
        self._differences.setText(plain("\n".join(differences), lines=True))
        self._differences.setVisible(bool(differences))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the note in the new width."""
        super().resizeEvent(event)
        self._fit_note()

    def _fit_note(self) -> None:
        """Place the note beside the address, or below it where one of them would be cut."""
        gap = self._px(GAP_PX)
        width = self.width() - 3 * gap
        beside = self._address.sizeHint().width() <= width * 3 // 4 and self._note.sizeHint().width() <= width // 4
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._below.setDirection(direction)
        self._below.setSpacing(gap if beside else gap // 4)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self._note.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def mark_address(self, problem: str) -> None:
        """Mark the address with its problem; an empty text removes the mark."""
        widgets.set_severity(self._address, "bad" if problem else "")
        self._address_problem.setText(plain(problem))
        self._address_problem.setVisible(bool(problem))


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


def differences_of(sheet: OrderSheet) -> tuple[str, ...]:
    """Return a sentence for each difference between an order and a platform's copy of it."""
    sentences = [text("remark.cancelled_here")] if sheet.order.cancelled else []
    names = {connection.id: connection.name for connection in (*sheet.targets, *sheet.self_shipping)}
    shipping_ids = {connection.id for connection in sheet.self_shipping}
    for link in sheet.links:
        name = link.source_name or names.get(link.connection_id, "")
        left = _left_to_ship(sheet.order, link) if link.connection_id in shipping_ids else sheet.order.left
        sentences += _differences(sheet.order, link, name, left=left)
    sentences += [
        text("remark.recipient", name=joined.connection, recipient=joined.recipient)
        for joined in sheet.linked_orders
        if joined.differs
    ]
    sentences += [
        text("remark.not_notified", name=connection.name, number=sheet.order.number)
        for connection in sheet.number_conflicts
    ]
    return tuple(dict.fromkeys(sentences))


def _left_to_ship(order: Order, link: Link) -> int:
    """Return the units left to ship of the items that a connection has, for one that ships its part itself."""
    lines = (order.line(linked.line_id) for linked in link.lines)
    return sum(line.left for line in lines if line is not None)


def _differences(order: Order, link: Link, name: str, *, left: int) -> list[str]:
    if link.cancelled and not order.cancelled:
        if not link.status:
            return [text("remark.cancelled_there", name=name)]
        return [text("remark.cancelled_there_as", name=name, status=link.status)]
    if link.shipped_elsewhere and left:
        if not link.status:
            return [text("remark.shipped_there", name=name, count=left)]
        return [text("remark.shipped_there_as", name=name, status=link.status, count=left)]
    return [
        text(
            "remark.quantity",
            name=name,
            sku=line.sku,
            theirs=shown_quantity(linked.quantity_json),
            ours=line.quantity,
        )
        for linked in link.lines
        if (line := order.line(linked.line_id)) is not None and linked.quantity_json != line.quantity_json
    ]


class BadgeRow(QWidget):
    """Badges in a row from the right, each a connection with its store.

    In little room they show the connections alone, in less a badge counts those that are hidden.
    """

    def __init__(self, theme: Theme) -> None:
        """Initialize without badges."""
        super().__init__()
        self._theme = theme
        self._badges: list[Badge] = []
        self._texts: list[tuple[str, str]] = []
        self._more = widgets.badge("", "quiet")
        self._more.setParent(self)
        self._more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_badges(self, texts: list[tuple[str, str]]) -> None:
        """Show these connections, each with its store, which may be empty."""
        if texts == self._texts:
            return
        self._texts = list(texts)
        for badge in self._badges:
            badge.hide()
            badge.deleteLater()
        self._badges = [widgets.badge(name, "accent") for name, _ in texts]
        for badge in self._badges:
            badge.setParent(self)
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        """Return room for all badges."""
        gap = self._theme.tokens.px(8)
        width = sum(badge.sizeHint().width() + gap for badge in self._badges)
        return QSize(width, self._more.sizeHint().height())

    def texts(self) -> list[str]:
        """Return the texts of the badges that are not hidden."""
        return [badge.text() for badge in self._badges if not badge.isHidden()]

    def minimumSizeHint(self) -> QSize:
        """Return room for the badge that counts the hidden ones."""
        return QSize(self._theme.tokens.px(36), self._more.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the badges in the new width."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap = self._theme.tokens.px(8)
        for with_store in (True, False):
            for badge, (name, store) in zip(self._badges, self._texts, strict=True):
                full = f"{name} · {store}" if store else name
                badge.setText(plain(full if with_store else name))
                widgets.set_tooltip(badge, "" if with_store else full)
            widths = [badge.sizeHint().width() for badge in self._badges]
            if sum(widths) + gap * max(0, len(widths) - 1) <= self.width():
                break
        fitting, used = len(widths), sum(widths) + gap * max(0, len(widths) - 1)
        self._more.setText(f"+{len(widths)}")
        more = self._more.sizeHint().width() + gap
        while fitting and used + (more if fitting < len(widths) else 0) > self.width():
            fitting -= 1
            used -= widths[fitting] + gap
        hidden = [badge.text() for badge in self._badges[fitting:]]
        self._more.setText(f"+{len(hidden)}" if hidden else "")
        self._more.setVisible(bool(hidden))
        widgets.set_tooltip(self._more, "\n".join(hidden))
        right = self.width()
        if hidden:
            size = self._more.sizeHint()
            right -= size.width()
            self._more.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
            right -= gap
        for position, badge in reversed(list(enumerate(self._badges))):
            badge.setVisible(position < fitting)
            if position < fitting:
                size = badge.sizeHint()
                right -= size.width()
                badge.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
                right -= gap
