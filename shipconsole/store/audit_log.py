"""The audit log: who did what, with requests and responses; read from tables that are append-only."""

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
    """Return the entries of a period that contain a text, newest first; `order_id` 0 is every order."""
    key, compact = search_text.typed(find)
    values = {"since_ms": since_ms, "until_ms": until_ms, "find": key, "together": compact}
    if order_id:
        return array("q", (entry for (entry,) in db.rows("audit_log.found_of_order", order_id=order_id, **values)))
    return array("q", (entry for (entry,) in db.rows("audit_log.found", **values)))


def first_at(db: Db) -> int:
    """Return when the first entry was made, 0 if there is none."""
    return int(db.value("audit_log.first_at"))


def rows(db: Db, entries: Sequence[int]) -> list[AuditEvent]:
    """Return some entries, in the given order."""
    by_entry: dict[int, AuditEvent] = {}
    for kind, (statement, read) in enumerate(KINDS):
        ids = [entry // 4 for entry in entries if entry % 4 == kind]
        for start in range(0, len(ids), LIST_SIZES[-1]):
            for id_, at_ms, order, station, operator, *values in db.rows(
                statement, ids=ids[start : start + LIST_SIZES[-1]]
            ):
                entry = 4 * id_ + kind
                by_entry[entry] = AuditEvent(
                    entry=entry, at_ms=at_ms, order=order, station=station, operator=operator, **read(*values)
                )
    return [by_entry[entry] for entry in entries if entry in by_entry]


def _shipped(
    number: str,
    carrier: str,
    service: str,
    raw_scan: str,
    weight_g: int | None,
    typed_units: int,
    contents: str | None,
    unverified: int,
    accepted: str,
    reason: str,
) -> dict[str, Any]:
    return {
        "what": "shipped",
        "tracking_number": number,
        "carrier": carrier,
        "service": service,
        "contents": contents or "",
        "raw_scan": raw_scan,
        "weight_g": weight_g,
        "typed_units": typed_units,
        "unverified": bool(unverified),
        "accepted": " ".join(json.loads(accepted)),
        "kept_reason": reason,
    }


def _attempted(
    call: int,
    connection: str,
    what: str,
    status: int | None,
    request_id: str,
    message: str,
    answer: str,
    request: str | None,
    numbers: str | None,
) -> dict[str, Any]:
    return {
        "what": what,
        "connection": connection,
        "call": call,
        "tracking_number": numbers or "",
        "status": status,
        "vendor_request_id": request_id,
        "message": from_stored(message),
        "request": _request_line(request),
        "answer": answer,
    }


def _changed(what: str, reason: str) -> dict[str, Any]:
    return {"what": from_stored(what), "message": verbatim(reason)}


def _scanned(raw: str, number: str, verdict: str, answer: str) -> dict[str, Any]:
    return {
        "what": "scanned" if raw else "answered_verdict",
        "tracking_number": number,
        "raw_scan": raw,
        "verdict": f"{verdict}:{answer}" if answer else verdict,
    }


KINDS = (
    ("audit_log.shipments", _shipped),
    ("audit_log.attempts", _attempted),
    ("audit_log.manual_changes", _changed),
    ("audit_log.scans", _scanned),
)
"""The kinds of entries, each with its statement and what reads its columns after those that all kinds have."""


def _request_line(request: str | None) -> str:
    """Return a stored request on one line: method, path with query, body."""
    if not request:
        return ""
    stored = json.loads(request)
    query = "&".join(f"{name}={value}" for name, value in stored["query"])
    address = f"{stored['path']}?{query}" if query else stored["path"]
    return f"{stored['method']} {address} {stored['body']}".rstrip()
