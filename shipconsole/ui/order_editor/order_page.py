"""The page of the open order: header, items, packages, and the updates that shipping sends, in the room there is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.header import OrderHeader
from shipconsole.ui.order_editor.items import ItemsCard
from shipconsole.ui.order_editor.marks import draft_marks, shipped_packages, update_marks
from shipconsole.ui.order_editor.open_order import OrderState
from shipconsole.ui.order_editor.packages import PackagesCard
from shipconsole.ui.order_editor.updates import planned_line, update_line, updates_shown
from shipconsole.ui.order_editor.updates_card import UpdatesCard

LOW_PX = 520


class OrderPage(QWidget):
    """Shows an order with its draft; its parts are bound to the order's state and to its packing session."""

    def __init__(self, theme: Theme, clock: Clock, state: OrderState) -> None:
        """Initialize empty, and follow a state."""
        super().__init__()
        self._theme = theme
        self._state = state
        self._session: PackingSession | None = None
        self.header = OrderHeader(theme)
        self.items = ItemsCard(theme)
        self.packages = PackagesCard(theme)
        self.updates = UpdatesCard(theme, clock)
        gap = theme.tokens.px(theme.tokens.gap_px)
        content = QWidget()
        column = ShrinkingColumn(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.header)
        column.addWidget(self.items)
        column.addWidget(self.packages)
        self._column = page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(gap)
        page.addWidget(FittingScrollArea(content, min_px=theme.tokens.px(160)))
        page.addWidget(self.updates)
        page.addStretch(1)
        self._packing = Binding(self)
        self._packing.follow(lambda _: self._show(), "revision", "current", "is_locked")
        self._order = Binding(self)
        self._order.follow(lambda _: self._show(), "sheet", "planned", "refused")
        self.header.bind(state)
        self._order.bind(state)

    def show_above(self, widget: QWidget) -> None:
        """Show a widget above the order."""
        self._column.insertWidget(0, widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the updates lower in a low window."""
        super().resizeEvent(event)
        self.updates.set_low(self.height() < self._theme.tokens.px(LOW_PX))

    def bind(self, session: PackingSession) -> None:
        """Show and edit the packages of an order."""
        self._session = session
        self.items.bind(session)
        self.packages.bind(session)
        self._packing.bind(session)

    def _show(self) -> None:
        """Show the problems of the draft and of its updates, the updates, and what the button does."""
        sheet, session = self._state.sheet, self._session
        if sheet is None or session is None or session.order.id != sheet.order.id:
            # The last order stays on the screen until the next one is loaded.
            return
        marks, refused_marks = draft_marks(session, self._state.refused), update_marks(sheet)
        named = (refused_marks.named - marks.lines.keys()) | marks.named
        self.items.show_marks({**refused_marks.lines, **marks.lines}, named)
        self.header.mark_address(marks.address or refused_marks.address)
        self.packages.show_shipped(shipped_packages(sheet), marks)
        is_packing = session.draft.units > 0
        last_shipment_id = sheet.shipments[-1].id if sheet.shipments else None
        calls = updates_shown(sheet.calls, last_shipment_id=last_shipment_id, is_packing=is_packing)
        lines = [*map(planned_line, self._state.planned), *map(update_line, calls)]
        self.updates.show_lines(lines, all_sent=bool(calls) and not is_packing)
        self.updates.undo_bar.show_sheet(sheet)
        self._show_ship(sheet, session)

    def _show_ship(self, sheet: OrderSheet, session: PackingSession) -> None:
        if session.is_locked:
            saving = text("order_editor.saving")
            self.updates.show_ship(saving, saving, enabled=False, reason="")
            return
        problems = session.problems() or self._state.refused
        planned = {update.connection.id for update in self._state.planned}
        platforms = len(planned or {connection.id for connection in sheet.targets})
        units, left = session.draft.units, sheet.order.left
        self.updates.show_ship(
            ship_text(units, left, platforms),
            ship_text(units, left, 0),
            enabled=not problems,
            reason=str(problems[0].sentence) if problems else "",
        )


def ship_text(units: int, left: int, platforms: int) -> str:
    """Return the label of the button that ships; `left` includes the units in the packages.

    Without platforms it is the short label.
    """
    if not units:
        return text("ship_button.ship")
    if left == 1:
        return text("ship_button.one_unit_notify", count=platforms) if platforms else text("ship_button.one_unit")
    if not platforms:
        return text("ship_button.units", units=units, left=left)
    return text("ship_button.units_notify", units=units, left=left, count=platforms)


def empty_page(theme: Theme) -> QFrame:
    """Return the page that is shown while no order is open."""
    px = theme.tokens.px
    column = QVBoxLayout()
    column.setContentsMargins(px(24), px(24), px(24), px(24))
    column.setSpacing(px(6))
    column.addStretch(2)
    hint = text("order_editor.scan_to_begin_hint", key=key_name("F2"))
    for sentence, variant in ((text("order_editor.scan_to_begin"), "title"), (hint, "secondary")):
        line = widgets.label(sentence, variant)
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        line.setWordWrap(True)
        column.addWidget(line)
    column.addStretch(3)
    return widgets.card(column)
