"""Senders: which stations run and send updates, and what each last learned of its keys for a connection."""

from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.domain.sender import Sender, SenderState
from shipconsole.store.database import Db


def beat(
    db: Db, station_id: str, *, name: str, host: str, is_serve: bool, sends: bool, steady_ms: int, lost_ms: int
) -> None:
    """Store that a station runs; the others are notified where that is new, or where its name or setting changed.

    One that was not seen for `lost_ms` counts as new.
    """
    known = db.row("senders.station", id=station_id)
    values = {"name": name, "host": host, "is_serve": int(is_serve), "sends": int(sends)}
    db.change("senders.beat", id=station_id, steady_ms=steady_ms, **values)
    if known is None or known[:4] != tuple(values.values()) or abs(known[4] - steady_ms) >= lost_ms:
        db.note("sender", 0)


def end(db: Db, station_id: str, *, ended_ms: int) -> None:
    """Store that a station has ended, so that others need not wait for its heartbeat.

    `ended_ms` is the steady time of a heartbeat that is too old to count.
    """
    if db.change("senders.end", id=station_id, ended_ms=ended_ms):
        db.note("sender", 0)


def names(db: Db) -> list[tuple[str, str, int]]:
    """Return each known station's id, name, and the steady time at which it was seen last."""
    return [(id_, name, seen_at_ms) for id_, name, seen_at_ms in db.rows("senders.names")]


def hold_name(db: Db, station_id: str, *, name: str, host: str, is_serve: bool, sends: bool, ended_ms: int) -> None:
    """Store the name of a station, without saying that it runs: a new one counts as ended at `ended_ms`."""
    values = {"name": name, "host": host, "is_serve": int(is_serve), "sends": int(sends)}
    db.change("senders.hold_name", id=station_id, ended_ms=ended_ms, **values)


def forget_old(db: Db, station_id: str, *, before_ms: int) -> None:
    """Delete the stations that were last seen before a steady time, and what they learned; never one's own."""
    if db.change("senders.forget_stations", id=station_id, before_ms=before_ms):
        db.change("senders.forget_senders", id=station_id)


def put(db: Db, station_id: str, connection_id: int, state: SenderState, message: Message, *, now_ms: int) -> bool:
    """Store what a station learned of its keys for a connection; False if that was known."""
    values = {"station_id": station_id, "connection_id": connection_id, "state": state, "message": message}
    if db.change("senders.put", now_ms=now_ms, **values):
        db.note("connection", connection_id)
        return True
    if state == "no_keyring":
        # It is read again after another pause.
        db.change("senders.still", station_id=station_id, connection_id=connection_id, now_ms=now_ms)
    return False


def state_of(db: Db, station_id: str, connection_id: int) -> SenderState:
    """Return what a station last learned of its keys for a connection."""
    row = db.row("senders.state_of", station_id=station_id, connection_id=connection_id)
    return "unchecked" if row is None else row[0]


def drop(db: Db, station_id: str, connection_id: int) -> None:
    """Have a station check its keys for a connection anew, because they were entered."""
    if db.change("senders.drop", station_id=station_id, connection_id=connection_id):
        db.note("connection", connection_id)


def drop_all(db: Db, connection_id: int) -> None:
    """Have every station check its keys for a connection anew."""
    if db.change("senders.drop_all", connection_id=connection_id):
        db.note("connection", connection_id)


def unable(db: Db, station_id: str) -> frozenset[int]:
    """Return the connections for which a station cannot send."""
    return frozenset(id_ for (id_,) in db.rows("senders.unable", station_id=station_id))


def others_able(db: Db, station_id: str, *, since_ms: int, latest_ms: int) -> frozenset[int]:
    """Return the connections for which another station, seen between steady times, sends or has not tried yet."""
    times = {"since_ms": since_ms, "latest_ms": latest_ms}
    return frozenset(id_ for (id_,) in db.rows("senders.others_able", station_id=station_id, **times))


def others_alive(db: Db, station_id: str, *, since_ms: int, latest_ms: int) -> bool:
    """Return whether another station was seen between steady times."""
    times = {"since_ms": since_ms, "latest_ms": latest_ms}
    return db.row("senders.others_alive", station_id=station_id, **times) is not None


def unchecked(db: Db, station_id: str, *, since_ms: int) -> frozenset[int]:
    """Return the connections for whose keys a station has to look.

    A keyring that could not be read is read again after the wall time `since_ms`.
    """
    return frozenset(id_ for (id_,) in db.rows("senders.unchecked", station_id=station_id, since_ms=since_ms))


def blocked_by_others(db: Db, station_id: str) -> frozenset[int]:
    """Return the connections that others had to block, and for which a station's keys are not known to fail."""
    return frozenset(id_ for (id_,) in db.rows("senders.blocked_by_others", station_id=station_id))


def others_failed(db: Db, station_id: str, connection_id: int) -> bool:
    """Return whether another station cannot send for a connection."""
    return db.row("senders.others_failed", station_id=station_id, connection_id=connection_id) is not None


def every(db: Db, *, since_ms: int, latest_ms: int) -> tuple[Sender, ...]:
    """Return each station that was seen between steady times, for each connection."""
    return tuple(
        Sender(
            connection_id,
            station_id,
            name,
            host,
            bool(is_serve),
            (state or "unchecked") if sends else "off",
            from_stored(message) if sends else NO_MESSAGE,
            since_ms,
        )
        for connection_id, station_id, name, host, is_serve, sends, state, message, since_ms in db.rows(
            "senders.every", since_ms=since_ms, latest_ms=latest_ms
        )
    )


def of_station(db: Db, station_id: str) -> dict[int, tuple[SenderState, Message, int]]:
    """Return what a station last learned, and when (wall time), by connection."""
    rows = db.rows("senders.of_station", station_id=station_id)
    return {connection_id: (state, from_stored(message), at_ms) for connection_id, state, message, at_ms in rows}
