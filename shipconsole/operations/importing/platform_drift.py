"""Platform drift: what a platform made of an update, seen when the order is fetched again.

A platform may accept a change and keep another value, or change a field that was not sent. Its response alone shows
neither.
"""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, cast

from shipconsole.domain.connection import Connection
from shipconsole.domain.entries import EntryList, current_paths, entries_of, keys_of, list_of, moved, positions
from shipconsole.domain.field import Field, FieldPath, Value, field_at, text_of
from shipconsole.domain.message import Message, verbatim
from shipconsole.operations.context import Context
from shipconsole.store import platform_drift
from shipconsole.store.database import Db
from shipconsole.store.platform_drift import FieldDrift
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.order_edit import same_value

Values = Mapping[FieldPath, Value]


class PlatformDrift(NamedTuple):
    """What a platform changed: a `FieldDrift` with the title of its field."""

    field_title: Message
    path: FieldPath
    sent: str | None
    before: str
    now: str


async def of_order(ctx: Context, order_id: int) -> Mapping[int, tuple[PlatformDrift, ...]]:
    """Return, by call, how the platforms' data differ from what was sent for an order, as far as it was fetched."""
    found = await ctx.read(platform_drift.of_order, order_id)
    return {
        call_id: tuple(
            PlatformDrift(field_title(VENDORS[vendor].orders.fields, VENDORS[vendor].edits.lists, change.path), *change)
            for change in kept
        )
        for call_id, (vendor, kept) in found.items()
    }


def field_title(fields: Collection[Field], lists: Collection[EntryList], path: FieldPath) -> Message:
    """Return a field's title with its entry, as in ``Item 2: SKU``; its path where the field is unknown."""
    field = field_at(fields, path)
    if field is None:
        return verbatim(".".join(path))
    entries = entries_of(lists, path)
    entry_list = list_of(lists, entries[-1]) if entries else None
    if entry_list is None:
        return field.title
    return Message("platform_drift.of_entry", title=field.title, noun=entry_list.noun, number=int(entries[-1][-1]) + 1)


def record_drift(
    db: Db, connection: Connection, order_id: int, *, before: str, after: str, as_of: int, now_ms: int
) -> None:
    """Compare what a connection was sent for an order with the document that it returned.

    `as_of` is the newest attempt when the document was requested. Later calls wait for the next document. Of several
    calls only the newest keeps the differences, so that none is shown twice.
    """
    vendor = VENDORS[connection.vendor]
    waiting = platform_drift.not_compared(db, connection_id=connection.id, order_id=order_id, as_of=as_of)
    if vendor.edits.sent_fields is None or not waiting:
        return
    known, now = vendor.orders.read_fields(_document(before)), vendor.orders.read_fields(_document(after))
    sent: dict[FieldPath, Value] = {}
    for sent_call in waiting:
        sent |= _placed(vendor.edits.sent_fields(_body(sent_call.request)), vendor.edits.lists, known, now)
    found = find_drift(vendor.orders.fields, vendor.edits.lists, sent, known, now)
    for sent_call in waiting:
        platform_drift.put(db, sent_call.call_id, found if sent_call is waiting[-1] else (), at_ms=now_ms)


def find_drift(
    fields: Collection[Field], lists: Collection[EntryList], sent: Values, before: Values, now: Values
) -> tuple[FieldDrift, ...]:
    """Return the fields whose value is not the one sent, and those that the platform changed by itself.

    The positions in `sent` are those in `now`. Only fields that a person can edit and responses contain are compared: a
    platform's own ids, dates, and links change all the time.
    """
    positions_now = current_paths(lists, now, (), keys_of(lists, now, now), before)
    found: list[FieldDrift] = []
    for path in dict.fromkeys([*sent, *now, *_still_there(before, lists, now)]):
        field, was_at = field_at(fields, path), moved(path, positions_now)
        if field is None or not field.read or not field.editable or field.key or (path not in sent and was_at is None):
            continue
        was = before.get(was_at) if was_at is not None else None
        expected = sent.get(path, was)
        if not same_value(field, expected, now.get(path)):
            sent_text = text_of(field, sent[path]) if path in sent else None
            found.append(FieldDrift(path, sent_text, text_of(field, was), text_of(field, now.get(path))))
    return tuple(found)


def _placed(sent: Values, lists: Collection[EntryList], before: Values, now: Values) -> dict[FieldPath, Value]:
    """Return what was sent by its paths in the platform's present document, without deleted entries.

    An entry that was sent without the platform's id is one that had none yet.
    """
    keys = keys_of(lists, sent, sent)
    entries = {entry for path in sent for entry in entries_of(lists, path)}
    unnamed = sorted(
        (entry for entry in entries if entry not in keys and _has_key(lists, entry)),
        key=lambda entry_list: entry_list[-1],
    )
    positions_now = current_paths(lists, sent, (), keys, now)
    known = set(keys_of(lists, before, before).values())
    for path in unnamed:
        entry_list, where = list_of(lists, path), path[:-1]
        fresh = (
            (*where, str(position))
            for position in positions(now, where)
            if entry_list is not None and str(now.get((*where, str(position), entry_list.key))) not in known
        )
        positions_now[path] = next((position for position in fresh if position not in positions_now.values()), None)
    deleted = {entry for entry in entries if sent.get((*entry, "delete")) is True}
    return {
        at: value
        for path, value in sent.items()
        if not any(path[: len(entry)] == entry for entry in deleted) and (at := moved(path, positions_now)) is not None
    }


def _still_there(before: Values, lists: Collection[EntryList], now: Values) -> list[FieldPath]:
    """Return the paths of the earlier values in the present document, without those of removed entries."""
    positions_now = current_paths(lists, before, (), keys_of(lists, before, before), now)
    return [path_now for path in before if (path_now := moved(path, positions_now)) is not None]


def _has_key(lists: Collection[EntryList], entry: FieldPath) -> bool:
    entry_list = list_of(lists, entry)
    return entry_list is not None and bool(entry_list.key)


def _document(text: str) -> Mapping[str, object]:
    value = parse(text.encode())
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _body(request: str) -> Mapping[str, object]:
    kept = json.loads(request)
    return _document(kept["body"] or "{}")
