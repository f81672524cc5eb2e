"""Filters of the lists of orders: which there are, how they are written in the query, what they do to the pages."""

from typing import get_args

import pytest

from shipconsole.domain.field import Kind
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.paging import OrderPage
from tests.vendors.examples import response

# Source: ShipEngine, List Sales Orders; Starshipit, Get Unshipped Orders; Shipup, List all orders; SwiftPOD, Get
# Orders (read November 2026).
DOCUMENTED = {
    "shipengine": {
        "order_source_id",
        "external_order_id",
        "external_order_number",
        "modified_at_start",
        "modified_at_end",
        "created_at_start",
        "created_at_end",
        "order_date_start",
        "order_date_end",
        "payment_status",
        "fulfillment_status",
        "cancelled",
        "sort_by",
        "sort_dir",
    },
    "starshipit": {"since_order_date", "since_last_updated"},
    "shipup": {"email", "order_number"}
    | {f"{date}.{bound}" for date in ("created_at", "ordered_at") for bound in ("gt", "gte", "lt", "lte")},
    "swiftpod": {
        "id",
        "order_id",
        "status",
        "rejected_status",
        "created_at_after",
        "created_at_before",
        "trackings_created_at_after",
        "trackings_created_at_before",
    },
}


@pytest.mark.parametrize("name", VENDORS)
def test_every_documented_filter_exists_with_a_text_of_its_own(name: str) -> None:
    filters = VENDORS[name].orders.filters
    assert {".".join(one.path) for one in filters} == DOCUMENTED[name]
    assert len({str(one.title) for one in filters}) == len(filters)
    for one in filters:
        assert str(one.help).endswith(".")
        assert one.kind in get_args(Kind)
        assert one.vendor == VENDORS[name].title


@pytest.mark.parametrize("name", VENDORS)
def test_each_filter_changes_the_query_of_every_page(name: str) -> None:
    vendor = VENDORS[name]
    for one in vendor.orders.filters:
        text = {"moment": "2026-11-20", "day": "2026-11-20", "yes_no": True}.get(one.kind, "x")
        value = one.choices[-1] if one.choices else text
        for cursor in ("", "2"):
            plain, narrowed = (vendor.orders.list_page({}, cursor, each) for each in ({}, {".".join(one.path): value}))
            assert narrowed.query != plain.query, one.path
            assert (narrowed.method, narrowed.path) == (plain.method, plain.path)


def test_shipengine_lists_open_orders_unless_a_filter_narrows_them() -> None:
    vendor = VENDORS["shipengine"]
    by_number = dict(vendor.orders.list_page({}, "", {"external_order_number": "10001", "cancelled": False}).query)
    assert by_number["fulfillment_status"] == "unfulfilled"
    assert (by_number["external_order_number"], by_number["cancelled"]) == ("10001", "false")
    by_status = vendor.orders.list_page({}, "fulfilled:3", {"fulfillment_status": "fulfilled", "sort_dir": "desc"})
    assert ("fulfillment_status", "fulfilled") in by_status.query
    assert ("page", "3") in by_status.query
    assert ("sort_dir", "desc") in by_status.query
    other = vendor.orders.list_page({}, "unfulfilled:3", {"fulfillment_status": "fulfilled"})
    assert dict(other.query)["page"] == "1", "a cursor of another list is none of this one's"


@pytest.mark.parametrize(
    ("filters", "lists"),
    [
        ({}, ("unfulfilled:1", "partially_fulfilled:1")),
        ({"external_order_number": "1"}, ("unfulfilled:1", "partially_fulfilled:1")),
        ({"fulfillment_status": "unfulfilled"}, ("unfulfilled:1",)),
        ({"fulfillment_status": "fulfilled"}, ("fulfilled:1",)),
    ],
)
def test_only_the_lists_that_are_wanted_are_read(filters: dict[str, str], lists: tuple[str, ...]) -> None:
    assert VENDORS["shipengine"].orders.first_cursors(filters) == lists


def test_pages_of_the_only_list_are_walked() -> None:
    vendor = VENDORS["shipengine"]
    request = vendor.orders.list_page({}, "", {"fulfillment_status": "fulfilled"})
    page = vendor.orders.read_page(response(200, {"sales_orders": [], "page": 1, "pages": 2}), request)
    assert isinstance(page, OrderPage)
    assert page.next_cursor == "fulfilled:2"


def test_times_are_sent_complete_and_in_utc_where_no_zone_is_named() -> None:
    query = dict(VENDORS["starshipit"].orders.list_page({}, "", {"since_order_date": "2026-11-20"}).query)
    assert query["since_order_date"] == "2026-11-20T00:00:00Z"
    assert query["since_last_updated"] == "2000-01-01T00:00:00Z"
    shipup = VENDORS["shipup"].orders.list_page(
        {}, "", {"ordered_at.gte": "2026-11-20 08:30+10:00", "email": "a@b.example"}
    )
    assert ("ordered_at[gte]", "2026-11-20T08:30:00+10:00") in shipup.query
    assert ("email", "a@b.example") in shipup.query


def test_shipup_is_not_asked_by_both_dates() -> None:
    both = {"ordered_at.gte": "2026-11-20", "created_at.lt": "2026-11-20"}
    with pytest.raises(ValidationFailed, match="not by both"):
        VENDORS["shipup"].orders.list_page({}, "", both)


def test_a_filter_takes_the_place_of_swiftpods_option_for_the_same() -> None:
    options = {"statuses": "on_hold", "created_at_after": "2026-11-01"}
    filters = {"status": "new_order, shipped", "order_id": "10001-P"}
    query = VENDORS["swiftpod"].orders.list_page(options, "", filters).query
    assert [value for name, value in query if name == "status[]"] == ["new_order", "shipped"]
    assert ("created_at_after", "2026-11-01") in query
    assert ("order_id", "10001-P") in query
