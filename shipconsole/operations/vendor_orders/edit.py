"""Editing: an order's fields at each connection, and changes of them sent through the outbox.

A change is stored as what the person wants different. Its request is built when it is sent, from the platform's
document of that moment, so that other changes made meanwhile are kept, and list entries are found again by the
platform's key for them, wherever they are then.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.entries import EntryList, current_paths, entries_of, keys_of, list_of, moved, next_position
from shipconsole.domain.field import Field, FieldPath, Value
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders.orders import sheet as order_sheet
from shipconsole.operations.outbox import resolve
from shipconsole.store import blanking, calls, connections, orders
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.order_edit import NothingChangedError, OrderEdit
from shipconsole.vendors.request import Json, Request, json_text

REJECTED: tuple[CallState, ...] = ("rejected", "dead")
WHY = Message("update.replaced")


@dataclass(frozen=True, slots=True)
class Section:
    """One connection's fields of an order: all fields, and the values that it has by their paths."""

    connection: Connection
    link: Link
    fields: tuple[Field, ...]
    values: Mapping[FieldPath, Value]
    may_change: bool
    lists: tuple[EntryList, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """What a person wants different at one connection: values by path, and list entries to delete.

    `added` are the list entries that `values` create. `keys` hold the platform's key of each other entry that is
    changed; `save` fills them in.
    """

    values: Mapping[FieldPath, Value]
    delete: tuple[FieldPath, ...] = ()
    added: tuple[FieldPath, ...] = ()
    keys: Mapping[FieldPath, str] = field(default_factory=dict[FieldPath, str])


async def sections(ctx: Context, order_id: int) -> tuple[Section, ...]:
    """Return the fields of an order at each connection that has it."""
    return await ctx.read(_sections, order_id)


async def preview(ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> Request:
    """Return the request of `save` as known now; store nothing.

    Raises `ValidationFailed` with paths ``fields.<path>`` for what the platform would reject, and where nothing
    differs.
    """
    return await ctx.read(_preview, order_id, connection_id, wanted)


async def save(ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> int:
    """Queue a change of an order at one connection; return the call's id. Raise what `preview` raises."""
    return await ctx.write(_save, ctx, order_id, connection_id, wanted)


def request_for(order: Order, connection: Connection, link: Link | None, intent: str) -> Request | None:
    """Return the request of a stored change, built from what is known now; None where nothing differs any more."""
    if link is None:
        return None
    try:
        return _request(order, connection, link, changes_from(intent))
    except NothingChangedError:
        return None


def changes_from(intent: str) -> FieldChanges:
    """Read back what a stored change wants different."""
    kept = json.loads(intent)
    values: Sequence[tuple[Sequence[str], Value]] = kept.get("values", ())
    return FieldChanges(
        values={tuple(path): value for path, value in values},
        delete=tuple(tuple(path) for path in kept.get("delete", ())),
        added=tuple(tuple(path) for path in kept.get("added", ())),
        keys={tuple(path): key for path, key in kept.get("keys", ())},
    )


def added_by(section: Section, paths: Iterable[FieldPath]) -> tuple[FieldPath, ...]:
    """Return the list entries that values at some paths would create.

    Raises `ValidationFailed` for an entry that is not next in its list: a mistyped position must not add anything.
    """
    found: dict[FieldPath, None] = {}
    problems: list[Problem] = []
    for path in sorted(paths, key=lambda path: [(not step.isdecimal(), step.zfill(9)) for step in path]):
        for entry in entries_of(section.lists, path):
            where = entry[:-1]
            following = next_position([*section.values, *found], where)
            if entry in found or int(entry[-1]) < following:
                continue
            if int(entry[-1]) == following:
                found[entry] = None
                continue
            entry_list = list_of(section.lists, entry)
            message = Message(
                "change.not_next",
                entry=".".join(entry),
                noun=entry_list.noun if entry_list else Message("entry.entry"),
                next=f"{'.'.join(where)}.{following}",
            )
            problems.append(Problem(("fields", *path), message))
    if problems:
        raise ValidationFailed(*problems)
    return tuple(found)


def _sections(db: Db, order_id: int) -> tuple[Section, ...]:
    known = connections.by_id(db)
    found: list[Section] = []
    for link in orders.links(db, order_id):
        connection = known[link.connection_id]
        vendor = VENDORS[connection.vendor]
        values = vendor.orders.read_fields(_document(link))
        may_change = vendor.edits.change is not None
        found.append(Section(connection, link, vendor.orders.fields, values, may_change, vendor.edits.lists))
    return tuple(found)


def _preview(db: Db, order_id: int, connection_id: int, wanted: FieldChanges) -> Request:
    connection, link = _known(db, order_id, connection_id)
    order = orders.get(db, order_id)
    if blanking.is_blanked(db, order_id):
        # Some parts are sent complete or not at all, and most of this order is not here any more.
        message = Message("change.blanked", number=order.number, platform=VENDORS[connection.vendor].title)
        raise ValidationFailed(Problem(("order",), message))
    return _request(order, connection, link, wanted)


def _save(db: Db, ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> int:
    request = _preview(db, order_id, connection_id, wanted)
    connection, link = _known(db, order_id, connection_id)
    vendor = VENDORS[connection.vendor]
    keys = keys_of(vendor.edits.lists, vendor.orders.read_fields(_document(link)), (*wanted.values, *wanted.delete))
    wanted = replace(wanted, keys={entry: key for entry, key in keys.items() if entry not in wanted.added})
    return calls.add(
        db,
        key=uuid.uuid4().hex,
        order_id=order_id,
        shipment_id=None,
        intent=_intent_text(wanted),
        package_id=None,
        connection_id=connection_id,
        summary=request.summary,
        repeatable=request.repeatable,
        now_ms=ctx.clock.now_ms(),
    )


def _known(db: Db, order_id: int, connection_id: int) -> tuple[Connection, Link]:
    connection = connections.by_id(db).get(connection_id)
    link = next((link for link in orders.links(db, order_id) if link.connection_id == connection_id), None)
    if connection is None or link is None:
        raise ValidationFailed(Problem(("connection",), Message("change.not_there")))
    return connection, link


def _request(order: Order, connection: Connection, link: Link, wanted: FieldChanges) -> Request:
    vendor = VENDORS[connection.vendor]
    if vendor.edits.change is None:
        message = Message("change.not_supported", platform=vendor.title)
        raise ValidationFailed(Problem((), message))
    now = _placed_now(vendor, link, wanted)
    return vendor.edits.change(OrderEdit(order, link, now.values, now.delete, connection.options, now.added))


def _placed_now(vendor: Vendor, link: Link, wanted: FieldChanges) -> FieldChanges:
    """Return the changes with every list entry where the platform has it now; deletions that are done are left out."""
    known = vendor.orders.read_fields(_document(link))
    touched = (*wanted.values, *wanted.delete, *wanted.added)
    positions = current_paths(vendor.edits.lists, touched, wanted.added, wanted.keys, known)
    values: dict[FieldPath, Value] = {}
    problems: list[Problem] = []
    for path, value in wanted.values.items():
        present = moved(path, positions)
        if present is not None:
            values[present] = value
        elif not any(path[: len(gone)] == gone for gone in wanted.delete):
            message = Message("change.entry_gone", path=".".join(path), platform=vendor.title)
            problems.append(Problem(("fields", *path), message))
    if problems:
        raise ValidationFailed(*problems)
    return FieldChanges(
        values,
        tuple(present for path in wanted.delete if (present := moved(path, positions)) is not None),
        tuple(present for path in wanted.added if (present := moved(path, positions)) is not None),
    )


def _document(link: Link) -> Mapping[str, object]:
    value: object = json.loads(link.document)
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _intent_text(wanted: FieldChanges) -> str:
    values: list[Json] = [[list[Json](path), cast("Json", value)] for path, value in wanted.values.items()]
    delete: list[Json] = [list[Json](path) for path in wanted.delete]
    added: list[Json] = [list[Json](path) for path in wanted.added]
    keys: list[Json] = [[list[Json](path), key] for path, key in wanted.keys.items()]
    return json_text({"values": values, "delete": delete, "added": added, "keys": keys})


def rejected_edits(updates: Iterable[Call], connection_id: int) -> tuple[Call, ...]:
    """Return the changes of an order that a connection rejected and no person resolved."""
    return tuple(call for call in updates if call.connection_id == connection_id and _is_change(call))


async def queue_edit(
    ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges
) -> tuple[int, tuple[Call, ...]]:
    """Queue a change of an order at one connection; return its call's id, and the rejected calls that it replaces.

    While a rejected call was unresolved, the new one would wait behind it. Raises what `preview` raises, and then
    nothing is replaced.
    """
    sheet = await order_sheet(ctx, order_id)
    call_id = await save(ctx, order_id, connection_id, wanted)
    replaced = rejected_edits(sheet.calls, connection_id)
    for call in replaced:
        # Another person may have resolved it at this moment, which is fine.
        with suppress(ValidationFailed):
            await resolve.resolve_update(ctx, call.id, "discard", str(WHY))
    return call_id, replaced


def _is_change(call: Call) -> bool:
    if call.intent is None or call.state not in REJECTED:
        return False
    wanted = changes_from(call.intent)
    return bool(wanted.values or wanted.delete)
