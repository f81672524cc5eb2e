"""The open order: what is packed is kept as a draft, previewed as it changes, and shipped with one key."""

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_YOU
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.shipment import ShipmentDraft
from shipconsole.operations import orders, outbox, shipping
from shipconsole.operations.desk import Desk
from shipconsole.operations.orders import OrderSheet
from shipconsole.operations.outbox import Call, Decision
from shipconsole.operations.shipping import Told
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.look import Look
from shipconsole.ui.order_editor.draft import Draft
from shipconsole.ui.order_editor.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.order_editor.header import OrderHeader
from shipconsole.ui.order_editor.line_table import LineTable, LineTableModel
from shipconsole.ui.order_editor.marks import Marks, marks_of, sentence, without_nagging
from shipconsole.ui.order_editor.parcels import ParcelsCard, ShippedParcel
from shipconsole.ui.order_editor.what_will_be_sent import (
    WhatWillBeSent,
    call_line,
    calls_shown,
    told_line,
    trouble_of,
)
from shipconsole.ui.order_editor.why_dialog import WhyDialog
from shipconsole.ui.preview_dialog import PreviewDialog
from shipconsole.ui.tasks import Tasks

KEEP_AFTER_MS = 300
PREVIEW_AFTER_MS = 80


class OrderEditorPanel(QWidget):
    """One order at a time, from the first scan to the vendors' answers.

    Signals: order_opened(order number), sheet_changed(OrderSheet) after each look at the store, shipped(shipment
    id), failed(words, or a tuple of problems that no field on the screen stands for).
    """

    order_opened = Signal(str)
    sheet_changed = Signal(object)
    shipped = Signal(int)
    failed = Signal(object)

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
        self._shipping = False
        self._refresh_wanted = False
        self._generation = 0
        """Grows with every change of the draft; an answer for an older one is not shown."""
        self._opening = 0
        self._after_opening: list[Callable[[], None]] = []
        self._unsaved: dict[int, ShipmentDraft] = {}
        self._storing = asyncio.Lock()
        self._announced: set[int] = set()

        self._header = OrderHeader(look)
        self._lines = LineTableModel(self)
        self._lines.quantity_changed.connect(self._on_quantity_changed)
        self._lines.refused.connect(self._on_quantity_refused)
        self.line_table = LineTable(look, self._lines)
        self._headline = looks.Elided("", "secondary")
        self._headline.setObjectName("items_headline")
        self._all_left = looks.button(words.SHIP_ALL_LEFT, "plain", "Ctrl+A")
        self._all_left.setObjectName("ship_all_left")
        self._all_left.clicked.connect(self.all_left)
        self._line_trouble = looks.label("", "secondary", "bad")
        self._line_trouble.setObjectName("line_trouble")
        self._line_trouble.setWordWrap(True)
        self._parcels = ParcelsCard(look)
        self._parcels.typed.connect(self._on_typed)
        self._parcels.parcel_chosen.connect(self._on_parcel_chosen)
        self._parcels.new_parcel_asked.connect(self.new_parcel)
        self._parcels.parcel_dropped.connect(self._on_parcel_dropped)
        self._sending = WhatWillBeSent(look)
        self._sending.preview_asked.connect(self.preview)
        self._sending.ship_asked.connect(self.ship)
        self._sending.tell_again_asked.connect(self._on_tell_again_asked)
        self._sending.went_through_asked.connect(self._on_went_through_asked)
        self._sending.dealt_with_asked.connect(self._on_dealt_with_asked)
        self._keep_timer = _once(self, KEEP_AFTER_MS, self._on_keep_due)
        self._preview_timer = _once(self, PREVIEW_AFTER_MS, self._on_preview_due)
        self._lay_out()

    def open_order(self, order_id: int) -> None:
        """Open an order with what was typed for it before; the open one's draft is kept at once."""
        if order_id == self.order_id:
            self.refresh()
            return
        self._save_soon(now=True)
        self.order_id = order_id
        self._opening += 1
        self._generation += 1
        self._sheet, self._draft, self._told, self._refused = None, None, (), ()
        self._after_opening.clear()
        self._preview_timer.stop()
        self._lines.lock(True)
        self._tasks.spawn("open order", self._open(order_id, self._opening))

    def refresh(self) -> None:
        """Look at the store again; what is typed stays."""
        if self.order_id is None or self._draft is None:
            return
        if self._shipping:
            self._refresh_wanted = True
            return
        self._tasks.spawn("look at the order again", self._look_again(self.order_id))

    def add_piece(self, line_ids: tuple[int, ...]) -> None:
        """Put one piece in the open parcel; one too many is refused in words and changes nothing."""
        draft = self._ready(partial(self.add_piece, line_ids))
        if draft is None:
            return
        self._parcels.show_draft()
        line_id = draft.add_piece(line_ids)
        if line_id is None:
            line = draft.order.line(line_ids[0]) if line_ids else None
            self.failed.emit(words.no_more_of(line.sku if line else ""))
            return
        self._changed()
        self.line_table.show_line(line_id)

    def set_tracking(self, number: str, raw_scan: str = "") -> None:
        """Give the open parcel its number, from a scan of the label."""
        draft = self._ready(partial(self.set_tracking, number, raw_scan))
        if draft is not None:
            self._parcels.show_draft()
            draft.set_tracking(number, raw_scan)
            self._changed()

    def new_parcel(self) -> None:
        """Open another parcel."""
        draft = self._ready(self.new_parcel)
        if draft is not None:
            draft.new_parcel()
            self._parcels.show_draft()
            self._changed()

    def all_left(self) -> None:
        """Put everything that is left in the open parcel."""
        draft = self._ready(self.all_left)
        if draft is not None:
            self._parcels.show_draft()
            if draft.all_left():
                self._changed()

    def undo(self) -> None:
        """Take the last step back."""
        draft = self._ready(self.undo)
        if draft is None:
            return
        self._parcels.show_draft()
        if draft.undo():
            self._changed()
        else:
            self.failed.emit(words.NOTHING_TO_UNDO)

    def ship(self) -> None:
        """Ship what is in the parcels, once; what keeps it from shipping is marked and said."""
        if self._shipping:
            return
        draft = self._ready(self.ship)
        if draft is None or self.order_id is None:
            return
        problems = draft.why_not()
        if problems:
            self._refuse(problems)
            return
        self._shipping = True
        self._refused = ()
        self._keep_timer.stop()
        self._preview_timer.stop()
        self._lines.lock(True)
        self._show_ship()
        self._tasks.spawn("ship", self._ship(self.order_id, draft.frozen()))

    def preview(self) -> None:
        """Show each message as it would leave."""
        draft = self._ready(self.preview)
        if draft is None or self.order_id is None:
            return
        if draft.why_not():
            self._refuse(draft.why_not())
            return
        self._tasks.spawn("show the messages", self._show_messages(self.order_id, draft.frozen()))

    def keep_now(self) -> None:
        """Keep the draft without waiting, as the program is about to close."""
        self._save_soon(now=True)

    # Store and vendors

    async def _open(self, order_id: int, opening: int) -> None:
        await self._keep_all()
        try:
            sheet = await orders.sheet(self._desk, order_id)
        except LookupError:
            if opening == self._opening:
                self.order_id = None
                self._places.setCurrentIndex(0)
            self.failed.emit(words.ORDER_GONE)
            return
        if opening != self._opening:
            return
        self._lines.lock(False)
        self._draft = Draft(sheet.order, sheet.draft)
        self._show_sheet(sheet)
        self._places.setCurrentIndex(1)
        self._preview_later()
        self.order_opened.emit(sheet.order.number)
        waiting, self._after_opening = self._after_opening, []
        for act in waiting:
            act()

    async def _look_again(self, order_id: int) -> None:
        sheet = await orders.sheet(self._desk, order_id)
        if order_id == self.order_id and self._draft is not None and not self._shipping:
            same = sheet.order == self._draft.order
            self._draft.take_order(sheet.order)
            self._show_sheet(sheet)
            if not same:
                self._preview_later()

    async def _ship(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            async with self._storing:
                self._unsaved.pop(order_id, None)
                done = await shipping.ship(self._desk, order_id, draft)
            sheet = await orders.sheet(self._desk, order_id)
        except RefusedError as refused:
            self._end_shipping()
            if order_id == self.order_id:
                self._refuse(refused.problems)
            return
        except OutsideError as trouble:
            self._end_shipping()
            self.failed.emit(trouble.words)
            return
        except BaseException:
            self._end_shipping()
            raise
        if order_id == self.order_id:
            self._generation += 1
            self._draft, self._told = Draft(sheet.order), ()
            self._show_sheet(sheet)
        self._end_shipping()
        self.shipped.emit(done.shipment_id)

    async def _preview(self, order_id: int, draft: ShipmentDraft, generation: int) -> None:
        told: tuple[Told, ...] = ()
        refused: tuple[Problem, ...] = ()
        try:
            told = await shipping.preview(self._desk, order_id, draft)
        except RefusedError as why:
            refused = why.problems
        if generation == self._generation and order_id == self.order_id:
            self._told, self._refused = told, refused
            self._show_all()

    async def _show_messages(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            told = await shipping.preview(self._desk, order_id, draft)
        except RefusedError as refused:
            self._refuse(refused.problems)
            return
        dialog = PreviewDialog(self, self._look, told)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    async def _keep_all(self) -> None:
        """Keep what was typed, one order after the other; what has shipped meanwhile is not kept again."""
        async with self._storing:
            while self._unsaved:
                order_id, draft = self._unsaved.popitem()
                await orders.keep_draft(self._desk, order_id, draft)

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
            self.failed.emit(words.too_many(line.sku, pieces, left))

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
        if call is not None and call.state in ("unknown", "needs_person"):
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
            self._ask_why(call_id, "drop", words.DEALT_WITH, words.dealt_with_meaning(call.connection))

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

    def _ready(self, again: Callable[[], None]) -> Draft | None:
        """The draft to act on; while an order is being opened the act is done afterwards."""
        if self.order_id is None:
            self.failed.emit(words.NOT_OPEN)
        elif self._draft is None:
            self._after_opening.append(again)
        elif self._shipping:
            self.failed.emit(words.SHIPPING_WAIT)
        else:
            return self._draft
        return None

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

    def _end_shipping(self) -> None:
        self._shipping = False
        self._lines.lock(False)
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
        of_calls = self._marks_of_calls(sheet)
        self._lines.show(draft)
        line_marks = {**of_calls.lines, **marks.lines}
        self._lines.mark(line_marks)
        troubles = [self._line_words(draft, line_id, said) for line_id, said in line_marks.items()]
        self._line_trouble.setText(looks.plain("\n".join(troubles), lines=True))
        self._line_trouble.setVisible(bool(troubles))
        self._header.mark_address(marks.address or of_calls.address)
        several = len(draft.parcels) > 1
        self._headline.set_text(
            words.items_headline(sheet.order.shipped, draft.pieces, draft.left, several_parcels=several)
        )
        self._all_left.setEnabled(draft.left > 0 and not self._shipping)
        self._parcels.show_parcels(draft, shipped_parcels(sheet), marks)
        last = sheet.shipments[-1].id if sheet.shipments else None
        calls = calls_shown(sheet.calls, last_shipment_id=last, packing=draft.pieces > 0)
        lines = [*map(told_line, self._told), *map(call_line, reversed(calls))]
        self._sending.show_lines(lines, past=bool(calls) and not draft.pieces)
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
        places = {told.connection.id for told in self._told} or {place.id for place in sheet.places}
        text = words.ship_button(draft.pieces, sheet.order.left, len(places))
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

    def _marks_of_calls(self, sheet: OrderSheet) -> Marks:
        """Where the problems of refused calls stand; those of parcels are on the parcels' own tabs."""
        problems = [
            Problem(problem.path, words.said_by(call.connection, problem.message), problem.advice)
            for call in sheet.calls
            if call.state in NEEDS_YOU
            for problem in call.problems
            if problem.path[:1] != ("packages",)
        ]
        return marks_of(dict.fromkeys(problems), [line.id for line in sheet.order.lines], 0)

    def _announce(self, sheet: OrderSheet) -> None:
        """Say once in the banner what a refused call complains of and no field stands for."""
        line_ids = [line.id for line in sheet.order.lines]
        for call in sheet.calls:
            if call.state not in NEEDS_YOU or call.id in self._announced:
                continue
            self._announced.add(call.id)
            parcels = sum(len(one.packages) for one in sheet.shipments if one.id == call.shipment_id)
            elsewhere = marks_of(call.problems, line_ids, parcels).elsewhere
            if elsewhere or not call.problems:
                said = words.call_trouble(sheet.order.number, call.connection, trouble_of(call))
                self.failed.emit((Problem((), said, words.CALL_TROUBLE_ADVICE),))

    def _line_words(self, draft: Draft, line_id: int, said: str) -> str:
        line = draft.order.line(line_id)
        return said if line is None or said.startswith(f"{line.sku}:") else f"{line.sku}: {said}"

    def _call(self, call_id: int) -> Call | None:
        calls = self._sheet.calls if self._sheet else ()
        return next((call for call in calls if call.id == call_id), None)

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(looks.label(words.ITEMS, "heading"))
        top.addWidget(self._headline, 1)
        top.addWidget(self._all_left)
        inside = QVBoxLayout()
        inside.setContentsMargins(px(16), px(13), px(16), px(13))
        inside.setSpacing(px(8))
        inside.addLayout(top)
        inside.addWidget(self.line_table)
        inside.addWidget(self._line_trouble)
        items = looks.card(inside)
        items.setObjectName("items")
        items.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

        content = QWidget()
        column = ShrinkingColumn(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(self._look.tokens.gap_px))
        column.addWidget(self._header)
        column.addWidget(items)
        column.addWidget(self._parcels)
        order = QWidget()
        whole = QVBoxLayout(order)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(self._look.tokens.gap_px))
        whole.addWidget(FittingScrollArea(content, least_px=px(160)))
        whole.addWidget(self._sending)
        whole.addStretch(1)

        self._places = QStackedLayout(self)
        self._places.addWidget(_nothing_open(self._look))
        self._places.addWidget(order)


def shipped_parcels(sheet: OrderSheet) -> tuple[ShippedParcel, ...]:
    """The parcels that left, oldest first, each with how telling of it stands and what was refused about it."""
    found: list[ShippedParcel] = []
    for shipment in sheet.shipments:
        for position, package in enumerate(shipment.packages):
            calls = [
                call
                for call in sheet.calls
                if call.shipment_id == shipment.id and call.package_id in (None, package.id)
            ]
            state, tone = words.parcel_told(tuple(call.state for call in calls))
            problems = [
                Problem(problem.path, words.said_by(call.connection, problem.message), problem.advice)
                for call in calls
                if call.state in NEEDS_YOU
                for problem in call.problems
            ]
            marks = marks_of(dict.fromkeys(problems), (), len(shipment.packages)).of_parcel(position)
            found.append(ShippedParcel(package, state, tone, marks))  # type: ignore[arg-type]  # tones only
    return tuple(found)


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
