"""The page of the open order: its head, its items, its packages, and what will be sent, in the room that there is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.call_troubles import call_marks, shipped_packages
from shipconsole.ui.order_editor.header import OrderHeader
from shipconsole.ui.order_editor.items import ItemsCard
from shipconsole.ui.order_editor.marks import Marks, marks_of, without_nagging
from shipconsole.ui.order_editor.packages import PackagesCard
from shipconsole.ui.order_editor.what_will_be_sent import WhatWillBeSent, call_line, calls_shown, told_line

LOW_PX = 520


class OrderPage(QWidget):
    """Shows an order with its draft; what is asked for on it is heard at its parts."""

    def __init__(self, theme: Theme, clock: Clock) -> None:
        """Begin empty."""
        super().__init__()
        self._theme = theme
        self.header = OrderHeader(theme)
        self.items = ItemsCard(theme)
        self.packages = PackagesCard(theme)
        self.sending = WhatWillBeSent(theme, clock)
        gap = theme.tokens.px(theme.tokens.gap_px)
        content = QWidget()
        column = ShrinkingColumn(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.header)
        column.addWidget(self.items)
        column.addWidget(self.packages)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(gap)
        whole.addWidget(FittingScrollArea(content, min_px=theme.tokens.px(160)))
        whole.addWidget(self.sending)
        whole.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show less of what will be sent where the window is low."""
        super().resizeEvent(event)
        self.sending.show_few_rows(self.height() < self._theme.tokens.px(LOW_PX))

    def bind(self, session: PackingSession | None) -> None:
        """Show and edit what is packed of an order."""
        self.items.bind(session)
        self.packages.bind(session)

    def show_order(
        self,
        sheet: OrderSheet,
        session: PackingSession,
        told: Sequence[PlannedUpdate],
        refused: Sequence[Problem],
    ) -> None:
        """Show how the order stands, whom shipping it notifies, and what is wrong with it."""
        marks = draft_marks(session, refused)
        of_calls = call_marks(sheet)
        line_marks = {**of_calls.lines, **marks.lines}
        named = (of_calls.named - marks.lines.keys()) | marks.named
        self.items.show_marks(line_marks, named)
        self.header.mark_address(marks.address or of_calls.address)
        self.packages.show_shipped(shipped_packages(sheet), marks)
        last = sheet.shipments[-1].id if sheet.shipments else None
        calls = calls_shown(sheet.calls, last_shipment_id=last, packing=session.draft.units > 0)
        lines = [*map(told_line, told), *map(call_line, calls)]
        self.sending.show_lines(lines, past=bool(calls) and not session.draft.units)
        self.sending.undo_bar.show_sheet(sheet)
        self._show_ship(sheet, session, told, refused)

    def _show_ship(
        self,
        sheet: OrderSheet,
        session: PackingSession,
        told: Sequence[PlannedUpdate],
        refused: Sequence[Problem],
    ) -> None:
        """Show what the big button does, or why it does not."""
        if session.is_locked:
            saving = text("order_editor.saving")
            self.sending.show_ship(saving, saving, usable=False, why="")
            self.sending.show_preview_usable(False)
            return
        problems = session.problems() or tuple(refused)
        connections = {one.connection.id for one in told} or {one.id for one in sheet.places}
        units, left = session.draft.units, sheet.order.left
        does, brief = ship_text(units, left, len(connections)), ship_text(units, left, 0)
        why = str(problems[0].sentence) if problems else ""
        self.sending.show_ship(does, brief, usable=not problems, why=why)
        self.sending.show_preview_usable(not problems)


def ship_text(units: int, left: int, platforms: int) -> str:
    """Return what the big button does; `left` counts the units in the packages too."""
    if not units:
        return text("ship_button.ship")
    if left == 1:
        return text("ship_button.one_unit_notify", count=platforms) if platforms else text("ship_button.one_unit")
    if not platforms:
        return text("ship_button.units", units=units, left=left)
    return text("ship_button.units_notify", units=units, left=left, count=platforms)


def draft_marks(session: PackingSession, refused: Sequence[Problem]) -> Marks:
    """Where a draft's own problems stand: all after a refusal, else only what is wrong, not what is missing."""
    problems = [*refused, *without_nagging(session.problems())]
    line_ids = [line.id for line in session.order.lines]
    return marks_of(dict.fromkeys(problems), line_ids, len(session.draft.packages))


def nothing_open(theme: Theme) -> QFrame:
    """What is shown where no order is open."""
    px = theme.tokens.px
    column = QVBoxLayout()
    column.setContentsMargins(px(24), px(24), px(24), px(24))
    column.setSpacing(px(6))
    column.addStretch(2)
    hint = text("order_editor.scan_to_begin_hint", key=key_name("F2"))
    for sentence, kind in ((text("order_editor.scan_to_begin"), "title"), (hint, "secondary")):
        said = kit.label(sentence, kind)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setWordWrap(True)
        column.addWidget(said)
    column.addStretch(3)
    return kit.card(column)
