"""Importing orders: whole lists are synced from the connections, and single orders are fetched again."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, Value, check, field_at, value_of
from shipconsole.domain.link import LONGEST_ID, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections import leases, senders
from shipconsole.operations.connections.connections import no_response, note_missing_key, note_outcome, send
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.importing.upsert import CONFIRM
from shipconsole.station.logs import masked
from shipconsole.store import calls, connections, follow_up_jobs, forwarding, orders, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Filters
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NoResponse, NotSent
from shipconsole.vendors.paging import (
    BYTES_MOST,
    LASTS_S,
    PAGES_MOST,
    SIZE,
    ListReading,
    OrderPage,
    Shortfall,
    smaller_size,
)
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is; `total` is None where the platform gives no count."""

    connection: str
    done: int
    total: int | None


SyncProblem = Literal["", "refused", "not_yet", "no_key", "outside", "incomplete"]
SYNC_PROBLEMS: tuple[SyncProblem, ...] = ("outside", "no_key", "refused", "not_yet", "incomplete", "")
"""From the worst to none."""
SHORTFALLS: Mapping[Shortfall, Message] = {
    "repeated": Message("sync.repeated_page"),
    "page_number": Message("sync.wrong_page"),
    "empty_page": Message("sync.empty_page"),
    "past_last_page": Message("sync.past_end"),
    "too_few": Message("sync.too_few"),
    "too_many": Message("sync.too_many"),
    "too_long": Message("sync.endless", pages=PAGES_MOST, gib=BYTES_MOST // 1024**3, minutes=round(LASTS_S / 60)),
}
"""What the platform did where the list of its orders could not be read to its end."""
TASK: leases.Task = "sync"
NO_ITEMS = Message("sync.no_items")
LONG_ID = Message("sync.long_id")
NOT_TRIED_S = 2.0
"""The pause after a request that this computer did not begin to send."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The result of a sync from one connection; `message` is empty where all went well.

    `problem` is its kind: the platform rejected it, it did not respond, a key is missing, the environment failed, or a
    list was not read to its end for the reasons in `shortfalls`.
    """

    connection: Connection
    seen: int = 0
    new: int = 0
    message: Message = NO_MESSAGE
    problem: SyncProblem = ""
    notes: tuple[Message, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether all lists were read to their ends."""
        return not self.problem


async def sync(
    ctx: Context,
    selected: Sequence[Connection],
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    filters: Mapping[str, str] | None = None,
) -> tuple[SyncResult, ...]:
    """Download orders from connections, one after the other; a failure of one does not stop the next.

    `filters` are typed texts by the dotted paths of the platform's filters. Only orders that pass them are imported;
    existing orders are kept, and the connection does not count as fully synced. Raises `ValidationFailed` before
    anything is sent for a filter that a platform does not have and for an invalid value.
    """
    filter_values = [_filters_for(connection, filters or {}) for connection in selected]
    begun: dict[int, Connection] = {}
    # Where the database cannot be read, each connection's result says so.
    with contextlib.suppress(EnvironmentFailure):
        begun = await ctx.read(connections.by_id)
    return tuple(
        [
            await _sync_one(ctx, begun.get(connection.id, connection), progress, values)
            for connection, values in zip(selected, filter_values, strict=True)
        ]
    )


def filters_of(connection: Connection) -> tuple[Field, ...]:
    """Return the filters that a sync of a connection can use."""
    return VENDORS[connection.vendor].orders.filters


async def refresh_order(ctx: Context, connection: Connection, remote_id: str) -> Outcome:
    """Fetch one order from its platform and store it."""
    as_of = await ctx.read(calls.newest_attempt)
    found = await fetch_order(ctx, connection, remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    await ctx.write(upsert.upsert_orders, connection, (found,), now_ms=ctx.clock.now_ms(), as_of=as_of)
    return Accepted()


async def fetch_order(ctx: Context, connection: Connection, remote_id: str) -> RemoteOrder | Outcome:
    """Return one order as its platform has it now, storing nothing. Raise what `connections.secrets_of` raises."""
    vendor = VENDORS[connection.vendor]
    sent = await send(ctx, connection, vendor.orders.get(remote_id, connection.options))
    if not isinstance(sent, Response):
        message = no_response(vendor.title, sent.message)
        if isinstance(sent, NotSent) and not sent.is_attempt:
            return TryLater(message, after_s=NOT_TRIED_S, nobody_there=True)
        lasting = isinstance(sent, NotSent) and sent.lasting
        return Blocked(message) if lasting else TryLater(message, nobody_there=True)
    found = await off_loop(vendor.orders.read, sent)
    if not isinstance(found, RemoteOrder):
        await note_outcome(ctx, connection, found)
        return found
    # A platform may write an order's id in two ways; it is stored here under the one that was requested.
    return found.model_copy(update={"remote_id": remote_id})


def _filters_for(connection: Connection, texts: Mapping[str, str]) -> Filters:
    """Return the values of typed filters; raise `ValidationFailed` with every invalid one."""
    vendor = VENDORS[connection.vendor]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        field = field_at(vendor.orders.filters, tuple(name.split(".")))
        if field is None:
            known = tuple(".".join(field.path) for field in vendor.orders.filters)
            problems.append(
                Problem(
                    ("filters", name),
                    Message("sync.unknown_filter", connection=connection.name, filter=name, known=known),
                )
            )
        elif not text.strip():
            message = Message("sync.empty_filter", title=field.title)
            problems.append(Problem(("filters", name), message))
        elif wrong := check(field, text):
            problems.append(Problem(("filters", name), wrong.message))
        else:
            value = value_of(field, text)
            values[name] = value.strip() if isinstance(value, str) else value
    if problems:
        raise ValidationFailed(*problems)
    if values:
        # The platform's adapter rejects filters that cannot be combined.
        vendor.orders.list_page(connection.options, "", values)
    return values


async def _sync_one(
    ctx: Context, connection: Connection, progress: Callable[[Progress], None], filters: Filters
) -> SyncResult:
    """Read every list of a connection; what was read stays, even where a list cannot be read to its end.

    Where another station is reading them, or has read them since this sync began, its sync counts as this one.
    """
    try:
        await leases.take_or_wait(ctx, TASK, connection.id)
        if not filters and (done := await _synced_by_other(ctx, connection)) is not None:
            await leases.release(ctx, TASK, connection.id)
            return done
    except EnvironmentFailure as error:
        return SyncResult(connection, message=error.message, problem="outside")
    try:
        return await _sync_alone(ctx, connection, progress, filters)
    finally:
        with contextlib.suppress(EnvironmentFailure):
            await leases.release(ctx, TASK, connection.id)


async def _synced_by_other(ctx: Context, before: Connection) -> SyncResult | None:
    """Return the result of another station's sync since this one began; None if none completed since."""
    if not await ctx.read(senders.has_company, ctx):
        return None
    now = (await ctx.read(connections.by_id))[before.id]
    if now.synced_at_ms == before.synced_at_ms or now.sync_problem:
        return None
    return SyncResult(now, notes=(Message("sync.by_other_station"),))


async def _sync_alone(
    ctx: Context, connection: Connection, progress: Callable[[Progress], None], filters: Filters
) -> SyncResult:
    reading = _Reading(ctx, connection, progress, filters)
    try:
        for first_cursor in VENDORS[connection.vendor].orders.first_cursors(filters):
            if not await reading.read_list(first_cursor):
                break
    except EnvironmentFailure as error:
        reading.fail("outside", error.message)
    except ValidationFailed as refused:
        reading.fail("no_key", refused.message)
        await note_missing_key(ctx, connection, refused.message)
    result = reading.result()
    if result.problem in ("", "incomplete"):
        await note_outcome(ctx, connection, Accepted())
    is_for_others = not result.is_complete and await ctx.read(_is_left_to_others, ctx, connection.id)
    if not filters and not is_for_others:
        # A filtered sync does not make the connection fully synced; a key that is missing here says nothing of it.
        await _note_end(ctx, connection, result.problem)
    return result


def _is_left_to_others(db: Db, ctx: Context, connection_id: int) -> bool:
    return connection_id in senders.left_to_others(db, ctx)


async def _note_end(ctx: Context, connection: Connection, problem: SyncProblem) -> None:
    try:
        await ctx.write(_sync_ended, ctx, connection.id, problem)
    except EnvironmentFailure:
        if problem != "outside":
            raise


def _sync_ended(db: Db, ctx: Context, connection_id: int, problem: SyncProblem) -> None:
    connections.sync_ended(db, connection_id, ctx.shared_ms(db), problem)


class _PageTooLargeError(Exception):
    """A page is larger than the limit."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class _Reading:
    """The progress of reading one connection's lists, and what went wrong."""

    def __init__(
        self, ctx: Context, connection: Connection, progress: Callable[[Progress], None], filters: Filters
    ) -> None:
        self._ctx = ctx
        self._connection = connection
        self._vendor = VENDORS[connection.vendor]
        self._progress = progress
        self._filters = filters
        self._options = connection.options
        self._seen: set[str] = set()
        self._page_bytes = 0
        self._new = 0
        self._problems: list[tuple[SyncProblem, Message]] = []
        self._notes: dict[Message, None] = {}
        self._shortfalls: dict[Shortfall, None] = {}

    def fail(self, problem: SyncProblem, message: Message) -> None:
        """Record a failure."""
        self._problems.append((problem, message))

    def result(self) -> SyncResult:
        """Return the result."""
        problems: list[tuple[SyncProblem, Message]] = list(self._problems)
        if self._shortfalls:
            reasons = tuple(SHORTFALLS[shortfall] for shortfall in self._shortfalls)
            problems.append(("incomplete", Message("sync.incomplete", platform=self._vendor.title, reasons=reasons)))
        kinds = {"", *(problem for problem, _ in problems)}
        return SyncResult(
            self._connection,
            len(self._seen),
            self._new,
            sentences(*dict.fromkeys(message for _, message in problems)),
            next(problem for problem in SYNC_PROBLEMS if problem in kinds),
            tuple(self._notes),
            tuple(self._shortfalls),
        )

    async def read_list(self, first_cursor: str) -> bool:
        """Read one list; return whether the next one may be requested.

        Where a page is too large, the list is read again in smaller pages from its start, since its cursors change.
        """
        while True:
            try:
                return await self._read_list(first_cursor)
            except _PageTooLargeError as error:
                smaller = smaller_size(self._options)
                if not smaller:
                    self.fail("not_yet", error.message)
                    return False
                self._options = {**self._options, SIZE: str(smaller)}

    async def _read_list(self, first_cursor: str) -> bool:
        """Read one list in pages of one size.

        A list that comes short is read once more: an order that changes moves others to a page that was read already.
        """
        known: tuple[str, ...] = ()
        for is_last_try in (False, True):
            reading = ListReading(first_cursor, known)
            before, began_s = len(self._seen), self._ctx.clock.monotonic_s()
            cursor = first_cursor
            while True:
                page = await self._read_page(cursor)
                if not isinstance(page, OrderPage):
                    return page
                lasted_s = self._ctx.clock.monotonic_s() - began_s
                cursor = reading.following(page, size_bytes=self._page_bytes, lasted_s=lasted_s)
                total = page.total if page.total is not None and before + page.total >= len(self._seen) else None
                self._progress(
                    Progress(self._connection.name, len(self._seen), None if total is None else before + total)
                )
                if not cursor:
                    break
            if is_last_try or not reading.is_only_short:
                self._shortfalls |= reading.shortfalls
                return True
            known = reading.entries
        return True

    async def _read_page(self, cursor: str) -> OrderPage | bool:
        """Read a page and store its orders; without a page, return whether the next list may be requested."""
        ctx, connection = self._ctx, self._connection
        # A list may be longer than a lease.
        await leases.take(ctx, TASK, (connection.id,))
        request = self._vendor.orders.list_page(self._options, cursor, self._filters)
        as_of = await ctx.read(calls.newest_attempt)
        sent = await send(ctx, connection, request)
        if not isinstance(sent, Response):
            message = masked(no_response(self._vendor.title, sent.message))
            if isinstance(sent, NoResponse) and sent.too_much:
                raise _PageTooLargeError(message)
            self.fail("not_yet", message)
            return False
        self._page_bytes = len(sent.body)
        page = await off_loop(self._vendor.orders.read_page, sent, request)
        if not isinstance(page, OrderPage):
            await note_outcome(ctx, connection, page)
            self.fail("refused" if isinstance(page, Blocked | Refused) else "not_yet", _message_of(page))
            return not (isinstance(page, Blocked) or (isinstance(page, TryLater) and page.whole_account))
        complete = [await _with_lines(ctx, connection, order) for order in page.orders]
        now_ms = ctx.clock.now_ms()
        self._new += await ctx.write(upsert.upsert_orders, connection, complete, now_ms=now_ms, as_of=as_of)
        if not self._vendor.is_notified:
            await ctx.write(_schedule_packages, connection, complete)
        self._seen |= {order.remote_id for order in complete}
        of_orders = (
            Message("sync.order_note", number=order.number[:LONGEST_ID], note=note)
            for order in complete
            for note in _notes_on(order)
        )
        self._notes |= dict.fromkeys((*page.notes, *of_orders))
        return page


def _notes_on(order: RemoteOrder) -> tuple[Message, ...]:
    """Return the notes on an order that was read; one without items is not imported, as there is nothing to pack."""
    if order.has_long_id:
        return (LONG_ID,)
    is_empty = not (order.lines or order.notes or order.cancelled or order.shipped_elsewhere)
    return (NO_ITEMS,) if is_empty else order.notes


def _schedule_packages(db: Db, connection: Connection, remotes: Sequence[RemoteOrder]) -> None:
    """Schedule tracking and forwarding of packages that a platform shipped itself and no webhook announced.

    This includes packages that a webhook announced before the order showed them, as long as the order has units left.
    """
    is_forwarded = any(rule.from_id == connection.id and rule.mode != "off" for rule in forwarding.rules(db))
    for remote in remotes:
        numbers = {track.tracking_number.strip() for track in remote.tracks} - {""}
        known = None if remote.is_test else orders.linked(db, connection.id, remote.remote_id)
        if known is None or not numbers:
            continue
        order_id = known[1]
        is_lost = is_forwarded and bool(numbers - forwarding.settled(db, connection.id, order_id))
        if any(tracks.get(db, connection.id, number) is None for number in numbers) or (
            is_lost and orders.get(db, order_id).left
        ):
            follow_up_jobs.put(db, connection_id=connection.id, order_id=order_id, kind=CONFIRM)


async def _with_lines(ctx: Context, connection: Connection, listed: RemoteOrder) -> RemoteOrder:
    """Return the complete order: some lists contain only a summary."""
    if listed.lines or listed.cancelled:
        return listed
    vendor = VENDORS[connection.vendor]
    sent = await send(ctx, connection, vendor.orders.get(listed.remote_id, connection.options))
    found = await off_loop(vendor.orders.read, sent) if isinstance(sent, Response) else listed
    if not isinstance(found, RemoteOrder):
        return listed
    return found.model_copy(update={"remote_id": listed.remote_id})


def _message_of(outcome: Outcome) -> Message:
    """Return an outcome as a message; keys that a platform may repeat are masked."""
    if isinstance(outcome, Refused):
        return masked(sentences(*(problem.message for problem in outcome.problems)))
    return masked(outcome.message)
