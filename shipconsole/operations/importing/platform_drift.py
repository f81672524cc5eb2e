"""Echo: what a platform made of what it was told, seen when the order is read back.

A platform may take a change and keep another value, or change a field that nobody sent. Nobody who only hears
"done" would know of either.
"""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, cast

from shipconsole.domain.connection import Connection
from shipconsole.domain.entries import EntryList, entries_of, keys_of, list_of, moved, places_now, positions
from shipconsole.domain.field import Field, FieldPath, Value, field_at, text_of
from shipconsole.domain.message import Message, verbatim
from shipconsole.operations.context import Context
from shipconsole.store import platform_drift
from shipconsole.store.database import Db
from shipconsole.store.platform_drift import KeptChange
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.order_edit import same_value

Values = Mapping[FieldPath, Value]


class VendorChanged(NamedTuple):
    """What a platform changed, as `KeptChange` has it, with the title of its field."""

    title: Message
    path: FieldPath
    sent: str | None
    before: str
    now: str


async def of_order(ctx: Context, order_id: int) -> Mapping[int, tuple[VendorChanged, ...]]:
    """What the platforms made of the calls of an order, by call, as far as it was read back."""
    found = await ctx.read(platform_drift.of_order, order_id)
    return {
        call_id: tuple(
            VendorChanged(title(VENDORS[vendor].orders.fields, VENDORS[vendor].edits.lists, one.path), *one)
            for one in kept
        )
        for call_id, (vendor, kept) in found.items()
    }


def title(fields: Collection[Field], lists: Collection[EntryList], path: FieldPath) -> Message:
    """Return what a field is called where it stands, as in ``Item 2: SKU``; its path where it is no longer known."""
    field = field_at(fields, path)
    if field is None:
        return verbatim(".".join(path))
    entries = entries_of(lists, path)
    one = list_of(lists, entries[-1]) if entries else None
    if one is None:
        return field.title
    return Message("platform_drift.of_entry", title=field.title, noun=one.noun, number=int(entries[-1][-1]) + 1)


def note(db: Db, connection: Connection, order_id: int, *, before: str, after: str, as_of: int, now_ms: int) -> None:
    """Compare what a connection was told of an order with the document that it gave.

    `as_of` is the newest attempt of the moment at which it was asked. Calls that were told later are left for the next
    reading. Of several calls the newest keeps what is found,
    so that nothing is said twice.
    """
    vendor = VENDORS[connection.vendor]
    waiting = platform_drift.awaited(db, connection_id=connection.id, order_id=order_id, as_of=as_of)
    if vendor.edits.sent_fields is None or not waiting:
        return
    known, now = vendor.orders.read_fields(_document(before)), vendor.orders.read_fields(_document(after))
    sent: dict[FieldPath, Value] = {}
    for one in waiting:
        sent |= _placed(vendor.edits.sent_fields(_body(one.request)), vendor.edits.lists, known, now)
    found = changed(vendor.orders.fields, vendor.edits.lists, sent, known, now)
    for one in waiting:
        platform_drift.put(db, one.call_id, found if one is waiting[-1] else (), at_ms=now_ms)


def changed(
    fields: Collection[Field], lists: Collection[EntryList], sent: Values, before: Values, now: Values
) -> tuple[KeptChange, ...]:
    """Which fields the platform has otherwise than they were sent, and which it changed without being told.

    The positions in `sent` are those in `now`. Only what a person could change and answers have is compared:
    ids, dates and links of the platform's own change all the time.
    """
    places = places_now(lists, now, (), keys_of(lists, now, now), before)
    found: list[KeptChange] = []
    for path in dict.fromkeys([*sent, *now, *_still_there(before, lists, now)]):
        field, was_at = field_at(fields, path), moved(path, places)
        if field is None or not field.read or not field.editable or field.key or (path not in sent and was_at is None):
            continue
        was = before.get(was_at) if was_at is not None else None
        meant = sent.get(path, was)
        if not same_value(field, meant, now.get(path)):
            told = text_of(field, sent[path]) if path in sent else None
            found.append(KeptChange(path, told, text_of(field, was), text_of(field, now.get(path))))
    return tuple(found)


def _placed(sent: Values, lists: Collection[EntryList], before: Values, now: Values) -> dict[FieldPath, Value]:
    """What was sent, by its paths in the document that the platform has now; entries that were to go are left out.

    An entry that was sent without the platform's own id is one that had none yet.
    """
    keys = keys_of(lists, sent, sent)
    entries = {entry for path in sent for entry in entries_of(lists, path)}
    nameless = sorted((one for one in entries if one not in keys and _has_key(lists, one)), key=lambda one: one[-1])
    places = places_now(lists, sent, (), keys, now)
    known = set(keys_of(lists, before, before).values())
    for entry in nameless:
        one, where = list_of(lists, entry), entry[:-1]
        fresh = (
            (*where, str(place))
            for place in positions(now, where)
            if one is not None and str(now.get((*where, str(place), one.key))) not in known
        )
        places[entry] = next((place for place in fresh if place not in places.values()), None)
    doomed = {entry for entry in entries if sent.get((*entry, "delete")) is True}
    return {
        at: value
        for path, value in sent.items()
        if not any(path[: len(entry)] == entry for entry in doomed) and (at := moved(path, places)) is not None
    }


def _still_there(before: Values, lists: Collection[EntryList], now: Values) -> list[FieldPath]:
    """The paths of what the platform had before, where that would be now; without those of entries that are gone."""
    places = places_now(lists, before, (), keys_of(lists, before, before), now)
    return [at for path in before if (at := moved(path, places)) is not None]


def _has_key(lists: Collection[EntryList], entry: FieldPath) -> bool:
    one = list_of(lists, entry)
    return one is not None and bool(one.key)


def _document(text: str) -> Mapping[str, object]:
    value = parse(text.encode())
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _body(request: str) -> Mapping[str, object]:
    kept = json.loads(request)
    return _document(kept["body"] or "{}")
