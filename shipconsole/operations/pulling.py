"""Pulling: orders are brought in from the connections, whole lists or one that is read again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, Value, check, field_at, value_of
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.operations import taking_in
from shipconsole.operations.connections import note_outcome, send
from shipconsole.operations.desk import Desk
from shipconsole.station.logs import mask
from shipconsole.store import calls, connections, errands, orders, passing, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.reading import off_loop
from shipconsole.vendors.sender import NotSent
from shipconsole.vendors.vendor import Filters, OrderPage

CONFIRM = "confirm"
"""The errand of asking a vendor that ships by itself for an order and its parcels."""
MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull has come; `total` is None where the vendor does not tell."""

    connection: str
    done: int
    total: int | None


Trouble = Literal["", "refused", "not_yet", "no_key", "outside"]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull from one connection came to; `words` is empty when all went well.

    `trouble` tells its kind: the vendor would not have it, it did not come through, a key is missing here, or
    the surroundings failed.
    """

    connection: Connection
    seen: int = 0
    new: int = 0
    words: str = ""
    trouble: Trouble = ""
    notes: tuple[str, ...] = ()


async def pull(
    desk: Desk,
    names: Sequence[Connection],
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    filters: Mapping[str, str] | None = None,
) -> tuple[Pulled, ...]:
    """Bring orders in from connections, one after the other; trouble with one does not stop the next.

    `filters` are typed texts by the dotted paths of the vendor's filters. Only orders that pass them come in; what is
    here already stays, and the connection does not count as read to the end. Raises `RefusedError` before anything is
    sent for a filter that one of the vendors has not, and for a value that it does not take.
    """
    wanted = [_filters_for(connection, filters or {}) for connection in names]
    return tuple(
        [await _pull_one(desk, connection, progress, values) for connection, values in zip(names, wanted, strict=True)]
    )


def filters_of(connection: Connection) -> tuple[Field, ...]:
    """By what the orders of a connection can be narrowed when they are brought in."""
    return VENDORS[connection.vendor].filters


async def read_again(desk: Desk, connection: Connection, remote_id: str) -> Outcome:
    """Read one order from its vendor again and store what it says now."""
    asked_at_ms, as_of = desk.clock.now_ms(), await desk.read(calls.newest_attempt)
    found = await read_order(desk, connection, remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    await desk.write(
        taking_in.take_in, connection, (found,), now_ms=desk.clock.now_ms(), asked_at_ms=asked_at_ms, as_of=as_of
    )
    return Accepted()


async def read_order(desk: Desk, connection: Connection, remote_id: str) -> RemoteOrder | Outcome:
    """One order as its vendor has it now; nothing of it is stored. Raises what `connections.secrets_of` raises."""
    vendor = VENDORS[connection.vendor]
    sent = await send(desk, connection, vendor.get_order(remote_id, connection.options))
    if not isinstance(sent, Answer):
        lasting = isinstance(sent, NotSent) and sent.lasting
        words = f"{vendor.title}: {sent.words}."
        return Blocked(words) if lasting else TryLater(words, nobody_there=True)
    found = await off_loop(vendor.read_order, sent)
    if not isinstance(found, RemoteOrder):
        await note_outcome(desk, connection, found)
        return found
    # A vendor may write the id of one order in two ways; it is known here by the one it was asked by.
    return found.model_copy(update={"remote_id": remote_id})


def _filters_for(connection: Connection, texts: Mapping[str, str]) -> Filters:
    """The values of typed filters; `RefusedError` tells of all that are wrong."""
    vendor = VENDORS[connection.vendor]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        field = field_at(vendor.filters, tuple(name.split(".")))
        if field is None:
            known = ", ".join(".".join(one.path) for one in vendor.filters)
            problems.append(Problem(("filters", name), f"{connection.name} has no filter “{name}”. It has: {known}."))
        elif not text.strip():
            message = f"{field.title} is empty: a filter needs a value, or is left out."
            problems.append(Problem(("filters", name), message))
        elif wrong := check(field, text):
            problems.append(Problem(("filters", name), wrong.message))
        else:
            value = value_of(field, text)
            values[name] = value.strip() if isinstance(value, str) else value
    if problems:
        raise RefusedError(*problems)
    if values:
        # What filters may not be together is the vendor's to say.
        vendor.list_orders(connection.options, "", values)
    return values


async def _pull_one(
    desk: Desk, connection: Connection, progress: Callable[[Progress], None], filters: Filters
) -> Pulled:
    vendor = VENDORS[connection.vendor]
    cursor, seen, new, notes = "", 0, 0, list[str]()
    try:
        for _ in range(MAX_PAGES):
            request = vendor.list_orders(connection.options, cursor, filters)
            asked_at_ms, as_of = desk.clock.now_ms(), await desk.read(calls.newest_attempt)
            sent = await send(desk, connection, request)
            if not isinstance(sent, Answer):
                return Pulled(connection, seen, new, mask(f"{vendor.title}: {sent.words}."), "not_yet", tuple(notes))
            page = await off_loop(vendor.read_orders, sent, request)
            if not isinstance(page, OrderPage):
                await note_outcome(desk, connection, page)
                trouble = "refused" if isinstance(page, Blocked | Refused) else "not_yet"
                return Pulled(connection, seen, new, _words_of(page), trouble, tuple(notes))
            whole = [await _with_lines(desk, connection, one) for one in page.orders]
            now_ms = desk.clock.now_ms()
            new += await desk.write(
                taking_in.take_in, connection, whole, now_ms=now_ms, asked_at_ms=asked_at_ms, as_of=as_of
            )
            if not VENDORS[connection.vendor].is_told:
                await desk.write(_look_into_parcels, connection, whole, now_ms=now_ms)
            seen += len(whole)
            notes += [*page.notes, *(f"{one.number}: {note}" for one in whole for note in one.notes)]
            total = page.total if page.total is not None and page.total >= seen else None
            progress(Progress(connection.name, seen, total))
            if not page.next_cursor or page.next_cursor == cursor:
                break
            cursor = page.next_cursor
    except OutsideError as error:
        return Pulled(connection, seen, new, error.words, "outside", tuple(notes))
    except RefusedError as refused:
        return Pulled(connection, seen, new, str(refused), "no_key", tuple(notes))
    await note_outcome(desk, connection, Accepted())
    if not filters:
        # What filters kept away was not read: the connection is no fresher for it.
        await desk.write(connections.pulled, connection.id, desk.clock.now_ms())
    return Pulled(connection, seen, new, notes=tuple(notes))


def _look_into_parcels(db: Db, connection: Connection, remotes: Sequence[RemoteOrder], *, now_ms: int) -> None:
    """Have the parcels that a vendor shipped by itself be followed, and passed on, where no webhook told of them.

    So are those of which a webhook told before the vendor's own order did, as long as the order here has pieces left.
    """
    passed_on = any(rule.from_id == connection.id and rule.mode != "off" for rule in passing.rules(db))
    for remote in remotes:
        numbers = {track.tracking_number.strip() for track in remote.tracks} - {""}
        known = None if remote.is_test else orders.linked(db, connection.id, remote.remote_id)
        if known is None or not numbers:
            continue
        order_id = known[1]
        is_lost = passed_on and bool(numbers - passing.settled(db, connection.id, order_id))
        if any(tracks.get(db, connection.id, number) is None for number in numbers) or (
            is_lost and orders.get(db, order_id).left
        ):
            errands.put(db, connection_id=connection.id, order_id=order_id, kind=CONFIRM, due_at_ms=now_ms)


async def _with_lines(desk: Desk, connection: Connection, listed: RemoteOrder) -> RemoteOrder:
    """The order whole: some lists give only a summary of each."""
    if listed.lines or listed.cancelled:
        return listed
    vendor = VENDORS[connection.vendor]
    sent = await send(desk, connection, vendor.get_order(listed.remote_id, connection.options))
    found = await off_loop(vendor.read_order, sent) if isinstance(sent, Answer) else listed
    if not isinstance(found, RemoteOrder):
        return listed
    return found.model_copy(update={"remote_id": listed.remote_id})


def _words_of(outcome: Outcome) -> str:
    """An outcome in words; a vendor may repeat what it was sent, so keys in them are masked."""
    if isinstance(outcome, Refused):
        return mask("; ".join(problem.message for problem in outcome.problems))
    return mask(outcome.words)
