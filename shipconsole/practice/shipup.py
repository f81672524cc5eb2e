"""Plays Shipup: orders that are created or updated by the merchant's own ids, and a list of them.

Where the vendor's pages are silent, the practice decides so: an update answers 201 like a creation, with the
order's merchant id as its body, and a wrong key is answered in the same envelope as any other error. A batch is
worked off when it comes, but its job tells of that only a moment later, and in another order.
"""

import datetime
import math
import operator
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from shipconsole.practice import SHIPUP_API_KEY
from shipconsole.practice.limits import LeakyBucket, Limit
from shipconsole.practice.messages import (
    Answer,
    Json,
    Request,
    Route,
    Telling,
    allowed_methods,
    find_route,
    json_answer,
    read_json,
)
from shipconsole.practice.sample_orders import SampleOrder

# Source: Shipup, Create or update an order, List orders, Batch create or update orders, Job (read November 2026).
ROUTES = (
    Route("POST", re.compile(r"/v2/orders"), "create_order"),
    Route("GET", re.compile(r"/v2/orders"), "list_orders"),
    Route("POST", re.compile(r"/v2/orders/batch_create"), "batch_create"),
    Route("GET", re.compile(r"/v2/jobs/(?P<id>[^/]+)"), "get_job"),
)

BUCKET_SIZE = 60
DRAIN_PER_S = 2.0
FIRST_ORDER_ID = 5001
DEFAULT_PAGE = 10
LARGEST_PAGE = 100
FIRST_JOB_ID = 12456
LARGEST_BATCH = 100
QUEUED_S, PROCESSING_S = 0.3, 0.6
"""How long a job waits, and then is worked at."""

_TEXT = "String"
_TEXT_OR_NUMBER = "String or Numeric"
_TRUTH = "TrueClass or FalseClass"
_WHOLE = "Integer"
_HASH = "Hash"
_LIST = "Array"

# Source: Shipup, Create or update an order (read November 2026).
_ORDER_FIELDS = {
    "merchant_id": _TEXT,
    "order_number": _TEXT,
    "ordered_at": _TEXT_OR_NUMBER,
    "language_code": _TEXT,
    "email": _TEXT,
    "phone": _TEXT,
    "first_name": _TEXT,
    "last_name": _TEXT,
    "custom_variables": _HASH,
    "order_details": _HASH,
    "mute_notifications": _TRUTH,
    "canceled": _TRUTH,
    "fulfillments": _LIST,
    "line_items": _LIST,
}
_FULFILLMENT_FIELDS = {
    "merchant_id": _TEXT,
    "status_code": _TEXT,
    "warehouse_merchant_id": _TEXT,
    "promised_delivery_at": _TEXT_OR_NUMBER,
    "custom_variables": _HASH,
    "canceled": _TRUTH,
    "shipping_address": _HASH,
    "trackers": _LIST,
    "line_items": _LIST,
}
_ADDRESS_FIELDS = {
    "name": _TEXT,
    "address1": _TEXT,
    "address2": _TEXT,
    "address3": _TEXT,
    "city": _TEXT,
    "zip": _TEXT,
    "state": _TEXT,
    "country": _TEXT,
    "country_code": _TEXT,
    "phone": _TEXT,
}
_TRACKER_FIELDS = {
    "tracking_number": _TEXT_OR_NUMBER,
    "carrier_code": _TEXT,
    "carrier_service_code": _TEXT,
    "untracked_carrier_name": _TEXT,
    "untracked_carrier_url": _TEXT,
    "expected_delivery_at": _TEXT_OR_NUMBER,
    "custom_variables": _HASH,
    "line_items": _LIST,
}
_LINE_FIELDS = {
    "merchant_id": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "variant_title": _TEXT,
    "sku": _TEXT,
    "quantity": _WHOLE,
    "shipped_quantity": _WHOLE,
    "canceled_quantity": _WHOLE,
    "canceled": _TRUTH,
    "thumbnail": _HASH,
    "price": _TEXT_OR_NUMBER,
}
_STATUS_CODES = (
    "pending",
    "in_production",
    "in_transit_to_stock",
    "preparing_shipment",
    "shipped",
    "delayed",
    "production_delay",
    "transit_to_stock_delay",
    "partially_shipped",
    "blocked",
    "canceled",
)

_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}

_Fields = dict[str, Json]


@dataclass
class _Tracker:
    fields: _Fields = field(default_factory=_Fields)
    lines: dict[str, _Fields] = field(default_factory=dict[str, _Fields])


@dataclass
class _Fulfillment:
    fields: _Fields = field(default_factory=_Fields)
    trackers: dict[str, _Tracker] = field(default_factory=dict[str, _Tracker])
    lines: dict[str, _Fields] = field(default_factory=dict[str, _Fields])


@dataclass
class _Order:
    id: int
    created_at_s: float
    updated_at_s: float
    fields: _Fields = field(default_factory=_Fields)
    fulfillments: dict[str, _Fulfillment] = field(default_factory=dict[str, _Fulfillment])
    lines: dict[str, _Fields] = field(default_factory=dict[str, _Fields])
    quantities: dict[str, int] = field(default_factory=dict[str, int])
    """Ordered quantity by line item, which never changes once told."""


@dataclass
class _Job:
    queued_at_s: float
    results: list[Json]


class Shipup:
    """Shipup's present state and its answers; the time comes from `now`, in Unix seconds."""

    def __init__(self, orders: tuple[SampleOrder, ...], now: Callable[[], float]) -> None:
        self.routes = ROUTES
        self.limit: Limit | None = LeakyBucket(BUCKET_SIZE, DRAIN_PER_S)
        self._now = now
        self._orders: dict[str, _Order] = {}
        self._jobs: dict[str, _Job] = {}
        for sample in orders:
            if sample.in_shipup:
                self._upsert(_sample_body(sample))

    def answer(self, request: Request) -> Answer:
        """Answer one request, acting upon it when it is in order."""
        # The key stands bare or after Bearer. Source: Shipup, Orders; Pagination (read November 2026).
        if request.headers.get("authorization", "").removeprefix("Bearer ") != SHIPUP_API_KEY:
            return self.unauthorized()
        if self.limit and (wait_s := self.limit.take(self._now())) > 0:
            return self.too_many(wait_s).with_headers(self.limit.headers())
        return self._dispatch(request).with_headers(self.limit.headers() if self.limit else {})

    def _dispatch(self, request: Request) -> Answer:
        found = find_route(ROUTES, request.method, request.path)
        if found is None:
            methods = allowed_methods(ROUTES, request.path)
            return self.failure(405).with_headers({"Allow": ", ".join(methods)}) if methods else self.failure(404)
        match found:
            case "create_order", _:
                return self._create_order(request.body)
            case "batch_create", _:
                return self._batch_create(request)
            case "get_job", named:
                return self._get_job(named["id"])
            case _:
                return self._list_orders(request.query)

    # Creating and updating

    def _create_order(self, raw: bytes) -> Answer:
        try:
            body = read_json(raw)
        except ValueError:
            return _errors({"details": "The body is not valid JSON"})
        if not isinstance(body, dict):
            return _errors({"details": f"Wrong data type: given, {_given(body)} expected: Hash"})
        if errors := _order_errors(body, self._orders.get(str(body.get("merchant_id")))):
            return _errors(errors)
        order = self._upsert(body)
        number = str(order.fields.get("order_number") or order.fields["merchant_id"])
        told = Telling("create_order", number, body)
        return json_answer(201, {"merchant_id": order.fields["merchant_id"]}, told=told)

    def _batch_create(self, request: Request) -> Answer:
        try:
            body = read_json(request.body)
        except ValueError:
            return _errors({"details": "The body is not valid JSON"})
        sent = body.get("orders") if isinstance(body, dict) else None
        if not isinstance(sent, list) or not 1 <= len(sent) <= LARGEST_BATCH:
            return _errors({"orders": f"Must be an array of 1 to {LARGEST_BATCH} orders"})
        tellings: list[Telling] = []
        results: list[Json] = []
        for one in sent:
            fields = one if isinstance(one, dict) else {}
            merchant_id = fields.get("merchant_id")
            errors = _order_errors(fields, self._orders.get(str(merchant_id)))
            if errors:
                # Here the name of the missing id is written in another way. Source: the page's example of a job.
                if "merchant_id" in errors:
                    errors = {"merchantId" if name == "merchant_id" else name: tree for name, tree in errors.items()}
                results.append({"status": 400, "body": {"merchant_id": merchant_id, "errors": errors}})
                continue
            order = self._upsert(fields)
            number = str(order.fields.get("order_number") or merchant_id)
            tellings.append(Telling("batch_create", number, fields))
            results.append({"status": 201, "body": {"merchant_id": merchant_id}})
        job_id = FIRST_JOB_ID + len(self._jobs)
        random.Random(job_id).shuffle(results)
        self._jobs[str(job_id)] = _Job(self._now(), results)
        taken_in = replace(json_answer(202, {"job_id": job_id}), told_together=tuple(tellings))
        return taken_in.with_headers({"Location": f"{request.base}/v2/jobs/{job_id}"})

    def _get_job(self, job_id: str) -> Answer:
        job = self._jobs.get(job_id)
        if job is None:
            return self.failure(404)
        begun_s = job.queued_at_s + QUEUED_S
        ended_s = begun_s + PROCESSING_S
        now_s = self._now()
        begun, ended = now_s >= begun_s, now_s >= ended_s
        view: _Fields = {
            "object": "job",
            "id": int(job_id),
            "status": "completed" if ended else "processing" if begun else "queued",
            "queued_at": int(job.queued_at_s),
            "processed_at": int(begun_s) if begun else None,
            "completed_at": int(ended_s) if ended else None,
            "results": job.results if ended else [],
        }
        return json_answer(200, view)

    def _upsert(self, body: _Fields) -> _Order:
        merchant_id = str(body["merchant_id"])
        now_s = self._now()
        order = self._orders.get(merchant_id)
        if order is None:
            order = self._orders[merchant_id] = _Order(FIRST_ORDER_ID + len(self._orders), now_s, now_s)
        order.updated_at_s = now_s
        order.fields.update(_plain(body, _ORDER_FIELDS))
        for line in _lines_within(body):
            if isinstance(quantity := line.get("quantity"), int):
                order.quantities[str(line["merchant_id"])] = quantity
        _merge_lines(order.lines, body)
        for sent in _dicts(body.get("fulfillments")):
            fulfillment = order.fulfillments.setdefault(str(sent["merchant_id"]), _Fulfillment())
            fulfillment.fields.update(_plain(sent, _FULFILLMENT_FIELDS))
            if isinstance(address := sent.get("shipping_address"), dict):
                known = fulfillment.fields.get("shipping_address")
                merged = {**(known if isinstance(known, dict) else {}), **_plain(address, _ADDRESS_FIELDS)}
                fulfillment.fields["shipping_address"] = merged
            _merge_lines(fulfillment.lines, sent)
            for sent_tracker in _dicts(sent.get("trackers")):
                tracker = fulfillment.trackers.setdefault(str(sent_tracker["tracking_number"]), _Tracker())
                tracker.fields.update(_plain(sent_tracker, _TRACKER_FIELDS))
                _merge_lines(tracker.lines, sent_tracker)
        _move_lines(order)
        return order

    # Reading

    def _list_orders(self, query: Mapping[str, str]) -> Answer:
        limit = query.get("limit", str(DEFAULT_PAGE))
        if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= LARGEST_PAGE:
            return _errors({"limit": f"Must be between 1 and {LARGEST_PAGE}"})
        chosen = [
            order
            for order in sorted(self._orders.values(), key=lambda order: order.id, reverse=True)
            if all(
                query.get(name) in (None, order.fields.get(name)) for name in ("order_number", "email", "merchant_id")
            )
        ]
        limits = {name: _bounds(query, name) for name in ("created_at", "ordered_at")}
        if all(limits.values()):
            return _errors({"created_at": "Cannot be used together with ordered_at"})
        for name, bounds in limits.items():
            for bound, wanted in bounds.items():
                if (wanted_at_s := _read_time(wanted)) is None:
                    return _errors({name: f"Wrong data type: given {wanted}, expected: DateTime"})
                chosen = [order for order in chosen if _keeps(order, name, bound, wanted_at_s)]
        for name in ("starting_after", "ending_before"):
            if not re.fullmatch(r"[0-9]{0,18}", query.get(name, "")):
                return _errors({name: "Must be an id"})
        # "After" means greater ids in a list that descends. Source: Shipup, Pagination (read November 2026).
        if after := query.get("starting_after"):
            chosen = [order for order in chosen if order.id > int(after)]
            shown = chosen[-int(limit) :]
        else:
            if before := query.get("ending_before"):
                chosen = [order for order in chosen if order.id < int(before)]
            shown = chosen[: int(limit)]
        return json_answer(
            200,
            {
                "object": "list",
                "has_more": len(chosen) > len(shown),
                "data": [_order_view(order) for order in shown],
            },
        )

    # Errors

    def refusal(self, field: tuple[str | int, ...] = ()) -> Answer:
        """Refuse with the nested error tree."""
        if field:
            tree: Json = "A fault asked to refuse this field"
            for step in reversed(field):
                tree = {str(step): tree}
            return _errors(tree if isinstance(tree, dict) else {})
        return _errors({"fulfillments": {"0": {"country": "Wrong data type: given, Hash ({}) expected: String"}}})

    def unauthorized(self) -> Answer:
        """Answer that the key is wrong."""
        return _errors({"details": "The private key is missing or wrong"}, 401)

    def too_many(self, wait_s: float) -> Answer:
        """Answer that the bucket is full."""
        return _errors({"details": "Too many requests"}, 429).with_headers({"Retry-After": str(math.ceil(wait_s))})

    def failure(self, status: int) -> Answer:
        """Answer with the error envelope for a status."""
        return _errors({"details": f"Something went wrong (status {status})"}, status)

    def view(self) -> Json:
        """Give every order."""
        return [_order_view(order) for order in self._orders.values()]


# What is wrong with a request, as a tree along its fields


def _order_errors(body: _Fields, known: _Order | None) -> _Fields:
    quantities = dict(known.quantities) if known else {}
    errors = _type_errors(body, _ORDER_FIELDS, "merchant_id")
    _note(errors, "line_items", _each(body.get("line_items"), lambda line: _line_errors(line, quantities)))
    fulfillments = _each(body.get("fulfillments"), lambda sent: _fulfillment_errors(sent, quantities))
    _note(errors, "fulfillments", fulfillments)
    return errors


def _fulfillment_errors(sent: _Fields, quantities: dict[str, int]) -> _Fields:
    errors = _type_errors(sent, _FULFILLMENT_FIELDS, "merchant_id")
    if isinstance(address := sent.get("shipping_address"), dict):
        # An address's faults stand one level up, among the fulfillment's. Source: the page's 400 example.
        errors.update(_type_errors(address, _ADDRESS_FIELDS))
    status_code = sent.get("status_code")
    if isinstance(status_code, str) and status_code not in _STATUS_CODES:
        errors["status_code"] = f"Must be one of {', '.join(_STATUS_CODES)}"
    # The fulfillment's own lines come first: they may tell the quantity a parcel's line is held against.
    lines = _each(sent.get("line_items"), lambda line: _line_errors(line, quantities))
    _note(errors, "trackers", _each(sent.get("trackers"), lambda tracker: _tracker_errors(tracker, quantities)))
    _note(errors, "line_items", lines)
    return errors


def _tracker_errors(sent: _Fields, quantities: dict[str, int]) -> _Fields:
    errors = _type_errors(sent, _TRACKER_FIELDS, "tracking_number")
    _note(errors, "line_items", _each(sent.get("line_items"), lambda line: _line_errors(line, quantities)))
    return errors


def _line_errors(sent: _Fields, quantities: dict[str, int]) -> _Fields:
    errors = _type_errors(sent, _LINE_FIELDS, "merchant_id")
    if errors:
        return errors
    merchant_id = str(sent["merchant_id"])
    for name in ("quantity", "shipped_quantity", "canceled_quantity"):
        if isinstance(number := sent.get(name), int) and number < 0:
            errors[name] = "Must be 0 or more"
    quantity, shipped = sent.get("quantity"), sent.get("shipped_quantity")
    if isinstance(quantity, int) and quantities.setdefault(merchant_id, quantity) != quantity:
        errors["quantity"] = f"Cannot be changed: given {quantity}, known {quantities[merchant_id]}"
    if isinstance(shipped, int) and shipped > quantities.get(merchant_id, shipped):
        errors["shipped_quantity"] = f"Must be at most quantity: given {shipped}, quantity {quantities[merchant_id]}"
    return errors


def _type_errors(sent: _Fields, fields: Mapping[str, str], required: str | None = None) -> _Fields:
    errors: _Fields = {}
    if required is not None and sent.get(required) in (None, ""):
        errors[required] = "Required"
    for name, expected in fields.items():
        value = sent.get(name)
        if value is not None and not _fits(value, expected):
            errors[name] = f"Wrong data type: given, {_given(value)} expected: {expected}"
    return errors


def _fits(value: Json, expected: str) -> bool:
    if isinstance(value, bool):
        return expected == _TRUTH
    match value:
        case str():
            return expected in (_TEXT, _TEXT_OR_NUMBER)
        case int():
            return expected in (_WHOLE, _TEXT_OR_NUMBER)
        case float():
            return expected == _TEXT_OR_NUMBER
        case dict():
            return expected == _HASH
        case _:
            return expected == _LIST


def _given(value: Json) -> str:
    """Name a value's type and show it, both as the vendor's errors do."""
    if isinstance(value, bool):
        return "TrueClass (true)" if value else "FalseClass (false)"
    match value:
        case None:
            return "NilClass ()"
        case str():
            return f"String ({value})"
        case int():
            return f"Integer ({value})"
        case float():
            return f"Float ({value})"
        case dict():
            return f"Hash ({_shown(value)})"
        case _:
            return f"Array ({_shown(value)})"


def _shown(value: Json) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f'"{name}"=>{_shown(part)}' for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_shown(part) for part in value) + "]"
        case None:
            return "nil"
        case str():
            return f'"{value}"'
        case _:
            return str(value).lower()


def _each(rows: Json, errors_of: Callable[[_Fields], _Fields]) -> _Fields:
    """Gather the faults of a list's entries under their positions, written as text and counted from 0."""
    errors: _Fields = {}
    for position, row in enumerate(rows if isinstance(rows, list) else []):
        if not isinstance(row, dict):
            errors[str(position)] = f"Wrong data type: given, {_given(row)} expected: Hash"
        elif found := errors_of(row):
            errors[str(position)] = found
    return errors


def _note(errors: _Fields, name: str, found: _Fields) -> None:
    if found:
        errors[name] = found


def _errors(tree: _Fields, status: int = 400) -> Answer:
    return json_answer(status, {"errors": tree})


# Keeping and showing what was told


def _plain(sent: _Fields, fields: Mapping[str, str]) -> _Fields:
    """Keep the known fields that are no lists and no address; null keeps what is there."""
    return {
        name: value
        for name, value in sent.items()
        if name in fields and name != "shipping_address" and value is not None and fields[name] != _LIST
    }


def _dicts(rows: Json) -> list[_Fields]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _merge_lines(lines: dict[str, _Fields], sent: _Fields) -> None:
    for line in _dicts(sent.get("line_items")):
        lines.setdefault(str(line["merchant_id"]), {}).update(_plain(line, _LINE_FIELDS))


def _lines_within(body: _Fields) -> list[_Fields]:
    lines = _dicts(body.get("line_items"))
    for fulfillment in _dicts(body.get("fulfillments")):
        lines += _dicts(fulfillment.get("line_items"))
        for tracker in _dicts(fulfillment.get("trackers")):
            lines += _dicts(tracker.get("line_items"))
    return lines


def _move_lines(order: _Order) -> None:
    """Take the lines that are wholly in parcels out of order and fulfillments; let the statuses follow.

    Source: Shipup, Create or update an order; Fulfillment (read November 2026).
    """
    for fulfillment in order.fulfillments.values():
        for merchant_id in fulfillment.lines:
            order.lines.pop(merchant_id, None)
    for merchant_id in {line for f in order.fulfillments.values() for t in f.trackers.values() for line in t.lines}:
        if _shipped(order, merchant_id) >= order.quantities.get(merchant_id, 0):
            order.lines.pop(merchant_id, None)
            for fulfillment in order.fulfillments.values():
                fulfillment.lines.pop(merchant_id, None)
    for fulfillment in order.fulfillments.values():
        if fulfillment.trackers:
            fulfillment.fields["status_code"] = "partially_shipped" if fulfillment.lines else "shipped"


def _shipped(order: _Order, merchant_id: str) -> int:
    """Count what has gone into parcels; a line without shipped_quantity goes with all its quantity."""
    ordered = order.quantities.get(merchant_id, 0)
    shipped = 0
    for fulfillment in order.fulfillments.values():
        for tracker in fulfillment.trackers.values():
            if (line := tracker.lines.get(merchant_id)) is not None:
                quantity = line.get("shipped_quantity", ordered)
                shipped += quantity if isinstance(quantity, int) else 0
    return shipped


def _bounds(query: Mapping[str, str], name: str) -> dict[str, str]:
    """The limits of a date, as in ``created_at[gte]``, by what they are."""
    return {bound: query[f"{name}[{bound}]"] for bound in _COMPARED if f"{name}[{bound}]" in query}


def _keeps(order: _Order, name: str, bound: str, wanted_at_s: float) -> bool:
    at_s = order.created_at_s if name == "created_at" else _read_time(str(order.fields.get(name)))
    return at_s is not None and _COMPARED[bound](at_s, wanted_at_s)


def _read_time(text: str) -> float | None:
    """A moment, in ISO 8601 or in Unix seconds; None for any other text."""
    if re.fullmatch(r"[0-9]{1,12}", text):
        return float(text)
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _order_view(order: _Order) -> Json:
    return {
        "object": "order",
        "id": order.id,
        **order.fields,
        "created_at": _iso(order.created_at_s),
        "updated_at": _iso(order.updated_at_s),
        "line_items": _list_view([*order.lines.values()]),
        "fulfillments": _list_view(
            [
                {
                    "object": "fulfillment",
                    **fulfillment.fields,
                    "line_items": _list_view([*fulfillment.lines.values()]),
                    "trackers": _list_view(
                        [
                            {
                                "object": "tracker",
                                **tracker.fields,
                                "delivery_status_code": "pending",
                                "line_items": _list_view([*tracker.lines.values()]),
                            }
                            for tracker in fulfillment.trackers.values()
                        ]
                    ),
                }
                for fulfillment in order.fulfillments.values()
            ]
        ),
    }


def _list_view(rows: list[_Fields]) -> Json:
    return {"object": "list", "has_more": False, "data": [*rows]}


def _iso(at_s: float) -> str:
    return datetime.datetime.fromtimestamp(at_s, datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _sample_body(sample: SampleOrder) -> _Fields:
    first_name, _, last_name = sample.name.partition(" ")
    return {
        "merchant_id": sample.number,
        "order_number": sample.number,
        "ordered_at": _iso(sample.ordered_at_s),
        "email": sample.email,
        "first_name": first_name,
        "last_name": last_name,
        "line_items": [
            {"merchant_id": line.id, "title": line.name, "sku": line.sku, "quantity": line.quantity}
            for line in sample.lines
        ],
    }
