"""ShipEngine's webhook events: what each of the seven means, how it is recognized, and which ids are accepted."""

import json
from typing import Any

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.outcome import Refused, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.domain.webhook_event import (
    ObjectEvent,
    ObjectKind,
    OrdersEvent,
    PackageEvent,
    ReadWebhookEvent,
    RefreshEvent,
    UnknownEvent,
)
from shipconsole.vendors.shipengine.webhook_events import identify, query, read_event, read_queried
from tests.vendors.examples import response, sample

TRACK = sample("shipengine/samples/webhooks/track.json")
ORDERS = sample("shipengine/samples/webhooks/sales_orders_imported.json")
HOST = "https://api.shipengine.com"


def event_of(kind: str, address: object, **more: Any) -> ReadWebhookEvent:
    return read_event(json.dumps({"resource_type": kind, "resource_url": address, **more}).encode())


def test_a_package_is_read_with_its_events_and_both_kinds_of_text() -> None:
    content = read_event(TRACK).content
    assert isinstance(content, PackageEvent)
    track = content.track
    assert (track.tracking_number, track.status, track.expected.text) == (
        "9400111298370264401222",
        "in_transit",
        "2020-07-06T00:00:00",
    )
    received = track.events[1]
    assert (received.latitude, received.longitude) == (37.8614, -84.6646)
    assert (str(received.message), received.platform_text) == (
        "Shipment Received, Package Acceptance Pending",
        "Shipment Received, Package Acceptance Pending",
    )
    assert (received.event_code, received.postal_code) == ("TM", "40383")
    assert (track.shipped.text, track.description, track.carrier_status_code) == (
        "2020-06-30T16:09:00",
        "In Transit",
        "NT",
    )
    assert (received.occurred.text, received.local_time) == ("2020-06-30T20:09:00Z", "2020-06-30T16:09:00")


def test_orders_are_read_from_a_list() -> None:
    content = read_event(ORDERS).content
    assert isinstance(content, OrdersEvent)
    (order,) = content.orders
    assert (order.number, order.lines[0].sku, order.lines[0].quantity) == ("900001", "A", 2)
    assert order.changed_at_ms == 1_593_648_000_000


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("API_BATCH", f"{HOST}/v1/batches/se-1013119", ObjectEvent(kind="batch", id="se-1013119")),
        ("API_RATE", f"{HOST}/v1/shipments/se-2120221/rates", ObjectEvent(kind="rates", id="se-2120221")),
        ("API_RATE", f"{HOST}/v1/rates?shipment_id=se-2120221", ObjectEvent(kind="rates", id="se-2120221")),
        ("API_RATE", f"{HOST}/v1/rates/se-3001", ObjectEvent(kind="rate", id="se-3001")),
        ("API_CARRIER_CONNECTED", f"{HOST}/v1/carriers/se-123", ObjectEvent(kind="carrier", id="se-123")),
        ("API_REPORT_COMPLETE", f"{HOST}/v1/reports/7", ObjectEvent(kind="report", id="7")),
        ("API_ORDER_SOURCE_REFRESH_COMPLETE", f"{HOST}/v-beta/order_sources/b8", RefreshEvent(source_id="b8")),
        ("API_ORDER_SOURCE_REFRESH_COMPLETE", f"{HOST}/v-beta/order_sources/b8/refresh", RefreshEvent(source_id="b8")),
    ],
)
def test_the_others_are_known_by_the_id_in_their_address(kind: str, address: str, expected: object) -> None:
    assert event_of(kind, address).content == expected


@pytest.mark.parametrize(
    "address",
    [
        f"{HOST}/v1/batches/../../secrets",
        f"{HOST}/v1/batches/a%2f..%2fb",
        f"{HOST}/v1/batches/a/b/c",
        f"{HOST}/v1/batches/a?b=c",
        f"{HOST}/v1/batches/a#b",
        f"{HOST}/v9/batches/a",
        f"{HOST}\\@example.com/v1/batches/a",
        "file:///v1/batches/a",
        "https:///v1/batches/a",
        "//example.com/v1/batches/a",
        f"{HOST}/v1/batches/{'a' * 101}",
        f"{HOST}/v1/batches/a\n",
        f"{HOST}/v1/batches/ａ",
        "javascript:a",
        "",
        None,
        7,
        ["https"],
    ],
)
def test_an_address_of_another_form_gives_no_id(address: object) -> None:
    assert event_of("API_BATCH", address).content == ObjectEvent(kind="batch", id="")
    assert isinstance(event_of("API_ORDER_SOURCE_REFRESH_COMPLETE", address).content, UnknownEvent)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff\xfe", b'{"resource_type": {}}', b"[" * 100_000])
def test_a_body_that_is_no_webhook_does_nothing(body: bytes) -> None:
    delivered = read_event(body)
    assert isinstance(delivered.content, UnknownEvent)
    assert len(delivered.dedupe_key) == 64


@pytest.mark.parametrize(
    "body",
    [
        TRACK,
        ORDERS,
        b"",
        b"[]",
        b'{"resource_type": {}}',
        *(
            json.dumps({"resource_type": kind, "resource_url": address, "data": {"a": "\u00e9", "b": 1.50}}).encode()
            for kind in ("API_ORDER_SOURCE_REFRESH_COMPLETE", "API_BATCH", "API_TRACK", "ELSE", ["API_BATCH"])
            for address in (f"{HOST}/v-beta/order_sources/se-1", f"{HOST}/else", None)
        ),
    ],
)
def test_an_event_is_identified_as_it_is_read(body: bytes) -> None:
    read = read_event(body)
    assert identify(body) == (read.dedupe_key, read.recurs)
    assert read.recurs is isinstance(read.content, RefreshEvent | ObjectEvent)


def test_the_same_event_is_recognized_however_it_is_spaced() -> None:
    again = json.dumps(json.loads(TRACK), indent=4).encode()
    assert read_event(again).dedupe_key == read_event(TRACK).dedupe_key
    other = json.loads(TRACK)
    other["data"]["status_code"] = "DE"
    assert read_event(json.dumps(other).encode()).dedupe_key != read_event(TRACK).dedupe_key


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("batch", "/v1/batches/se-1"),
        ("rates", "/v1/shipments/se-1/rates"),
        ("rate", "/v1/rates/se-1"),
        ("carrier", "/v1/carriers/se-1"),
    ],
)
def test_a_thing_is_queried_only_at_its_own_path(kind: ObjectKind, path: str) -> None:
    asked = query(kind, "se-1")
    assert asked is not None
    assert (asked.method, asked.path, asked.query) == ("GET", path, ())
    assert query(kind, "../x") is None


def test_for_reports_no_query_is_documented() -> None:
    assert query("report", "se-1") is None


USPS = {"service_type": "USPS Priority Mail", "shipping_amount": {"currency": "usd", "amount": 7.75}}
SLOW = {"service_type": "USPS First Class Mail", "shipping_amount": {"currency": "usd", "amount": 3.35}}
DHL = {"service_type": "DHL", "shipping_amount": {"currency": "eur", "amount": 3}}


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (
            "batch",
            {"batch_number": "7", "status": "completed_with_errors", "count": 3, "completed": 2, "errors": 1},
            "no. 7, completed with errors, 2 of 3 done, 1 with errors",
        ),
        ("batch", {"status": "processing"}, "processing"),
        ("rates", {"rates": [USPS, SLOW]}, "2 rates, the lowest 3.35 USD by USPS First Class Mail"),
        ("rates", [{"rates": [USPS]}], "1 rate, the lowest 7.75 USD by USPS Priority Mail"),
        ("rates", {"rates": [USPS, DHL]}, "2 rates"),
        ("rates", {"rates": []}, "0 rates"),
        ("rates", {"rates": [{}, {"shipping_amount": {"amount": "odd"}}]}, "2 rates"),
        ("rate", USPS, "7.75 USD by USPS Priority Mail"),
        (
            "carrier",
            {"friendly_name": "Stamps.com", "nickname": "Ours", "connection_status": "approved"},
            "Stamps.com · Ours, connected",
        ),
        ("carrier", {"carrier_code": "ups", "connection_status": "pending_approval"}, "ups, waiting for approval"),
    ],
)
def test_the_state_of_a_thing_is_described(kind: ObjectKind, body: Any, words: str) -> None:
    assert str(read_queried(kind, response(200, body))) == words


@pytest.mark.parametrize("kind", ["batch", "rates", "rate", "carrier"])
@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b"7"])
def test_an_answer_without_the_thing_is_no_answer(kind: ObjectKind, body: bytes) -> None:
    assert isinstance(read_queried(kind, response(200, body)), Unsure)


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("batch", "ShipEngine has no batch with this ID."),
        ("rate", "ShipEngine has no rate with this ID."),
        ("rates", "ShipEngine has no rates for a shipment with this ID."),
        ("carrier", "ShipEngine has no carrier account with this ID."),
    ],
)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"errors": [{"message": "Not here.", "error_code": "invalid_identifier"}]}, "Not here."),
        ({"request_id": "22467317-a130-4927-95a6-76124b716e58", "errors": []}, ""),
        ({"errors": [{"error_code": None}]}, ""),
        ({"unknown": {"shape": 1}}, ""),
        ({"message": "Not here."}, "Not here."),
        ([], ""),
        (b"", ""),
        (b"<html><title>404 Not Found</title></html>", ""),
        (b"{broken", ""),
    ],
)
def test_a_thing_that_is_not_there_is_named_and_no_raw_json_shown(
    kind: ObjectKind, named: str, body: object, said: str
) -> None:
    outcome = read_queried(kind, response(404, body))
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert str(problem.message) == (f"{named} ShipEngine: “{said}”" if said else named)
    assert "order" not in str(problem.advice).split()
    assert "{" not in str(problem.sentence)


def test_another_refusal_of_a_thing_speaks_of_no_order() -> None:
    outcome = read_queried("batch", response(400, {"errors": [{"message": "No.", "error_code": "invalid_identifier"}]}))
    assert outcome == Refused((Problem((), verbatim("No.")),))
