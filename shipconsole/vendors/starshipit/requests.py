"""The requests to Starshipit, one function each, named as the platform names them."""

from collections.abc import Collection
from typing import Any, cast

from shipconsole.domain import countries
from shipconsole.domain.address import Address
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.filters import given, moment_in_utc
from shipconsole.vendors.paging import size_of
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.filters import SINCE

PAGE_SIZE = 250
LONG_AGO = "2000-01-01T00:00:00Z"
"""Sent where there is no filter: without a date the platform gives the last 24 hours only."""


def probe(_options: Options) -> Request:
    """Ask for one unshipped order: the smallest request that needs both keys."""
    return Request("get_unshipped_orders", "GET", "/api/orders/unshipped", query=(("limit", "1"),))


def get_unshipped_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of the unshipped orders, all or since a filter's time; the cursor is the page's number.

    Source: Starshipit, Get Unshipped Orders (read November 2026).
    """
    since = {name: moment_in_utc(text) for name, text in given(filters, *SINCE)}
    query = (
        *((name, since.get(name, LONG_AGO)) for name in SINCE),
        ("limit", size_of(options, PAGE_SIZE, PAGE_SIZE)),
        ("page", cursor if cursor.isdecimal() else "1"),
    )
    return Request("get_unshipped_orders", "GET", "/api/orders/unshipped", query=query)


def get_order(order_id: str, _options: Options) -> Request:
    """Ask for one order with its items and packages."""
    return Request("get_order", "GET", "/api/orders", query=(("order_id", order_id),))


def find_order(number: str) -> Request:
    """Ask for the order of a number; the platform responds only where there is exactly one.

    Source: Starshipit, Get Order (read November 2026).
    """
    return Request("get_order", "GET", "/api/orders", query=(("order_number", number),))


def update_order(
    order: wire.OrderUpdate,
    *,
    delete_items: Collection[int] = (),
    delete_packages: Collection[int] = (),
    summary: Message = NO_MESSAGE,
    field_map: FieldMap | None = None,
    warnings: tuple[Problem, ...] = (),
) -> Request:
    """Update an order.

    Only the ids given here are deleted; they have to be in the update, else ValidationFailed. The request may be
    repeated where every item and package carries its id: one without would be added once more. Source: Starshipit,
    Update Order (read November 2026).
    """
    body = order.model_dump(mode="python", exclude_none=True)
    items = cast("list[dict[str, Any]]", [dict(item) for item in body.get("items", ())])
    packages = cast("list[dict[str, Any]]", [dict(package) for package in body.get("packages", ())])
    for entries, key, ids in (
        (items, "item_id", delete_items),
        (packages, "package_id", delete_packages),
    ):
        for entry_id in ids:
            entry = next((entry for entry in entries if entry.get(key) == entry_id), None)
            if entry is None:
                raise ValidationFailed(Problem((), Message("starshipit.no_such_entry", kind=key, id=str(entry_id))))
            entry["delete"] = True
    if order.items is not None:
        body["items"] = items
    if order.packages is not None:
        body["packages"] = packages
    if order.metadatas is not None:
        body["metadatas"] = list(body["metadatas"])
    return Request(
        call="update_order",
        method="PUT",
        path="/api/orders",
        body=cast("dict[str, Json]", {"order": body}),
        repeatable=all("item_id" in item for item in items) and all("package_id" in package for package in packages),
        summary=summary,
        field_map=field_map or FieldMap(),
        warnings=warnings,
    )


def country_of(address: Address) -> str:
    """Return the country as its ISO code where it is given so, else by its English name, else unchanged."""
    code = countries.code_of(address.country)
    return code if code == address.country.strip().upper() else countries.name_of(address.country)
