"""Simulated Starshipit: orders by number, unshipped orders, new orders, and updates that are merged.

Where the documentation is silent, the simulator decides: an item or package without id is added, one left out stays, an
unknown id is rejected, and a printed order accepts nothing but a further status.
"""

import copy
import datetime
import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from shipconsole.simulator import STARSHIPIT_API_KEY, STARSHIPIT_SUBSCRIPTION_KEY
from shipconsole.simulator.limits import Limit
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
from shipconsole.simulator.sample_orders import SampleOrder

# Source: Starshipit, Get Order, Get Unshipped Orders, Create Order, Update Order (read November 2026).
ROUTES = (
    Route("GET", re.compile(r"/api/orders"), "get_order"),
    Route("GET", re.compile(r"/api/orders/unshipped"), "list_unshipped"),
    Route("POST", re.compile(r"/api/orders"), "create_order"),
    Route("PUT", re.compile(r"/api/orders"), "update_order"),
    Route("GET", re.compile(r"/api/track"), "track"),
)

FIRST_ORDER_ID = 1020304051
FIRST_ITEM_ID = 1065580746
FIRST_PACKAGE_ID = 1035548017
DEFAULT_PAGE = 50
LARGEST_PAGE = 250
UNSHIPPED_SINCE_S = 24 * 3600

_OPEN_STATUSES = ("Unshipped", "Saved")
_STATUSES = ("Unshipped", "Saved", "Printed", "AwaitingDispatch", "Dispatched", "Delivered")


class _Rule(NamedTuple):
    """What a field may contain."""

    kind: str
    """text, whole, number or truth."""
    most: int | None = None
    least: int = 0
    choices: tuple[str, ...] = ()


_TEXT = _Rule("text")
_TEXT_50 = _Rule("text", 50)
_TEXT_100 = _Rule("text", 100)
_NAMED = _Rule("text", 100, 1)
_WHOLE = _Rule("whole")
_NUMBER = _Rule("number")
_TRUTH = _Rule("truth")

# Source: Starshipit, Update Order, request schema (read November 2026).
_ORDER_RULES = {
    "order_id": _WHOLE,
    "order_date": _TEXT,
    "order_number": _TEXT_50,
    "reference": _TEXT_50,
    "carrier": _TEXT,
    "carrier_service_code": _TEXT,
    "shipping_method": _TEXT_100,
    "shipping_description": _TEXT_100,
    "signature_required": _TRUTH,
    "currency": _Rule("text", 3),
    "status": _Rule("text", choices=_STATUSES),
    "is_manifested": _TRUTH,
}
_SENDER_RULES = {
    "name": _NAMED,
    "email": _TEXT_100,
    "phone": _TEXT_100,
    "building": _TEXT_100,
    "company": _TEXT_100,
    "street": _NAMED,
    "suburb": _NAMED,
    "city": _TEXT_100,
    "state": _NAMED,
    "post_code": _Rule("text", 10),
    "country": _Rule("text", 100, 2),
}
_DESTINATION_RULES = {**_SENDER_RULES, "delivery_instructions": _TEXT_100, "tax_number": _TEXT}
_ADDRESS_REQUIRED = ("name", "street", "suburb", "country")
_ITEM_RULES = {
    "item_id": _WHOLE,
    "description": _TEXT,
    "sku": _TEXT_50,
    "tariff_code": _Rule("text", 18),
    "country_of_origin": _TEXT_50,
    "quantity": _NUMBER,
    "quantity_to_ship": _NUMBER,
    "weight": _NUMBER,
    "value": _NUMBER,
    "delete": _TRUTH,
}
_PACKAGE_RULES = {
    "package_id": _WHOLE,
    "name": _TEXT,
    "weight": _NUMBER,
    "height": _NUMBER,
    "width": _NUMBER,
    "length": _NUMBER,
    "packaging_type": _TEXT,
    "tracking_number": _TEXT,
    "description": _TEXT,
    "delete": _TRUTH,
}
_METADATA_RULES = {"metafield_key": _TEXT, "value": _TEXT}

# The response has two names of its own. Source: Starshipit, Update Order (read November 2026).
_ANSWER_NAMES = {"is_manifested": "manifested"}
_PACKAGE_ANSWER_NAMES = {"description": "contents"}

_CARRIER_NAMES = {"AusPost": "Australia Post", "NZPost": "NZ Post", "RoyalMail": "Royal Mail"}


class _Order:
    """An order with its numbers and the time of its last change."""

    def __init__(self, fields: dict[str, Json], updated_at_s: float) -> None:
        self.fields = fields
        self.updated_at_s = updated_at_s

    @property
    def id(self) -> Json:
        return self.fields["order_id"]

    @property
    def number(self) -> str:
        return str(self.fields["order_number"])

    @property
    def is_open(self) -> bool:
        return self.fields["status"] in _OPEN_STATUSES

    def rows(self, name: str) -> list[dict[str, Json]]:
        rows = self.fields.get(name)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


class Starshipit:
    """Starshipit's state and responses; the time comes from `now`, in Unix seconds."""

    def __init__(self, orders: tuple[SampleOrder, ...], now: Callable[[], float]) -> None:
        self.routes = ROUTES
        # The platform allows 2 calls a second, or 20 on approval; the simulator has no limit until one is set.
        self.limit: Limit | None = None
        self._now = now
        self._next_item_id = FIRST_ITEM_ID
        self._next_package_id = FIRST_PACKAGE_ID
        self._orders = [self._import(sample) for sample in orders]

    def add(self, sample: SampleOrder) -> None:
        """Import a new order of a store."""
        self._orders.append(self._import(replace(sample, position=len(self._orders))))

    def _import(self, sample: SampleOrder) -> _Order:
        destination: dict[str, Json] = {
            "name": sample.name,
            "email": sample.email,
            "phone": sample.phone,
            "street": sample.street,
            "suburb": sample.city,
            "state": sample.state,
            "post_code": sample.post_code,
            "country": sample.country,
            "delivery_instructions": sample.instructions,
        }
        weight_g = sum(line.weight_g * line.quantity for line in sample.lines)
        items: list[Json] = [
            {
                "item_id": self._new_item_id(),
                "description": line.name,
                "sku": line.sku,
                "quantity": line.quantity,
                "quantity_to_ship": 0,
                "weight": line.weight_g / 1000,
                "value": line.price_cents / 100,
            }
            for line in sample.lines
        ]
        packages: list[Json] = [
            {
                "package_id": self._new_package_id(),
                "weight": weight_g / 1000,
                "height": 0.04,
                "width": 0.08,
                "length": 0.12,
            }
            for _ in range(sample.packages)
        ]
        fields: dict[str, Json] = {
            "order_id": FIRST_ORDER_ID + sample.position,
            "order_date": _iso(sample.ordered_at_s),
            "order_number": sample.number,
            "reference": "Online Order",
            "carrier": "AusPost",
            "carrier_name": "Australia Post",
            "carrier_service_code": "7B05",
            "shipping_method": "Express Shipping",
            "signature_required": False,
            "dangerous_goods": False,
            "destination": {name: value for name, value in destination.items() if value},
            "items": items,
            "packages": packages,
            "declared_value": 0,
            "archived": False,
            "manifest_number": 0,
            "address_validation": "NotChecked",
            "create_return": False,
            "dtp": False,
            "add_insurance": False,
            "insurance_value": 0,
            "plt": False,
            "type": "Outgoing",
            "platform": "Shopify",
            "status": "Unshipped",
        }
        return _Order(fields, self._now())

    def _new_item_id(self) -> int:
        self._next_item_id += 1
        return self._next_item_id - 1

    def _new_package_id(self) -> int:
        self._next_package_id += 1
        return self._next_package_id - 1

    def answer(self, request: Request) -> Response:
        """Respond to one request, and act on it if it is valid."""
        if request.headers.get("ocp-apim-subscription-key") != STARSHIPIT_SUBSCRIPTION_KEY:
            return _gateway(401, "Access denied due to a missing or wrong subscription key.")
        if request.headers.get("starshipit-api-key") != STARSHIPIT_API_KEY:
            return self.unauthorized()
        if self.limit and (wait_s := self.limit.take(self._now())) > 0:
            return _gateway(429, f"Rate limit is exceeded. Try again in {math.ceil(wait_s)} seconds.")
        answer, root = self._dispatch(request)
        accept = request.headers.get("accept", "")
        return _as_xml(answer, root) if "xml" in accept and "json" not in accept else answer

    def _dispatch(self, request: Request) -> tuple[Response, str]:
        found = find_route(ROUTES, request.method, request.path)
        match found[0] if found else None:
            case "get_order":
                return self._get_order(request.query), "GetOrderResponse"
            case "list_unshipped":
                return self._list_unshipped(request.query), "GetUnshippedOrdersResponse"
            case "create_order":
                return self._create_order(request.body), "CreateOrderResponse"
            case "update_order":
                return self._update_order(request.body), "UpdateOrderResponse"
            case "track":
                return self._track(request.query.get("tracking_number", "")), "GetTrackingResponse"
            case _:
                methods = allowed_methods(ROUTES, request.path)
                answer = self.failure(405).with_headers({"Allow": ", ".join(methods)}) if methods else None
                return answer or self.failure(404), "Response"

    def _get_order(self, query: Mapping[str, str]) -> Response:
        order = self._find(query.get("order_id"), query.get("order_number"))
        if order is None:
            return _refused([("Order not found", "No order has this order_id or order_number.")], 404)
        return json_answer(200, {"order": order.fields, "success": True})

    def _track(self, number: str) -> Response:
        """Return the tracking of a known package: printed, without later events."""
        for order in self._orders:
            packages = order.fields["packages"]
            for package in packages if isinstance(packages, list) else []:
                if number and isinstance(package, dict) and package.get("tracking_number") == number:
                    results: dict[str, Json] = {
                        "order_number": order.number,
                        "order_status": "Printed",
                        "carrier_name": order.fields.get("carrier_name"),
                        "tracking_number": number,
                        "tracking_status": "Printed",
                        "tracking_events": [],
                    }
                    return json_answer(200, {"results": results, "success": True})
        return _refused([("Tracking not found", "No order has this tracking number.")], 404)

    def _find(self, order_id: Json, order_number: Json) -> _Order | None:
        if order_id is not None:
            return next((order for order in self._orders if str(order.id) == str(order_id)), None)
        return next((order for order in self._orders if order.number == order_number), None)

    def _list_unshipped(self, query: Mapping[str, str]) -> Response:
        limit = _read_whole(query, "limit", DEFAULT_PAGE)
        page = _read_whole(query, "page", 1)
        if limit is None or limit > LARGEST_PAGE or page is None:
            return _refused([("Invalid paging", f"limit is 1 to {LARGEST_PAGE}, page is 1 or more.")])
        since_s = _read_time(query.get("since_last_updated"), self._now() - UNSHIPPED_SINCE_S)
        if since_s is None:
            return _refused([("Invalid date", "since_last_updated must be a date and time.")])
        ordered_since_s = _read_time(query.get("since_order_date"), 0.0)
        if ordered_since_s is None:
            return _refused([("Invalid date", "since_order_date must be a date and time.")])
        chosen = [
            order
            for order in self._orders
            if order.is_open
            and order.updated_at_s >= since_s
            and (_read_time(f"{order.fields['order_date']}", 0.0) or 0.0) >= ordered_since_s
        ]
        shown: list[Json] = [order.fields for order in chosen[(page - 1) * limit : page * limit]]
        return json_answer(200, {"orders": shown, "total_pages": math.ceil(len(chosen) / limit), "success": True})

    # Creating

    def _create_order(self, body: bytes) -> Response:
        """Add an order, even if its number exists: only the ids differ then."""
        document, sent = _read_order(body)
        if isinstance(sent, Response):
            return sent
        problems = list(_problems({"order_id": 0, **sent}))
        for name, path in (("order_number", "order.order_number"), ("destination", "order.destination")):
            if not sent.get(name):
                problems.append((f"The {name} field is required.", path))
        if problems:
            return _refused(problems)
        fields: dict[str, Json] = {
            "order_id": FIRST_ORDER_ID + len(self._orders),
            "order_date": _iso(self._now()),
            "archived": False,
            "manifest_number": 0,
            "type": "Outgoing",
            "platform": "API",
            "status": "Unshipped",
            "items": [],
            "packages": [],
        }
        order = _Order(fields, self._now())
        if problems := self._merge(order, sent):
            return _refused(problems)
        self._orders.append(order)
        answer = json_answer(200, {"order": order.fields, "success": True})
        return Response(200, answer.body, effect=Effect("create_order", order.number, document))

    # Updating

    def _update_order(self, body: bytes) -> Response:
        document, sent = _read_order(body)
        if isinstance(sent, Response):
            return sent
        if problems := list(_problems(sent)):
            return _refused(problems)
        order = self._find(sent.get("order_id"), sent.get("order_number"))
        if order is None:
            return _refused([("Order not found", "No order has this order_id or order_number.")], 404)
        if not order.is_open and (reason := _refused_once_printed(sent)):
            return _refused([(reason, f"order.status is {order.fields['status']}")])
        changed = _Order(copy.deepcopy(order.fields), self._now())
        if problems := self._merge(changed, sent):
            return _refused(problems)
        order.fields, order.updated_at_s = changed.fields, changed.updated_at_s
        answer = json_answer(200, {"order": order.fields, "success": True})
        return Response(200, answer.body, effect=Effect("update_order", order.number, document))

    def _merge(self, order: _Order, sent: dict[str, Json]) -> list[tuple[str, str]]:
        for name in _ORDER_RULES.keys() & sent.keys() - {"order_id"}:
            order.fields[_ANSWER_NAMES.get(name, name)] = sent[name]
        if "carrier" in sent:
            carrier = str(sent["carrier"])
            order.fields["carrier_name"] = _CARRIER_NAMES.get(carrier, carrier)
        for name, rules in (("destination", _DESTINATION_RULES), ("sender_details", _SENDER_RULES)):
            if isinstance(address := sent.get(name), dict):
                known = order.fields.get(name)
                order.fields[name] = {**(known if isinstance(known, dict) else {}), **_known(address, rules)}
        problems: list[tuple[str, str]] = []
        for name, key, rules, new_id in (
            ("items", "item_id", _ITEM_RULES, self._new_item_id),
            ("packages", "package_id", _PACKAGE_RULES, self._new_package_id),
        ):
            rows = order.rows(name)
            for position, change in enumerate(_dicts(sent.get(name))):
                if not _merge_row(rows, _known(change, rules), key, new_id):
                    problems.append((f"{key} not found", f"order.{name}[{position}].{key}"))
            order.fields[name] = [*rows]
        if isinstance(sent.get("metadatas"), list):
            order.fields["metadatas"] = [_known(row, _METADATA_RULES) for row in _dicts(sent["metadatas"])]
        return problems

    # Errors

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Return a rejection with success false and status 200; a field is named in the details."""
        if field:
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in field).removeprefix(".")
            return _refused([(f"The {field[-1]} field was refused, because a fault asked for it.", path)])
        return _refused([("Refused", "A fault asked for it.")])

    def unauthorized(self) -> Response:
        """Return the response for a wrong API key."""
        return _refused([("Unauthorized", "StarShipIT-Api-Key is missing or wrong.")], 401)

    def too_many(self, wait_s: float) -> Response:
        """Return the response for an exceeded rate limit, in the gateway's format."""
        wait = math.ceil(wait_s)
        answer = _gateway(429, f"Rate limit is exceeded. Try again in {wait} seconds.")
        return answer.with_headers({"Retry-After": str(wait)})

    def accepted(self, answer: Response) -> Response:
        """Return the response that the request is accepted but not finished."""
        return Response(202, effect=answer.effect)

    def failure(self, status: int) -> Response:
        """Return the gateway's response for a status."""
        return _gateway(status, f"Something went wrong (status {status}).")

    def view(self) -> Json:
        """Return every order."""
        return [order.fields for order in self._orders]


def _read_order(body: bytes) -> tuple[Json, dict[str, Json] | Response]:
    """Return a body and its order, or the response that rejects it."""
    try:
        document = read_json(body)
    except ValueError:
        return None, _refused([("Invalid request", "The body is not valid JSON.")], 400)
    sent = document.get("order") if isinstance(document, dict) else None
    return document, sent if isinstance(sent, dict) else _refused([("The order field is required.", "order")])


def _problems(sent: dict[str, Json]) -> Iterable[tuple[str, str]]:
    """Yield what the schema rejects, each with the path of the field."""
    yield from _row_problems(sent, _ORDER_RULES, "order")
    if sent.get("order_id") is None and not sent.get("order_number"):
        yield "The order_id or order_number field is required.", "order.order_id"
    for name, rules in (("destination", _DESTINATION_RULES), ("sender_details", _SENDER_RULES)):
        address = sent.get(name)
        if address is None:
            continue
        if not isinstance(address, dict):
            yield f"The {name} field must be an object.", f"order.{name}"
            continue
        for field_name in _ADDRESS_REQUIRED:
            if address.get(field_name) is None:
                yield f"The {field_name} field is required.", f"order.{name}.{field_name}"
        yield from _row_problems(address, rules, f"order.{name}")
    for name, rules in (("items", _ITEM_RULES), ("packages", _PACKAGE_RULES), ("metadatas", _METADATA_RULES)):
        rows = sent.get(name)
        if rows is None:
            continue
        if not isinstance(rows, list):
            yield f"The {name} field must be a list.", f"order.{name}"
            continue
        for position, row in enumerate(rows):
            path = f"order.{name}[{position}]"
            if isinstance(row, dict):
                yield from _row_problems(row, rules, path)
            else:
                yield "An entry must be an object.", path


def _row_problems(row: dict[str, Json], rules: Mapping[str, _Rule], path: str) -> Iterable[tuple[str, str]]:
    for name, rule in rules.items():
        if row.get(name) is not None and (problem := _broken(row[name], rule)):
            yield f"The {name} field {problem}.", f"{path}.{name}"


def _broken(value: Json, rule: _Rule) -> str | None:
    if rule.kind == "text":
        if not isinstance(value, str):
            return "must be text"
        if rule.most is not None and len(value) > rule.most:
            return f"must have at most {rule.most} characters"
        if len(value) < rule.least:
            return f"must have at least {rule.least} characters"
        if rule.choices and value not in rule.choices:
            return f"must be one of {', '.join(rule.choices)}"
        return None
    if rule.kind == "truth":
        return None if isinstance(value, bool) else "must be true or false"
    if rule.kind == "whole":
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31
        return None if fits else "must be a whole number"
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return None if fits else "must be a number"


def _refused_once_printed(sent: dict[str, Json]) -> str | None:
    """Return why a printed order rejects this. Source: Starshipit, Update Order (read November 2026)."""
    if sent.keys() - {"order_id", "order_number", "status"}:
        return "Only the status of a printed or shipped order can be changed."
    if sent.get("status") in _OPEN_STATUSES:
        return "A printed or shipped order cannot go back to unshipped."
    return None


def _merge_row(rows: list[dict[str, Json]], change: dict[str, Json], key: str, new_id: Callable[[], int]) -> bool:
    """Change, remove or add one item or package; return False if its id is unknown."""
    row_id = change.get(key)
    delete = change.pop("delete", None) is True
    change = {_PACKAGE_ANSWER_NAMES.get(name, name) if key == "package_id" else name: v for name, v in change.items()}
    if row_id is None:
        if not delete:
            rows.append({**change, key: new_id()})
        return True
    known = next((row for row in rows if row[key] == row_id), None)
    if known is None:
        return False
    if delete:
        rows.remove(known)
    else:
        known.update(change)
    return True


def _known(row: dict[str, Json], rules: Mapping[str, _Rule]) -> dict[str, Json]:
    """Return the known fields with a value; null keeps the stored value."""
    return {name: value for name, value in row.items() if name in rules and value is not None}


def _dicts(rows: Json) -> list[dict[str, Json]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _read_whole(query: Mapping[str, str], name: str, default: int) -> int | None:
    value = query.get(name, str(default))
    return int(value) if re.fullmatch(r"[1-9]\d{0,8}", value) else None


def _read_time(text: str | None, default_s: float) -> float | None:
    if text is None:
        return default_s
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _iso(at_s: float) -> str:
    """Return a time with seven fractional digits, as this platform writes it."""
    moment = datetime.datetime.fromtimestamp(at_s, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}8Z"


def _refused(problems: list[tuple[str, str]], status: int = 200) -> Response:
    errors: list[Json] = [{"message": message, "details": details} for message, details in problems]
    return json_answer(status, {"success": False, "errors": errors})


def _gateway(status: int, message: str) -> Response:
    return json_answer(status, {"statusCode": status, "message": message})


def _as_xml(answer: Response, root: str) -> Response:
    element = ElementTree.Element(root)
    _fill(element, read_json(answer.body))
    return Response(
        answer.status,
        ElementTree.tostring(element, encoding="utf-8", xml_declaration=True),
        "application/xml; charset=utf-8",
        answer.headers,
        answer.effect,
    )


def _fill(element: ElementTree.Element, value: Json) -> None:
    """Write a value as XML, a list as repeated elements."""
    if not isinstance(value, dict):
        element.text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        return
    for name, part in value.items():
        for entry in part if isinstance(part, list) else [part]:
            _fill(ElementTree.SubElement(element, name), entry)
