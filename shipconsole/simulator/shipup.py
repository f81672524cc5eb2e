"""Simulated Shipup: orders that are created or updated by the merchant's own ids, and their list.

Where the documentation is silent, the simulator decides: an update returns 201 like a creation, with the order's
merchant id as its body, and a wrong key gets the same error format as any other error. A batch is processed at once,
but its job reports that only a moment later, and in another order.
"""

import datetime
import math
import operator
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from shipconsole.simulator import SHIPUP_API_KEY
from shipconsole.simulator.limits import LeakyBucket, Limit
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
from shipconsole.simulator.shipup_errors import error_answer, given, order_errors
from shipconsole.simulator.shipup_fields import Fields
from shipconsole.simulator.shipup_orders import Order, iso, merge, order_view

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

_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@dataclass
class _Job:
    queued_at_s: float
    results: list[Json]


class Shipup:
    """Shipup's state and responses; the time comes from `now`, in Unix seconds."""

    def __init__(self, orders: tuple[SampleOrder, ...], now: Callable[[], float]) -> None:
        self.routes = ROUTES
        self.limit: Limit | None = LeakyBucket(BUCKET_SIZE, DRAIN_PER_S)
        self._now = now
        self._orders: dict[str, Order] = {}
        self._jobs: dict[str, _Job] = {}
        for sample in orders:
            if sample.in_shipup:
                self.add(sample)

    def add(self, sample: SampleOrder) -> None:
        """Import a new order of a store."""
        self._upsert(_sample_body(sample))

    def answer(self, request: Request) -> Response:
        """Respond to one request, and act on it if it is valid."""
        # The key may follow Bearer. Source: Shipup, Orders; Pagination (read November 2026).
        if request.headers.get("authorization", "").removeprefix("Bearer ") != SHIPUP_API_KEY:
            return self.unauthorized()
        if self.limit and (wait_s := self.limit.take(self._now())) > 0:
            return self.too_many(wait_s).with_headers(self.limit.headers())
        return self._dispatch(request).with_headers(self.limit.headers() if self.limit else {})

    def _dispatch(self, request: Request) -> Response:
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

    def _create_order(self, raw: bytes) -> Response:
        try:
            body = read_json(raw)
        except ValueError:
            return error_answer({"details": "The body is not valid JSON"})
        if not isinstance(body, dict):
            return error_answer({"details": f"Wrong data type: given, {given(body)} expected: Hash"})
        if errors := order_errors(body, self._quantities(body)):
            return error_answer(errors)
        order = self._upsert(body)
        number = str(order.fields.get("order_number") or order.fields["merchant_id"])
        effect = Effect("create_order", number, body)
        return json_answer(201, {"merchant_id": order.fields["merchant_id"]}, effect=effect)

    def _batch_create(self, request: Request) -> Response:
        try:
            body = read_json(request.body)
        except ValueError:
            return error_answer({"details": "The body is not valid JSON"})
        sent = body.get("orders") if isinstance(body, dict) else None
        if not isinstance(sent, list) or not 1 <= len(sent) <= LARGEST_BATCH:
            return error_answer({"orders": f"Must be an array of 1 to {LARGEST_BATCH} orders"})
        effects: list[Effect] = []
        results: list[Json] = []
        for entry in sent:
            fields = entry if isinstance(entry, dict) else {}
            merchant_id = fields.get("merchant_id")
            errors = order_errors(fields, self._quantities(fields))
            if errors:
                # A job spells the name of the missing id differently. Source: the documentation's example of a job.
                if "merchant_id" in errors:
                    errors = {"merchantId" if name == "merchant_id" else name: tree for name, tree in errors.items()}
                results.append({"status": 400, "body": {"merchant_id": merchant_id, "errors": errors}})
                continue
            order = self._upsert(fields)
            number = str(order.fields.get("order_number") or merchant_id)
            effects.append(Effect("batch_create", number, fields))
            results.append({"status": 201, "body": {"merchant_id": merchant_id}})
        response = self._promise(results, f"{request.base}/v2/jobs")
        return replace(response, effects=tuple(effects))

    def _promise(self, results: list[Json], jobs: str = "/v2/jobs") -> Response:
        """Create a job that reports some results later, in an order of its own."""
        job_id = FIRST_JOB_ID + len(self._jobs)
        random.Random(job_id).shuffle(results)
        self._jobs[str(job_id)] = _Job(self._now(), results)
        return json_answer(202, {"job_id": job_id}).with_headers({"Location": f"{jobs}/{job_id}"})

    def _get_job(self, job_id: str) -> Response:
        job = self._jobs.get(job_id)
        if job is None:
            return self.failure(404)
        begun_s = job.queued_at_s + QUEUED_S
        ended_s = begun_s + PROCESSING_S
        now_s = self._now()
        begun, ended = now_s >= begun_s, now_s >= ended_s
        view: Fields = {
            "object": "job",
            "id": int(job_id),
            "status": "completed" if ended else "processing" if begun else "queued",
            "queued_at": int(job.queued_at_s),
            "processed_at": int(begun_s) if begun else None,
            "completed_at": int(ended_s) if ended else None,
            "results": job.results if ended else [],
        }
        return json_answer(200, view)

    def _upsert(self, body: Fields) -> Order:
        merchant_id = str(body["merchant_id"])
        now_s = self._now()
        order = self._orders.get(merchant_id)
        if order is None:
            order = self._orders[merchant_id] = Order(FIRST_ORDER_ID + len(self._orders), now_s, now_s)
        order.updated_at_s = now_s
        merge(order, body)
        return order

    def _quantities(self, body: Fields) -> Mapping[str, int]:
        """Return the known quantities of an order's lines."""
        known = self._orders.get(str(body.get("merchant_id")))
        return known.quantities if known is not None else {}

    # Reading

    def _list_orders(self, query: Mapping[str, str]) -> Response:
        limit = query.get("limit", str(DEFAULT_PAGE))
        if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= LARGEST_PAGE:
            return error_answer({"limit": f"Must be between 1 and {LARGEST_PAGE}"})
        chosen = [
            order
            for order in sorted(self._orders.values(), key=lambda order: order.id, reverse=True)
            if all(
                query.get(name) in (None, order.fields.get(name)) for name in ("order_number", "email", "merchant_id")
            )
        ]
        limits = {name: _bounds(query, name) for name in ("created_at", "ordered_at")}
        if all(limits.values()):
            return error_answer({"created_at": "Cannot be used together with ordered_at"})
        for name, bounds in limits.items():
            for bound, text in bounds.items():
                if (bound_at_s := _read_time(text)) is None:
                    return error_answer({name: f"Wrong data type: given {text}, expected: DateTime"})
                chosen = [order for order in chosen if _keeps(order, name, bound, bound_at_s)]
        for name in ("starting_after", "ending_before"):
            if not re.fullmatch(r"[0-9]{0,18}", query.get(name, "")):
                return error_answer({name: "Must be an id"})
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
                "data": [order_view(order) for order in shown],
            },
        )

    # Errors

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Return a rejection as the nested error tree."""
        if field:
            tree: Json = "A fault asked to refuse this field"
            for step in reversed(field):
                tree = {str(step): tree}
            return error_answer(tree if isinstance(tree, dict) else {})
        return error_answer({"fulfillments": {"0": {"country": "Wrong data type: given, Hash ({}) expected: String"}}})

    def unauthorized(self) -> Response:
        """Return the response for a wrong API key."""
        return error_answer({"details": "The private key is missing or wrong"}, 401)

    def too_many(self, wait_s: float) -> Response:
        """Return the response for a full bucket."""
        return error_answer({"details": "Too many requests"}, 429).with_headers({"Retry-After": str(math.ceil(wait_s))})

    def accepted(self, answer: Response) -> Response:
        """Return the response with a job that reports the same result."""
        result: Json = {"status": answer.status, "body": read_json(answer.body)}
        return replace(self._promise([result]), effect=answer.effect)

    def failure(self, status: int) -> Response:
        """Return the error response for a status."""
        return error_answer({"details": f"Something went wrong (status {status})"}, status)

    def view(self) -> Json:
        """Return every order."""
        return [order_view(order) for order in self._orders.values()]


def _bounds(query: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the limits of a date, as in ``created_at[gte]``, by kind."""
    return {bound: query[f"{name}[{bound}]"] for bound in _COMPARED if f"{name}[{bound}]" in query}


def _keeps(order: Order, name: str, bound: str, wanted_at_s: float) -> bool:
    at_s = order.created_at_s if name == "created_at" else _read_time(str(order.fields.get(name)))
    return at_s is not None and _COMPARED[bound](at_s, wanted_at_s)


def _read_time(text: str) -> float | None:
    """Return a time in ISO 8601 or Unix seconds; None for any other text."""
    if re.fullmatch(r"[0-9]{1,12}", text):
        return float(text)
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _sample_body(sample: SampleOrder) -> Fields:
    first_name, _, last_name = sample.name.partition(" ")
    return {
        "merchant_id": sample.number,
        "order_number": sample.number,
        "ordered_at": iso(sample.ordered_at_s),
        "email": sample.email,
        "first_name": first_name,
        "last_name": last_name,
        "line_items": [
            {"merchant_id": line.id, "title": line.name, "sku": line.sku, "quantity": line.quantity}
            for line in sample.lines
        ],
    }
