"""Starshipit's responses: success is what the body says, in JSON or XML, from the service or its gateway."""

import itertools
import json

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Blocked, Refused, TryLater, Unsure
from shipconsole.domain.problem import Path, Problem
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit import VENDOR
from shipconsole.vendors.starshipit.replies import read_get_unshipped_orders
from tests.support.quoting import quoting
from tests.vendors.examples import link, notification, order, package, response, sample, sample_json, shipment

UPDATED = "starshipit/samples/update_order/200_updated.json"


def built_notification(package_count: int = 1) -> Request:
    packages = (package(f"N{n}", {1: 1}, carrier="usps", service="7B05", weight_g=10) for n in range(package_count))
    known = link("1020304051", {1: ("11", 9), 2: ("12", 9)}, {"packages": [{"package_id": 21}]})
    request = VENDOR.shipments.notify(notification(order(9, 9), known, shipment(*packages)))
    assert request is not None
    return request


def told_with(status: int, body: object = b"", **headers: str) -> object:
    return VENDOR.read_update(built_notification(), response(status, body, **headers))


def refusal(message: str, details: str | None = None) -> dict[str, object]:
    return {"success": False, "errors": [{"message": message, "details": details}]}


def test_the_platforms_responses_of_success() -> None:
    assert told_with(200, sample(UPDATED)) == Accepted()
    beside = Accepted(Message("platform.accepted_with_remark", platform="Starshipit", text="string"))
    assert told_with(200, sample("starshipit/samples/update_order/200_placeholders.json")) == beside
    assert told_with(200, sample("starshipit/samples/update_order/200_placeholders.xml")) == beside


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"message": "The service was changed.", "details": "7B05"}], "The service was changed.: 7B05"),
        (["The service was changed."], "The service was changed."),
        ("The service was changed.", "The service was changed."),
        ({"message": "The service was changed."}, "The service was changed."),
        ({"order.carrier": ["Unknown.", "Unused."]}, "Unknown.; Unused."),
        ([{"message": "One."}, {"message": "Two."}, {"message": "One."}], "One.; Two."),
        ([{"message": None, "details": None}], ""),
        ([{}, None, ""], ""),
        ([], ""),
        (None, ""),
        ("", ""),
    ],
)
def test_errors_in_a_success_are_quoted_and_those_of_a_rejection_too(errors: object, said: str) -> None:
    accepted = told_with(200, {"success": True, "order": {"order_id": 1}, "errors": errors})
    assert accepted == (
        Accepted(Message("platform.accepted_with_remark", platform="Starshipit", text=said)) if said else Accepted()
    )
    refused = told_with(200, {"success": False, "errors": errors})
    assert isinstance(refused, Refused)
    if said:
        assert "; ".join(str(problem.message) for problem in refused.problems) == said
    else:
        assert all(str(problem.message) for problem in refused.problems)


def test_errors_beside_orders_that_were_read_are_notes_of_them() -> None:
    body = {"success": True, "errors": [{"message": "Some orders are hidden."}]}
    page = VENDOR.orders.read_page(response(200, {**body, "orders": []}), VENDOR.orders.list_page({}, "", {}))
    assert isinstance(page, OrderPage)
    assert page.notes == (Message("platform.message", platform="Starshipit", text="Some orders are hidden."),)
    one = VENDOR.orders.read(response(200, {**body, "order": {"order_id": 1, "items": []}}))
    assert isinstance(one, RemoteOrder)
    assert one.notes == (Message("platform.message", platform="Starshipit", text="Some orders are hidden."),)
    probed = VENDOR.read_probe(response(200, {**body, "orders": []}))
    assert probed == Accepted(
        Message("platform.accepted_with_remark", platform="Starshipit", text="Some orders are hidden.")
    )


def test_a_field_that_an_error_of_a_refusal_is_keyed_by_is_found() -> None:
    refused = told_with(400, {"success": False, "errors": {"order.carrier": ["Unknown."]}})
    assert refused == Refused((Problem(("packages", 0, "carrier"), verbatim("Unknown.")),))


def test_an_order_is_read_into_our_model() -> None:
    read = VENDOR.orders.read(response(200, sample(UPDATED)))
    assert isinstance(read, RemoteOrder)
    assert (read.remote_id, read.number, read.status) == ("1020304051", "10001", "Unshipped")
    assert [(line.remote_id, line.sku, line.quantity, line.weight_g) for line in read.lines] == [
        ("1065580746", "MOBILE", 1, 650),
        ("1065580747", "MOBILE-CASE-BLK", 1, 50),
    ]
    assert (read.ship_to.suburb, read.ship_to.postal_code) == ("Sydney", "2000")
    assert read.ship_to.instructions == "Leave at door"
    assert (read.source_name, read.ordered_at_ms) == ("MoneyWorks", 1_607_479_872_678)
    assert (read.cancelled, read.shipped_elsewhere, read.notes) == (False, False, ())
    given = sample_json(UPDATED)
    assert isinstance(given, dict)
    assert json.loads(read.document) == given["order"]


def test_an_order_may_come_as_a_list_of_one() -> None:
    given = sample_json(UPDATED)
    assert isinstance(given, dict)
    alone = VENDOR.orders.read(response(200, given | {"order": [given["order"]]}))
    assert isinstance(alone, RemoteOrder)
    assert isinstance(VENDOR.orders.read(response(200, given | {"order": [given["order"]] * 2})), Unsure)


def test_an_order_in_xml_is_read_alike() -> None:
    read = VENDOR.orders.read(response(200, sample("starshipit/samples/update_order/200_placeholders.xml")))
    assert isinstance(read, RemoteOrder)
    assert (read.remote_id, read.number, len(read.lines)) == ("0", "string", 1)


@pytest.mark.parametrize("status", ["Dispatched", "Delivered", "Delivered6"])
def test_statuses_of_orders_that_were_shipped_elsewhere(status: str) -> None:
    read = VENDOR.orders.read(response(200, {"order": {"order_id": 1, "status": status}, "success": True}))
    assert isinstance(read, RemoteOrder)
    assert read.shipped_elsewhere


def test_a_summary_has_no_lines_and_a_note() -> None:
    read = VENDOR.orders.read_page(response(200, sample("starshipit/samples/get_unshipped_orders/200_summary.json")))
    assert isinstance(read, OrderPage)
    (found,) = read.orders
    assert (found.number, found.lines, found.notes) == ("10001", (), (Message("platform.error_without_details"),))
    assert (found.ship_to.name, found.ship_to.country) == ("John Smith", "Australia")
    assert read.next_cursor == ""


def test_the_next_page_is_counted_from_the_requested_one() -> None:
    reply = response(200, {"orders": [{"order_id": 1}], "total_pages": 3, "success": True})
    cursors: list[str] = []
    for asked in ("", "2", "3"):
        page = read_get_unshipped_orders(reply, VENDOR.orders.list_page({}, asked))
        assert isinstance(page, OrderPage)
        cursors.append(page.next_cursor)
    assert cursors == ["2", "3", ""]
    alone = VENDOR.orders.read_page(reply)
    assert isinstance(alone, OrderPage)
    assert alone.next_cursor == "2"


def test_where_pages_are_not_counted_only_a_full_one_has_a_next_one() -> None:
    request = VENDOR.orders.list_page({}, "2")
    size = int(dict(request.query)["limit"])
    uncounted: tuple[dict[str, object], ...] = ({}, {"total_pages": None}, {"total_pages": 0}, {"total_pages": -1})
    for count, (received, cursor) in itertools.product(uncounted, ((size, "3"), (size - 1, ""))):
        reply = response(
            200, {"orders": [{"order_id": id_} for id_ in range(1, received + 1)], "success": True, **count}
        )
        page = VENDOR.orders.read_page(reply, request)
        assert isinstance(page, OrderPage)
        assert (page.next_cursor, len(page.entries)) == (cursor, received)


@pytest.mark.parametrize("odd", [None, 7, 1.5, True, "text", [], {}, [[]], -1, 10**400, [None, 3]], ids=repr)
def test_no_wrong_type_loses_an_order(odd: object) -> None:
    given = sample_json("starshipit/samples/update_order/200_placeholders.json")
    assert isinstance(given, dict)
    placeholder = given["order"]
    for holder in (placeholder, placeholder["destination"], placeholder["items"][0], placeholder["packages"][0]):
        for name in holder:
            if name != "order_id":
                kept, holder[name] = holder[name], odd
                read = VENDOR.orders.read(response(200, {"order": placeholder, "success": True}))
                assert isinstance(read, RemoteOrder), name
                holder[name] = kept


def test_a_rejection_with_status_200() -> None:
    assert told_with(200, refusal("Order not updated", "It is odd.")) == Refused(
        (Problem((), verbatim("Order not updated: It is odd.")),)
    )
    assert told_with(200, {"success": False}) == Refused(
        (Problem((), Message("platform.rejected_silently", platform="Starshipit")),)
    )
    assert told_with(200, b"<R><success>false</success><errors><message>No.</message></errors></R>") == Refused(
        (Problem((), verbatim("No.")),)
    )


@pytest.mark.parametrize(
    ("message", "details", "path"),
    [
        ("The sku field is too long.", "order.items[1].sku", ("lines", 2)),
        ("Invalid", "Packages[0].TrackingNumber", ("packages", 0, "tracking_number")),
        ("Invalid", "order.packages.0.weight", ("packages", 0, "weight")),
        ("Tracking number is invalid.", None, ("packages", 0, "tracking_number")),
        ("The carrier is not set up.", None, ("packages", 0, "carrier")),
        ("The field CarrierServiceCode is unknown: carrier_service_code", None, ("packages", 0, "service")),
        ("Something else.", "No field of ours.", ()),
    ],
)
def test_errors_find_the_field_they_name(message: str, details: str | None, path: Path) -> None:
    refused = told_with(200, refusal(message, details))
    assert isinstance(refused, Refused)
    assert refused.problems[0].path == path


def test_a_field_name_that_two_packages_have_belongs_to_neither() -> None:
    outcome = VENDOR.read_update(built_notification(2), response(200, refusal("Tracking number is invalid.")))
    assert isinstance(outcome, Refused)
    assert outcome.problems[0].path == ("packages",)


def test_a_printed_or_missing_order_carries_advice() -> None:
    for outcome in (
        told_with(200, refusal("Only the status of a printed order can be changed.")),
        told_with(404, refusal("Order not found")),
        told_with(404),
    ):
        assert isinstance(outcome, Refused)
        assert str(outcome.problems[0].advice)


def test_the_gateways_own_errors_are_quoted() -> None:
    wrong_key: dict[str, str | int] = {"statusCode": 401, "message": "Access denied due to missing subscription key."}
    assert told_with(401, wrong_key) == Blocked(
        quoting(Message("starshipit.subscription_key_rejected"), "Starshipit", str(wrong_key["message"]))
    )
    assert told_with(200, wrong_key) == told_with(401, wrong_key)
    later = told_with(429, {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."})
    assert isinstance(later, TryLater)
    assert (later.whole_account, later.after_s) == (True, None)


def test_a_wrong_api_key() -> None:
    assert told_with(401, refusal("Unauthorized", "Key is wrong.")) == Blocked(
        quoting(Message("platform.key_rejected", platform="Starshipit"), "Starshipit", "Unauthorized: Key is wrong.")
    )
    assert isinstance(told_with(200, refusal("Invalid API key")), Blocked)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html><body/></html>", b"<a/>", b'{"success":"perhaps"}'])
def test_a_success_without_the_promised_body_is_not_sure(body: bytes) -> None:
    assert isinstance(told_with(200, body), Unsure)
    assert isinstance(VENDOR.orders.read(response(200, body)), Unsure)
    assert isinstance(VENDOR.orders.read_page(response(200, body)), Unsure)
    assert isinstance(VENDOR.read_probe(response(200, body)), Unsure)


def test_declarations_in_xml_are_not_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "true">]><a><success>&b;</success></a>'
    assert isinstance(told_with(200, bomb), Unsure)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_what_may_have_been_acted_on_is_not_sure(status: int) -> None:
    assert isinstance(told_with(status, {"statusCode": status, "message": "Oops."}), Unsure)


def test_the_probe() -> None:
    assert VENDOR.read_probe(response(200, {"orders": [], "total_pages": 0, "success": True})) == Accepted()
    assert isinstance(VENDOR.read_probe(response(401, refusal("Unauthorized"))), Blocked)
