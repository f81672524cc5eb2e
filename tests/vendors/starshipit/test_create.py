"""Starshipit: a new order has the units left to ship, and every limit that it breaks is reported at our field."""

from typing import Any, cast

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.outcome import Accepted, Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.starshipit import VENDOR
from shipconsole.vendors.starshipit.create import create_order
from shipconsole.vendors.starshipit.replies import read_create_order
from tests.vendors.examples import JOHN_SMITH, lines, order, response, sent_json


def test_the_units_that_are_left_are_sent_and_nothing_else() -> None:
    some = order(3, 2, 1, cancelled={1: 1, 2: 2}).model_copy(update={"ordered_at_ms": 1_700_000_000_000})
    request = create_order(some, {})
    assert (request.method, request.path, request.repeatable) == ("POST", "/api/orders", False)
    assert sent_json(request) == {
        "order": {
            "order_date": "2023-11-14T22:13:20Z",
            "order_number": "10001",
            "destination": {
                "name": "John Smith",
                "phone": "0290988227",
                "street": "20 George Street",
                "suburb": "Sydney",
                "state": "NSW",
                "post_code": "2000",
                "country": "Australia",
                "delivery_instructions": "Leave at door",
            },
            "items": [
                {"description": "Thing A", "sku": "A", "quantity": 2},
                {"description": "Thing C", "sku": "C", "quantity": 1},
            ],
        }
    }


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("GB", "GB"),
        ("gb", "GB"),
        ("UK", "United Kingdom"),
        ("EL", "Greece"),
        ("USA", "United States"),
        ("England", "United Kingdom"),
        ("Deutschland", "Germany"),
        ("Australia", "Australia"),
        ("XX", "XX"),
        ("Narnia", "Narnia"),
    ],
)
def test_a_country_goes_as_its_code_or_english_name(text: str, sent: str) -> None:
    address = Address(name="John Smith", street="1 High St", city="Leeds", country=text)
    request = create_order(order(1, ship_to=address), {})
    assert cast("dict[str, Any]", sent_json(request))["order"]["destination"]["country"] == sent


def test_a_firm_without_a_person_and_a_city_without_a_suburb_are_enough() -> None:
    address = Address(company="Smith Ltd", street="1 High St", street2="Unit 2", city="Leeds", country="GB")
    request = create_order(order(1, ship_to=address).model_copy(update={"note": "Ring twice"}), {})
    sent = cast("dict[str, Any]", sent_json(request))["order"]["destination"]
    assert sent == {
        "name": "Smith Ltd",
        "company": "Smith Ltd",
        "street": "1 High St, Unit 2",
        "suburb": "Leeds",
        "city": "Leeds",
        "country": "GB",
        "delivery_instructions": "Ring twice",
    }


@pytest.mark.parametrize(
    ("part", "text"),
    [("name", "n" * 101), ("street", ""), ("country", "A"), ("postal_code", "1" * 11), ("phone", "0" * 101)],
)
def test_a_limit_of_the_address_is_reported_at_our_field(part: str, text: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        create_order(order(1, ship_to=JOHN_SMITH.model_copy(update={part: text})), {})
    assert [problem.path for problem in caught.value.problems] == [("ship_to", part)]


def test_limits_of_number_and_items_are_reported_all_at_once() -> None:
    long = order(1, 1).model_copy(
        update={"number": "9" * 51, "lines": (lines(1)[0], lines(1, 1)[1].model_copy(update={"sku": "S" * 51}))}
    )
    with pytest.raises(ValidationFailed) as caught:
        create_order(long, {})
    assert [problem.path for problem in caught.value.problems] == [("number",), ("lines", 2, "sku")]


def test_an_order_of_which_nothing_is_left_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="left to ship"):
        create_order(order(1, cancelled={1: 1}), {})


def test_an_error_is_shown_at_our_field() -> None:
    request = create_order(order(1, 1), {})
    body = {"success": False, "errors": [{"message": "too long", "details": "order.items[1].sku"}]}
    outcome = read_create_order(request, response(200, body))
    assert isinstance(outcome, Refused)
    assert outcome.problems[0].path == ("lines", 2, "sku")


def test_the_response_gives_the_order_with_its_ids_where_it_has_it() -> None:
    request = create_order(order(1), {})
    given = {"order": {"order_id": 5, "order_number": "10001", "items": [{"item_id": 7, "sku": "A", "quantity": 1}]}}
    found = read_create_order(request, response(200, {**given, "success": True}))
    assert isinstance(found, RemoteOrder)
    assert (found.remote_id, [line.remote_id for line in found.lines]) == ("5", ["7"])
    assert isinstance(read_create_order(request, response(200, {"success": True})), Accepted)
    read = VENDOR.orders.read_document
    assert read is not None
    again = read(found.document)
    assert again == found
