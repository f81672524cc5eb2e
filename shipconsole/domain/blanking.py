"""Blanking: what is left of an order's data once names, addresses and scans are removed some days after its end.

What counts stays: numbers, items, units, carriers, states, and times. Of a platform's JSON only values under known
names stay, so that a field which the platform adds later is removed rather than kept.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Argument, Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTrack
from shipconsole.domain.track_events import unique_events

MARK = "***"
"""What a removed name, scan, or free text is replaced by."""

KEPT_ARGUMENTS = frozenset(
    (
        "after",
        "before",
        "carrier",
        "code",
        "connection",
        "connections",
        "file",
        "id",
        "items",
        "number",
        "numbers",
        "order",
        "orders",
        "platform",
        "position",
        "quantity",
        "sku",
        "station",
    )
)
"""The texts in messages that are no person's: numbers, items, and names of connections and stations."""

KEPT_NAMES = frozenset(
    (
        # Ids and numbers of orders, items, packages and stores.
        "id",
        "object",
        "order_id",
        "order_item_id",
        "item_id",
        "package_id",
        "merchant_id",
        "warehouse_merchant_id",
        "sales_order_id",
        "external_order_id",
        "external_order_number",
        "sales_order_item_id",
        "external_order_item_id",
        "order_source_id",
        "order_source_nickname",
        "order_source_code",
        "order_source_friendly_name",
        "order_number",
        "fulfillment_number",
        "tracking_number",
        "sku",
        "asin",
        "barcode",
        # Quantities, weights, sizes and amounts.
        "quantity",
        "quantity_to_ship",
        "shipped_quantity",
        "canceled_quantity",
        "weight",
        "value",
        "unit",
        "amount",
        "currency",
        "height",
        "width",
        "length",
        # Carriers, services and states.
        "carrier",
        "carrier_code",
        "carrier_name",
        "carrier_service_code",
        "carrier_service_name",
        "code",
        "shipping_method",
        "shipping_service",
        "status",
        "status_code",
        "delivery_status",
        "delivery_status_code",
        "tracking_status",
        "fulfillment_status",
        "payment_status",
        "shipment_type",
        "packaging_type",
        "platform",
        "rejected_status",
        # Times.
        "order_date",
        "created_at",
        "modified_at",
        "updated_at",
        "ordered_at",
        "ship_by_date",
        "ship_date",
        "label_created_date",
        "estimated_delivery_range_end",
        "rejected_at",
        "cancelled_at",
        "country",
        "country_code",
    )
)
"""The names of the values in a platform's JSON that stay."""

_ITEM_NAMES = frozenset(("title", "variant_title", "name", "description"))
_ITEMS = frozenset(("items", "line_items", "sales_order_items", "line_item_details"))
_NUMBERS = frozenset(("value", "amount", "weight"))
_LONGEST_KEPT = 100


def blanked_address(address: Address) -> Address:
    """Return of an address its country alone."""
    return Address(country=address.country)


def blanked_order(remote: RemoteOrder) -> RemoteOrder:
    """Return a platform's order without the recipient, notes and packages; its items stay."""
    values = {
        "ship_to": blanked_address(remote.ship_to),
        "note": NO_MESSAGE,
        "notes": (),
        "tracks": (),
        "document": blanked_document(remote.document),
    }
    return remote.model_copy(update=values)


def blanked_document(text: str) -> str:
    """Return a platform's JSON with the values of known names only; an empty object if it is no JSON object."""
    try:
        value = cast("object", json.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(value, dict):
        return "{}"
    try:
        return json.dumps(_kept(cast("object", value), ""), ensure_ascii=False, default=_number)
    except RecursionError:
        return "{}"


def blanked_request(text: str) -> str:
    """Return a stored request without what was sent: its method and path, and where its fields came from."""
    stored = cast("dict[str, object]", json.loads(text))
    return json.dumps({**stored, "query": [], "body": "", "summary": ""}, ensure_ascii=False)


def blanked_intent(text: str) -> str:
    """Return a stored intent; a change of fields keeps its fields, without the values."""
    stored = cast("dict[str, object]", json.loads(text))
    if "values" not in stored:
        return text
    values = cast("list[list[object]]", stored["values"])
    return json.dumps({**stored, "values": [[path, MARK] for path, *_ in values], "keys": []}, ensure_ascii=False)


def blanked_message(message: Message) -> Message:
    """Return a message with a mark instead of each text that may be a person's, a platform's or a typed one."""
    return Message(message.id, **{name: _argument(name, value) for name, value in message.arguments.items()})


def blanked_track(track: RemoteTrack) -> RemoteTrack:
    """Return a package's state, times and items, without places, signatures, links and the platform's own words."""
    return RemoteTrack(
        tracking_number=track.tracking_number,
        carrier=track.carrier,
        status=track.status,
        code=track.code,
        message=blanked_message(track.message),
        detail_code=track.detail_code,
        carrier_status_code=track.carrier_status_code,
        carrier_detail_code=track.carrier_detail_code,
        created=track.created,
        shipped=track.shipped,
        expected=track.expected,
        delivered=track.delivered,
        events=unique_events(map(_event, track.events)),
        items=track.items,
        timed=track.timed,
        document="{}",
    )


def _event(event: RemoteEvent) -> RemoteEvent:
    return RemoteEvent(
        message=blanked_message(event.message),
        occurred=event.occurred,
        local_time=event.local_time,
        status=event.status,
        code=event.code,
        event_code=event.event_code,
        detail_code=event.detail_code,
    )


def _argument(name: str, value: Argument) -> Argument:
    if isinstance(value, Message):
        return blanked_message(value)
    if isinstance(value, tuple):
        return tuple(blanked_message(part) if isinstance(part, Message) else _text(name, part) for part in value)
    return _text(name, value) if isinstance(value, str) else value


def _text(name: str, text: str) -> str:
    return text if not text or name in KEPT_ARGUMENTS else MARK


def _kept(value: object, parent: str) -> object:
    """Return the part of a JSON value that stays; `parent` is the name under which it stands."""
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return [_kept(entry, parent) for entry in entries if not _is_plain(entry)]
    found: dict[str, object] = {}
    for name, inner in cast("Mapping[str, object]", value).items():
        if inner is None or isinstance(inner, bool) or (_is_plain(inner) and _is_kept(name, parent, inner)):
            found[name] = inner
        elif not _is_plain(inner):
            found[name] = _kept(inner, parent if name == "data" or name.isdecimal() else name)
    return found


def _is_plain(value: object) -> bool:
    return not isinstance(value, dict | list)


def _is_kept(name: str, parent: str, value: object) -> bool:
    if parent in _ITEMS and name in _ITEM_NAMES:
        return True
    if name in _NUMBERS and isinstance(value, str):
        return False
    return name in KEPT_NAMES and len(str(value)) <= _LONGEST_KEPT and "@" not in str(value)


def _number(value: object) -> object:
    """Return a number that is no whole one as JSON has it."""
    assert isinstance(value, Decimal)
    return float(value)
