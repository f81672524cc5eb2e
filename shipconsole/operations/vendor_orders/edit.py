"""Editing: an order's fields as each connection has them, and a change of them told through the outbox.

A change is kept as what the person wanted different. The request is made of it when it is sent, from the platform's
document of that moment, so that what somebody else changed meanwhile is not put back, and what stands in a list is
found again by the value that the platform knows it by, wherever it stands then.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.entries import EntryList, entries_of, keys_of, list_of, moved, next_position, places_now
from shipconsole.domain.field import Field, FieldPath, Value
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders.orders import sheet as order_sheet
from shipconsole.operations.outbox import resolve
from shipconsole.store import calls, connections, orders
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.change import Change, NothingChangedError
from shipconsole.vendors.exchange import Json, Request, json_text

REJECTED: tuple[CallState, ...] = ("rejected", "dead")
WHY = Message("update.replaced")


@dataclass(frozen=True, slots=True)
class Section:
    """One connection's own fields of an order: all there are, and the values that it has by their paths."""

    connection: Connection
    link: Link
    fields: tuple[Field, ...]
    values: Mapping[FieldPath, Value]
    may_change: bool
    lists: tuple[EntryList, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """What a person wants different at one connection: values by path, and parts of lists that shall go.

    `added` are the parts of lists that `values` make new ones. `keys` tell by which value the platform knows each of
    the others that is touched; `save` fills them in.
    """

    values: Mapping[FieldPath, Value]
    delete: tuple[FieldPath, ...] = ()
    added: tuple[FieldPath, ...] = ()
    keys: Mapping[FieldPath, str] = field(default_factory=dict[FieldPath, str])


async def sections(ctx: Context, order_id: int) -> tuple[Section, ...]:
    """The fields of an order at each connection that knows it."""
    return await ctx.read(_sections, order_id)


async def preview(ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> Request:
    """The request that `save` would lead to as far as is known now; stores nothing.

    Raises `ValidationFailed` with paths ``fields.<path>`` for what the platform would not take, or where nothing
    differs.
    """
    return await ctx.read(_preview, order_id, connection_id, wanted)


async def save(ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> int:
    """Queue a change of an order at one connection; tell the call's id. Raises what `preview` raises."""
    return await ctx.write(_save, ctx, order_id, connection_id, wanted)


def request_for(order: Order, connection: Connection, link: Link | None, intent: str) -> Request | None:
    """The request of a stored change, made of what is known now; None where nothing differs any more."""
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
    """Which entries of lists the values at some paths would make new ones.

    Raises `ValidationFailed` for one that is not next in its list: a mistyped position must not add anything.
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
            one = list_of(section.lists, entry)
            message = Message(
                "change.not_next",
                entry=".".join(entry),
                noun=one.noun if one else Message("entry.entry"),
                next=f"{'.'.join(where)}.{following}",
            )
            problems.append(Problem(("fields", *path), message))
    if problems:
        raise ValidationFailed(*problems)
    return tuple(found)


def _sections(db: Db, order_id: int) -> tuple[Section, ...]:
    known = {one.id: one for one in connections.every(db)}
    found: list[Section] = []
    for link in orders.links(db, order_id):
        connection = known[link.connection_id]
        vendor = VENDORS[connection.vendor]
        values = vendor.read_fields(_document(link))
        may_change = vendor.change is not None
        found.append(Section(connection, link, vendor.fields, values, may_change, vendor.lists))
    return tuple(found)


def _preview(db: Db, order_id: int, connection_id: int, wanted: FieldChanges) -> Request:
    connection, link = _known(db, order_id, connection_id)
    return _request(orders.get(db, order_id), connection, link, wanted)


def _save(db: Db, ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> int:
    request = _preview(db, order_id, connection_id, wanted)
    connection, link = _known(db, order_id, connection_id)
    vendor = VENDORS[connection.vendor]
    keys = keys_of(vendor.lists, vendor.read_fields(_document(link)), (*wanted.values, *wanted.delete))
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
    connection = next((one for one in connections.every(db) if one.id == connection_id), None)
    link = next((one for one in orders.links(db, order_id) if one.connection_id == connection_id), None)
    if connection is None or link is None:
        raise ValidationFailed(Problem(("connection",), Message("change.not_there")))
    return connection, link


def _request(order: Order, connection: Connection, link: Link, wanted: FieldChanges) -> Request:
    vendor = VENDORS[connection.vendor]
    if vendor.change is None:
        message = Message("change.not_supported", platform=vendor.title)
        raise ValidationFailed(Problem((), message))
    now = _placed_now(vendor, link, wanted)
    return vendor.change(Change(order, link, now.values, now.delete, connection.options, now.added))


def _placed_now(vendor: Vendor, link: Link, wanted: FieldChanges) -> FieldChanges:
    """The same with every part of a list where the platform has it now; what shall go and is gone is done already."""
    known = vendor.read_fields(_document(link))
    touched = (*wanted.values, *wanted.delete, *wanted.added)
    places = places_now(vendor.lists, touched, wanted.added, wanted.keys, known)
    values: dict[FieldPath, Value] = {}
    problems: list[Problem] = []
    for path, value in wanted.values.items():
        now = moved(path, places)
        if now is not None:
            values[now] = value
        elif not any(path[: len(gone)] == gone for gone in wanted.delete):
            message = Message("change.entry_gone", path=".".join(path), platform=vendor.title)
            problems.append(Problem(("fields", *path), message))
    if problems:
        raise ValidationFailed(*problems)
    return FieldChanges(
        values,
        tuple(now for path in wanted.delete if (now := moved(path, places)) is not None),
        tuple(now for path in wanted.added if (now := moved(path, places)) is not None),
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
    """The changes of an order that a connection refused and that nobody has settled."""
    return tuple(call for call in updates if call.connection_id == connection_id and _is_change(call))


async def queue_edit(
    ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges
) -> tuple[int, tuple[Call, ...]]:
    """Queue a change of an order at one connection; tell its call's id, and the refused ones that it replaces.

    As long as a refused one stood, the new one would wait behind it. Raises what `preview` raises, and
    then nothing is replaced.
    """
    sheet = await order_sheet(ctx, order_id)
    call_id = await save(ctx, order_id, connection_id, wanted)
    replaced = rejected_edits(sheet.calls, connection_id)
    for call in replaced:
        # Somebody else may have settled it in this moment, which is as well.
        with suppress(ValidationFailed):
            await resolve.resolve_update(ctx, call.id, "discard", str(WHY))
    return call_id, replaced


def _is_change(call: Call) -> bool:
    if call.intent is None or call.state not in REJECTED:
        return False
    wanted = changes_from(call.intent)
    return bool(wanted.values or wanted.delete)
