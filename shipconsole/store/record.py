"""The record: who did what when, and what each vendor was told and answered; read from what is only ever added to."""

import json
from typing import Any, NamedTuple

from shipconsole.store.database import Db


class Event(NamedTuple):
    """One thing that happened. `request` and `answer` are as sent and received, keys masked; times in milliseconds."""

    at_ms: int
    order: str
    station: str
    operator: str
    what: str
    connection: str = ""
    call: int | None = None
    tracking_number: str = ""
    carrier: str = ""
    service: str = ""
    contents: str = ""
    raw_scan: str = ""
    weight_g: int | None = None
    status: int | None = None
    vendor_request_id: str = ""
    words: str = ""
    request: str = ""
    answer: str = ""


def events(db: Db, *, since_ms: int, until_ms: int, order_id: int = 0) -> list[Event]:
    """What happened in a span of time, of one order or of all, oldest first."""
    span = {"since_ms": since_ms, "until_ms": until_ms, "order_id": order_id}
    found = [
        *map(_shipped, db.rows("record.shipments", **span)),
        *map(_tried, db.rows("record.attempts", **span)),
        *(Event(*row[:4], what=row[4], words=row[5]) for row in db.rows("record.hand_changes", **span)),
    ]
    return sorted(found, key=lambda one: one.at_ms)


def _shipped(row: tuple[Any, ...]) -> Event:
    at_ms, order, station, operator, _, number, carrier, service, raw_scan, weight_g, contents = row
    return Event(
        at_ms,
        order,
        station,
        operator,
        "shipped",
        tracking_number=number,
        carrier=carrier,
        service=service,
        contents=contents or "",
        raw_scan=raw_scan,
        weight_g=weight_g,
    )


def _tried(row: tuple[Any, ...]) -> Event:
    at_ms, order, station, operator, call, connection, what, status, request_id, words, answer, request, numbers = row
    return Event(
        at_ms,
        order,
        station,
        operator,
        what,
        connection,
        call,
        numbers or "",
        status=status,
        vendor_request_id=request_id,
        words=words,
        request=_as_sent(request),
        answer=answer,
    )


def _as_sent(request: str | None) -> str:
    """A kept request as one line: its method, address and body."""
    if not request:
        return ""
    kept = json.loads(request)
    query = "&".join(f"{name}={value}" for name, value in kept["query"])
    address = f"{kept['path']}?{query}" if query else kept["path"]
    return f"{kept['method']} {address} {kept['body']}".rstrip()
