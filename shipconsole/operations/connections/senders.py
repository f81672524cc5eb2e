"""Senders: which station sends for a connection, where several work on one database.

A station sends only for the connections whose keys its keyring has. A key that is missing, or that a platform rejects,
stops that station for that connection, and the updates wait for another station. Only where none is left, because all
failed or none runs, is the connection blocked for all, as it is where there is only one station.
"""

from collections.abc import Mapping, Sequence

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.sender import Sender, SenderState
from shipconsole.operations.context import Context
from shipconsole.station.logs import masked
from shipconsole.store import connections as stored
from shipconsole.store import leases, senders
from shipconsole.store.database import Db

FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000
"""A station that did not run for so long is no longer known."""
SHOWN_MOST = 3
_STATES: Mapping[SenderState, str] = {
    "sends": "senders.sends",
    "unchecked": "senders.unchecked",
    "no_key": "senders.no_key",
    "no_keyring": "senders.no_keyring",
    "failed": "senders.failed",
    "off": "senders.off",
}
_HERE: Mapping[SenderState, str] = {
    "unchecked": "senders.here_unchecked",
    "no_key": "senders.here_no_key",
    "no_keyring": "senders.here_no_keyring",
    "off": "senders.here_off",
}
NO_KEY = "connection.no_key"
"""The message of a missing key."""


def left_to_others(db: Db, ctx: Context) -> frozenset[int]:
    """Return the connections for which this station requests nothing by itself: others send, or its settings say so.

    Where no other station is left, this one tries with the keys that it has, so that people learn what is wrong.
    """
    if not ctx.sends:
        return frozenset(stored.by_id(db))
    unable = senders.unable(db, ctx.station_id)
    return unable & _others_able(db, ctx) if unable else unable


def resting(db: Db, ctx: Context) -> frozenset[int]:
    """Return the connections whose platform this station did not reach just now, and that others may try to reach."""
    now_s = ctx.clock.monotonic_s()
    found = frozenset(id_ for id_, until_s in ctx.unreachable_until_s.items() if until_s > now_s)
    return found & _others_able(db, ctx) if found else found


def note_reached(ctx: Context, connection_id: int, *, is_reached: bool) -> None:
    """Record whether this station reached a platform: where it did not, the fault may be its own network."""
    if is_reached:
        ctx.unreachable_until_s.pop(connection_id, None)
    else:
        ctx.unreachable_until_s[connection_id] = ctx.clock.monotonic_s() + ctx.timings.unreachable_rest_s


def others_left(db: Db, ctx: Context, connection_id: int) -> bool:
    """Return whether another station sends for a connection, or has not tried yet."""
    return connection_id in _others_able(db, ctx)


def has_company(db: Db, ctx: Context) -> bool:
    """Return whether another station works on the database."""
    return senders.others_alive(db, ctx.station_id, **_alive(db, ctx))


def unable_here(db: Db, ctx: Context) -> frozenset[int]:
    """Return the connections for which this station cannot send."""
    return senders.unable(db, ctx.station_id)


def give_up(db: Db, ctx: Context, connection: Connection, message: Message) -> bool:
    """Store that this station cannot send for a connection; True if no other can, so that it is blocked for all."""
    state: SenderState = "no_key" if message.id == NO_KEY else "failed"
    message = masked(message)
    senders.put(db, ctx.station_id, connection.id, state, message, now_ms=ctx.clock.now_ms())
    if others_left(db, ctx, connection.id):
        leases.release_connection(db, connection.id, station_id=ctx.station_id)
        return False
    stored.block(db, connection.id, message)
    return True


def wait_for_keyring(db: Db, ctx: Context, connection: Connection, message: Message) -> bool:
    """Store that this station's keyring cannot be read at present; False where no other station can send instead."""
    if not others_left(db, ctx, connection.id):
        return False
    senders.put(db, ctx.station_id, connection.id, "no_keyring", message, now_ms=ctx.clock.now_ms())
    leases.release_connection(db, connection.id, station_id=ctx.station_id)
    return True


def works(db: Db, ctx: Context, connection_id: int) -> None:
    """Store that this station's keys work; costs nothing where nothing else was known."""
    if senders.state_of(db, ctx.station_id, connection_id) not in ("unchecked", "sends"):
        senders.put(db, ctx.station_id, connection_id, "sends", NO_MESSAGE, now_ms=ctx.clock.now_ms())


def keys_entered(db: Db, ctx: Context, connection_id: int, *, for_all: bool) -> None:
    """Have this station send again after its keys were entered; all stations where the connection itself changed."""
    if for_all:
        senders.drop_all(db, connection_id)
    else:
        senders.drop(db, ctx.station_id, connection_id)


def beat(db: Db, ctx: Context) -> None:
    """Store that this station runs."""
    steady_ms = ctx.steady_ms(db)
    senders.beat(
        db,
        ctx.station_id,
        name=ctx.station,
        host=ctx.host,
        is_serve=ctx.is_serve,
        sends=ctx.sends,
        steady_ms=steady_ms,
        lost_ms=ctx.timings.sender_lost_ms,
    )
    senders.forget_old(db, ctx.station_id, before_ms=steady_ms - FORGOTTEN_AFTER_MS)


def end(db: Db, ctx: Context) -> None:
    """Store that this station has ended: others need not wait for its heartbeat or its leases."""
    senders.end(db, ctx.station_id, ended_ms=alive_since_ms(db, ctx))
    leases.release_all(db, ctx.station_id)


async def every(ctx: Context, known: Sequence[Connection]) -> Mapping[int, tuple[Sender, ...]]:
    """Return by connection the running stations that send for it, or why they do not; this one always, and first."""
    return await ctx.read(_every, ctx, known)


def summary(found: Sequence[Sender]) -> Message:
    """Return who sends for a connection, and why this station does not; empty for a lone station that sends.

    `found` is this station, then the others, as `every` returns them.
    """
    here, *others = found
    if not others and here.state != "off":
        # What is wrong with its keys, it says where it blocks the connection.
        return NO_MESSAGE
    able = [sender for sender in found if sender.state == "sends" or (sender.is_able and not others)]
    if not able:
        return sentences(Message("senders.none"), _here(here))
    names = tuple(_name(sender, found) for sender in able[:SHOWN_MOST])
    left = len(able) - len(names)
    sent_by = Message("senders.by_more", stations=names, count=left) if left else Message("senders.by", stations=names)
    return sentences(sent_by, _here(here))


def each(found: Sequence[Sender]) -> tuple[Message, ...]:
    """Return a line about each station: whether it sends, or why not."""
    return tuple(
        Message(_STATES[sender.state], station=_name(sender, found), reason=sender.message) for sender in found
    )


def _here(here: Sender) -> Message:
    match here.state:
        case "sends":
            return NO_MESSAGE
        case "failed":
            return Message("senders.here_failed", reason=here.message)
        case state:
            return Message(_HERE[state])


def _name(sender: Sender, found: Sequence[Sender]) -> Message:
    """Return the name of a station; with its computer where it has none of its own, or another has the same."""
    if sender.is_serve and sender.host:
        return Message("senders.serve", host=sender.host)
    is_known = sum(other.station == sender.station for other in found) > 1 and sender.host
    return (
        Message("senders.on_host", station=sender.station, host=sender.host) if is_known else verbatim(sender.station)
    )


def _every(db: Db, ctx: Context, known: Sequence[Connection]) -> dict[int, tuple[Sender, ...]]:
    others = [sender for sender in senders.every(db, **_alive(db, ctx)) if sender.station_id != ctx.station_id]
    learned = senders.of_station(db, ctx.station_id)
    found: dict[int, tuple[Sender, ...]] = {}
    for connection in known:
        state, message, at_ms = learned.get(connection.id, ("unchecked", NO_MESSAGE, 0))
        here = Sender(connection.id, ctx.station_id, ctx.station, ctx.host, ctx.is_serve, state, message, at_ms)
        if not ctx.sends:
            here = here._replace(state="off", message=NO_MESSAGE)
        found[connection.id] = (here, *(sender for sender in others if sender.connection_id == connection.id))
    return found


def _others_able(db: Db, ctx: Context) -> frozenset[int]:
    return senders.others_able(db, ctx.station_id, **_alive(db, ctx))


def _alive(db: Db, ctx: Context) -> dict[str, int]:
    """Return between which steady times a station that runs was seen."""
    since_ms = alive_since_ms(db, ctx)
    return {"since_ms": since_ms, "latest_ms": since_ms + 2 * ctx.timings.sender_lost_ms}


def alive_since_ms(db: Db, ctx: Context) -> int:
    """Return the steady time after which a station was seen that runs."""
    return max(0, ctx.steady_ms(db) - ctx.timings.sender_lost_ms)
