"""The requests to SwiftPOD, one function each. Source: SwiftPOD, Get Orders, Get Order Detail (read November 2026)."""

from datetime import date
from typing import cast, get_args
from urllib.parse import quote

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.filters import given
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.swiftpod import wire
from shipconsole.vendors.swiftpod.filters import DAYS, NAMES
from shipconsole.vendors.swiftpod.options import SwiftPODOptions

EVENTS: tuple[str, ...] = get_args(wire.Event)
WITH_TEST_ORDERS = "with_test_orders"
"""The mode of a request for a page whose test orders are kept; SwiftPOD has no filter for them."""

_IDS = ("id", "order_id")
_LISTS = {"statuses": "status[]", "rejected_statuses": "rejected_status[]"}
_OPTIONS = {"status": "statuses", "rejected_status": "rejected_statuses"}
"""The options that narrow every list, by the corresponding filters."""


def probe(_options: Options) -> Request:
    """Ask for one order: the smallest request that needs the key."""
    return Request("list_orders", "GET", "/orders", query=(("page", "1"), ("limit", "1")))


def list_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of orders; the cursor is the page's number.

    The connection's options narrow every list; a filter replaces the corresponding option. Raises `ValidationFailed`
    for an invalid day: without it, orders would be read that were not requested.
    """
    known = SwiftPODOptions.read(options)
    query = [
        ("page", cursor if cursor.isdecimal() else "1"),
        ("limit", str(known.page_size)),
    ]
    narrowing = {**options, **{_OPTIONS.get(name, name): text for name, text in given(filters, *NAMES)}}
    query += [(name, narrowing[name]) for name in _IDS if name in narrowing]
    for option, name in _LISTS.items():
        query += [(name, word.strip()) for word in narrowing.get(option, "").split(",") if word.strip()]
    query += [(name, _day(name, narrowing[name])) for name in DAYS if narrowing.get(name)]
    mode = WITH_TEST_ORDERS if known.test_orders == "yes" else ""
    return Request("list_orders", "GET", "/orders", query=tuple(query), mode=mode)


def get_order(order_id: str, _options: Options) -> Request:
    """Ask for one order, by SwiftPOD's own id."""
    return Request("get_order", "GET", f"/orders/{quote(order_id, safe='')}")


def subscribe_webhook(event: str, url: str, name: str) -> Request:
    """Register a URL for an event; a second URL for it replaces the first.

    Source: SwiftPOD, Subscribe to Webhook (read November 2026).
    """
    body = wire.SubscribeWebhook.model_validate({"url": url, "event": event, "name": name or "Shipconsole"})
    return Request(
        call="subscribe_webhook",
        method="POST",
        path="/webhooks/subscribe",
        body=cast("Json", body.model_dump(mode="json")),
        field_map=FieldMap({(field,): (field,) for field in ("url", "event", "name")}),
    )


def _day(option: str, text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise ValidationFailed(
            Problem(("options", option), Message("swiftpod.not_a_day", option=option, text=text))
        ) from None
