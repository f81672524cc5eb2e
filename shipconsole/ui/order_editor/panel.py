"""The order editor: packs the open order, previews its updates, and ships it with one key."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from shipconsole.domain.by_itself import is_packed
from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.change_feed import Changes
from shipconsole.domain.draft import KeptBack, ShipmentDraft
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Problem
from shipconsole.domain.scanning_events import OrderShipped, Packing
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import next_order
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.box import BoxPart
from shipconsole.station.kept_drafts import KeptDrafts
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.claim_note import ClaimNote
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.draft_questions import DraftQuestions
from shipconsole.ui.order_editor.drafts import DraftSaver, store_kept
from shipconsole.ui.order_editor.marks import FieldProblem, ShippedPackage, draft_marks
from shipconsole.ui.order_editor.open_order import OpenOrder, OrderState
from shipconsole.ui.order_editor.order_view import OrderView
from shipconsole.ui.order_editor.packing_steps import PackingSteps
from shipconsole.ui.order_editor.pictures import PictureLoader
from shipconsole.ui.order_editor.preview import UpdatePreview
from shipconsole.ui.order_editor.ship_button import ShipMode
from shipconsole.ui.order_editor.shipping import Shipping
from shipconsole.ui.order_editor.updates import UpdateResolver


class OrderEditorPanel(QWidget):
    """One order at a time, from the first scan to the responses of its platforms.

    It controls four parts that the window places: `items_pane`, `packages_pane`, `ship_footer`, and `package_bar` for
    bench mode. As a widget it shows the first three side by side.

    Methods for the packer's steps (open, undo, ship; in `steps` those that pack) return whether the step was or will be
    done; while an order is loaded they run afterwards.

    Signals: sheet_changed(OrderSheet) after each read of the store; shipped(shipment id); refused(text) for the last
    step; quantity_refused(text) and quantity_taken() for a typed quantity; store_failed(text); failed(problems without
    a field on the screen); update_needs_attention(call id, problem); update_resolved(call id) when that is over;
    menu_requested(); entry_requested(name) for a dialog of the order's menu; changed() when the draft did.

    slip_requested(order id) for the packing slip of the last shipment, packages_requested() for all packages in bench
    mode.

    Signals for verdicts: opened(order id or None, number, units left); moved(order id, id of the order that it became
    part of); happened(event); attention(order id, updates); label_typed(package, number); label_edited(package);
    label_needs_decision(package, number, issues); undone().

    Signals for drafts: packed_elsewhere(text), where one is not saved since another station packs the order;
    draft_saved(order id).
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
    update_needs_attention = Signal(int, object)
    update_resolved = Signal(int)
    changed = Signal()
    slip_requested = Signal(int)
    packages_requested = Signal()
    opened = Signal(object, str, int)
    moved = Signal(int, int)
    happened = Signal(object)
    attention = Signal(int, int)
    label_typed = Signal(int, str)
    label_edited = Signal(int)
    label_needs_decision = Signal(int, str, object)
    undone = Signal()
    packed_elsewhere = Signal(str)
    draft_saved = Signal(int)

    def __init__(self, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Initialize with no order."""
        super().__init__()
        self.setObjectName("order_controller")
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self.gate: Callable[[], bool] = lambda: True
        """Asked before anything ships; False while a verdict waits for a person."""
        self.box_candidate = 0
        """The order that is to be added to the open package, for the dialog that asks for its units; 0 is none."""
        self.state = OrderState()
        self._drafts = DraftSaver(self, ctx, tasks)
        self._order = OpenOrder(self, ctx, tasks, self.state, self._drafts)
        self.steps = PackingSteps(self, self._order)
        """What changes the packages of the draft."""
        self._questions = DraftQuestions(self, ctx, tasks, theme, self._drafts, self._reload)
        self._updates = UpdateResolver(self, ctx, tasks, theme)
        self._preview = UpdatePreview(self, ctx, tasks, theme, self.state, self._shippable_draft)
        self._shipping = Shipping(self, ctx, tasks, self.state, self._order, self._drafts, self._preview)
        self._view = OrderView(self, theme, ctx.clock, self.state, ctx.package_presets)
        self.items_pane, self.packages_pane = self._view.items, self._view.packages
        self.ship_footer, self.package_bar = self._view.footer, self._view.bar
        self._pictures = PictureLoader(self, ctx, tasks)
        table = self.items_pane.item_table
        table.delegate.pictures = self._pictures.pixmaps
        table.delegate.picture_wanted.connect(self._pictures.request)
        self._pictures.loaded.connect(table.viewport().update)
        self._is_database_away = False
        self._next_id: int | None = None
        """The order that is opened next, None while it is not known."""
        self.claim_note = ClaimNote(theme, ctx)
        self.items_pane.show_below_header(self.claim_note)
        self._draft = Binding(self)
        self._draft.follow(self._on_draft_changed, "revision")
        self._place_side_by_side()
        self._connect_order()
        self._connect_panes()

    def _place_side_by_side(self) -> None:
        """Place the parts, until the window takes them elsewhere."""
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.packages_pane, 1)
        right.addWidget(self.ship_footer)
        self.package_bar.setParent(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.tokens.px(12))
        row.addWidget(self.items_pane, 616)
        row.addLayout(right, 344)

    def _connect_order(self) -> None:
        self._questions.packed_elsewhere.connect(self.packed_elsewhere)
        self._drafts.saved.connect(self.draft_saved)
        self._order.opening.connect(self._preview.begin_order)
        self._order.session_changed.connect(self._on_session_changed)
        self._order.loaded.connect(self._on_loaded)
        self._order.refreshed.connect(self._on_refreshed)
        self._order.closed.connect(self._on_closed)
        self._order.moved.connect(self.moved)
        self._order.changed_elsewhere.connect(self.happened)
        self._order.refused.connect(self.refused)
        self.steps.refused.connect(self.refused)
        self._shipping.shipped.connect(self.shipped)
        self._shipping.stored.connect(self._on_stored)
        self._shipping.happened.connect(self.happened)
        self._shipping.refused.connect(self.refused)
        self._shipping.problems_found.connect(self._refuse)
        self._shipping.label_needs_decision.connect(self.label_needs_decision)
        self._shipping.undo_failed.connect(self.failed)
        self._shipping.store_failed.connect(self.store_failed)
        self._updates.needs_attention.connect(self.update_needs_attention)
        self._updates.no_longer.connect(self.update_resolved)
        self._updates.resolved.connect(self.refresh)
        self._updates.refused.connect(self.failed)
        self._preview.requests_refused.connect(self._refuse)
        self._preview.gone.connect(self.refresh)

    def _connect_panes(self) -> None:
        items, packages, footer, bar = self.items_pane, self.packages_pane, self.ship_footer, self.package_bar
        items.header.menu_requested.connect(self.menu_requested)
        items.header.link_requested.connect(partial(self.entry_requested.emit, "link_orders"))
        items.resolve_requested.connect(partial(self.entry_requested.emit, "resolve_items"))
        items.all_left_requested.connect(self.steps.all_left)
        items.slip_requested.connect(self.packing_slip)
        items.quantity_changed.connect(lambda _line_id: self.quantity_taken.emit())
        items.quantity_refused.connect(self._on_quantity_refused)
        packages.number_edited.connect(self._on_number_edited)
        packages.number_entered.connect(self._on_number_entered)
        packages.new_package_requested.connect(self.steps.new_package)
        packages.remove_requested.connect(self.steps.remove_package)
        packages.order_requested.connect(self.open_order)
        packages.fix_requested.connect(self._on_fix_requested)
        packages.discard_requested.connect(self._updates.discard)
        packages.updates.retry_requested.connect(self._updates.retry)
        packages.updates.check_requested.connect(self._updates.check)
        packages.updates.mark_confirmed_requested.connect(self._updates.mark_confirmed)
        packages.updates.discard_requested.connect(self._updates.discard)
        footer.notified.clicked.connect(self.preview)
        footer.undo_bar.undo_requested.connect(self.undo)
        bar.new_package_requested.connect(self.steps.new_package)
        bar.packages_requested.connect(self.packages_requested)
        self._view.ship_button.clicked.connect(self._on_ship_clicked)

    @property
    def order_id(self) -> int | None:
        """The id of the open order, None while none is open."""
        return self._order.order_id

    @property
    def session(self) -> PackingSession | None:
        """The packing session of the open order, None while there is none."""
        return self._order.session

    @property
    def is_ready(self) -> bool:
        """Whether the open order is loaded and not being saved, or none is open."""
        return self._order.is_ready

    async def ready(self) -> None:
        """Wait until `is_ready`."""
        await self._order.ready()

    @property
    def menu_button(self) -> QPushButton:
        """The button below which the order's menu opens."""
        return self.items_pane.header.menu_button

    def open_order(self, order_id: int) -> bool:
        """Open an order with its saved draft; the draft of the present one is saved at once."""
        if self._is_database_away and order_id != self.order_id:
            # The banner says so already.
            return False
        self._order.open(order_id)
        return True

    def refresh(self) -> None:
        """Read the order from the store again; the draft stays."""
        self._order.refresh()

    def apply_changes(self, changes: Changes) -> None:
        """Read the order again if what was saved concerns it; any order may have become the next one."""
        self._order.apply_changes(changes)
        if self.order_id is not None and self._view.is_all_shipped:
            self._tasks.spawn("find the next order", self._find_next(self.order_id))

    def packing(self, line_ids: Sequence[int] = ()) -> Packing:
        """Return the state of the draft for a scan of these lines."""
        return self.session.packing(line_ids) if self.session is not None else Packing()

    def packing_of(self, package: int) -> Packing:
        """Return the state of the draft for a number that was typed in one of its packages."""
        return self.packing()._replace(package=package, number="")

    def snapshot(self) -> ShipmentDraft | None:
        """Return a copy of the draft, None while there is none."""
        return self.session.draft.snapshot() if self.session is not None else None

    def item_name(self, line_id: int) -> str:
        """Return the description and the SKU of an item of the open order."""
        line = self.session.order.line(line_id) if self.session is not None else None
        if line is None:
            return ""
        return f"{line.description} ({line.sku})" if line.description else line.sku

    def is_labelled(self) -> bool:
        """Return whether the open package has a tracking number."""
        return self.session is not None and bool(self.session.package.tracking_number.strip())

    def can_ship(self) -> bool:
        """Return whether something is packed and every package has its tracking number."""
        packages = self.session.draft.packages if self.session is not None else []
        packed = [package for package in packages if not package.is_untouched]
        return bool(packed) and all(package.units and package.tracking_number.strip() for package in packed)

    def was_undone(self) -> bool:
        """Return whether the draft is a shipment that was undone."""
        return self.session is not None and self.session.draft.kept_back == KeptBack.UNDONE

    def undo(self) -> bool:
        """Undo the last step, or the last shipment where there is no step; while a verdict waits, only a shipment."""
        if self.session is not None and self.session.can_undo and not self.steps.gate():
            return False
        return self._order.run(self._undo)

    def ship(self) -> bool:
        """Ship the packages once; what prevents it is marked."""
        # A second press of the key while the shipment is saved is not refused.
        return False if self._order.is_saving or not self.gate() else self._order.run(self._shipping.ship)

    def add_to_box(self, order_id: int = 0) -> None:
        """Ask for the units of another order, if it is known which, that go into the open package."""
        self.box_candidate = order_id
        self.entry_requested.emit("ship_box")

    def ship_box(self, order_id: int, draft: ShipmentDraft | None, parts: Sequence[BoxPart], reason: str) -> bool:
        """Ship the open package with parts of other orders in it, as long as it is the one that a person saw."""
        if self._order.is_saving or not self.gate():
            return False
        if self.order_id != order_id or draft is None or self.snapshot() != draft:
            self.refused.emit(text("box.changed"))
            return False
        return self._order.run(lambda session: self._shipping.ship(session, parts, reason))

    def ship_if_packed(self, *, has_open_verdict: bool) -> None:
        """Ship an order that a scan has completed, if the station does so, or say why it waits for a command."""
        session = self.session
        if not self._ctx.ship_when_packed or session is None or session.left or not self._order.is_ready:
            return
        if is_packed(session.order, session.draft):
            self._shipping.ship_by_itself(session, has_open_verdict=has_open_verdict)

    @property
    def is_counting_down(self) -> bool:
        """Whether the open order shipped by itself and its updates are not released yet."""
        return self._shipping.is_counting_down(self.order_id)

    async def stop_countdown(self) -> bool:
        """Have a person ship the open order after all; False if its updates are released."""
        return self.order_id is not None and await self._shipping.stop_countdown(self.order_id)

    def preview(self) -> bool:
        """Show each request as it would be sent; once all has shipped, what became of each."""
        if self._view.is_all_shipped:
            self._view.toggle_updates()
            return True
        return self._order.run(self._show_requests)

    def next_order(self) -> bool:
        """Open the next order of the list."""
        if self._next_id is None:
            self._tasks.spawn("open the next order", self._open_next())
            return True
        return self.open_order(self._next_id)

    def packing_slip(self) -> bool:
        """Request the packing slip of the last shipment."""
        if self.order_id is not None:
            self.slip_requested.emit(self.order_id)
        return self.order_id is not None

    def show_locked(self, is_locked: bool) -> None:
        """Show whether scanning is locked: packages dim, nothing ships, items stay readable."""
        self._view.show_locked(is_locked)

    def set_bench(self, is_bench: bool) -> None:
        """Lay out the items for bench mode, where `package_bar` takes the place of the packages."""
        self.items_pane.set_bench(is_bench)

    def all_fields(self) -> bool:
        """Show the fields of the order on each connection."""
        return self._order.run(self._show_fields)

    def show_database_away(self, is_away: bool) -> None:
        """Open no other order while the database is away; then save what was typed meanwhile."""
        self._is_database_away = is_away
        if not is_away:
            self._drafts.save_now()
            self._order.refresh()

    def keep_drafts(self, kept: KeptDrafts) -> None:
        """Keep on this station what the database can't take, and store what was kept by an earlier run."""
        self._drafts.keep_in(kept)
        self._tasks.spawn("store the kept drafts", self._store_kept(kept))

    async def _store_kept(self, kept: KeptDrafts) -> None:
        stored, refused = await store_kept(self._ctx, kept)
        for found in refused:
            self._questions.tell(found)
        if self.order_id in stored:
            self._order.reload()

    def _reload(self, order_id: int) -> None:
        if order_id == self.order_id and not self._order.is_saving:
            self._order.reload()

    def taken_over(self, order_id: int) -> None:
        """Show an order as the other station left it, unless something was packed here already."""
        if self.session is not None and self.session.revision == 0:
            self._reload(order_id)
        elif self.session is not None and order_id == self.order_id:
            self._drafts.save_soon(order_id, self.session.draft.snapshot())

    @property
    def is_saved(self) -> bool:
        """Whether the store has every draft."""
        return self._drafts.is_saved

    def start_saving(self) -> None:
        """Start to save the draft without waiting for a pause in typing."""
        if self.session is not None and not self._order.is_saving:
            self._drafts.save_now()

    async def save_drafts(self) -> None:
        """Save the drafts, and return when the store has them."""
        await self._drafts.save_all()

    async def shutdown(self) -> None:
        """Save the drafts before the program closes."""
        self._drafts.pause()
        await self._drafts.save_all()

    # Steps, run once the order is loaded

    def _undo(self, session: PackingSession) -> bool:
        if session.undo():
            self.undone.emit()
            return True
        return self._shipping.undo()

    def _show_requests(self, session: PackingSession) -> bool:
        if problems := session.problems():
            self._refuse(problems)
            return False
        self._preview.show_requests(session.order.id, session.draft.snapshot())
        return True

    def _show_fields(self, session: PackingSession) -> bool:
        dialog = FieldsDialog(self, self._ctx, self._tasks, self._theme, session.order.id)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet_changed.connect(dialog.refresh)
        dialog.open()
        return True

    # The open order

    def _on_session_changed(self, session: PackingSession | None) -> None:
        self._next_id = None
        if session is not None:
            self._view.bind(session)
        self._draft.bind(session)

    def _on_loaded(self, sheet: OrderSheet) -> None:
        self.opened.emit(sheet.order.id, sheet.order.number, sheet.order.left)
        self._show_sheet(sheet)
        self._view.show_order(True)
        self._preview.schedule()

    def _on_refreshed(self, sheet: OrderSheet, is_changed: bool) -> None:
        self._show_sheet(sheet)
        if is_changed:
            self._preview.schedule()

    def _on_stored(self, sheet: OrderSheet, event: OrderShipped) -> None:
        """Show the order as it is after a shipment, its new session and the verdict, in one change of the panes."""
        with self._view.changing():
            self._preview.clear()
            self._order.begin(PackingSession.begin(sheet.order))
            self.happened.emit(event)
            # The order may have changed while it was being stored.
            self._order.report_unseen(sheet)
            self._show_sheet(sheet)

    def _on_closed(self) -> None:
        self._preview.clear()
        self._preview.pause()
        self._view.show_order(False)
        self.opened.emit(None, "", 0)

    def _show_sheet(self, sheet: OrderSheet) -> None:
        self.state.sheet = sheet
        self.claim_note.show_claim(sheet.claim)
        self._updates.show_sheet(sheet)
        last = sheet.shipments[-1].id if sheet.shipments else None
        needing = [call for call in sheet.calls if call.shipment_id == last and call.state in NEEDS_ATTENTION]
        self.attention.emit(sheet.order.id, len(needing) if last is not None else 0)
        self.sheet_changed.emit(sheet)
        if self._view.is_all_shipped:
            self._tasks.spawn("find the next order", self._find_next(sheet.order.id))

    async def _find_next(self, order_id: int) -> None:
        found = await next_order.next_order(self._ctx, order_id)
        if order_id == self.order_id:
            self._next_id = found.id if found is not None else None
            self._view.show_next(found)

    async def _open_next(self) -> None:
        found = await next_order.next_order(self._ctx, self.order_id)
        if found is None:
            self.refused.emit(text("ship_button.no_next"))
        else:
            self.open_order(found.id)

    def _on_ship_clicked(self) -> None:
        if self._view.mode is ShipMode.NEXT:
            self.next_order()
        else:
            self.ship()

    def _on_fix_requested(self, shipped: ShippedPackage, problem: FieldProblem, value: str) -> None:
        if self.order_id is not None:
            self._updates.fix(self.order_id, shipped, problem, value)

    # The draft

    def _on_draft_changed(self, session: PackingSession) -> None:
        if session.revision == 0:
            return
        self._preview.clear()
        if self.order_id is not None and not self._order.is_saving:
            self._drafts.save_soon(self.order_id, session.draft.snapshot())
        self._preview.schedule()
        self.changed.emit()

    def _on_quantity_refused(self, line_id: int, units: int) -> None:
        line = self.session.order.line(line_id) if self.session is not None else None
        if self.session is not None and line is not None:
            left = self.session.left_of(line_id) + self.session.in_package(line_id)
            self.quantity_refused.emit(text("order_editor.too_many", sku=line.sku, units=units, count=left))

    def _on_number_edited(self) -> None:
        if self.session is not None and not self._order.is_saving:
            self.label_edited.emit(self.session.current)

    def _on_number_entered(self) -> None:
        if self.session is not None and not self._order.is_saving:
            package = self.session.package
            if package.tracking_number.strip() and not package.raw_scan:
                self.label_typed.emit(self.session.current, package.tracking_number)

    def _shippable_draft(self) -> tuple[int, ShipmentDraft] | None:
        if self.session is None or self._order.is_saving or self.session.problems():
            return None
        return self.session.order.id, self.session.draft.snapshot()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Mark problems at their fields, and report those without a field, else the first one."""
        self.state.refused = problems
        elsewhere = draft_marks(self.session, problems).elsewhere if self.session is not None else ()
        if elsewhere or problems:
            self.failed.emit(elsewhere or problems[:1])
