"""Simulated SwiftPOD: orders in every state with their trackings, a test order, and one webhook per event.

Where the documentation contradicts itself, the simulator does both: an order's id is a number in lists and a text in a
single order, `shipped_items` is a list there and one object here. Where it is silent, errors are `{"status": false,
"message": …}`, and no header says when to retry after too many calls.
"""

import datetime
import json
import math
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from shipconsole.simulator import SWIFTPOD_API_KEY
from shipconsole.simulator.courier import Posting
from shipconsole.simulator.limits import Limit
from shipconsole.simulator.messages import (
    Json,
    Request,
    Response,
    Route,
    allowed_methods,
    find_route,
    json_answer,
    read_json,
)
from shipconsole.simulator.sample_orders import SampleOrder

# Source: SwiftPOD, Get Orders, Get Order Detail, Subscribe to Webhook (read November 2026).
ROUTES = (
    Route("GET", re.compile(r"/orders"), "list_orders"),
    Route("GET", re.compile(r"/orders/(?P<id>[^/]+)"), "get_order"),
    Route("POST", re.compile(r"/webhooks/subscribe"), "subscribe_webhook"),
)

CALLS = 150
WINDOW_S = 10.0
SHUT_OUT_S = 60.0
DEFAULT_PAGE = 20
LARGEST_PAGE = 100
EVENTS = ("order_notify", "stock_notify", "shipment_notify")
STATUSES = ("new_order", "in_production", "on_hold", "shipped", "rejected", "cancelled", "in_production_cancelled")
EVERY_NTH_SAMPLE = 3
"""Every n-th sample order has a part that SwiftPOD prints, under an order of its own."""
PRINTED_STEPS = ((15.0, "in_transit"), (90.0, "delivered"))
"""The states of the printed order's package, by seconds after the subscription to shipments."""
PRINTED_NUMBER = "9400100109361110005009"

_Order = dict[str, Json]


class ShutOut:
    """So many calls in a window; one more, and no call is accepted for a minute.

    Source: SwiftPOD, Overview (read November 2026).
    """

    def __init__(self, calls: int, window_s: float, shut_out_s: float) -> None:
        self._calls = calls
        self._window_s = window_s
        self._shut_out_s = shut_out_s
        self._granted_at_s: list[float] = []
        self._open_at_s = 0.0

    def take(self, now_s: float) -> float:
        """Accept one call and return 0, or return the seconds for which none is accepted."""
        if now_s < self._open_at_s:
            return self._open_at_s - now_s
        self._granted_at_s = [at_s for at_s in self._granted_at_s if at_s > now_s - self._window_s]
        if len(self._granted_at_s) >= self._calls:
            self._open_at_s = now_s + self._shut_out_s
            return self._shut_out_s
        self._granted_at_s.append(now_s)
        return 0.0

    def headers(self) -> dict[str, str]:
        """Return nothing: no header is documented."""
        return {}


class SwiftPOD:
    """SwiftPOD's state and responses; the time comes from `now`, in Unix seconds."""

    def __init__(self, orders: tuple[SampleOrder, ...], now: Callable[[], float]) -> None:
        self.routes = ROUTES
        self.limit: Limit | None = ShutOut(CALLS, WINDOW_S, SHUT_OUT_S)
        self._now = now
        self._orders = [_order(number, sample) for number, sample in enumerate(orders[::EVERY_NTH_SAMPLE], start=1)]
        self._webhooks: dict[str, dict[str, Json]] = {}
        self._printed: _Order | None = None
        self._subscribed_at_s: float | None = None
        self._steps_done = 0

    def print_for(self, sample: SampleOrder) -> None:
        """Import part of a store's order, under the store's number, to be printed and shipped during the demo."""
        order = _order(len(self._orders) + 1, replace(sample, lines=sample.lines[1:3]))
        order |= {"order_id": sample.number, "test_order": False, "status": "in_production", "trackings": []}
        self._printed = order | {"rejected_at": None, "rejected_status": None, "cancelled_at": None}
        self._orders.append(self._printed)

    def put(self, order: _Order) -> None:
        """Store an order as given, in place of the one with its id."""
        self._orders = [other for other in self._orders if other["id"] != order["id"]] + [order]

    def due_webhooks(self) -> list[Posting]:
        """Return the webhook about the printed order's package if its state changed."""
        done = self._steps_done
        self._advance()
        webhook, order = self._webhooks.get("shipment_notify"), self._printed
        if webhook is None or order is None or done == self._steps_done:
            return []
        (package,) = [tracking for tracking in _list(order["trackings"]) if isinstance(tracking, dict)]
        tracking = {key: package[key] for key in ("tracking_number", "tracking_url", "shipped_items")}
        event: dict[str, Json] = {
            "uuid": str(uuid.uuid4()),
            "name": "shipment_notify",
            "timestamp": _zulu(datetime.datetime.fromtimestamp(self._now(), datetime.UTC)),
            "tracking": {**tracking, "tracking_status": package["status"], "carrier_code": package["carrier"]},
        }
        body = json.dumps({"event": event, "data": order}, ensure_ascii=False).encode(errors="replace")
        return [Posting(f"{webhook['url']}", "shipment_notify", body)]

    def _advance(self) -> None:
        """Print and ship what is due by now."""
        if self._printed is None or self._subscribed_at_s is None:
            return
        for after_s, status in PRINTED_STEPS[self._steps_done :]:
            at_s = self._subscribed_at_s + after_s
            if self._now() < at_s:
                return
            self._steps_done += 1
            moment = datetime.datetime.fromtimestamp(at_s, datetime.UTC)
            self._printed |= {"status": "shipped", "updated_at": _zulu(moment)}
            self._printed["trackings"] = [_printed_package(self._printed, status, moment)]

    def answer(self, request: Request) -> Response:
        """Respond to one request, and act on it if it is valid."""
        if request.headers.get("authorization") != f"Bearer {SWIFTPOD_API_KEY}":
            return self.unauthorized()
        if self.limit and (wait_s := self.limit.take(self._now())) > 0:
            return self.too_many(wait_s)
        self._advance()
        return self._dispatch(request)

    def _dispatch(self, request: Request) -> Response:
        found = find_route(ROUTES, request.method, request.path)
        if found is None:
            methods = allowed_methods(ROUTES, request.path)
            return self.failure(405).with_headers({"Allow": ", ".join(methods)}) if methods else self.failure(404)
        call, parts = found
        if call == "list_orders":
            return self._list_orders(request.pairs)
        if call == "get_order":
            return self._get_order(parts["id"])
        return self._subscribe(request.body)

    # Orders

    def _list_orders(self, pairs: Sequence[tuple[str, str]]) -> Response:
        query = dict(pairs)
        page, limit = _whole(query.get("page", "1")), _whole(query.get("limit", str(DEFAULT_PAGE)))
        if page < 1 or not 1 <= limit <= LARGEST_PAGE:
            return _refused(422, f"page must be 1 or more, and limit from 1 to {LARGEST_PAGE}.")
        try:
            chosen = [order for order in self._orders if _matches(order, pairs)]
        except ValueError:
            return _refused(422, "A day is written as 2026-11-01.")
        last_page = max(1, math.ceil(len(chosen) / limit))
        shown: list[Json] = [*chosen[(page - 1) * limit : page * limit]]
        return json_answer(
            200,
            {"current_page": page, "last_page": last_page, "per_page": limit, "total": len(chosen), "data": shown},
        )

    def _get_order(self, order_id: str) -> Response:
        for order in self._orders:
            alone = _single(order)
            if order_id in (f"{order['id']}", alone["id"]):
                return json_answer(200, alone)
        return _refused(404, f"There is no order {order_id}.")

    # Webhooks

    def _subscribe(self, raw: bytes) -> Response:
        try:
            body = read_json(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return _refused(422, "The body must be an object.")
        url, event, name = body.get("url"), body.get("event"), body.get("name")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            return _refused(422, "The url must be an address.")
        if not isinstance(event, str) or event not in EVENTS:
            return _refused(422, f"The event must be one of {', '.join(EVENTS)}.")
        if not isinstance(name, str) or not name:
            return _refused(422, "The name is required.")
        self._webhooks[event] = {"url": url, "event": event, "name": name}
        if event == "shipment_notify" and self._subscribed_at_s is None:
            self._subscribed_at_s = self._now()
        return json_answer(200, {"status": True, "message": "Updated webhook url successfully!"})

    # Errors

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Return the response for an invalid request; fields are named only in its text."""
        about = f" ({'.'.join(map(str, field))})" if field else ""
        return _refused(422, f"Refused, because a fault asked for it{about}.")

    def unauthorized(self) -> Response:
        """Return the response for a wrong API key."""
        return _refused(401, "Unauthenticated.")

    def too_many(self, wait_s: float) -> Response:
        """Return the response for too many calls; the time to wait is only in its text."""
        return _refused(429, f"Too many requests. Blocked for {math.ceil(wait_s)} seconds.")

    def accepted(self, answer: Response) -> Response:
        """Return the response that the request is accepted but not finished."""
        return Response(202, effect=answer.effect)

    def failure(self, status: int) -> Response:
        """Return the response for a failure."""
        return _refused(status, f"Something went wrong (status {status}).")

    def view(self) -> Json:
        """Return every order and every webhook."""
        return {"orders": [*self._orders], "webhooks": [*self._webhooks.values()]}


def _refused(status: int, message: str) -> Response:
    return json_answer(status, {"status": False, "message": message})


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0


def _matches(order: _Order, pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether an order passes every filter; raise ValueError for an invalid day."""
    query = dict(pairs)
    for name, value in (("id", f"{order['id']}"), ("order_id", f"{order['order_id']}")):
        if query.get(name, value) != value:
            return False
    for name, field in (("status[]", "status"), ("rejected_status[]", "rejected_status")):
        accepted = [value for key, value in pairs if key == name]
        if accepted and order[field] not in accepted:
            return False
    trackings = _list(order["trackings"])
    tracked = [f"{tracking['created_at']}"[:10] for tracking in trackings if isinstance(tracking, dict)]
    for name, days in (("created_at", [f"{order['created_at']}"[:10]]), ("trackings_created_at", tracked)):
        after, before = _day(query.get(f"{name}_after")), _day(query.get(f"{name}_before"))
        fits = [day for day in days if (not after or day >= after) and (not before or day <= before)]
        if (after or before) and not fits:
            return False
    return True


def _day(text: str | None) -> str:
    return "" if text is None else datetime.date.fromisoformat(text).isoformat()


def _single(order: _Order) -> _Order:
    """Return an order as the single call returns it: its id is a text, and one shipped item is not in a list."""
    trackings = _list(order["trackings"])
    shown: list[Json] = []
    for tracking in trackings:
        items = tracking["shipped_items"] if isinstance(tracking, dict) else None
        if isinstance(tracking, dict) and isinstance(items, list) and len(items) == 1:
            shown.append({**tracking, "shipped_items": items[0]})
        else:
            shown.append(tracking)
    return {**order, "id": f"06lz3a{order['id']}", "trackings": shown}


def _order(number: int, sample: SampleOrder) -> _Order:
    status = STATUSES[(number - 1) % len(STATUSES)]
    made_at = datetime.datetime.fromtimestamp(sample.ordered_at_s, datetime.UTC)
    lines: list[Json] = [
        {
            "id": number * 100 + position,
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "order_item_id": line.id,
            "print_files": [],
            "preview_files": [],
        }
        for position, line in enumerate(sample.lines, start=1)
    ]
    return {
        "id": number,
        "order_id": f"{sample.number}-P",
        "test_order": number % len(STATUSES) == 2,
        "sample_order": False,
        "reprint_order": False,
        "created_at": _zulu(made_at),
        "updated_at": _zulu(made_at + datetime.timedelta(hours=1)),
        "status": status,
        "rejected_at": _zulu(made_at) if status == "rejected" else None,
        "rejected_status": "invalid_artwork" if status == "rejected" else None,
        "cancelled_at": _zulu(made_at) if status.endswith("cancelled") else None,
        "line_items": lines,
        "trackings": _trackings(sample, made_at) if status == "shipped" else [],
        "shipping_method": "standard",
        "ioss_number": None,
        "tax_id": None,
        "tax_id_type": None,
        "address": {
            "name": sample.name,
            "email": sample.email,
            "company": None,
            "phone": sample.phone,
            "street1": sample.street,
            "street2": None,
            "city": sample.city,
            "state": sample.state,
            "country": sample.country_code,
            "zip": sample.post_code,
        },
        "return_address": None,
        "total_cost": None,
    }


def _trackings(sample: SampleOrder, made_at: datetime.datetime) -> list[Json]:
    """Return a package for the first line and one for the others; times in the other notation of UTC."""
    packages = [lines for lines in (sample.lines[:1], sample.lines[1:]) if lines]
    return [
        {
            "tracking_number": f"94001001093611{sample.number}{position:03}",
            "tracking_url": f"https://example.com/track/94001001093611{sample.number}{position:03}",
            "carrier": "USPS",
            "created_at": made_at.isoformat(timespec="microseconds"),
            "status": "delivered" if position == 1 else "in_transit",
            "label_url": None,
            "shipped_items": [{"order_item_id": line.id, "quantity": line.quantity} for line in lines],
            "primary": position == 1,
        }
        for position, lines in enumerate(packages, start=1)
    ]


def _printed_package(order: _Order, status: str, moment: datetime.datetime) -> Json:
    """Return the package with everything that was printed of an order."""
    items: list[Json] = [
        {"order_item_id": line["order_item_id"], "quantity": line["quantity"]}
        for line in _list(order["line_items"])
        if isinstance(line, dict)
    ]
    return {
        "tracking_number": PRINTED_NUMBER,
        "tracking_url": f"https://tools.usps.com/go/TrackConfirmAction?tLabels={PRINTED_NUMBER}",
        "carrier": "USPS",
        "created_at": moment.isoformat(timespec="microseconds"),
        "status": status,
        "label_url": None,
        "shipped_items": items,
        "primary": True,
    }


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _zulu(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
