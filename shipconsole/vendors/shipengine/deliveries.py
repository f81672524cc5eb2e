"""ShipEngine's webhooks as they come: what each of its seven events says in our words.

The addresses in them are never called: only the id is taken out of one, and asked for at the connection's own
address. Source: ShipEngine, Webhooks, the event pages (read November 2026).
"""

import hashlib
import re
from typing import Any, cast
from urllib.parse import quote

from shipconsole.domain.delivery import (
    Delivered,
    News,
    NothingKnown,
    OrdersNews,
    ParcelNews,
    RefreshNews,
    ThingKind,
    ThingNews,
)
from shipconsole.domain.outcome import Outcome
from shipconsole.vendors.complaints import parse, unreadable
from shipconsole.vendors.exchange import Answer, Received, Request, json_text
from shipconsole.vendors.shipengine.replies import TITLE, order_of, unless_done
from shipconsole.vendors.shipengine.tracking import track_of
from shipconsole.vendors.vendor import Deliveries

# Where the id of each thing stands; a rate is known by its shipment.
THINGS: dict[str, tuple[ThingKind, str]] = {
    "API_BATCH": ("batch", "batches"),
    "API_RATE": ("rate", "shipments"),
    "API_CARRIER_CONNECTED": ("carrier", "carriers"),
    "API_REPORT_COMPLETE": ("report", "reports"),
}
_ID = r"([A-Za-z0-9_-]{1,100})"
_HOST = r"https?://[^/?#\s\\]{1,255}"
_BY_SHIPMENT = re.compile(rf"{_HOST}/v1/rates/?\?shipment_id={_ID}")


class _Batch(Received):
    """A batch of labels."""

    status: str = ""
    count: int | None = None
    completed: int | None = None
    errors: int | None = None


def read_delivery(body: bytes) -> Delivered:
    """What a webhook says; any bytes give something.

    No event has an id, so that its own words are what it is known by.
    """
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return Delivered(dedupe_key=_hash(body), news=NothingKnown(words="That is no webhook of ShipEngine's."))
    fields = cast("dict[str, Any]", parsed)
    kind, address = fields.get("resource_type"), fields.get("resource_url")
    key = _hash(json_text([kind, address, fields.get("data")]).encode())
    notes: list[str] = []
    news = _news(kind if isinstance(kind, str) else "", address if isinstance(address, str) else "", fields, notes)
    # The same shop is read again and again, and each time its webhook is the same to the letter.
    recurs = isinstance(news, RefreshNews | ThingNews)
    return Delivered(dedupe_key=key, news=news, recurs=recurs, notes=tuple(dict.fromkeys(notes)))


def look(kind: ThingKind, thing_id: str) -> Request | None:
    """Ask what became of a thing; None where no way to ask is documented.

    Source: ShipEngine, Get Batch By ID, Get Shipment Rates (read November 2026).
    """
    if not re.fullmatch(_ID, thing_id):
        return None
    if kind == "batch":
        return Request("get_batch", "GET", f"/v1/batches/{quote(thing_id, safe='')}")
    if kind == "rate":
        return Request("list_shipment_rates", "GET", f"/v1/shipments/{quote(thing_id, safe='')}/rates")
    return None


def read_look(kind: ThingKind, answer: Answer) -> str | Outcome:
    """What became of a thing, in words."""
    body = parse(answer.body)
    failed = unless_done(answer, body)
    if failed is not None:
        return failed
    if kind == "batch" and isinstance(body, dict):
        batch = _Batch.model_validate(body)
        if batch.status:
            failing = f", {batch.errors} with errors" if batch.errors else ""
            done = "" if batch.completed is None else f", {batch.completed} of {batch.count or batch.completed} done"
            return f"{batch.status.replace('_', ' ')}{done}{failing}"
    if kind == "rate" and isinstance(body, dict | list):
        # The page shows an object with `rates`; a bare list of such objects was seen as well.
        told = cast("list[Any]", body) if isinstance(body, list) else [cast("Any", body)]
        rates = cast("dict[str, Any]", told[0]).get("rates") if told and isinstance(told[0], dict) else None
        if isinstance(rates, list):
            count = len(cast("list[Any]", rates))
            return "1 rate" if count == 1 else f"{count} rates"
    return unreadable(answer, TITLE)


def _news(kind: str, address: str, fields: dict[str, Any], notes: list[str]) -> News:
    data = fields.get("data")
    if kind == "API_TRACK":
        track = track_of(cast("dict[str, object]", data)) if isinstance(data, dict) else None
        if track is None or not track.tracking_number.strip():
            return NothingKnown(words="It names no parcel.")
        notes += track.notes
        return ParcelNews(track=track)
    if kind == "API_SALES_ORDERS_IMPORTED":
        return _orders(data, notes)
    if kind == "API_ORDER_SOURCE_REFRESH_COMPLETE":
        source_id = _id_in(address, "order_sources")
        return RefreshNews(source_id=source_id) if source_id else NothingKnown(words="It names no order source.")
    if kind in THINGS:
        thing, folder = THINGS[kind]
        return ThingNews(kind=thing, id=_id_in(address, folder))
    said = f"“{' '.join(kind.split())[:60]}”" if kind.strip() else "no kind of event"
    return NothingKnown(words=f"It names {said}, which is not known here.")


def _orders(data: Any, notes: list[str]) -> News:
    """The orders of a list, or one that came alone."""
    told = cast("list[object]", data) if isinstance(data, list) else [cast("object", data)]
    found = [order_of(cast("dict[str, object]", one)) for one in told if isinstance(one, dict)]
    orders = tuple(one for one in found if one is not None)
    if len(orders) < len(told):
        notes.append("An order without an id of its own was left out.")
    for order in orders:
        notes += order.notes
    return OrdersNews(orders=orders) if orders else NothingKnown(words="It names no order.")


def _id_in(address: str, folder: str) -> str:
    """The id in an address of the one form that is documented for it; empty where it has another."""
    found = re.fullmatch(rf"{_HOST}/v(?:1|-beta)/{folder}/{_ID}(?:/[a-z_]{{1,20}})?/?", address)
    if found is None and folder == "shipments":
        found = _BY_SHIPMENT.fullmatch(address)
    return found[1] if found else ""


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


DELIVERIES = Deliveries(read=read_delivery, look=look, read_look=read_look)
