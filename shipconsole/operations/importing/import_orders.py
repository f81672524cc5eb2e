"""Pulling: orders are brought in from the connections, whole lists or one that is read again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, Value, check, field_at, value_of
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections.connections import note_outcome, send, unanswered
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.importing.upsert import CONFIRM
from shipconsole.station.logs import masked
from shipconsole.store import calls, connections, follow_up_jobs, forwarding, orders, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Filters
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.http import Lost, NotSent
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
from shipconsole.vendors.reading import off_loop


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull has come; `total` is None where the platform does not tell."""

    connection: str
    done: int
    total: int | None


Trouble = Literal["", "refused", "not_yet", "no_key", "outside", "incomplete"]
TROUBLES: tuple[Trouble, ...] = ("outside", "no_key", "refused", "not_yet", "incomplete", "")
"""The worst first."""
SHORTFALLS: Mapping[Shortfall, Message] = {
    "repeated": Message("sync.repeated_page"),
    "page_number": Message("sync.wrong_page"),
    "empty_page": Message("sync.empty_page"),
    "past_last_page": Message("sync.past_end"),
    "too_few": Message("sync.too_few"),
    "too_many": Message("sync.too_many"),
    "too_long": Message("sync.endless", pages=PAGES_MOST, gib=BYTES_MOST // 1024**3, minutes=round(LASTS_S / 60)),
}
"""What a platform did when the list of its orders could not be read to its end."""
NO_ITEMS = Message("sync.no_items")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull from one connection came to; `words` is empty when all went well.

    `trouble` tells its kind: the platform would not have it, it did not come through, a key is missing here, the
    surroundings failed, or a list was not read to its end, as `shortfalls` say.
    """

    connection: Connection
    seen: int = 0
    new: int = 0
    message: Message = NO_MESSAGE
    trouble: Trouble = ""
    notes: tuple[Message, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all lists were read to their ends."""
        return not self.trouble


async def pull(
    ctx: Context,
    names: Sequence[Connection],
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    filters: Mapping[str, str] | None = None,
) -> tuple[Pulled, ...]:
    """Bring orders in from connections, one after the other; trouble with one does not stop the next.

    `filters` are typed texts by the dotted paths of the platform's filters. Only orders that pass them come in; what is
    here already stays, and the connection does not count as read to the end. Raises `ValidationFailed` before anything
    is sent for a filter that one of the platforms has not, and for a value that it does not take.
    """
    wanted = [_filters_for(connection, filters or {}) for connection in names]
    return tuple(
        [await _pull_one(ctx, connection, progress, values) for connection, values in zip(names, wanted, strict=True)]
    )


def filters_of(connection: Connection) -> tuple[Field, ...]:
    """By what the orders of a connection can be narrowed when they are brought in."""
    return VENDORS[connection.vendor].filters


async def read_again(ctx: Context, connection: Connection, remote_id: str) -> Outcome:
    """Read one order from its platform again and store what it says now."""
    as_of = await ctx.read(calls.newest_attempt)
    found = await read_order(ctx, connection, remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    await ctx.write(upsert.take_in, connection, (found,), now_ms=ctx.clock.now_ms(), as_of=as_of)
    return Accepted()


async def read_order(ctx: Context, connection: Connection, remote_id: str) -> RemoteOrder | Outcome:
    """One order as its platform has it now; nothing of it is stored. Raises what `connections.secrets_of` raises."""
    vendor = VENDORS[connection.vendor]
    sent = await send(ctx, connection, vendor.get_order(remote_id, connection.options))
    if not isinstance(sent, Answer):
        lasting = isinstance(sent, NotSent) and sent.lasting
        message = unanswered(vendor.title, sent.message)
        return Blocked(message) if lasting else TryLater(message, nobody_there=True)
    found = await off_loop(vendor.read_order, sent)
    if not isinstance(found, RemoteOrder):
        await note_outcome(ctx, connection, found)
        return found
    # A vendor may write the id of one order in two ways; it is known here by the one it was asked by.
    return found.model_copy(update={"remote_id": remote_id})


def _filters_for(connection: Connection, texts: Mapping[str, str]) -> Filters:
    """The values of typed filters; `ValidationFailed` tells of all that are wrong."""
    vendor = VENDORS[connection.vendor]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        field = field_at(vendor.filters, tuple(name.split(".")))
        if field is None:
            known = ", ".join(".".join(one.path) for one in vendor.filters)
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
        # What filters may not be together is the vendor's to say.
        vendor.list_orders(connection.options, "", values)
    return values


async def _pull_one(
    ctx: Context, connection: Connection, progress: Callable[[Progress], None], filters: Filters
) -> Pulled:
    """Read every list of a connection; what was read stays, also where one cannot be read to its end."""
    reading = _Reading(ctx, connection, progress, filters)
    try:
        for first_cursor in VENDORS[connection.vendor].order_lists(filters):
            if not await reading.read_list(first_cursor):
                break
    except EnvironmentFailure as error:
        reading.fail("outside", error.message)
    except ValidationFailed as refused:
        reading.fail("no_key", refused.message)
    pulled = reading.pulled()
    if pulled.trouble in ("", "incomplete"):
        await note_outcome(ctx, connection, Accepted())
    if not filters:
        # What filters kept away was not read: the connection is no fresher for it.
        await _note_end(ctx, connection, pulled.trouble)
    return pulled


async def _note_end(ctx: Context, connection: Connection, trouble: Trouble) -> None:
    try:
        await ctx.write(connections.sync_ended, connection.id, ctx.clock.now_ms(), trouble)
    except EnvironmentFailure:
        if trouble != "outside":
            raise


class _PageTooLargeError(Exception):
    """More came as one page than is read."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class _Reading:
    """How far one connection's lists have been read, and what was in the way."""

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
        self._troubles: list[tuple[Trouble, Message]] = []
        self._notes: dict[Message, None] = {}
        self._shortfalls: dict[Shortfall, None] = {}

    def fail(self, trouble: Trouble, message: Message) -> None:
        """Keep what was in the way."""
        self._troubles.append((trouble, message))

    def pulled(self) -> Pulled:
        """Return what it came to."""
        troubles: list[tuple[Trouble, Message]] = list(self._troubles)
        if self._shortfalls:
            reasons = tuple(SHORTFALLS[one] for one in self._shortfalls)
            troubles.append(("incomplete", Message("sync.incomplete", platform=self._vendor.title, reasons=reasons)))
        kinds = {"", *(trouble for trouble, _ in troubles)}
        return Pulled(
            self._connection,
            len(self._seen),
            self._new,
            sentences(*dict.fromkeys(message for _, message in troubles)),
            next(trouble for trouble in TROUBLES if trouble in kinds),
            tuple(self._notes),
            tuple(self._shortfalls),
        )

    async def read_list(self, first_cursor: str) -> bool:
        """Read one list; return whether the next one may be asked for.

        Where a page is more than is read of one, the list is read anew in smaller ones: what its cursors mean changes.
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

        One that comes short is read once more: an order that changes moves others to a page that was read already.
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
        """Read a page and store its orders; where it does not come, return whether the next list may be asked for."""
        ctx, connection = self._ctx, self._connection
        request = self._vendor.list_orders(self._options, cursor, self._filters)
        as_of = await ctx.read(calls.newest_attempt)
        sent = await send(ctx, connection, request)
        if not isinstance(sent, Answer):
            message = masked(unanswered(self._vendor.title, sent.message))
            if isinstance(sent, Lost) and sent.too_much:
                raise _PageTooLargeError(message)
            self.fail("not_yet", message)
            return False
        self._page_bytes = len(sent.body)
        page = await off_loop(self._vendor.read_orders, sent, request)
        if not isinstance(page, OrderPage):
            await note_outcome(ctx, connection, page)
            self.fail("refused" if isinstance(page, Blocked | Refused) else "not_yet", _words_of(page))
            return not (isinstance(page, Blocked) or (isinstance(page, TryLater) and page.whole_account))
        whole = [await _with_lines(ctx, connection, one) for one in page.orders]
        now_ms = ctx.clock.now_ms()
        self._new += await ctx.write(upsert.take_in, connection, whole, now_ms=now_ms, as_of=as_of)
        if not self._vendor.is_told:
            await ctx.write(_look_into_parcels, connection, whole)
        self._seen |= {one.remote_id for one in whole}
        of_orders = (
            Message("sync.order_note", number=one.number, note=note) for one in whole for note in _notes_on(one)
        )
        self._notes |= dict.fromkeys((*page.notes, *of_orders))
        return page


def _notes_on(order: RemoteOrder) -> tuple[Message, ...]:
    """What is to be said of an order that was read; one without items is not added, and there is nothing to pack."""
    is_empty = not (order.lines or order.notes or order.cancelled or order.shipped_elsewhere)
    return (NO_ITEMS,) if is_empty else order.notes


def _look_into_parcels(db: Db, connection: Connection, remotes: Sequence[RemoteOrder]) -> None:
    """Have the packages that a platform shipped by itself be followed, and passed on, where no webhook told of them.

    So are those of which a webhook told before the platform's own order did, as long as the order here has units left.
    """
    passed_on = any(rule.from_id == connection.id and rule.mode != "off" for rule in forwarding.rules(db))
    for remote in remotes:
        numbers = {track.tracking_number.strip() for track in remote.tracks} - {""}
        known = None if remote.is_test else orders.linked(db, connection.id, remote.remote_id)
        if known is None or not numbers:
            continue
        order_id = known[1]
        is_lost = passed_on and bool(numbers - forwarding.settled(db, connection.id, order_id))
        if any(tracks.get(db, connection.id, number) is None for number in numbers) or (
            is_lost and orders.get(db, order_id).left
        ):
            follow_up_jobs.put(db, connection_id=connection.id, order_id=order_id, kind=CONFIRM)


async def _with_lines(ctx: Context, connection: Connection, listed: RemoteOrder) -> RemoteOrder:
    """The order whole: some lists give only a summary of each."""
    if listed.lines or listed.cancelled:
        return listed
    vendor = VENDORS[connection.vendor]
    sent = await send(ctx, connection, vendor.get_order(listed.remote_id, connection.options))
    found = await off_loop(vendor.read_order, sent) if isinstance(sent, Answer) else listed
    if not isinstance(found, RemoteOrder):
        return listed
    return found.model_copy(update={"remote_id": listed.remote_id})


def _words_of(outcome: Outcome) -> Message:
    """An outcome in words; a platform may repeat what it was sent, so keys in them are masked."""
    if isinstance(outcome, Refused):
        return masked(sentences(*(problem.message for problem in outcome.problems)))
    return masked(outcome.message)
