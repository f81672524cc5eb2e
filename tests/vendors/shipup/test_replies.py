"""Shipup's responses: both generations of its objects, and its tree of errors at our fields."""

import json

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Blocked, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.shipup import VENDOR
from tests.support.quoting import quoting
from tests.vendors.examples import response, sample, sample_json
from tests.vendors.shipup.test_requests import example

OLD = {
    "object": "order",
    "id": 34567,
    "merchant_id": "O_MER_TEST5",
    "order_number": "O_N_TEST5",
    "ordered_at": 1530183480,
    "canceled": False,
    "email": None,
    "line_items": None,
    "fulfillments": [
        {
            "merchant_id": "F",
            "status_code": "partially_shipped",
            "shipping_address": {"address1": "123 road street", "zip": "12345", "country": "Country"},
            "line_items": [
                {"merchant_id": "x", "sku": "A", "title": "Phone", "variant_title": "Blue", "quantity": 3},
                {"merchant_id": "y", "quantity": 2, "canceled": True},
            ],
            "trackers": [
                {
                    "tracking_number": "N1",
                    "line_items": [{"merchant_id": "x", "quantity": 3, "shipped_quantity": 1}],
                }
            ],
        }
    ],
}


def listed(*entries: object) -> dict[str, object]:
    return {"object": "list", "has_more": False, "data": list(entries)}


def as_new(old: dict[str, object]) -> dict[str, object]:
    """The same order in the newer generation: ISO times, lists as list objects."""
    new = json.loads(json.dumps(old))
    new["ordered_at"] = "2018-06-28T10:58:00.000Z"
    for fulfillment in new["fulfillments"]:
        for tracker in fulfillment["trackers"]:
            tracker["line_items"] = listed(*tracker["line_items"])
        for name in ("trackers", "line_items"):
            fulfillment[name] = listed(*fulfillment[name])
    new["fulfillments"] = listed(*new["fulfillments"])
    new["line_items"] = {"object": "list", "data": None}
    return new


def told_with(status: int, body: object = b"", **headers: str) -> object:
    return VENDOR.read_update(example(), response(status, body, **headers))


@pytest.mark.parametrize("given", [OLD, as_new(OLD)], ids=["old", "new"])
def test_an_order_is_read_into_our_model(given: dict[str, object]) -> None:
    read = VENDOR.orders.read(response(200, given))
    assert isinstance(read, RemoteOrder)
    assert (read.remote_id, read.number, read.status) == ("O_MER_TEST5", "O_N_TEST5", "partially_shipped")
    assert [(line.remote_id, line.sku, line.quantity, line.cancelled) for line in read.lines] == [
        ("x", "A", 3, 0),
        ("y", "y", 2, 2),
    ]
    assert read.lines[0].description == "Phone - Blue"
    assert (read.ship_to.street, read.ship_to.country) == ("123 road street", "Country")
    assert (read.ordered_at_ms, read.shipped_elsewhere, read.notes) == (1_530_183_480_000, False, ())
    assert json.loads(read.document) == given


def test_items_without_an_id_stay_the_items_that_they_are() -> None:
    items = [
        {"sku": "A", "title": "Mug", "quantity": 1},
        {"sku": "B", "title": "Mug", "quantity": 2},
        {"merchant_id": None, "title": "Card", "quantity": 3},
    ]
    tracker = {"tracking_number": "N1", "line_items": [{"sku": "A", "quantity": 1, "shipped_quantity": 1}]}
    read = VENDOR.orders.read(
        response(200, {"merchant_id": "7", "line_items": items, "fulfillments": [{"trackers": [tracker]}]})
    )
    assert isinstance(read, RemoteOrder)
    assert [(line.sku, line.remote_id, line.quantity) for line in read.lines] == [
        ("A", "", 1),
        ("B", "", 2),
        ("Card", "", 3),
    ]


def test_an_order_found_by_number() -> None:
    assert isinstance(VENDOR.orders.read(response(200, listed(OLD))), RemoteOrder)
    assert isinstance(VENDOR.orders.read(response(200, listed())), Refused)
    assert isinstance(VENDOR.orders.read(response(200, listed(OLD, OLD))), Unsure)


def test_all_fulfillments_shipped_is_shipped_elsewhere() -> None:
    given = OLD | {"fulfillments": [{"merchant_id": "F", "status_code": "shipped"}]}
    read = VENDOR.orders.read(response(200, given))
    assert isinstance(read, RemoteOrder)
    assert read.shipped_elsewhere


def test_the_next_page_begins_below_the_least_id() -> None:
    more = listed(OLD, OLD | {"id": 9}, {"id": 3}) | {"has_more": True}
    page = VENDOR.orders.read_page(response(200, more))
    assert isinstance(page, OrderPage)
    assert (len(page.orders), page.next_cursor) == (2, "3")
    assert page.notes == (Message("sync.order_without_id"),)
    last = VENDOR.orders.read_page(response(200, more | {"has_more": False}))
    assert isinstance(last, OrderPage)
    assert last.next_cursor == ""


@pytest.mark.parametrize("odd", [None, 7, 1.5, True, "text", [], {}, [[]], -1, 10**400, [None, 3]], ids=repr)
def test_no_wrong_type_loses_an_order(odd: object) -> None:
    given = json.loads(json.dumps(OLD))
    part = given["fulfillments"][0]
    for holder in (given, part, part["line_items"][0], part["trackers"][0], part["shipping_address"]):
        for name in holder:
            if name != "merchant_id" or holder is not given:
                kept, holder[name] = holder[name], odd
                assert isinstance(VENDOR.orders.read(response(200, given)), RemoteOrder), name
                holder[name] = kept


def test_the_platforms_400_is_shown_at_our_fields() -> None:
    refused = told_with(400, sample("shipup/samples/create_order/400_wrong_types.json"))
    assert refused == Refused(
        (
            Problem(("ship_to", "country"), verbatim("Wrong data type: given, Hash ({}) expected: String")),
            Problem(
                ("packages", 1, "tracking_number"),
                verbatim("Wrong data type: given, TrueClass (true) expected: String or Numeric"),
            ),
            Problem(("lines", 2), verbatim("Required")),
            Problem(("lines", 3), verbatim("Wrong data type: given, String (true) expected: TrueClass or FalseClass")),
        )
    )


def test_the_same_tree_in_the_form_of_the_batch_request() -> None:
    job = sample_json("shipup/samples/batch_create/200_job_partial.json")
    assert isinstance(job, dict)
    refused = told_with(400, job["results"][1]["body"])
    assert isinstance(refused, Refused)
    assert [problem.path for problem in refused.problems] == [
        ("order", "number"),
        ("ship_to", "country"),
        ("lines", 3),
    ]


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ("Odd.", "Odd."),
        (["Odd.", "Odder."], "Odd."),
        ({"details": "Odd."}, "Odd."),
        ([{"message": "Odd."}], "Odd."),
    ],
)
def test_other_shapes_of_errors(errors: object, words: str) -> None:
    refused = told_with(400, {"errors": errors})
    assert isinstance(refused, Refused)
    assert refused.problems[0] == Problem((), verbatim(words))


def test_a_changed_quantity_carries_advice() -> None:
    tree = {"fulfillments": {"0": {"line_items": {"0": {"quantity": "Cannot be changed"}}}}}
    refused = told_with(400, {"errors": tree})
    assert isinstance(refused, Refused)
    assert refused.problems[0].path == ("lines", 3)
    assert str(refused.problems[0].advice)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"merchant_id":"1"}', b'{"errors":{}}'])
def test_any_success_is_accepted(body: bytes) -> None:
    assert told_with(201, body) == Accepted()
    assert told_with(200, body) == Accepted()


def test_a_success_that_names_errors_is_a_rejection_and_a_page_is_unsure() -> None:
    assert told_with(201, {"errors": {"merchantId": "Required"}}) == Refused(
        (Problem(("order", "number"), verbatim("Required")),)
    )
    assert isinstance(told_with(200, b"<html></html>"), Unsure)


def test_account_matters_block_and_name_the_prefix() -> None:
    blocked = told_with(401, {"errors": {"details": "The private key is missing or wrong"}})
    assert isinstance(blocked, Blocked)
    assert "rejected the API key" in str(blocked.message)
    assert "Bearer" in str(blocked.message)
    assert isinstance(told_with(402), Blocked)
    assert isinstance(told_with(403), Blocked)


def test_too_many_requests() -> None:
    later = told_with(429, {"errors": {"details": "Too many requests"}}, retry_after="2")
    assert later == TryLater(
        quoting(Message("platform.rate_limit", platform="Shipup"), "Shipup", "Too many requests"),
        after_s=2.0,
        whole_account=True,
    )


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_what_may_have_been_acted_on_is_not_sure(status: int) -> None:
    assert isinstance(told_with(status, {"errors": "Oops"}), Unsure)


def test_the_probe() -> None:
    assert VENDOR.read_probe(response(200, listed())) == Accepted()
    assert isinstance(VENDOR.read_probe(response(200, b"")), Unsure)
    assert isinstance(VENDOR.read_probe(response(401)), Blocked)


@pytest.mark.parametrize("turn", [1, -1])
def test_an_advice_belongs_to_its_own_problem(turn: int) -> None:
    said = "Must be at most 3"
    names = ("quantity", "shipped_quantity", "title")[::turn]
    tree = {"fulfillments": {"0": {"trackers": {"0": {"line_items": {"0": dict.fromkeys(names, said)}}}}}}
    outcome = told_with(400, {"errors": tree})
    assert isinstance(outcome, Refused)
    advised = {str(problem.advice).split(".")[0] for problem in outcome.problems}
    assert advised == {
        "Shipup never changes the quantity of an item that it has",
        "The packages contain more units than Shipup has",
    }
    assert {(problem.path, str(problem.message)) for problem in outcome.problems} == {(("lines", 1), said)}


def test_fields_with_the_same_message_keep_their_own_advice_and_path() -> None:
    lines = {"0": {"shipped_quantity": "Wrong."}, "1": {"title": "Wrong."}}
    tree = {"fulfillments": {"0": {"trackers": {place: {"line_items": {"0": told}} for place, told in lines.items()}}}}
    outcome = told_with(400, {"errors": tree})
    assert isinstance(outcome, Refused)
    assert [(problem.path, bool(str(problem.advice))) for problem in outcome.problems] == [
        (("lines", 1), True),
        (("lines", 2), False),
    ]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"state": "California", "state_code": "CA", "country_code": "US"}, "CA"),
        ({"state": "California", "country": "United States"}, "CA"),
        ({"state_code": "CA", "country_code": "US"}, "CA"),
        ({"state": "Québec", "country_code": "CA"}, "QC"),
        ({"state": "New South Wales", "state_code": "NSW", "country_code": "AU"}, "New South Wales"),
        ({"state_code": "NSW", "country_code": "AU"}, "NSW"),
        ({"state": "Somewhere", "state_code": "ZZ", "country_code": "US"}, "Somewhere"),
        ({"state_code": None, "state": None}, ""),
    ],
)
def test_the_state_is_read_by_its_code_and_by_its_name(given: dict[str, object], state: str) -> None:
    read = VENDOR.orders.read(response(200, OLD | {"shipping_address": {"city": "X", **given}}))
    assert isinstance(read, RemoteOrder)
    assert read.ship_to.state == state


@pytest.mark.parametrize("name", ["company_title", "company"])
def test_the_firm_is_read_under_both_of_its_names(name: str) -> None:
    read = VENDOR.orders.read(response(200, OLD | {"shipping_address": {"city": "X", name: "Engines Ltd"}}))
    assert isinstance(read, RemoteOrder)
    assert read.ship_to.company == "Engines Ltd"
