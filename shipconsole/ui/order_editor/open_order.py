"""The open order: loads it, keeps it current, follows it into the order that it became part of, and closes it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from pydantic_core import CoreSchema, core_schema
from PySide6.QtCore import QObject, Signal

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.evented import Evented
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Problem
from shipconsole.domain.scanning_events import OrderChanged
from shipconsole.domain.verdict import changes_of
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import link, orders, scan
from shipconsole.operations.orders.labels import OtherOrder
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.outbox import hold
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.drafts import DraftSaver

Action = Callable[[PackingSession], bool]


class _InstanceOnly:
    """Checks the class of a value and nothing in it: these values hold recursive JSON types, which have no schema."""

    def __get_pydantic_core_schema__(self, source: Any, _handler: object) -> CoreSchema:
        return core_schema.is_instance_schema(source)


class OrderState(Evented):
    """The open order as it was read from the store, and what shipping its draft leads to.

    `planned` are the updates that shipping the draft would send. `refused` are the problems for which the draft, or the
    last attempt to ship it, was refused; `other_orders` have the numbers of its packages.
    """

    sheet: Annotated[OrderSheet, _InstanceOnly()] | None = None
    planned: tuple[Annotated[PlannedUpdate, _InstanceOnly()], ...] = ()
    refused: tuple[Annotated[Problem, _InstanceOnly()], ...] = ()
    other_orders: tuple[OtherOrder, ...] = ()


class OpenOrder(QObject):
    """One order at a time, with its packing session; actions that come while it is loaded run afterwards.

    Signals: opening() before another order is loaded; session_changed(PackingSession, or None while there is none);
    loaded(sheet) after it was opened; refreshed(sheet, whether the order changed); closed(); moved(order id, id of the
    order that it became part of); changed_elsewhere(OrderChanged) for what another station or a platform changed;
    refused(text) for an action that is not possible.
    """

    opening = Signal()
    session_changed = Signal(object)
    loaded = Signal(object)
    refreshed = Signal(object, bool)
    closed = Signal()
    moved = Signal(int, int)
    changed_elsewhere = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks, state: OrderState, drafts: DraftSaver) -> None:
        """Initialize with no order."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._state = state
        self._drafts = drafts
        self.order_id: int | None = None
        self.session: PackingSession | None = None
        self.saving: set[int] = set()
        """The orders of which a shipment is being saved."""
        self._opening = 0
        """Grows with every order that is opened or closed; what was loaded for an earlier one is dropped."""
        self._waiting: list[Callable[[], bool]] = []
        self._refresh_after_saving = False
        self._changes_while_saving: list[Changes] = []
        self._ready = asyncio.Event()
        self._ready.set()

    @property
    def is_saving(self) -> bool:
        """Whether a shipment of the order is being saved."""
        return self.order_id in self.saving

    @property
    def is_ready(self) -> bool:
        """Whether the order is loaded and not being saved, or none is open."""
        return self._ready.is_set()

    async def ready(self) -> None:
        """Wait until `is_ready`."""
        await self._ready.wait()

    def open(self, order_id: int) -> None:
        """Open an order with its saved draft; the draft of the present one is saved at once."""
        if order_id == self.order_id:
            self.refresh()
            return
        if self.session is None and self._waiting:
            # Actions for the order that is still loaded come first.
            self._waiting.append(partial(self._open_later, order_id))
            return
        if self.session is not None and not self.is_saving:
            self._drafts.save_now()
        self.order_id = order_id
        self._ready.clear()
        self._release()
        self.opening.emit()
        self._load()

    def reload(self) -> None:
        """Load the order and its draft again; scans and actions wait until then."""
        self._ready.clear()
        self._release()
        self._load()

    def refresh(self) -> None:
        """Read the order from the store again; the draft stays."""
        if self.order_id is None or self.session is None:
            return
        if self.is_saving:
            self._refresh_after_saving = True
            return
        self._tasks.spawn("refresh the order", self._refresh(self.order_id))

    def apply_changes(self, changes: Changes) -> None:
        """Read the order again if what was saved concerns it, and is not shown yet."""
        if self.order_id is None or self.session is None:
            return
        if self.is_saving:
            self._changes_while_saving.append(changes)
            return
        if self._is_shown(changes):
            return
        self._tasks.spawn("refresh the order", self._refresh_if_concerned(self.order_id, changes))

    def _is_shown(self, changes: Changes) -> bool:
        return self._state.sheet is not None and changes.cursor <= self._state.sheet.as_of

    def follow(self, order_id: int) -> None:
        """Open the order that an order became part of."""
        self._tasks.spawn("follow the order", self._follow(order_id))

    def run(self, action: Action) -> bool:
        """Run an action on the session, later while the order is loaded; return whether it was or will be done."""
        if self.order_id is None:
            self.refused.emit(text("order_editor.not_open"))
        elif self.session is None:
            self._waiting.append(partial(self.run, action))
            return True
        elif self.is_saving:
            self.refused.emit(text("order_editor.saving_wait"))
        else:
            return action(self.session)
        return False

    def begin(self, session: PackingSession) -> None:
        """Pack with a session from now on."""
        self.session = session
        session.is_locked = self.is_saving
        self.session_changed.emit(session)

    def begin_saving(self) -> None:
        """Lock the session while its shipment is saved."""
        self._ready.clear()
        if self.session is not None:
            self.saving.add(self.session.order.id)
            self.session.is_locked = True

    def end_saving(self, order_id: int) -> None:
        """Unlock the session after an attempt to save a shipment of an order."""
        self.saving.discard(order_id)
        if self.session is not None:
            self.session.is_locked = self.is_saving
        self._update_ready()
        changes, self._changes_while_saving = self._changes_while_saving, []
        if self._refresh_after_saving:
            self._refresh_after_saving = False
            self.refresh()
        else:
            for found in changes:
                self.apply_changes(found)

    def _open_later(self, order_id: int) -> bool:
        self.open(order_id)
        return True

    def _load(self) -> None:
        assert self.order_id is not None
        self._opening += 1
        self._tasks.spawn("open the order", self._open(self.order_id, self._opening))

    async def _open(self, order_id: int, opening: int) -> None:
        try:
            await self._drafts.save_all()
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
        self._drafts.based_on(order_id, sheet.draft_mark)
        self.begin(PackingSession.begin(sheet.order, sheet.draft))
        self.loaded.emit(sheet)
        self._report_unseen(sheet)
        self._tasks.spawn("prepare for scans", scan.prepare(self._ctx, order_id))
        self._update_ready()
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            action()

    async def _follow(self, order_id: int) -> None:
        parent = await link.merged_into(self._ctx, order_id)
        if order_id != self.order_id:
            return
        self._drafts.forget(order_id)
        number = self._state.sheet.order.number if self._state.sheet is not None else ""
        waiting = self._close()
        if parent is None:
            self.refused.emit(text("order_editor.gone", key=key_name("F5")))
            return
        self.moved.emit(order_id, parent.id)
        self.open(parent.id)
        # Actions that came meanwhile were for the same order.
        self._waiting = waiting
        if number:
            self.refused.emit(text("order_editor.part_of", number=number, whole=parent.number))

    def _close(self) -> list[Callable[[], bool]]:
        """Close the order; return the actions that were waiting for it."""
        waiting, self._waiting = self._waiting, []
        self.order_id = None
        self._release()
        self._opening += 1
        self.closed.emit()
        self._update_ready()
        return waiting

    async def _refresh_if_concerned(self, order_id: int, changes: Changes) -> None:
        if not await orders.is_concerned(self._ctx, order_id, changes) or self._is_shown(changes):
            return
        if order_id == self.order_id:
            self.refresh()

    async def _refresh(self, order_id: int) -> None:
        try:
            sheet = await orders.sheet(self._ctx, order_id)
        except LookupError:
            await self._follow(order_id)
            return
        if order_id != self.order_id or self.session is None:
            return
        if self.is_saving:
            # The order is read again where nothing was stored.
            self._refresh_after_saving = True
        elif self._has_shipped_elsewhere(sheet, self.session):
            self.reload()
        else:
            is_changed = sheet.order != self.session.order
            self._report_changes(sheet, self.session)
            self.session.update_order(sheet.order)
            self.refreshed.emit(sheet, is_changed)

    def _has_shipped_elsewhere(self, sheet: OrderSheet, session: PackingSession) -> bool:
        """Return whether another station took the draft along and shipped it: packed again here, it would go twice.

        A draft that is not saved yet is kept: a person decides about it.
        """
        if self._state.sheet is None or not self._drafts.is_saved:
            return False
        known = {shipment.id for shipment in self._state.sheet.shipments}
        new = [shipment.units_by_line for shipment in sheet.shipments if shipment.id not in known]
        draft = session.draft.snapshot()
        packed = {line_id: units for line_id in sheet.order.left_by_line if (units := draft.quantity_of(line_id))}
        if not new or not packed or sheet.draft == draft:
            return False
        return packed in new or any(units > sheet.order.left_by_line[line_id] for line_id, units in packed.items())

    def _report_changes(self, sheet: OrderSheet, session: PackingSession) -> None:
        """Report what changed in the order since it was read last, unless a person at this station changed it."""
        if self._state.sheet is None:
            return
        if sheet.unseen_change is not None:
            self.report_unseen(sheet)
            return
        before, order = self._state.sheet.order, sheet.order
        new_changes = sheet.manual_changes[len(self._state.sheet.manual_changes) :]
        if order == before or any(change.station == self._ctx.station for change in new_changes):
            return
        if order.cancelled:
            if not before.cancelled:
                self.changed_elsewhere.emit(OrderChanged(order.id, order.number))
        elif session.packing(()).is_begun and (changes := changes_of(before, order)):
            self.changed_elsewhere.emit(OrderChanged(order.id, order.number, changes))

    def report_unseen(self, sheet: OrderSheet) -> None:
        """Report a stored change that holds updates until a person has seen it, unless the sheet before has it.

        It may have come while nothing was packed, or another station had the order.
        """
        if self._state.sheet is None or sheet.unseen_change != self._state.sheet.unseen_change:
            self._report_unseen(sheet)

    def _report_unseen(self, sheet: OrderSheet) -> None:
        unseen, order = sheet.unseen_change, sheet.order
        if unseen is None:
            return
        if unseen.changes or unseen.is_cancelled:
            changes = () if unseen.is_cancelled else unseen.changes
            self.changed_elsewhere.emit(OrderChanged(order.id, order.number, changes, unseen.at_ms))
        else:
            # It was changed back: there is no difference to look at.
            self._tasks.spawn("release held updates", hold.acknowledge(self._ctx, order.id, unseen.at_ms))

    def _release(self) -> None:
        """Drop the session; it stays on the screen, locked, until the next one."""
        released, self.session = self.session, None
        self._state.sheet = None
        self.session_changed.emit(None)
        if released is not None:
            released.is_locked = True

    def _update_ready(self) -> None:
        if (self.order_id is None or self.session is not None) and not self.is_saving:
            self._ready.set()
