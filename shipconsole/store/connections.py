"""Connections as stored: names, addresses and settings, never keys."""

import json
from collections.abc import Mapping

from shipconsole.domain.connection import Connection
from shipconsole.store.database import Db


def every(db: Db) -> tuple[Connection, ...]:
    """All connections, oldest first."""
    return tuple(
        Connection(id_, name, vendor, base_url, json.loads(options), *state)
        for id_, name, vendor, base_url, options, *state in db.rows("connections.all")
    )


def find(db: Db, name: str) -> Connection | None:
    """The connection of a name, upper and lower case being the same."""
    wanted = name.strip().casefold()
    return next((one for one in every(db) if one.name.casefold() == wanted), None)


def put(db: Db, *, name: str, vendor: str, base_url: str, options: Mapping[str, str]) -> int:
    """Add a connection, or change the one of that name; tell its id."""
    text = json.dumps(dict(options), sort_keys=True)
    id_ = int(db.value("connections.put", name=name, vendor=vendor, base_url=base_url, options=text))
    db.note("connection", id_)
    return id_


def block(db: Db, connection_id: int, words: str) -> None:
    """Write down why no call of the connection can pass; empty words lift it."""
    if db.change("connections.block", id=connection_id, words=words):
        db.note("connection", connection_id)


def pulled(db: Db, connection_id: int, at_ms: int) -> None:
    """Write down when its orders were last read to the end."""
    db.change("connections.pulled", id=connection_id, at_ms=at_ms)
    db.note("connection", connection_id)


def hold(db: Db, connection_id: int, *, until_ms: int) -> None:
    """Let no call of the connection go before a time: its vendor asked for that."""
    if db.change("connections.hold", id=connection_id, until_ms=until_ms):
        db.note("connection", connection_id)
