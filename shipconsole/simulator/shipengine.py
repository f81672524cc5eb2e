"""Simulated ShipEngine: sales orders of two stores, order sources to refresh, notify_shipped and tracking.

Where the documentation is silent, the simulator is strict: a sales order keeps its old status until its order source
has been refreshed, and a notification with more units than are left is rejected.
"""

import datetime
import json
import math
import re
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Never

from shipconsole.simulator import SHIPENGINE_API_KEY, signing
from shipconsole.simulator.courier import Posting
from shipconsole.simulator.limits import Limit, RollingWindow
from shipconsole.simulator.messages import (
    Effect,
    Json,
    Request,
    Response,
    Route,
    allowed_methods,
    find_route,
    json_answer,
    read_json,
)
from shipconsole.simulator.sample_orders import SampleLine, SampleOrder
from shipconsole.simulator.shipengine_errors import error_answer as _error
from shipconsole.simulator.shipengine_objects import OBJECT_ROUTES, object_answer
from shipconsole.simulator.shipengine_webhooks import WEBHOOK_ROUTES, WebhookRegistry

# Source: ShipEngine, Sales Orders and Order Sources (read November 2026).
ROUTES = (
    Route("GET", re.compile(r"/v-beta/order_sources"), "list_order_sources"),
    Route("GET", re.compile(r"/v-beta/order_sources/(?P<id>[^/]+)"), "get_order_source"),
    Route("PUT", re.compile(r"/v-beta/order_sources/(?P<id>[^/]+)/refresh"), "refresh_order_source"),
    Route("GET", re.compile(r"/v-beta/sales_orders"), "list_sales_orders"),
    Route("GET", re.compile(r"/v-beta/sales_orders/(?P<id>[^/]+)"), "get_sales_order"),
    Route("POST", re.compile(r"/v-beta/sales_orders/(?P<id>[^/]+)/notify_shipped"), "notify_shipped"),
    Route("GET", re.compile(r"/v1/tracking"), "track"),
    Route("POST", re.compile(r"/v1/tracking/start"), "start_tracking"),
    Route("POST", re.compile(r"/v1/tracking/stop"), "stop_tracking"),
    Route("GET", re.compile(r"/jwks"), "get_jwks"),
    *OBJECT_ROUTES,
    *WEBHOOK_ROUTES,
)

CALLS_PER_MINUTE = 200
PREPARING_S = 0.1
REFRESH_S = 0.3
ACCEPTED_AFTER_S = 5.0
IN_TRANSIT_AFTER_S = 20.0
OUT_AFTER_S = 60.0
DELIVERED_AFTER_S = 120.0

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "simulator.invalid")
_FULFILLMENT_STATUSES = ("unknown", "fulfilled", "unfulfilled", "partially_fulfilled")
_SORT_FIELDS = ("modified_at", "created_at", "order_date")


@dataclass
class _Notification:
    """A shipment that ShipEngine was notified of."""

    order: "_SalesOrder"
    tracking_number: str
    carrier_code: str
    quantities: dict[str, int]
    notified_at_s: float
    refreshed: bool = False
    events_sent: int = 0
    """How many tracking events of its package were sent as webhooks."""


@dataclass
class _OrderSource:
    """A connected store."""

    id: str
    nickname: str
    code: str
    friendly_name: str
    currency: str
    refreshed_at_s: float
    attempted_at_s: float | None = None
    refreshing: list[_Notification] | None = None
    """The notifications that the running refresh imports; None if none runs."""


@dataclass
class _SalesOrder:
    """A sales order as last imported from its store."""

    id: str
    source: _OrderSource
    sample: SampleOrder
    items: dict[str, SampleLine]
    """By sales order item id."""
    modified_at_s: float
    fulfillment_status: str = "unfulfilled"
    cancelled: bool = False
    notified: dict[str, int] = field(default_factory=dict[str, int])
    """Units notified as shipped, by sales order item id."""

    def left(self, item_id: str) -> int:
        return self.items[item_id].quantity - self.notified.get(item_id, 0)


class _Refusal(Exception):
    """End a call early with the platform's error response."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


class ShipEngine:
    """ShipEngine's state and responses; the time comes from `now`, in Unix seconds."""

    def __init__(self, orders: tuple[SampleOrder, ...], now: Callable[[], float]) -> None:
        self.routes = ROUTES
        self.limit: Limit | None = RollingWindow(CALLS_PER_MINUTE, 60.0)
        self._now = now
        self._notifications: list[_Notification] = []
        self._tracked: list[str] = []
        self._stopped: set[str] = set()
        self._webhooks = WebhookRegistry()
        self._sources = {source.id: source for source in _sources(now())}
        self._orders = {order.id: order for order in map(self._import, orders)}

    def _import(self, sample: SampleOrder) -> _SalesOrder:
        australian = sample.country_code in ("AU", "NZ")
        source = list(self._sources.values())[0 if australian or sample.position % 3 else 1]
        items = {_guid("item", line.id): line for line in sample.lines}
        return _SalesOrder(_guid("order", sample.number), source, sample, items, float(sample.ordered_at_s + 300))

    def answer(self, request: Request) -> Response:
        """Respond to one request, and act on it if it is valid."""
        if (request.method, request.path) == ("GET", "/jwks"):
            # The public keys need no API key.
            return json_answer(200, signing.public_keys())
        if request.headers.get("api-key") != SHIPENGINE_API_KEY:
            return self.unauthorized()
        if self.limit and (wait_s := self.limit.take(self._now())) > 0:
            return self.too_many(wait_s).with_headers(self.limit.headers())
        self._finish_refreshes()
        try:
            answer = self._dispatch(request)
        except _Refusal as refusal:
            answer = refusal.answer
        return answer.with_headers(self.limit.headers() if self.limit else {})

    def _dispatch(self, request: Request) -> Response:
        found = find_route(ROUTES, request.method, request.path)
        if found is None:
            if methods := allowed_methods(ROUTES, request.path):
                return self.failure(405).with_headers({"Allow": ", ".join(methods)})
            return self.failure(404)
        call, parts = found
        match call:
            case "list_order_sources":
                return json_answer(200, {"order_sources": [self._source_view(s) for s in self._sources.values()]})
            case "get_order_source":
                return json_answer(200, self._source_view(self._source(parts["id"])))
            case "refresh_order_source":
                return self._refresh(self._source(parts["id"]))
            case "list_sales_orders":
                return self._list_sales_orders(request)
            case "get_sales_order":
                return json_answer(200, self._order_view(self._order(parts["id"])))
            case "notify_shipped":
                return self._notify_shipped(self._order(parts["id"]), request)
            case "track":
                return self._track(request.query)
            case "start_tracking" | "stop_tracking":
                return self._follow(request.query, start=call == "start_tracking")
            case _:
                found_object = object_answer(call, parts.get("id", ""))
                return found_object or self._webhooks.answer(call, parts.get("id", ""), request.body)

    def _source(self, source_id: str) -> _OrderSource:
        return self._sources.get(_read_guid(source_id, "order_source_id")) or _not_found("order source", source_id)

    def _order(self, order_id: str) -> _SalesOrder:
        return self._orders.get(_read_guid(order_id, "sales_order_id")) or _not_found("sales order", order_id)

    # Refreshing

    def _refresh(self, source: _OrderSource) -> Response:
        source.attempted_at_s = self._now()
        source.refreshing = [n for n in self._notifications if n.order.source is source and not n.refreshed]
        return json_answer(200, self._source_view(source))

    def _finish_refreshes(self) -> None:
        for source in self._sources.values():
            if source.refreshing is None or source.attempted_at_s is None:
                continue
            done_at_s = source.attempted_at_s + REFRESH_S
            if self._now() >= done_at_s:
                for notification in source.refreshing:
                    notification.refreshed = True
                    self._import_status(notification.order, done_at_s)
                source.refreshed_at_s = done_at_s
                source.refreshing = None

    def _import_status(self, order: _SalesOrder, at_s: float) -> None:
        shipped = dict.fromkeys(order.items, 0)
        for notification in self._notifications:
            if notification.order is order and notification.refreshed:
                for item_id, quantity in notification.quantities.items():
                    shipped[item_id] += quantity
        complete = all(shipped[item_id] >= line.quantity for item_id, line in order.items.items())
        order.fulfillment_status = "fulfilled" if complete else "partially_fulfilled"
        order.modified_at_s = at_s

    def _source_view(self, source: _OrderSource) -> Json:
        status = "idle"
        if source.refreshing is not None and source.attempted_at_s is not None:
            status = "preparing_update" if self._now() - source.attempted_at_s < PREPARING_S else "updating"
        return {
            "order_source_id": source.id,
            "order_source_nickname": source.nickname,
            "order_source_code": source.code,
            "order_source_friendly_name": source.friendly_name,
            "refresh_info": {
                "status": status,
                "last_refresh_attempt": None if source.attempted_at_s is None else _iso(source.attempted_at_s),
                "refresh_date": _iso(source.refreshed_at_s),
            },
            "active": True,
        }

    # Sales orders

    def _list_sales_orders(self, request: Request) -> Response:
        query = request.query
        page = _read_whole(query, "page", 1)
        page_size = _read_whole(query, "page_size", 25)
        sort_by = _read_choice(query, "sort_by", _SORT_FIELDS) or "created_at"
        sort_dir = _read_choice(query, "sort_dir", ("asc", "desc")) or "desc"
        chosen = [order for order in self._orders.values() if _matches(order, query)]
        chosen.sort(key=lambda order: (_sort_value(order, sort_by), order.sample.position), reverse=sort_dir == "desc")
        pages = max(1, math.ceil(len(chosen) / page_size))

        def link(to_page: int) -> Json:
            if not 1 <= to_page <= pages:
                return {}
            parameters = {**query, "page": str(to_page), "page_size": str(page_size)}
            return {"href": f"{request.base}/v-beta/sales_orders?{urllib.parse.urlencode(parameters)}"}

        shown = chosen[(page - 1) * page_size : page * page_size]
        return json_answer(
            200,
            {
                "sales_orders": [self._order_view(order) for order in shown],
                "total": len(chosen),
                "page": page,
                "pages": pages,
                "links": {
                    "first": link(1),
                    "last": link(pages),
                    "prev": link(page - 1),
                    "next": link(page + 1),
                },
            },
        )

    def _order_view(self, order: _SalesOrder) -> Json:
        sample = order.sample
        currency = order.source.currency
        total_cents = sum(line.price_cents * line.quantity for line in sample.lines)
        ship_to: dict[str, Json] = {
            "name": sample.name,
            "phone": sample.phone,
            "address_line1": sample.street,
            "city_locality": sample.city,
            "state_province": sample.state,
            "postal_code": sample.post_code,
            "country_code": sample.country_code,
            "address_residential_indicator": "unknown",
        }
        return {
            "sales_order_id": order.id,
            "external_order_id": sample.number,
            "external_order_number": sample.number,
            "order_source": self._source_view(order.source),
            "sales_order_status": {
                "payment_status": "paid",
                "fulfillment_status": order.fulfillment_status,
                "is_cancelled": order.cancelled,
            },
            "order_date": _iso(sample.ordered_at_s),
            "created_at": _iso(_created_at_s(order)),
            "modified_at": _iso(order.modified_at_s),
            "payment_details": {
                "subtotal": _money(total_cents, currency),
                "estimated_shipping": _money(0, currency),
                "estimated_tax": _money(0, currency),
                "grand_total": _money(total_cents, currency),
            },
            "customer": {"name": sample.name, "phone": sample.phone, "email": sample.email},
            "bill_to": {
                "email": sample.email,
                "address": {**ship_to, "company_name": None, "address_line2": None, "address_line3": None},
            },
            "ship_to": ship_to,
            "sales_order_items": [
                {
                    "sales_order_item_id": item_id,
                    "external_order_item_id": line.id,
                    "line_item_details": {
                        "name": line.name,
                        "sku": line.sku,
                        "asin": None,
                        "weight": {"value": float(line.weight_g), "unit": "gram"},
                    },
                    "ship_to": ship_to,
                    "requested_shipping_options": {
                        "shipping_service": "Express Shipping",
                        "ship_date": f"{sample.due_on.isoformat()}T00:00:00Z",
                    },
                    "price_summary": {
                        "unit_price": _money(line.price_cents, currency),
                        "estimated_tax": _money(0, currency),
                        "estimated_shipping": "0.00",
                        "total": _money(line.price_cents * line.quantity, currency),
                    },
                    "quantity": line.quantity,
                    "is_gift": False,
                }
                for item_id, line in order.items.items()
            ],
        }

    def add(self, sample: SampleOrder) -> None:
        """Import a new order of a store."""
        order = self._import(sample)
        self._orders[order.id] = order

    def cancel(self, order_number: str) -> bool:
        """Cancel an order as its customer would in the store; return False if there is no such order."""
        for order in self._orders.values():
            if order.sample.number == order_number:
                order.cancelled = True
                order.modified_at_s = self._now()
                return True
        return False

    # Shipping

    def _notify_shipped(self, order: _SalesOrder, request: Request) -> Response:
        body = _read_object(request.body)
        tracking_number = _read_text(body, "tracking_number")
        carrier_code = _read_text(body, "carrier_code")
        if order.cancelled:
            raise _Refusal(_error(400, "business_rules", "invalid_status", "The sales order is cancelled."))
        if "sales_order_items" in body:
            quantities = _read_items(body["sales_order_items"], order)
        else:
            quantities = {item_id: order.left(item_id) for item_id in order.items if order.left(item_id) > 0}
        for item_id, quantity in quantities.items():
            order.notified[item_id] = order.notified.get(item_id, 0) + quantity
        self._notifications.append(_Notification(order, tracking_number, carrier_code, quantities, self._now()))
        return Response(204, effect=Effect("notify_shipped", order.sample.number, body))

    # Tracking

    def _track(self, query: Mapping[str, str]) -> Response:
        number = _read_tracked(query)
        notification = next((n for n in self._notifications if n.tracking_number == number), None)
        return json_answer(200, _track_view(number, notification, self._now()))

    def _follow(self, query: Mapping[str, str], *, start: bool) -> Response:
        number = _read_tracked(query)
        self._tracked = [other for other in self._tracked if other != number] + ([number] if start else [])
        self._stopped = self._stopped - {number} if start else self._stopped | {number}
        return Response(204)

    def due_webhooks(self) -> list[Posting]:
        """Return the signed webhooks about packages with new tracking events, with all events of each."""
        url = self._webhooks.url_for("track")
        postings: list[Posting] = []
        for notification in self._notifications:
            happened = len(_happened(notification, self._now()))
            is_due = happened > notification.events_sent and notification.tracking_number not in self._stopped
            notification.events_sent = happened
            if url and is_due:
                postings.append(self._track_webhook(url, notification))
        return postings

    def _track_webhook(self, url: str, notification: _Notification) -> Posting:
        query = urllib.parse.urlencode(
            {"carrier_code": notification.carrier_code, "tracking_number": notification.tracking_number}
        )
        document: Json = {
            "resource_url": f"https://api.shipengine.com/v1/tracking?{query}",
            "resource_type": "API_TRACK",
            "data": _track_view(notification.tracking_number, notification, self._now()),
        }
        body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        return Posting(url, "API_TRACK", body, signing.signature_of(body, self._now()))

    # Errors

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Return a rejection in the error format, which can name a field."""
        if field:
            name = ".".join(map(str, field))
            return _error(400, "validation", "invalid_field_value", "A fault asked to refuse this field.", name)
        return _error(400, "business_rules", "unspecified", "Refused, because a fault asked for it.")

    def unauthorized(self) -> Response:
        """Return the response for a wrong API key."""
        return _error(401, "security", "unauthorized", "The API key is missing or wrong.")

    def too_many(self, wait_s: float) -> Response:
        """Return the response for an exceeded rate limit."""
        answer = _error(429, "system", "rate_limit_exceeded", "You have exceeded the rate limit.")
        return answer.with_headers({"Retry-After": str(math.ceil(wait_s))})

    def accepted(self, answer: Response) -> Response:
        """Return the response that the request is accepted but not finished."""
        return Response(202, effect=answer.effect)

    def failure(self, status: int) -> Response:
        """Return the error response for a status."""
        return _error(status, "system", "unspecified", f"Something went wrong (status {status}).")

    def view(self) -> Json:
        """Return order sources, sales orders, and notifications, imported or not."""
        self._finish_refreshes()
        return {
            "order_sources": [self._source_view(source) for source in self._sources.values()],
            "sales_orders": [self._order_view(order) for order in self._orders.values()],
            "notifications": [
                {
                    "external_order_number": n.order.sample.number,
                    "tracking_number": n.tracking_number,
                    "carrier_code": n.carrier_code,
                    "items": {n.order.items[item_id].id: quantity for item_id, quantity in n.quantities.items()},
                    "refreshed": n.refreshed,
                }
                for n in self._notifications
            ],
            "tracked": [*self._tracked],
            "webhooks": self._webhooks.view(),
        }


def _sources(now_s: float) -> tuple[_OrderSource, ...]:
    refreshed_at_s = now_s - 3600
    return (
        _OrderSource(_guid("source", "AU"), "Shopify AU", "shopify", "Shopify", "aud", refreshed_at_s),
        _OrderSource(_guid("source", "EU"), "WooCommerce EU", "woocommerce", "WooCommerce", "eur", refreshed_at_s),
    )


def _guid(kind: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def _iso(at_s: float) -> str:
    moment = datetime.datetime.fromtimestamp(at_s, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _money(cents: int, currency: str) -> Json:
    return {"currency": currency, "amount": cents / 100}


def _created_at_s(order: _SalesOrder) -> float:
    return float(order.sample.ordered_at_s + 300)


def _sort_value(order: _SalesOrder, sort_by: str) -> float:
    if sort_by == "modified_at":
        return order.modified_at_s
    return _created_at_s(order) if sort_by == "created_at" else float(order.sample.ordered_at_s)


def _matches(order: _SalesOrder, query: Mapping[str, str]) -> bool:
    for name, value in (
        ("order_source_id", order.source.id),
        ("external_order_id", order.sample.number),
        ("external_order_number", order.sample.number),
        ("payment_status", "paid"),
    ):
        if query.get(name, value).lower() != value.lower():
            return False
    status = _read_choice(query, "fulfillment_status", _FULFILLMENT_STATUSES)
    cancelled = _read_choice(query, "cancelled", ("true", "false"))
    if status is not None and status != order.fulfillment_status:
        return False
    if cancelled is not None and (cancelled == "true") != order.cancelled:
        return False
    for name in _SORT_FIELDS:
        at_s = _sort_value(order, name)
        start_s = _read_time(query, f"{name}_start")
        end_s = _read_time(query, f"{name}_end")
        if (start_s is not None and at_s < start_s) or (end_s is not None and at_s > end_s):
            return False
    return True


def _read_guid(text: str, field_name: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        message = f"{field_name} is not a valid id."
        raise _Refusal(_error(400, "business_rules", "unspecified", message, field_name)) from None


def _read_choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    value = query.get(name)
    if value is not None and value not in choices:
        raise _Refusal(_bad_value(name, f"must be one of {', '.join(choices)}"))
    return value


def _read_whole(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not re.fullmatch(r"[1-9]\d{0,8}", value):
        raise _Refusal(_bad_value(name, "must be a whole number above 0"))
    return int(value)


def _read_time(query: Mapping[str, str], name: str) -> float | None:
    value = query.get(name)
    if value is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        raise _Refusal(_bad_value(name, "must be a date and time")) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _read_object(body: bytes) -> dict[str, Json]:
    if not body.strip():
        raise _Refusal(_error(400, "validation", "request_body_required", "Request body cannot be empty."))
    try:
        value = read_json(body)
    except ValueError:
        raise _Refusal(_error(400, "validation", "invalid_object", "The request body is not valid JSON.")) from None
    if not isinstance(value, dict):
        raise _Refusal(_error(400, "validation", "invalid_object", "The request body must be an object."))
    return value


def _read_text(body: dict[str, Json], name: str) -> str:
    value = body.get(name)
    if value is None or value == "":
        raise _Refusal(_error(400, "validation", "field_value_required", f"{name} is required.", name))
    if not isinstance(value, str) or not value.strip():
        raise _Refusal(_bad_value(name, "must be text"))
    return value


def _read_items(items: Json, order: _SalesOrder) -> dict[str, int]:
    if not isinstance(items, list) or not items:
        raise _Refusal(_bad_value("sales_order_items", "must be a list with at least one item"))
    quantities: dict[str, int] = {}
    for position, item in enumerate(items):
        path = f"sales_order_items[{position}]"
        if not isinstance(item, dict):
            raise _Refusal(_bad_value(path, "must be an object"))
        item_id = item.get("sales_order_item_id")
        quantity = item.get("quantity")
        if not isinstance(item_id, str) or item_id not in order.items:
            message = f"{path}.sales_order_item_id is not an item of this sales order."
            refusal = _error(400, "validation", "invalid_identifier", message, f"{path}.sales_order_item_id")
            raise _Refusal(refusal)
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise _Refusal(_bad_value(f"{path}.quantity", "must be a whole number above 0"))
        quantities[item_id] = quantities.get(item_id, 0) + quantity
        if quantities[item_id] > order.left(item_id):
            left = order.left(item_id)
            raise _Refusal(_bad_value(f"{path}.quantity", f"is {quantity}, but {left} are left to ship"))
    return quantities


def _read_tracked(query: Mapping[str, str]) -> str:
    """Return the tracking number that all three tracking calls have in the query."""
    number = query.get("tracking_number", "")
    if not number:
        raise _Refusal(_error(400, "system", "unspecified", "A tracking number is required."))
    if not query.get("carrier_code") and not query.get("carrier_id"):
        message = "carrier_code or carrier_id is required."
        raise _Refusal(_error(400, "validation", "field_value_required", message, "carrier_code"))
    return number


def _happened(notification: _Notification, now_s: float) -> list[tuple[float, str, str, str, str, str]]:
    """Return a package's tracking events so far, newest first: time, code, text, location."""
    age_s = now_s - notification.notified_at_s
    destination = (notification.order.sample.city, "", notification.order.sample.country_code)
    return [
        (notification.notified_at_s + after_s, code, text, city, state, country)
        for after_s, code, text, (city, state, country) in (
            (DELIVERED_AFTER_S, "DE", "Delivered", destination),
            (OUT_AFTER_S, "IT", "Out for delivery", destination),
            (IN_TRANSIT_AFTER_S, "IT", "Departed sorting facility", ("Cleveland", "OH", "US")),
            (ACCEPTED_AFTER_S, "AC", "Accepted at post office", ("Cortland", "OH", "US")),
        )
        if age_s >= after_s
    ]


def _track_view(number: str, notification: _Notification | None, now_s: float) -> Json:
    happened = _happened(notification, now_s) if notification is not None else []
    code = happened[0][1] if happened else "NY"
    return {
        "tracking_number": number,
        "tracking_url": None,
        "status_code": code,
        "carrier_code": notification.carrier_code if notification else None,
        "carrier_detail_code": None,
        "status_description": {
            "NY": "Not Yet In System",
            "AC": "Accepted",
            "IT": "In Transit",
            "DE": "Delivered",
        }[code],
        "carrier_status_code": code,
        "carrier_status_description": happened[0][2] if happened else "",
        "ship_date": _iso(notification.notified_at_s) if notification else None,
        "estimated_delivery_date": _iso(notification.notified_at_s + 3 * 86400) if notification else None,
        "actual_delivery_date": _iso(happened[0][0]) if code == "DE" else None,
        "exception_description": None,
        "events": [
            {
                "occurred_at": _iso(at_s),
                # Without an offset. Source: ShipEngine, Tracking (read November 2026).
                "carrier_occurred_at": _iso(at_s).removesuffix("Z"),
                "description": text,
                "city_locality": city,
                "state_province": state or None,
                "postal_code": None,
                "country_code": country,
                "company_name": None,
                "signer": None,
                "event_code": event_code,
                "carrier_detail_code": None,
                "status_code": event_code,
                "latitude": None,
                "longitude": None,
            }
            for at_s, event_code, text, city, state, country in happened
        ],
    }


def _not_found(what: str, given: str) -> Never:
    raise _Refusal(_error(404, "business_rules", "unspecified", f"There is no {what} with the id {given}."))


def _bad_value(field_name: str, problem: str) -> Response:
    return _error(400, "validation", "invalid_field_value", f"{field_name} {problem}.", field_name)
