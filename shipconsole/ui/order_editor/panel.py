"""The open order: what is packed is kept as a draft, previewed as it changes, and shipped with one key."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.shipment import ShipmentDraft
from shipconsole.operations import linking, orders, shipping
from shipconsole.operations.desk import Desk
from shipconsole.operations.orders import OrderSheet
from shipconsole.operations.shipping import Told
from shipconsole.operations.taking_back import can_be_taken_back, take_back
from shipconsole.ui import words as window_words
from shipconsole.ui.fields.dialog import FieldsDialog
from shipconsole.ui.look import Look
from shipconsole.ui.order_editor import words
from shipconsole.ui.order_editor.calls_by_hand import CallsByHand
from shipconsole.ui.order_editor.draft import Draft
from shipconsole.ui.order_editor.draft_keeper import DraftKeeper, once
from shipconsole.ui.order_editor.order_page import OrderPage, draft_marks, nothing_open
from shipconsole.ui.preview_dialog import PreviewDialog
from shipconsole.ui.tasks import Tasks

PREVIEW_AFTER_MS = 80


class OrderEditorPanel(QWidget):
    """One order at a time, from the first scan to the vendors' answers.

    What the packer asks for (open, pack, scan, ship) tells whether it was done or will be, once the order is there.

    Signals: sheet_changed(OrderSheet) after each look at the store, shipped(shipment id), refused(words) for what
    the packer asked last, store_failed(words), failed(a tuple of problems that no field on the screen stands for),
    call_troubled(call id, problem) for a call that needs a person, call_settled(call id) when it no longer does,
    menu_asked(), entry_asked(name) for a dialog of the order's menu.
    """

    sheet_changed = Signal(object)
    menu_asked = Signal()
    entry_asked = Signal(str)
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
        self._keeper = DraftKeeper(self, desk, tasks)
        self._calls = CallsByHand(self, desk, tasks)
        self._calls.troubled.connect(self.call_troubled)
        self._calls.over.connect(self.call_settled)
        self._calls.decided.connect(self.refresh)
        self._calls.refused.connect(self.failed)
        self._page = OrderPage(look, desk.clock)
        self._page.header.menu_asked.connect(self.menu_asked)
        self._page.header.link_asked.connect(partial(self.entry_asked.emit, "link_orders"))
        self._page.items.resolve_asked.connect(partial(self.entry_asked.emit, "resolve_items"))
        self._page.items.all_left_asked.connect(self.all_left)
        self._page.items.quantity_changed.connect(self._on_quantity_changed)
        self._page.items.quantity_refused.connect(self._on_quantity_refused)
        self._page.parcels.typed.connect(self._on_typed)
        self._page.parcels.parcel_chosen.connect(self._on_parcel_chosen)
        self._page.parcels.new_parcel_asked.connect(self.new_parcel)
        self._page.parcels.parcel_dropped.connect(self._on_parcel_dropped)
        self._page.sending.preview_asked.connect(self.preview)
        self._page.sending.ship_asked.connect(self.ship)
        self._page.sending.undo_bar.undo_asked.connect(self.undo)
        self._page.sending.tell_again_asked.connect(self._calls.tell_again)
        self._page.sending.went_through_asked.connect(self._calls.went_through)
        self._page.sending.dealt_with_asked.connect(self._calls.give_up)
        self._preview_timer = once(self, PREVIEW_AFTER_MS, self._on_preview_due)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing_open(look))
        self._pages.addWidget(self._page)

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
        self._page.items.lock(True)
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
        return self._page.header.menu_button

    def is_labelled(self) -> bool:
        """Whether the parcel that is being packed has a tracking number."""
        return self._draft is not None and bool(self._draft.parcel.tracking_number.strip())

    def keep_now(self) -> None:
        """Begin to keep what was typed, without waiting for the pause after it."""
        self._save_soon(now=True)

    async def put_away(self) -> None:
        """Keep what was typed, and end when it is stored: the program is about to close."""
        self._keeper.pause()
        await self._keeper.keep_all()

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
        self._page.parcels.show_draft()
        line_id = draft.add_piece(line_ids)
        if line_id is None:
            line = draft.order.line(line_ids[0]) if line_ids else None
            is_counted = line is None or line.is_counted
            words_for = words.no_more_of(line.sku if line else "")
            self.refused.emit(words_for if is_counted or line is None else words.not_counted(line.sku, line.quantity))
            return False
        self._changed()
        self._page.items.line_table.show_line(line_id)
        return True

    def _set_tracking(self, number: str, raw_scan: str, draft: Draft) -> bool:
        self._page.parcels.show_draft()
        draft.set_tracking(number, raw_scan)
        self._changed()
        return True

    def _new_parcel(self, draft: Draft) -> bool:
        draft.new_parcel()
        self._page.parcels.show_draft()
        self._changed()
        return True

    def _all_left_packed(self, draft: Draft) -> bool:
        self._page.parcels.show_draft()
        if draft.all_left():
            self._changed()
        return True

    def _undo(self, draft: Draft) -> bool:
        self._page.parcels.show_draft()
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
        self._keeper.pause()
        self._preview_timer.stop()
        self._page.items.lock(True)
        self._show_all()
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
            await self._keeper.keep_all()
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
        self._page.items.lock(False)
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
        self._keeper.forget(order_id)
        number = self._sheet.order.number if self._sheet else ""
        waiting = self._close()
        if whole is None:
            self.refused.emit(window_words.ORDER_GONE)
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
        self._page.items.lock(True)
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
            async with self._keeper.storing:
                done = await shipping.ship(self._desk, order_id, draft)
                self._keeper.forget(order_id)
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
        await self._keeper.keep_all()
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

    # What the packer does

    def _on_quantity_changed(self, _: int) -> None:
        self._page.parcels.show_draft()
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
        if now:
            self._keeper.keep_now()
        else:
            self._keeper.keep_soon(self.order_id, self._draft.frozen())

    def _preview_later(self) -> None:
        self._preview_timer.start()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._refused = problems
        self._show_all()
        elsewhere = draft_marks(self._draft, problems).elsewhere if self._draft is not None else ()
        if elsewhere:
            self.failed.emit(elsewhere)
        elif problems:
            self.failed.emit(problems[:1])

    def _end_shipping(self, order_id: int) -> None:
        self._storing_ids.discard(order_id)
        self._page.items.lock(self._draft is None or self._shipping)
        self._keeper.resume()
        self._show_all()
        if self._refresh_wanted:
            self._refresh_wanted = False
            self.refresh()

    # What is seen

    def _show_sheet(self, sheet: OrderSheet) -> None:
        self._sheet = sheet
        self._page.header.show_sheet(sheet)
        self._show_all()
        self._calls.show_sheet(sheet)
        self.sheet_changed.emit(sheet)

    def _show_all(self) -> None:
        if self._draft is not None and self._sheet is not None:
            self._page.show_order(self._sheet, self._draft, self._told, self._refused, shipping=self._shipping)
