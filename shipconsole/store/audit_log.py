"""The record: who did what when, and what each platform was told and answered; read from what is only ever added to."""

import json
from array import array
from collections.abc import Sequence
from typing import Any

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.message import from_stored, verbatim
from shipconsole.store import search_text
from shipconsole.store.database import Db
from shipconsole.store.queries import LIST_SIZES


def found(db: Db, *, since_ms: int, until_ms: int, order_id: int = 0, find: str = "") -> "array[int]":
    """The entries of a span of time, of one order or of all, in whose words a text occurs; newest first."""
    wanted, together = search_text.typed(find)
    span = {"since_ms": since_ms, "until_ms": until_ms, "order_id": order_id, "find": wanted, "together": together}
    return array("q", (entry for (entry,) in db.rows("record.found", **span)))


def rows(db: Db, entries: Sequence[int]) -> list[AuditEvent]:
    """Some entries, in the order in which they are given."""
    by_entry: dict[int, AuditEvent] = {}
    for kind, (statement, read) in enumerate(KINDS):
        ids = [entry // 4 for entry in entries if entry % 4 == kind]
        for start in range(0, len(ids), LIST_SIZES[-1]):
            for id_, *row in db.rows(statement, ids=ids[start : start + LIST_SIZES[-1]]):
                by_entry[4 * id_ + kind] = read(4 * id_ + kind, row)
    return [by_entry[entry] for entry in entries if entry in by_entry]


def _shipped(entry: int, row: Sequence[Any]) -> AuditEvent:
    (
        at_ms,
        order,
        station,
        operator,
        number,
        carrier,
        service,
        raw_scan,
        weight_g,
        contents,
        unverified,
        accepted,
        reason,
    ) = row
    return AuditEvent(
        entry=entry,
        at_ms=at_ms,
        order=order,
        station=station,
        operator=operator,
        what="shipped",
        tracking_number=number,
        carrier=carrier,
        service=service,
        contents=contents or "",
        raw_scan=raw_scan,
        weight_g=weight_g,
        unverified=bool(unverified),
        accepted=" ".join(json.loads(accepted)),
        kept_reason=reason,
    )


def _tried(entry: int, row: Sequence[Any]) -> AuditEvent:
    at_ms, order, station, operator, call, connection, what, status, request_id, message, answer, request, numbers = row
    return AuditEvent(
        entry=entry,
        at_ms=at_ms,
        order=order,
        station=station,
        operator=operator,
        what=what,
        connection=connection,
        call=call,
        tracking_number=numbers or "",
        status=status,
        vendor_request_id=request_id,
        message=from_stored(message),
        request=_as_sent(request),
        answer=answer,
    )


def _done_by_hand(entry: int, row: Sequence[Any]) -> AuditEvent:
    at_ms, order, station, operator, what, why = row
    return AuditEvent(
        entry=entry,
        at_ms=at_ms,
        order=order,
        station=station,
        operator=operator,
        what=from_stored(what),
        message=verbatim(why),
    )


def _scanned(entry: int, row: Sequence[Any]) -> AuditEvent:
    at_ms, order, station, operator, raw, number, verdict, answer = row
    said = f"{verdict}:{answer}" if answer else verdict
    what = "scanned" if raw else "answered_verdict"
    return AuditEvent(
        entry=entry,
        at_ms=at_ms,
        order=order,
        station=station,
        operator=operator,
        what=what,
        tracking_number=number,
        raw_scan=raw,
        verdict=said,
    )


KINDS = (
    ("record.shipments", _shipped),
    ("record.attempts", _tried),
    ("record.manual_changes", _done_by_hand),
    ("record.scans", _scanned),
)
"""What entries there are: a package that shipped, an attempt of an update, what was done by hand, a scan."""


def _as_sent(request: str | None) -> str:
    """A kept request as one line: its method, address and body."""
    if not request:
        return ""
    kept = json.loads(request)
    query = "&".join(f"{name}={value}" for name, value in kept["query"])
    address = f"{kept['path']}?{query}" if query else kept["path"]
    return f"{kept['method']} {address} {kept['body']}".rstrip()
