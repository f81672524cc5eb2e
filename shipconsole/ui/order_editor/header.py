"""The head of the open order: its number and state, who knows it, where it goes."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.strings import order_state
from shipconsole.ui.kit.theme import Badge, Theme
from shipconsole.ui.order_editor.remarks import remarks

GAP_PX = 16


class OrderHeader(QFrame):
    """A card with what the packer checks first. Signals: menu_requested(), link_requested()."""

    menu_requested = Signal()
    link_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin with no order."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("order_header")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._number = kit.label("", "number")
        self._number.setObjectName("order_number")
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._state = kit.badge("", "quiet")
        self._state.setObjectName("order_state")
        self._connections = BadgeRow(theme)
        self.menu_button = kit.button(text("order_editor.more"), "quiet")
        self.menu_button.setObjectName("order_menu_button")
        kit.set_tooltip(self.menu_button, key_name("F9"))
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.clicked.connect(self.menu_requested)
        self._address = kit.Elided("", "secondary")
        self._address.setObjectName("ship_to")
        self._note = kit.Elided("", "secondary")
        self._note.setObjectName("delivery_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._address_trouble = kit.label("", "secondary", "bad")
        self._address_trouble.setObjectName("ship_to_trouble")
        self._address_trouble.setWordWrap(True)
        self._joined = kit.Elided("", "secondary")
        self._joined.setObjectName("joined_orders")
        self._may_be_same = kit.label("", "secondary", "wait")
        self._may_be_same.setObjectName("may_be_same")
        self._may_be_same.setWordWrap(True)
        self._link = kit.button(text("order_editor.compare_orders"), "plain")
        self._link.setObjectName("compare_orders")
        self._link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._link.clicked.connect(self.link_requested)
        self._remarks = kit.label("", "secondary", "wait")
        self._remarks.setObjectName("remarks")
        self._remarks.setWordWrap(True)

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
        column.addWidget(self._address_trouble)
        column.addWidget(self._same_row())
        column.addWidget(self._remarks)

    def _same_row(self) -> QWidget:
        """The other orders that may be this one, and where they are compared."""
        self._same = QWidget()
        row = QHBoxLayout(self._same)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._px(10))
        row.addWidget(self._may_be_same, 1)
        row.addWidget(self._link)
        self._same.hide()
        return self._same

    def show_sheet(self, sheet: OrderSheet) -> None:
        """Show an order."""
        order = sheet.order
        self._number.setText(kit.plain(order.number))
        word, severity = order_state(order.state)
        if severity == "good" and any(call.state in NEEDS_ATTENTION for call in sheet.calls):
            # Shipped, but a platform refused an update, or may not have it.
            severity = "bad"
        self._state.setText(word)
        kit.set_severity(self._state, severity)
        sources = {link.connection_id: link.source_name for link in sheet.links}
        self._connections.show_badges([(one.name, sources.get(one.id, "")) for one in sheet.places])
        to = order.ship_to
        where = " · ".join(part for part in (to.name or to.company, to.in_one_line) if part)
        self._address.set_text(where or text("order_editor.no_address"))
        note = to.instructions or order.note
        self._note.set_text(note.replace("\n", " "))
        kit.set_tooltip(self._note, note)
        self._note.setVisible(bool(note))
        self._fit_note()
        self._joined.set_text(_linked(sheet))
        self._joined.setVisible(bool(sheet.joined))
        same = [_may_be_same(one.number, one.connections, one.recipient) for one in sheet.may_be_same]
        self._may_be_same.setText(kit.plain("\n".join(same), lines=True))
        self._same.setVisible(bool(same))
        said = remarks(sheet)
        self._remarks.setText(kit.plain("\n".join(said), lines=True))
        self._remarks.setVisible(bool(said))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the note where there is room for it."""
        super().resizeEvent(event)
        self._fit_note()

    def _fit_note(self) -> None:
        """The note stands beside the address, or below it where one of them would lose its end."""
        gap = self._px(GAP_PX)
        room = self.width() - 3 * gap
        beside = self._address.sizeHint().width() <= room * 3 // 4 and self._note.sizeHint().width() <= room // 4
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._below.setDirection(way)
        self._below.setSpacing(gap if beside else gap // 4)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self._note.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def mark_address(self, trouble: str) -> None:
        """Mark the address with what is wrong with it, or take the mark away."""
        kit.set_severity(self._address, "bad" if trouble else "")
        self._address_trouble.setText(kit.plain(trouble))
        self._address_trouble.setVisible(bool(trouble))


def _linked(sheet: OrderSheet) -> str:
    """What each connection has of the order: its name, and its number of the order."""
    parts = tuple(" ".join(part for part in (one.connection, one.number) if part) for one in sheet.joined)
    return text("order_editor.linked", parts=parts)


def _may_be_same(number: str, connections: Sequence[str], recipient: str) -> str:
    """Another order of the number that nobody linked or kept separate."""
    details = " · ".join(part for part in (*connections, recipient) if part)
    if not details:
        return text("order_editor.may_be_same_number", number=number)
    return text("order_editor.may_be_same", number=number, details=details)


class BadgeRow(QWidget):
    """Pills in a row from the right, each a name with what it belongs to.

    Where there is little room the names stand alone; those that still find none are counted in one more pill.
    """

    def __init__(self, theme: Theme) -> None:
        """Begin without pills."""
        super().__init__()
        self._theme = theme
        self._badges: list[Badge] = []
        self._texts: list[tuple[str, str]] = []
        self._more = kit.badge("", "quiet")
        self._more.setParent(self)
        self._more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_badges(self, texts: list[tuple[str, str]]) -> None:
        """Show these names, each with its addition, which may be empty."""
        if texts == self._texts:
            return
        self._texts = list(texts)
        for badge in self._badges:
            badge.hide()
            badge.deleteLater()
        self._badges = [kit.badge(name, "accent") for name, _ in texts]
        for badge in self._badges:
            badge.setParent(self)
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        """Room for all."""
        gap = self._theme.tokens.px(8)
        width = sum(badge.sizeHint().width() + gap for badge in self._badges)
        return QSize(width, self._more.sizeHint().height())

    def texts(self) -> list[str]:
        """What stands in the pills that are seen."""
        return [badge.text() for badge in self._badges if not badge.isHidden()]

    def minimumSizeHint(self) -> QSize:
        """Room for the one that counts the others."""
        return QSize(self._theme.tokens.px(36), self._more.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place them anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap = self._theme.tokens.px(8)
        for whole in (True, False):
            for badge, (name, addition) in zip(self._badges, self._texts, strict=True):
                full = f"{name} · {addition}" if addition else name
                badge.setText(kit.plain(full if whole else name))
                kit.set_tooltip(badge, "" if whole else full)
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
        kit.set_tooltip(self._more, "\n".join(hidden))
        right = self.width()
        if hidden:
            size = self._more.sizeHint()
            right -= size.width()
            self._more.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
            right -= gap
        for place in reversed(range(len(self._badges))):
            badge = self._badges[place]
            badge.setVisible(place < fitting)
            if place < fitting:
                size = badge.sizeHint()
                right -= size.width()
                badge.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
                right -= gap
