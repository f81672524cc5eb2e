"""The open order: what is packed is kept as a draft, previewed as it changes, and shipped with one key."""

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_YOU, CallState
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.shipment import ShipmentDraft
from shipconsole.operations import linking, orders, outbox, shipping
from shipconsole.operations.desk import Desk
from shipconsole.operations.orders import OrderSheet
from shipconsole.operations.outbox import Call, Decision
from shipconsole.operations.shipping import Told
from shipconsole.operations.taking_back import can_be_taken_back, take_back
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.fields.dialog import FieldsDialog
from shipconsole.ui.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.look import Look
from shipconsole.ui.order_editor.call_troubles import call_marks, shipped_parcels, unmarked
from shipconsole.ui.order_editor.draft import Draft
from shipconsole.ui.order_editor.header import OrderHeader
from shipconsole.ui.order_editor.items import ItemsCard
from shipconsole.ui.order_editor.marks import Marks, marks_of, sentence, without_nagging
from shipconsole.ui.order_editor.parcels import ParcelsCard
from shipconsole.ui.order_editor.what_will_be_sent import (
    WhatWillBeSent,
    call_line,
    calls_shown,
    told_line,
)
from shipconsole.ui.order_editor.why_dialog import WhyDialog
from shipconsole.ui.preview_dialog import PreviewDialog
from shipconsole.ui.tasks import Tasks

LOW_PX = 520
KEEP_AFTER_MS = 300
PREVIEW_AFTER_MS = 80


class OrderEditorPanel(QWidget):
    """One order at a time, from the first scan to the vendors' answers.

    What the packer asks for (open, pack, scan, ship) tells whether it was done or will be, once the order is there.

    Signals: sheet_changed(OrderSheet) after each look at the store, shipped(shipment id), refused(words) for what
    the packer asked last, store_failed(words), failed(a tuple of problems that no field on the screen stands for),
    call_troubled(call id, problem) for a call that needs a person, call_settled(call id) when it no longer does,
    menu_asked().
    """

    sheet_changed = Signal(object)
    menu_asked = Signal()
    shipped = Signal(int)
    refused = Signal(str)
    store_failed = Signal(str)
    failed = Signal(object)
    call_troubled = Signal(int, object)
    call_settled = Signal(int)

    def __init__(self, desk: Desk, tasks: Tasks, look: Look) -> None:
        """Begin with no order."""
        super().__init__()
        self.setObjectName("order_editor")
        self.setAccessibleName("Order")
        self.order_id: int | None = None
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self._sheet: OrderSheet | None = None
        self._draft: Draft | None = None
        self._told: tuple[Told, ...] = ()
        self._refused: tuple[Problem, ...] = ()
        """What the last try to ship, or the preview, was refused for; gone with the next change."""
        self._storing_ids: set[int] = set()
        self._refresh_wanted = False
        self._generation = 0
        """Grows with every change of the draft; an answer for an older one is not shown."""
        self._opening = 0
        self._after_opening: list[Callable[[], bool]] = []
        self._unsaved: dict[int, ShipmentDraft] = {}
        self._storing = asyncio.Lock()
        self._announced: dict[int, CallState] = {}

        self._header = OrderHeader(look)
        self._header.menu_asked.connect(self.menu_asked)
        self._items = ItemsCard(look)
        self._items.all_left_asked.connect(self.all_left)
        self._items.quantity_changed.connect(self._on_quantity_changed)
        self._items.quantity_refused.connect(self._on_quantity_refused)
        self._parcels = ParcelsCard(look)
        self._parcels.typed.connect(self._on_typed)
        self._parcels.parcel_chosen.connect(self._on_parcel_chosen)
        self._parcels.new_parcel_asked.connect(self.new_parcel)
        self._parcels.parcel_dropped.connect(self._on_parcel_dropped)
        self._sending = WhatWillBeSent(look, desk.clock)
        self._sending.preview_asked.connect(self.preview)
        self._sending.ship_asked.connect(self.ship)
        self._sending.undo_bar.undo_asked.connect(self.undo)
        self._sending.tell_again_asked.connect(self._on_tell_again_asked)
        self._sending.went_through_asked.connect(self._on_went_through_asked)
        self._sending.dealt_with_asked.connect(self._on_dealt_with_asked)
        self._keep_timer = _once(self, KEEP_AFTER_MS, self._on_keep_due)
        self._preview_timer = _once(self, PREVIEW_AFTER_MS, self._on_preview_due)
        self._lay_out()

    def open_order(self, order_id: int) -> bool:
        """Open an order with what was typed for it before; the open one's draft is kept at once."""
        if order_id == self.order_id:
            self.refresh()
            return True
        if self._draft is None and self._after_opening:
            # What was scanned for the order that is still being opened comes first.
            self._after_opening.append(partial(self.open_order, order_id))
            return True
        self._save_soon(now=True)
        self.order_id = order_id
        self._opening += 1
        self._generation += 1
        self._sheet, self._draft, self._told, self._refused = None, None, (), ()
        self._preview_timer.stop()
        self._items.lock(True)
        self._tasks.spawn("open order", self._open(order_id, self._opening))
        return True

    def refresh(self) -> None:
        """Look at the store again; what is typed stays."""
        if self.order_id is None or self._draft is None:
            return
        if self._shipping:
            self._refresh_wanted = True
            return
        self._tasks.spawn("look at the order again", self._look_again(self.order_id))

    def add_piece(self, line_ids: tuple[int, ...]) -> bool:
        """Put one piece in the open parcel; one too many is refused in words and changes nothing."""
        return self._act(partial(self._add_piece, line_ids))

    def set_tracking(self, number: str, raw_scan: str = "") -> bool:
        """Give the open parcel its number, from a scan of the label."""
        return self._act(partial(self._set_tracking, number, raw_scan))

    def new_parcel(self) -> bool:
        """Open another parcel."""
        return self._act(self._new_parcel)

    def all_left(self) -> bool:
        """Put everything that is left in the open parcel."""
        return self._act(self._all_left_packed)

    def undo(self) -> bool:
        """Take the last step back."""
        return self._act(self._undo)

    def ship(self) -> bool:
        """Ship what is in the parcels, once; what keeps it from shipping is marked and said."""
        # Asked again while it ships, nothing is said: the key was pressed twice.
        return False if self._shipping else self._act(self._begin_shipping)

    @property
    def _shipping(self) -> bool:
        """Whether a shipment of the open order is being stored."""
        return self.order_id in self._storing_ids

    def preview(self) -> bool:
        """Show each message as it would leave."""
        return self._act(self._begin_preview)

    def all_fields(self) -> bool:
        """Show the fields of the order as each connection has them."""
        return self._act(self._show_fields)

    @property
    def menu_button(self) -> QPushButton:
        """Below which the order's menu opens."""
        return self._header.menu_button

    def is_labelled(self) -> bool:
        """Whether the parcel that is being packed has a tracking number."""
        return self._draft is not None and bool(self._draft.parcel.tracking_number.strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show less of what will be sent where the window is low."""
        super().resizeEvent(event)
        self._sending.show_few_rows(self.height() < self._look.tokens.px(LOW_PX))

    def keep_now(self) -> None:
        """Begin to keep what was typed, without waiting for the pause after it."""
        self._save_soon(now=True)

    async def put_away(self) -> None:
        """Keep what was typed, and end when it is stored: the program is about to close."""
        self._keep_timer.stop()
        await self._keep_all()

    # What was asked, once the order is there

    def _act(self, act: Callable[[Draft], bool]) -> bool:
        """Do something with the draft; while an order is being opened it is done afterwards."""
        if self.order_id is None:
            self.refused.emit(words.NOT_OPEN)
        elif self._draft is None:
            self._after_opening.append(partial(self._act, act))
            return True
        elif self._shipping:
            self.refused.emit(words.SHIPPING_WAIT)
        else:
            return act(self._draft)
        return False

    def _add_piece(self, line_ids: tuple[int, ...], draft: Draft) -> bool:
        self._parcels.show_draft()
        line_id = draft.add_piece(line_ids)
        if line_id is None:
            line = draft.order.line(line_ids[0]) if line_ids else None
            self.refused.emit(words.no_more_of(line.sku if line else ""))
            return False
        self._changed()
        self._items.line_table.show_line(line_id)
        return True

    def _set_tracking(self, number: str, raw_scan: str, draft: Draft) -> bool:
        self._parcels.show_draft()
        draft.set_tracking(number, raw_scan)
        self._changed()
        return True

    def _new_parcel(self, draft: Draft) -> bool:
        draft.new_parcel()
        self._parcels.show_draft()
        self._changed()
        return True

    def _all_left_packed(self, draft: Draft) -> bool:
        self._parcels.show_draft()
        if draft.all_left():
            self._changed()
        return True

    def _undo(self, draft: Draft) -> bool:
        self._parcels.show_draft()
        if draft.undo():
            self._changed()
            return True
        last = self._sheet.shipments[-1] if self._sheet and self._sheet.shipments else None
        if self._sheet is None or last is None or not can_be_taken_back(last, self._sheet.calls):
            self.refused.emit(words.TOO_LATE_TO_UNDO if last else words.NOTHING_TO_UNDO)
            return False
        self._tasks.spawn("take a shipment back", self._take_back(draft.order.id, last.id))
        return True

    def _begin_shipping(self, draft: Draft) -> bool:
        problems = draft.why_not()
        if problems or self.order_id is None:
            self._refuse(problems)
            return False
        self._storing_ids.add(self.order_id)
        self._refused = ()
        self._keep_timer.stop()
        self._preview_timer.stop()
        self._items.lock(True)
        self._show_ship()
        self._tasks.spawn("ship", self._ship(self.order_id, draft.frozen()))
        return True

    def _begin_preview(self, draft: Draft) -> bool:
        problems = draft.why_not()
        if problems or self.order_id is None:
            self._refuse(problems)
            return False
        self._tasks.spawn("show the messages", self._show_messages(self.order_id, draft.frozen()))
        return True

    def _show_fields(self, draft: Draft) -> bool:
        dialog = FieldsDialog(self, self._desk, self._tasks, self._look, draft.order.id)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet_changed.connect(dialog.refresh)
        dialog.open()
        return True

    # Store and vendors

    async def _open(self, order_id: int, opening: int) -> None:
        try:
            await self._keep_all()
            sheet = await orders.sheet(self._desk, order_id)
        except LookupError:
            await self._follow(order_id)
            return
        except OutsideError:
            if opening == self._opening:
                self._close()
            raise
        if opening != self._opening:
            return
        self._items.lock(False)
        self._draft = Draft(sheet.order, sheet.draft)
        self._show_sheet(sheet)
        self._pages.setCurrentIndex(1)
        self._preview_later()
        waiting, self._after_opening = self._after_opening, []
        for act in waiting:
            act()

    async def _follow(self, order_id: int) -> None:
        """Open the order that the open one became part of; without one there is nothing to show."""
        whole = await linking.now_part_of(self._desk, order_id)
        if order_id != self.order_id:
            return
        self._unsaved.pop(order_id, None)
        number = self._sheet.order.number if self._sheet else ""
        waiting = self._close()
        if whole is None:
            self.refused.emit(words.ORDER_GONE)
            return
        self.open_order(whole.id)
        # What was scanned meanwhile was for the same order.
        self._after_opening = waiting
        if number:
            self.refused.emit(words.part_of(number, whole.number))

    def _close(self) -> list[Callable[[], bool]]:
        """Show no order; tell what was still to be done with it."""
        waiting, self._after_opening = self._after_opening, []
        self.order_id, self._sheet, self._draft, self._told, self._refused = None, None, None, (), ()
        self._opening += 1
        self._generation += 1
        self._preview_timer.stop()
        self._items.lock(True)
        self._pages.setCurrentIndex(0)
        return waiting

    async def _look_again(self, order_id: int) -> None:
        try:
            sheet = await orders.sheet(self._desk, order_id)
        except LookupError:
            await self._follow(order_id)
            return
        if order_id == self.order_id and self._draft is not None and not self._shipping:
            same = sheet.order == self._draft.order
            self._draft.take_order(sheet.order)
            self._show_sheet(sheet)
            if not same:
                self._preview_later()

    async def _ship(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            async with self._storing:
                done = await shipping.ship(self._desk, order_id, draft)
                self._unsaved.pop(order_id, None)
            sheet = await orders.sheet(self._desk, order_id)
        except RefusedError as refused:
            self._end_shipping(order_id)
            if order_id == self.order_id:
                self._refuse(refused.problems)
            return
        except LookupError:
            self._end_shipping(order_id)
            await self._follow(order_id)
            return
        except OutsideError as trouble:
            self._end_shipping(order_id)
            self.store_failed.emit(trouble.words)
            return
        except BaseException:
            self._end_shipping(order_id)
            raise
        if order_id == self.order_id:
            self._generation += 1
            self._draft, self._told = Draft(sheet.order), ()
            self._show_sheet(sheet)
        self._end_shipping(order_id)
        self.shipped.emit(done.shipment_id)

    async def _take_back(self, order_id: int, shipment_id: int) -> None:
        """Undo a shipment; what was typed since stays, behind what was typed for it."""
        await self._keep_all()
        try:
            await take_back(self._desk, order_id, shipment_id)
        except RefusedError as refused:
            self.failed.emit(refused.problems)
            self.refresh()
            return
        if order_id == self.order_id:
            self._generation += 1
            self._opening += 1
            await self._open(order_id, self._opening)

    async def _preview(self, order_id: int, draft: ShipmentDraft, generation: int) -> None:
        told: tuple[Told, ...] = ()
        refused: tuple[Problem, ...] = ()
        try:
            told = await shipping.preview(self._desk, order_id, draft)
        except RefusedError as why:
            refused = why.problems
        except LookupError:
            # The look at the store that follows the change opens what it became part of.
            return
        if generation == self._generation and order_id == self.order_id:
            self._told, self._refused = told, refused
            self._show_all()

    async def _show_messages(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            told = await shipping.preview(self._desk, order_id, draft)
        except RefusedError as refused:
            self._refuse(refused.problems)
            return
        except LookupError:
            await self._follow(order_id)
            return
        dialog = PreviewDialog(self, self._look, told)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    async def _keep_all(self) -> None:
        """Keep what was typed, one order after the other; what has shipped meanwhile is not kept again."""
        async with self._storing:
            while self._unsaved:
                order_id, draft = next(iter(self._unsaved.items()))
                await orders.keep_draft(self._desk, order_id, draft)
                if self._unsaved.get(order_id) is draft:
                    del self._unsaved[order_id]

    async def _settle(self, call_id: int, decision: Decision, why: str) -> None:
        try:
            await outbox.settle_by_hand(self._desk, call_id, decision, why)
        except RefusedError as refused:
            self.failed.emit(refused.problems)
        self.refresh()

    # What the packer does

    def _on_quantity_changed(self, _: int) -> None:
        self._parcels.show_draft()
        self._changed()

    def _on_quantity_refused(self, line_id: int, pieces: int) -> None:
        line = self._draft.order.line(line_id) if self._draft else None
        if self._draft is not None and line is not None:
            left = self._draft.left_of(line_id) + self._draft.in_parcel(line_id)
            self.refused.emit(words.too_many(line.sku, pieces, left))

    def _on_typed(self, name: str, text: str) -> None:
        if self._draft is not None and not self._shipping:
            self._draft.set_text(name, text)
            self._changed()

    def _on_parcel_chosen(self, position: int) -> None:
        if self._draft is not None:
            self._draft.current = position
            self._show_all()

    def _on_parcel_dropped(self, position: int) -> None:
        if self._draft is not None and not self._shipping:
            self._draft.drop_parcel(position)
            self._changed()

    def _on_tell_again_asked(self, call_id: int) -> None:
        call = self._call(call_id)
        if call is not None and call.state in ("unknown", "needs_person", "dead"):
            self._ask_why(call_id, "retry", words.TELL_AGAIN, words.tell_again_risk(call.connection))
        elif call is not None:
            self._tasks.spawn("tell again", self._settle(call_id, "retry", words.TOLD_AGAIN_WHY))

    def _on_went_through_asked(self, call_id: int) -> None:
        call = self._call(call_id)
        if call is not None:
            explained = words.went_through_meaning(call.connection)
            self._ask_why(call_id, "went_through", words.WENT_THROUGH, explained)

    def _on_dealt_with_asked(self, call_id: int) -> None:
        call = self._call(call_id)
        if call is not None:
            self._ask_why(call_id, "drop", words.GIVE_UP, words.dealt_with_meaning(call.connection))

    def _ask_why(self, call_id: int, decision: Decision, title: str, explained: str) -> None:
        dialog = WhyDialog(self, call_id, decision, title, explained)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.told.connect(self._on_why_told)
        dialog.open()

    def _on_why_told(self, call_id: int, decision: Decision, why: str) -> None:
        self._tasks.spawn("settle a call", self._settle(call_id, decision, why))

    def _on_keep_due(self) -> None:
        self._save_soon(now=True)

    def _on_preview_due(self) -> None:
        if self._draft is None or self.order_id is None or self._shipping or self._draft.why_not():
            return
        coroutine = self._preview(self.order_id, self._draft.frozen(), self._generation)
        self._tasks.spawn("preview", coroutine)

    # The draft

    def _changed(self) -> None:
        self._generation += 1
        self._told, self._refused = (), ()
        self._save_soon()
        self._preview_later()
        self._show_all()

    def _save_soon(self, *, now: bool = False) -> None:
        if self._draft is None or self.order_id is None or self._shipping:
            return
        if not now:
            self._unsaved[self.order_id] = self._draft.frozen()
            if not self._keep_timer.isActive():  # whoever types without a pause has it kept all the same
                self._keep_timer.start()
        elif self._unsaved:
            self._keep_timer.stop()
            self._tasks.spawn("keep the draft", self._keep_all())

    def _preview_later(self) -> None:
        self._preview_timer.start()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._refused = problems
        self._show_all()
        elsewhere = self._marks().elsewhere
        if elsewhere:
            self.failed.emit(elsewhere)
        elif problems:
            self.failed.emit(problems[:1])

    def _end_shipping(self, order_id: int) -> None:
        self._storing_ids.discard(order_id)
        self._items.lock(self._draft is None or self._shipping)
        if self._unsaved:
            self._keep_timer.start()
        self._show_all()
        if self._refresh_wanted:
            self._refresh_wanted = False
            self.refresh()

    # What is seen

    def _show_sheet(self, sheet: OrderSheet) -> None:
        self._sheet = sheet
        self._header.show_sheet(sheet)
        self._show_all()
        self._announce(sheet)
        self.sheet_changed.emit(sheet)

    def _show_all(self) -> None:
        draft, sheet = self._draft, self._sheet
        if draft is None or sheet is None:
            return
        marks = self._marks()
        of_calls = call_marks(sheet)
        line_marks = {**of_calls.lines, **marks.lines}
        self._items.show_items(draft, line_marks, shipped=sheet.order.shipped, usable=not self._shipping)
        self._header.mark_address(marks.address or of_calls.address)
        self._parcels.show_parcels(draft, shipped_parcels(sheet), marks)
        last = sheet.shipments[-1].id if sheet.shipments else None
        calls = calls_shown(sheet.calls, last_shipment_id=last, packing=draft.pieces > 0)
        lines = [*map(told_line, self._told), *map(call_line, calls)]
        self._sending.show_lines(lines, past=bool(calls) and not draft.pieces)
        self._sending.undo_bar.show_sheet(sheet)
        self._show_ship()

    def _show_ship(self) -> None:
        draft, sheet = self._draft, self._sheet
        if draft is None or sheet is None:
            return
        if self._shipping:
            self._sending.show_ship(words.SHIPPING, usable=False, why="")
            self._sending.show_preview_usable(False)
            return
        problems = draft.why_not() or self._refused
        connections = {told.connection.id for told in self._told} or {one.id for one in sheet.places}
        text = words.ship_button(draft.pieces, sheet.order.left, len(connections))
        why = sentence(problems[0]) if problems else ""
        self._sending.show_ship(text, usable=not problems, why=why)
        self._sending.show_preview_usable(not problems)

    def _marks(self) -> Marks:
        """Where the draft's own problems stand: all after a refusal, else only what is wrong, not what is missing."""
        if self._draft is None:
            return Marks()
        problems = [*self._refused, *without_nagging(self._draft.why_not())]
        line_ids = [line.id for line in self._draft.order.lines]
        return marks_of(dict.fromkeys(problems), line_ids, len(self._draft.parcels))

    def _announce(self, sheet: OrderSheet) -> None:
        """Say in the banner, once for each state, what a call needs a person for and no field stands for."""
        for call in sheet.calls:
            if call.state not in NEEDS_YOU and self._announced.pop(call.id, None) is not None:
                self.call_settled.emit(call.id)
        for call_id, problem in unmarked(sheet, self._announced).items():
            if problem is not None:
                self.call_troubled.emit(call_id, problem)
        self._announced |= {call.id: call.state for call in sheet.calls if call.state in NEEDS_YOU}

    def _call(self, call_id: int) -> Call | None:
        calls = self._sheet.calls if self._sheet else ()
        return next((call for call in calls if call.id == call_id), None)

    def _lay_out(self) -> None:
        gap = self._look.tokens.px(self._look.tokens.gap_px)
        content = QWidget()
        column = ShrinkingColumn(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self._header)
        column.addWidget(self._items)
        column.addWidget(self._parcels)
        order = QWidget()
        whole = QVBoxLayout(order)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(gap)
        whole.addWidget(FittingScrollArea(content, least_px=self._look.tokens.px(160)))
        whole.addWidget(self._sending)
        whole.addStretch(1)

        self._pages = QStackedLayout(self)
        self._pages.addWidget(_nothing_open(self._look))
        self._pages.addWidget(order)


def _nothing_open(look: Look) -> QFrame:
    px = look.tokens.px
    column = QVBoxLayout()
    column.setContentsMargins(px(24), px(24), px(24), px(24))
    column.setSpacing(px(6))
    column.addStretch(2)
    for text, kind in ((words.NO_ORDER, "title"), (words.NO_ORDER_HINT, "secondary")):
        said = looks.label(text, kind)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setWordWrap(True)
        column.addWidget(said)
    column.addStretch(3)
    return looks.card(column)


def _once(parent: QWidget, after_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer
