"""The open order: what is packed is kept as a draft, previewed as it changes, and shipped with one key."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.order_changes import changes_of
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Problem
from shipconsole.domain.scanning_events import OrderChanged, OrderShipped, Packing
from shipconsole.domain.verdict import PendingLabel
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import link, orders
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.undo import can_be_undone, notification_status
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.calls_by_hand import CallsByHand
from shipconsole.ui.order_editor.draft_keeper import DraftKeeper
from shipconsole.ui.order_editor.order_page import OrderPage, draft_marks, nothing_open
from shipconsole.ui.order_editor.previewing import Previewing
from shipconsole.ui.order_editor.storing import Storing


class OrderEditorPanel(QWidget):
    """One order at a time, from the first scan to the platforms' answers.

    What the packer asks for (open, pack, scan, ship) tells whether it was done or will be, once the order is there.

    Signals: sheet_changed(OrderSheet) after each look at the store, shipped(shipment id), refused(words) for what
    the packer asked last, quantity_refused(words) for a typed quantity and quantity_taken() for one that fits,
    store_failed(words), failed(a tuple of problems that no field on the screen stands for), call_troubled(call id,
    problem) for a call that needs a person, call_settled(call id) when it no longer does, menu_requested(),
    entry_requested(name) for a dialog of the order's menu; changed() when the draft did. For the verdicts:
    opened(order id or None, number, units left), moved(order id, id of the order that it became part of),
    happened(event), attention(order id, updates), label_typed(package, number), label_edited(package),
    label_doubted(package, number, issues), undone().
    """

    sheet_changed = Signal(object)
    menu_requested = Signal()
    entry_requested = Signal(str)
    shipped = Signal(int)
    refused = Signal(str)
    quantity_refused = Signal(str)
    quantity_taken = Signal()
    store_failed = Signal(str)
    failed = Signal(object)
    call_troubled = Signal(int, object)
    call_settled = Signal(int)
    changed = Signal()
    opened = Signal(object, str, int)
    moved = Signal(int, int)
    happened = Signal(object)
    attention = Signal(int, int)
    label_typed = Signal(int, str)
    label_edited = Signal(int)
    label_doubted = Signal(int, str, object)
    undone = Signal()

    def __init__(self, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Begin with no order."""
        super().__init__()
        self.setObjectName("order_editor")
        self.setAccessibleName(text("shared.order"))
        self.order_id: int | None = None
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._sheet: OrderSheet | None = None
        self._session: PackingSession | None = None
        self.gate: Callable[[], bool] = lambda: True
        """Asked before anything ships: no verdict may wait."""
        self._refresh_requested = False
        self._opening = 0
        self._is_ready = asyncio.Event()
        self._is_ready.set()
        self._after_opening: list[Callable[[], bool]] = []
        self._keeper = DraftKeeper(self, ctx, tasks)
        self._storing = Storing(self, ctx, tasks, self._keeper)
        self._storing.shipped.connect(self._on_shipped)
        self._storing.ended.connect(self._end_shipping)
        self._storing.refused.connect(self._on_refused)
        self._storing.doubted.connect(self._on_doubted)
        self._storing.gone.connect(self._on_gone)
        self._storing.failed.connect(self.store_failed)
        self._storing.undone.connect(self._on_undone)
        self._storing.not_undone.connect(self._on_not_undone)
        self._calls = CallsByHand(self, ctx, tasks, theme)
        self._calls.troubled.connect(self.call_troubled)
        self._calls.over.connect(self.call_settled)
        self._calls.decided.connect(self.refresh)
        self._calls.refused.connect(self.failed)
        self._page = OrderPage(theme, ctx.clock)
        self._page.header.menu_requested.connect(self.menu_requested)
        self._page.header.link_requested.connect(partial(self.entry_requested.emit, "link_orders"))
        self._page.items.resolve_requested.connect(partial(self.entry_requested.emit, "resolve_items"))
        self._page.items.all_left_requested.connect(self.all_left)
        self._page.items.quantity_changed.connect(self._on_quantity_changed)
        self._page.items.quantity_refused.connect(self._on_quantity_refused)
        self._page.packages.number_edited.connect(self._on_number_edited)
        self._page.packages.number_entered.connect(self._on_number_entered)
        self._page.packages.new_package_requested.connect(self.new_package)
        self._page.sending.preview_requested.connect(self.preview)
        self._page.sending.ship_requested.connect(self.ship)
        self._page.sending.undo_bar.undo_requested.connect(self.undo)
        self._page.sending.resend_requested.connect(self._calls.tell_again)
        self._page.sending.mark_confirmed_requested.connect(self._calls.mark_confirmed)
        self._page.sending.dismiss_requested.connect(self._calls.discard)
        self._packing = Binding(self)
        self._packing.follow(self._on_packed, "revision")
        self._packing.follow(self._on_package_chosen, "current")
        self._previewing = Previewing(self, ctx, tasks, theme, self._would_ship)
        self._previewing.found.connect(self._show_all)
        self._previewing.refused_now.connect(self._refuse)
        self._previewing.gone.connect(self.refresh)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing_open(theme))
        self._pages.addWidget(self._page)

    def open_order(self, order_id: int) -> bool:
        """Open an order with what was typed for it before; the open one's draft is kept at once."""
        if order_id == self.order_id:
            self.refresh()
            return True
        if self._session is None and self._after_opening:
            # What was scanned for the order that is still being opened comes first.
            self._after_opening.append(partial(self.open_order, order_id))
            return True
        self._save_soon(now=True)
        self.order_id = order_id
        self._opening += 1
        self._is_ready.clear()
        self._let_go()
        self._previewing.begin()
        self._tasks.spawn("open order", self._open(order_id, self._opening))
        return True

    def refresh(self) -> None:
        """Look at the store again; what is typed stays."""
        if self.order_id is None or self._session is None:
            return
        if self._shipping:
            self._refresh_requested = True
            return
        self._tasks.spawn("look at the order again", self._look_again(self.order_id))

    @property
    def is_ready(self) -> bool:
        """Whether the open order is there and is not being stored, or none is open."""
        return self._is_ready.is_set()

    async def ready(self) -> None:
        """Wait until it is."""
        await self._is_ready.wait()

    def packing(self, line_ids: Sequence[int] = ()) -> Packing:
        """Return how the draft stands, for a scan of these lines."""
        return self._session.packing(line_ids) if self._session is not None else Packing()

    def packing_of(self, package: int) -> Packing:
        """Return how the draft stands, for a number that was typed in one of its packages."""
        return self.packing()._replace(package=package, number="")

    @property
    def session(self) -> PackingSession | None:
        """The packing of the open order, None while there is none."""
        return self._session

    def snapshot(self) -> ShipmentDraft | None:
        """Return the draft as it is now, None while there is none."""
        return self._session.draft.snapshot() if self._session is not None else None

    def item_name(self, line_id: int) -> str:
        """Return what an item of the open order is called, and its SKU."""
        line = self._session.order.line(line_id) if self._session is not None else None
        return f"{line.description} ({line.sku})" if line is not None and line.description else line.sku if line else ""

    def add_units(self, line_ids: tuple[int, ...], units: int = 1) -> bool:
        """Put units in the open package; too many are refused in words and change nothing."""
        return self._act(partial(self._add_units, line_ids, units))

    def take_label(self, label: PendingLabel, *, in_next: bool = False) -> bool:
        """Give a package a label with all that was decided about it."""
        return self._act(partial(self._take_label, label, in_next))

    def clear_label(self, package: int, number: str) -> bool:
        """Remove a number that was typed in a package and is not kept."""
        return self._act(partial(self._clear_label, package, number))

    def set_tracking(self, number: str, raw_scan: str = "") -> bool:
        """Give the open package its number, from a scan of the label."""
        return self._act(partial(self._set_tracking, number, raw_scan))

    def new_package(self) -> bool:
        """Open another package."""
        return self._act(self._new_package)

    def all_left(self) -> bool:
        """Put everything that is left in the open package."""
        return self._act(self._all_left_packed)

    def undo(self) -> bool:
        """Take the last step back."""
        return self._act(self._undo)

    def ship(self) -> bool:
        """Ship what is in the packages, once; what keeps it from shipping is marked and said."""
        # Asked again while it ships, nothing is said: the key was pressed twice.
        return False if self._shipping or not self.gate() else self._act(self._begin_shipping)

    @property
    def _shipping(self) -> bool:
        """Whether a shipment of the open order is being stored."""
        return self._storing.is_storing(self.order_id)

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
        """Whether the package that is being packed has a tracking number."""
        return self._session is not None and bool(self._session.package.tracking_number.strip())

    def keep_now(self) -> None:
        """Begin to keep what was typed, without waiting for the pause after it."""
        self._save_soon(now=True)

    async def keep(self) -> None:
        """Keep what was typed, and end when it is stored."""
        await self._keeper.keep_all()

    async def shutdown(self) -> None:
        """Keep what was typed, and end when it is stored: the program is about to close."""
        self._keeper.pause()
        await self._keeper.keep_all()

    # What was asked, once the order is there

    def _act(self, act: Callable[[PackingSession], bool]) -> bool:
        """Do something with the draft; while an order is being opened it is done afterwards."""
        if self.order_id is None:
            self.refused.emit(text("order_editor.not_open"))
        elif self._session is None:
            self._after_opening.append(partial(self._act, act))
            return True
        elif self._shipping:
            self.refused.emit(text("order_editor.saving_wait"))
        else:
            return act(self._session)
        return False

    def _add_units(self, line_ids: tuple[int, ...], units: int, session: PackingSession) -> bool:
        self._page.packages.show_draft()
        line_id = session.add_units(line_ids, units)
        if line_id is None:
            line = session.order.line(line_ids[0]) if line_ids else None
            if line is not None and not line.is_counted:
                self.refused.emit(text("order_editor.not_counted", sku=line.sku, quantity=line.quantity))
            else:
                self.refused.emit(text("order_editor.none_left", sku=line.sku if line else ""))
            return False
        self._page.items.item_table.show_line(line_id)
        return True

    def _set_tracking(self, number: str, raw_scan: str, session: PackingSession) -> bool:
        self._page.packages.show_draft()
        session.set_tracking(number, raw_scan)
        return True

    def _take_label(self, label: PendingLabel, in_next: bool, session: PackingSession) -> bool:
        if in_next:
            session.new_package()
        elif label.package < len(session.draft.packages):
            session.current = label.package
        self._page.packages.show_draft()
        session.set_tracking(
            label.number,
            session.package.raw_scan if label.is_typed else label.raw,
            accepted=label.accepted,
            reason=label.reason,
            carrier=label.carrier,
        )
        return True

    def _clear_label(self, package: int, number: str, session: PackingSession) -> bool:
        packages = session.draft.packages
        if package < len(packages) and packages[package].tracking_number == number:
            session.current = package
            session.set_tracking("", "")
        return True

    def _new_package(self, session: PackingSession) -> bool:
        session.new_package()
        self._page.packages.show_draft()
        return True

    def _all_left_packed(self, session: PackingSession) -> bool:
        self._page.packages.show_draft()
        session.pack_all_left()
        return True

    def _undo(self, session: PackingSession) -> bool:
        self._page.packages.show_draft()
        if session.undo():
            self.undone.emit()
            return True
        sheet = self._sheet
        if sheet is None or not sheet.shipments:
            self.refused.emit(text("order_editor.nothing_to_undo"))
            return False
        last = sheet.shipments[-1]
        notified, perhaps, _ = told = notification_status(last, sheet.calls)
        # What was tried and never left can be undone as well, which the store knows best.
        if not can_be_undone(last, sheet.calls) and (notified or perhaps):
            self.refused.emit(_too_late_to_undo(*told))
            return False
        self._storing.undo(session.order.id, last.id)
        return True

    def _begin_shipping(self, session: PackingSession) -> bool:
        problems = session.problems()
        if problems or self.order_id is None:
            self._refuse(problems)
            return False
        self._is_ready.clear()
        self._previewing.refused = ()
        self._keeper.pause()
        self._previewing.pause()
        session.is_locked = True
        self._storing.ship(self.order_id, session.draft.snapshot())
        self._show_all()
        return True

    def _begin_preview(self, session: PackingSession) -> bool:
        problems = session.problems()
        if problems or self.order_id is None:
            self._refuse(problems)
            return False
        self._previewing.show_messages(self.order_id, session.draft.snapshot())
        return True

    def _show_fields(self, session: PackingSession) -> bool:
        dialog = FieldsDialog(self, self._ctx, self._tasks, self._theme, session.order.id)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet_changed.connect(dialog.refresh)
        dialog.open()
        return True

    # Store and vendors

    async def _open(self, order_id: int, opening: int) -> None:
        try:
            await self._keeper.keep_all()
            sheet = await orders.sheet(self._ctx, order_id)
        except LookupError:
            await self._follow(order_id)
            return
        except Exception:
            if opening == self._opening:
                self._close()
            raise
        if opening != self._opening:
            return
        self._take_up(PackingSession.begin(sheet.order, sheet.draft))
        self.opened.emit(order_id, sheet.order.number, sheet.order.left)
        self._show_sheet(sheet)
        self._pages.setCurrentIndex(1)
        self._previewing.soon()
        self._show_ready()
        waiting, self._after_opening = self._after_opening, []
        for act in waiting:
            act()

    async def _follow(self, order_id: int) -> None:
        """Open the order that the open one became part of; without one there is nothing to show."""
        whole = await link.merged_into(self._ctx, order_id)
        if order_id != self.order_id:
            return
        self._keeper.forget(order_id)
        number = self._sheet.order.number if self._sheet else ""
        waiting = self._close()
        if whole is None:
            self.refused.emit(text("order_editor.gone", key=key_name("F5")))
            return
        self.moved.emit(order_id, whole.id)
        self.open_order(whole.id)
        # What was scanned meanwhile was for the same order.
        self._after_opening = waiting
        if number:
            self.refused.emit(text("order_editor.part_of", number=number, whole=whole.number))

    def _close(self) -> list[Callable[[], bool]]:
        """Show no order; tell what was still to be done with it."""
        waiting, self._after_opening = self._after_opening, []
        self.order_id = None
        self._let_go()
        self._opening += 1
        self._previewing.forget()
        self._previewing.pause()
        self._pages.setCurrentIndex(0)
        self.opened.emit(None, "", 0)
        self._show_ready()
        return waiting

    async def _look_again(self, order_id: int) -> None:
        try:
            sheet = await orders.sheet(self._ctx, order_id)
        except LookupError:
            await self._follow(order_id)
            return
        if order_id == self.order_id and self._session is not None and not self._shipping:
            before = self._session.order
            if self._sheet is not None:
                self._say_what_changed(self._sheet, sheet, self._session)
            self._session.take_order(sheet.order)
            self._show_sheet(sheet)
            if sheet.order != before:
                self._previewing.soon()

    def _say_what_changed(self, before: OrderSheet, after: OrderSheet, session: PackingSession) -> None:
        """Have what others changed of an order looked at; what was done to it here by hand is known."""
        own = [one for one in after.manual_changes[len(before.manual_changes) :] if one.station == self._ctx.station]
        order = after.order
        if own or after.order == before.order:
            return
        if order.cancelled:
            if not before.order.cancelled:
                self.happened.emit(OrderChanged(order.id, order.number))
        elif session.packing(()).is_begun and (changes := changes_of(before.order, order)):
            self.happened.emit(OrderChanged(order.id, order.number, changes))

    def _on_shipped(self, order_id: int, sheet: OrderSheet, draft: ShipmentDraft, shipment_id: int) -> None:
        if order_id == self.order_id:
            self._previewing.forget()
            self._take_up(PackingSession.begin(sheet.order))
            packages = sum(len(one.packages) for one in sheet.shipments)
            units = draft.units
            self.happened.emit(OrderShipped(order_id, packages, units, tuple(one.name for one in sheet.targets)))
            self._show_sheet(sheet)
        self._end_shipping(order_id)
        self.shipped.emit(shipment_id)

    def _on_refused(self, order_id: int, problems: tuple[Problem, ...]) -> None:
        if order_id == self.order_id:
            self._refuse(problems)

    def _on_doubted(self, order_id: int, draft: ShipmentDraft, refused: LabelsNotAccepted) -> None:
        """Have a person decide on the labels that kept a shipment from being stored."""
        if order_id == self.order_id:
            self._previewing.refused = refused.problems
            self._show_all()
            for package, issues in refused.issues.items():
                self.label_doubted.emit(package, draft.packages[package].tracking_number, issues)

    def _on_gone(self, order_id: int) -> None:
        self._tasks.spawn("look where an order went", self._follow(order_id))

    def _on_undone(self, order_id: int) -> None:
        if order_id == self.order_id:
            self._previewing.forget()
            self._opening += 1
            self._tasks.spawn("open order", self._open(order_id, self._opening))

    def _on_not_undone(self, _order_id: int, problems: tuple[Problem, ...]) -> None:
        self.failed.emit(problems)
        self.refresh()

    # What the packer does

    def _on_quantity_changed(self, _: int) -> None:
        self.quantity_taken.emit()
        self._page.packages.show_draft()

    def _on_quantity_refused(self, line_id: int, pieces: int) -> None:
        line = self._session.order.line(line_id) if self._session else None
        if self._session is not None and line is not None:
            left = self._session.left_of(line_id) + self._session.in_package(line_id)
            self.quantity_refused.emit(text("order_editor.too_many", sku=line.sku, units=pieces, count=left))

    def _on_number_edited(self) -> None:
        if self._session is not None and not self._shipping:
            self.label_edited.emit(self._session.current)

    def _on_number_entered(self) -> None:
        if self._session is not None and not self._shipping:
            package = self._session.package
            if package.tracking_number.strip() and not package.raw_scan:
                self.label_typed.emit(self._session.current, package.tracking_number)

    def _on_package_chosen(self, _: PackingSession) -> None:
        self._show_all()

    def _would_ship(self) -> tuple[int, ShipmentDraft] | None:
        if self._session is None or self.order_id is None or self._shipping or self._session.problems():
            return None
        return self.order_id, self._session.draft.snapshot()

    # The draft

    def _take_up(self, session: PackingSession) -> None:
        """Pack with a session from now on; only what changes from here is news."""
        self._session = session
        session.is_locked = self._shipping
        self._page.bind(session)
        self._packing.bind(session)

    def _let_go(self) -> None:
        """Have no session any more; what is on the screen stays there until the next one, and cannot be changed."""
        self._packing.bind(None)
        if self._session is not None:
            self._session.is_locked = True
        self._sheet, self._session = None, None

    def _on_packed(self, session: PackingSession) -> None:
        if session.revision == 0:
            return
        self._previewing.forget()
        self._save_soon()
        self._previewing.soon()
        self._show_all()
        self.changed.emit()

    def _save_soon(self, *, now: bool = False) -> None:
        if self._session is None or self.order_id is None or self._shipping:
            return
        if now:
            self._keeper.keep_now()
        else:
            self._keeper.keep_soon(self.order_id, self._session.draft.snapshot())

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._previewing.refused = problems
        self._show_all()
        elsewhere = draft_marks(self._session, problems).elsewhere if self._session is not None else ()
        if elsewhere:
            self.failed.emit(elsewhere)
        elif problems:
            self.failed.emit(problems[:1])

    def _end_shipping(self, _order_id: int) -> None:
        if self._session is not None:
            self._session.is_locked = self._shipping
        self._keeper.resume()
        self._show_all()
        self._show_ready()
        if self._refresh_requested:
            self._refresh_requested = False
            self.refresh()

    # What is seen

    def _show_sheet(self, sheet: OrderSheet) -> None:
        self._sheet = sheet
        self._page.header.show_sheet(sheet)
        self._show_all()
        self._calls.show_sheet(sheet)
        last = sheet.shipments[-1].id if sheet.shipments else None
        needing = [call for call in sheet.calls if call.shipment_id == last and call.state in NEEDS_ATTENTION]
        self.attention.emit(sheet.order.id, len(needing) if last is not None else 0)
        self.sheet_changed.emit(sheet)

    def _show_ready(self) -> None:
        if (self.order_id is None or self._session is not None) and not self._shipping:
            self._is_ready.set()

    def _show_all(self) -> None:
        if self._session is not None and self._sheet is not None:
            self._page.show_order(self._sheet, self._session, self._previewing.told, self._previewing.refused)


def _too_late_to_undo(notified: Sequence[str], perhaps: Sequence[str], not_yet: Sequence[str]) -> str:
    """Return why a shipment cannot be undone any more: how it stands with each platform."""
    said: list[str] = []
    if notified:
        said.append(text("undo_refused.notified", platforms=tuple(notified), count=len(notified)))
    if perhaps:
        said.append(text("undo_refused.perhaps", platforms=tuple(perhaps)))
    if not_yet:
        said.append(text("undo_refused.not_yet", platforms=tuple(not_yet), count=len(not_yet)))
    return " ".join([*said, text("undo_refused.advice")])
