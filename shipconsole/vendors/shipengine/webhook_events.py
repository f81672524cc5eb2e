"""Readers of ShipEngine's seven webhook events.

The addresses in them are never called: only the id is taken from one, and queried at the connection's own address.
Source: ShipEngine, Webhooks, the event pages (read November 2026).
"""

import re
from decimal import Decimal
from typing import Annotated, Any, cast
from urllib.parse import quote

from pydantic import BeforeValidator

from shipconsole.domain.message import NO_MESSAGE, VERBATIM, Message, sentences, verbatim
from shipconsole.domain.outcome import Outcome, Refused
from shipconsole.domain.problem import Problem
from shipconsole.domain.webhook_event import (
    EventContent,
    ObjectEvent,
    ObjectKind,
    OrdersEvent,
    PackageEvent,
    ReadWebhookEvent,
    RefreshEvent,
    UnknownEvent,
)
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import parse, parsed, unreadable
from shipconsole.vendors.received import Received, objects
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.shipengine.replies import TITLE, failure_of, order_of
from shipconsole.vendors.shipengine.tracking import track_of
from shipconsole.vendors.webhook_event import content_hash, unknown_event, unreadable_event

# The folders of an address in which each thing's id may stand. Rates are known by their shipment, or single.
THINGS: dict[str, tuple[tuple[ObjectKind, str], ...]] = {
    "API_BATCH": (("batch", "batches"),),
    "API_RATE": (("rates", "shipments"), ("rate", "rates")),
    "API_CARRIER_CONNECTED": (("carrier", "carriers"),),
    "API_REPORT_COMPLETE": (("report", "reports"),),
}
REFRESHED = "API_ORDER_SOURCE_REFRESH_COMPLETE"
# The documented query for each kind of thing; for reports there is none.
QUERIES: dict[ObjectKind, tuple[str, str]] = {
    "batch": ("get_batch_by_id", "/v1/batches/{}"),
    "rates": ("list_shipment_rates", "/v1/shipments/{}/rates"),
    "rate": ("get_rate_by_id", "/v1/rates/{}"),
    "carrier": ("get_carrier_by_id", "/v1/carriers/{}"),
}
NOT_FOUND = 404
_GONE: dict[ObjectKind, Message] = {
    "batch": Message("shipengine.no_batch"),
    "rates": Message("shipengine.no_rates"),
    "rate": Message("shipengine.no_rate"),
    "carrier": Message("shipengine.no_carrier"),
    "report": Message("shipengine.no_report"),
}
_ADVICE = {NOT_FOUND: Message("shipengine.thing_gone")}
_ID = r"([A-Za-z0-9_-]{1,100})"
_HOST = r"https?://[^/?#\s\\]{1,255}"
_BY_SHIPMENT = re.compile(rf"{_HOST}/v1/rates/?\?shipment_id={_ID}")


class _Batch(Received):
    """A batch of labels."""

    status: str = ""
    batch_number: str = ""
    count: int | None = None
    completed: int | None = None
    errors: int | None = None


class _Amount(Received):
    """An amount of money."""

    currency: str = ""
    amount: Decimal | None = None


class _Rate(Received):
    """The price of a service of a carrier."""

    carrier_friendly_name: str = ""
    carrier_code: str = ""
    service_type: str = ""
    shipping_amount: _Amount = _Amount()


class _Rates(Received):
    """All rates of a shipment."""

    rates: Annotated[tuple[_Rate, ...] | None, BeforeValidator(objects)] = None


class _Carrier(Received):
    """An account with a carrier."""

    carrier_code: str = ""
    friendly_name: str = ""
    nickname: str = ""
    connection_status: str = ""


def read_event(body: bytes) -> ReadWebhookEvent:
    """Read a webhook event; any bytes give one.

    No event has an id, so it is identified by its content.
    """
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return unreadable_event(body, TITLE)
    fields = cast("dict[str, Any]", parsed)
    key, recurs = _identity(fields)
    notes = notes_on(body)
    content = _content(_text(fields, "resource_type"), _text(fields, "resource_url"), fields, notes)
    return ReadWebhookEvent(dedupe_key=key, content=content, recurs=recurs, notes=tuple(dict.fromkeys(notes)))


def identify(body: bytes) -> tuple[str, bool]:
    """Return an event's key and whether it recurs, as `read_event` does, without reading what it reports."""
    parsed = parse(body)
    return _identity(cast("dict[str, Any]", parsed)) if isinstance(parsed, dict) else (content_hash(body), False)


def _identity(fields: dict[str, Any]) -> tuple[str, bool]:
    kind, address = fields.get("resource_type"), fields.get("resource_url")
    key = content_hash(json_text([kind, address, fields.get("data")]).encode())
    # A store is refreshed again and again, and each time its webhook is identical.
    is_refresh = kind == REFRESHED and bool(_id_in(_text(fields, "resource_url"), "order_sources"))
    return key, is_refresh or _text(fields, "resource_type") in THINGS


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def query(kind: ObjectKind, thing_id: str) -> Request | None:
    """Ask for the state of a thing; None where no query is documented.

    Source: ShipEngine, Get Batch By ID, Get Shipment Rates, Get Rate By ID, Get Carrier By ID (read November 2026).
    """
    if kind not in QUERIES or not re.fullmatch(_ID, thing_id):
        return None
    name, path = QUERIES[kind]
    return Request(name, "GET", path.format(quote(thing_id, safe="")))


def read_queried(kind: ObjectKind, response: Response) -> Message | Outcome:
    """Return the state of a thing; a missing one is a rejection with advice."""
    body = parsed(response)
    failed = failure_of(response, body, by_status=_ADVICE)
    if isinstance(failed, Refused) and response.status == NOT_FOUND:
        return _not_found(kind, failed)
    if failed is not None:
        return failed
    # A shipment's rates come as one object; a list of such objects was seen as well.
    found = cast("list[Any]", body)[:1] if isinstance(body, list) else [body]
    is_object = bool(found) and isinstance(found[0], dict)
    message = _description(kind, cast("dict[str, Any]", found[0])) if is_object else NO_MESSAGE
    return message or unreadable(response, TITLE)


def _not_found(kind: ObjectKind, refused: Refused) -> Refused:
    """Return that a thing does not exist, with the platform's own message where it has one."""
    texts = (str(problem.message) for problem in refused.problems if problem.message.id == VERBATIM)
    text = next((text for text in texts if not text.lstrip().startswith(("{", "[", "<"))), "")
    quoted = Message("platform.message", platform=TITLE, text=text) if text else NO_MESSAGE
    return Refused((Problem((), sentences(_GONE[kind], quoted), _ADVICE[NOT_FOUND]),))


def _description(kind: ObjectKind, fields: dict[str, Any]) -> Message:
    """Describe a thing; empty where its fields are not of one."""
    match kind:
        case "batch":
            return _batch_message(_Batch.model_validate(fields))
        case "rates":
            rates = _Rates.model_validate(fields).rates
            return NO_MESSAGE if rates is None else _rates_message(rates)
        case "rate":
            return _rate_message(_Rate.model_validate(fields))
        case "carrier":
            carrier = _Carrier.model_validate(fields)
            names = dict.fromkeys(filter(None, (carrier.friendly_name, carrier.nickname)))
            is_pending = carrier.connection_status == "pending_approval"
            name = " · ".join(names) or carrier.carrier_code
            state = "shipengine.carrier_pending" if is_pending else "shipengine.carrier_connected"
            return Message(state, name=name) if name else NO_MESSAGE
        case "report":
            return NO_MESSAGE


def _batch_message(batch: _Batch) -> Message:
    if not batch.status:
        return NO_MESSAGE
    parts = [Message("shipengine.batch_number", number=batch.batch_number)] if batch.batch_number else []
    parts.append(verbatim(batch.status.replace("_", " ")))
    if batch.completed is not None:
        parts.append(Message("shipengine.batch_done", done=batch.completed, all=batch.count or batch.completed))
    if batch.errors:
        parts.append(Message("shipengine.batch_errors", count=batch.errors))
    return Message("shipengine.batch", parts=tuple(parts))


def _rates_message(rates: tuple[_Rate, ...]) -> Message:
    priced = [(rate.shipping_amount.amount, rate) for rate in rates if rate.shipping_amount.amount is not None]
    cheapest = min(priced, key=lambda pair: pair[0])[1] if priced else None
    # Prices of two currencies cannot be compared.
    one_currency = len({rate.shipping_amount.currency.casefold() for _, rate in priced}) == 1
    if cheapest is None or not one_currency:
        return Message("shipengine.rates", count=len(rates))
    return Message("shipengine.rates_lowest", count=len(rates), lowest=_rate_message(cheapest))


def _rate_message(rate: _Rate) -> Message:
    price = rate.shipping_amount
    cost = f"{price.amount:.2f} {price.currency.upper()}".rstrip() if price.amount is not None else ""
    # The service often begins with its carrier's name.
    service = rate.service_type or rate.carrier_friendly_name or rate.carrier_code
    if cost and service:
        return Message("shipengine.rate", cost=cost, service=service)
    return verbatim(cost or service)


def _content(kind: str, address: str, fields: dict[str, Any], notes: list[Message]) -> EventContent:
    data = fields.get("data")
    if kind == "API_TRACK":
        track = track_of(cast("dict[str, object]", data)) if isinstance(data, dict) else None
        if track is None or not track.tracking_number.strip():
            return UnknownEvent(message=Message("webhook.no_package"))
        notes += track.notes
        return PackageEvent(track=track)
    if kind == "API_SALES_ORDERS_IMPORTED":
        return _orders(data, notes)
    if kind == REFRESHED:
        source_id = _id_in(address, "order_sources")
        return RefreshEvent(source_id=source_id) if source_id else UnknownEvent(message=Message("webhook.no_store"))
    if kind in THINGS:
        for thing, folder in THINGS[kind]:
            if id_ := _id_in(address, folder):
                return ObjectEvent(kind=thing, id=id_)
        return ObjectEvent(kind=THINGS[kind][0][0], id="")
    return UnknownEvent(message=unknown_event(kind))


def _orders(data: Any, notes: list[Message]) -> EventContent:
    """Read the orders of a list, or a single order."""
    entries = cast("list[object]", data) if isinstance(data, list) else [cast("object", data)]
    found = [order_of(cast("dict[str, object]", entry)) for entry in entries if isinstance(entry, dict)]
    orders = tuple(order for order in found if order is not None)
    if len(orders) < len(entries):
        notes.append(Message("sync.order_without_id"))
    for order in orders:
        notes += order.notes
    return OrdersEvent(orders=orders) if orders else UnknownEvent(message=Message("webhook.no_order"))


def _id_in(address: str, folder: str) -> str:
    """Return the id in an address of the documented form; empty where it has another form."""
    found = re.fullmatch(rf"{_HOST}/v(?:1|-beta)/{folder}/{_ID}(?:/[a-z_]{{1,20}})?/?", address)
    if found is None and folder == "shipments":
        found = _BY_SHIPMENT.fullmatch(address)
    return found[1] if found else ""
