"""Starshipit's tracking: statuses with their meaning, times as they were written, and rejections."""

import pytest

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Blocked, Refused, Unsure
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.vendors.starshipit.tracking import get_tracking, read_get_tracking
from tests.vendors.examples import response

RESULTS = {
    "order_number": "10001",
    "order_status": "Shipped",
    "carrier_name": "CouriersPlease",
    "carrier_service": "Standard",
    "tracking_number": "CPABC00001",
    "tracking_url": "https://example.com/track/CPABC00001",
    "shipment_date": "2020-12-08T02:11:12.6468502Z",
    "tracking_status": "InTransit",
    "last_updated_date": "2020-12-09T02:11:12.6468502Z",
    "tracking_events": [
        {"event_datetime": "2020-12-09T02:11:12.6468502Z", "status": "InTransit", "details": "On vehicle"},
        {"event_datetime": "2020-12-08T02:11:12.6468502Z", "status": "Dispatched", "details": ""},
    ],
}


def test_the_query_needs_only_the_number() -> None:
    request = get_tracking(" CPABC00001 ", "couriersplease", {})
    assert (request.method, request.path, request.query) == ("GET", "/api/track", (("tracking_number", "CPABC00001"),))


def test_a_package_is_read_with_its_events() -> None:
    track = read_get_tracking(response(200, {"results": RESULTS, "success": True}))
    assert isinstance(track, RemoteTrack)
    assert (track.tracking_number, track.status, track.message) == (
        "CPABC00001",
        "in_transit",
        Message("tracking.in_transit"),
    )
    assert track.shipped.text == "2020-12-08T02:11:12.6468502Z"
    assert [(event.message, event.status) for event in track.events] == [
        (verbatim("On vehicle"), "in_transit"),
        (Message("tracking.handed_over"), "accepted"),
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Delivered", "delivered"),
        ("Out For Delivery", "in_transit"),
        ("PickupInStore", "collection_point"),
        ("AttemptedDelivery", "attempted"),
        ("Exception", "exception"),
        ("Delivered6", "unknown"),
        ("", "unknown"),
    ],
)
def test_each_status_has_a_text_of_ours(said: str, status: str) -> None:
    track = read_get_tracking(response(200, {"results": {**RESULTS, "tracking_status": said}, "success": True}))
    assert isinstance(track, RemoteTrack)
    assert (track.status, track.code) == (status, said)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"success": False, "errors": [{"message": "Not found", "details": "x"}]}, Refused),
        (404, {"success": False, "errors": [{"message": "Not found", "details": "x"}]}, Refused),
        (401, b"", Blocked),
        (200, {"success": True}, Unsure),
        (200, {"success": True, "results": []}, Unsure),
        (200, b"<html>", Unsure),
        (500, b"", Unsure),
    ],
)
def test_anything_else_is_no_package(status: int, body: object, expected: type) -> None:
    assert isinstance(read_get_tracking(response(status, body)), expected)
