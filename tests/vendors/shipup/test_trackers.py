"""Shipup's trackers in both generations: their dates, their links and what happened, out of a webhook."""

import json
from typing import Any

import pytest

from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import PackageEvent
from shipconsole.vendors.shipup.webhook_events import read_event

OLD: dict[str, Any] = {
    "id": 345666,
    "object": "tracker",
    "carrier": {"name": "Colissimo", "code": "colissimo"},
    "carrier_code": "colissimo",
    "carrier_tracking_url": "http://www.laposte.fr/outils/suivre-vos-envois?code=AZ123456789BE",
    "created_at": 1530040000,
    "delivered_at": 1530213415,
    "delivery_status_code": "delivered",
    "shipped_at": 1530040615,
    "first_delivery_attempted_at": 1530127015,
    "displayable_expected_delivery_date": "2018-06-28",
    "displayable_expected_delivery_datetime": None,
    "tracking_number": "AZ123456789BE",
    "events": None,
    "fulfillment": {"id": 36789, "order": {"order_number": "ABCD123", "merchant_id": "internal_id_9876"}},
}
NEW: dict[str, Any] = {
    **OLD,
    "carrier_code": None,
    "carrier_tracking_url": None,
    "tracking_link": "http://www.laposte.fr/outils/suivre-vos-envois?code=AZ123456789BE",
    "created_at": "2018-06-26T19:06:40Z",
    "delivered_at": "2018-06-28T19:16:55+00:00",
    "shipped_at": "2018-06-26T19:16:55Z",
    "first_delivery_attempted_at": "2018-06-27T19:16:55.000Z",
    "events": {"object": "list", "data": [{"object": "event", "id": 775}]},
}


def news(tracker: dict[str, Any], reason: Any = None, at: Any = 1530300000) -> PackageEvent:
    data = {"object": tracker, "reason": reason}
    body = {"id": 1, "type": "tracker.events.new", "livemode": True, "created_at": at, "data": data}
    found = read_event(json.dumps(body).encode()).content
    assert isinstance(found, PackageEvent)
    return found


def track(tracker: dict[str, Any], **more: Any) -> RemoteTrack:
    return news(tracker, **more).track


@pytest.mark.parametrize("tracker", [OLD, NEW], ids=["Unix seconds", "ISO 8601"])
def test_dates_and_link_are_read_in_both_generations(tracker: dict[str, Any]) -> None:
    found = news(tracker)
    read = found.track
    assert (read.shipped.at_ms, read.delivered.at_ms) == (1_530_040_615_000, 1_530_213_415_000)
    assert (read.created.at_ms, read.expected.text) == (1_530_040_000_000, "2018-06-28")
    assert (read.url, read.shipped.text) == (OLD["carrier_tracking_url"], "2018-06-26T19:16:55Z")
    assert (read.carrier, found.order_number, read.notes) == ("colissimo", "ABCD123", ())
    assert [(one.status, one.occurred.at_ms) for one in read.events] == [
        ("attempted", 1_530_127_015_000),
        ("delivered", 1_530_213_415_000),
    ]


def test_a_delivery_at_the_first_attempt_is_no_failed_attempt() -> None:
    (one,) = track({**OLD, "first_delivery_attempted_at": OLD["delivered_at"]}).events
    assert one.status == "delivered"


def test_a_status_without_a_date_has_that_of_the_webhook() -> None:
    moving = {"delivery_status_code": "transit", "delivered_at": None, "first_delivery_attempted_at": None}
    (one,) = track({**NEW, **moving}, at="2018-06-27T08:00:00Z").events
    assert (one.status, one.occurred.text) == ("in_transit", "2018-06-27T08:00:00Z")


@pytest.mark.parametrize("listed", [True, False])
def test_events_are_read_and_their_messages_do_not_distinguish_them(listed: bool) -> None:
    event = {"object": "event", "id": 775, "event_type_code": "out_for_delivery", "message": "Out today."}
    later = {**event, "happened_at": "2018-06-28T06:00:00Z", "address": {"city": "Paris", "country_code": "FR"}}
    events = {"object": "list", "data": [later]} if listed else [later]
    found = track({**NEW, "events": events})
    assert [(one.code, one.status, one.location, one.platform_text) for one in found.events if one.platform_text] == [
        ("out_for_delivery", "in_transit", "Paris FR", "Out today.")
    ]
    assert found.events[0].description == ""
    of_reason = track(NEW, reason=later).events
    assert [one.code for one in of_reason] == ["out_for_delivery", "failed_attempt", "delivered"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"displayable_expected_delivery_datetime": 1530208800}, "2018-06-28"),
        (
            {"displayable_expected_delivery_date": None, "displayable_expected_delivery_datetime": 1530208800},
            "2018-06-28T18:00:00Z",
        ),
        (
            {"displayable_expected_delivery_date": None, "displayable_expected_delivery_end_date": "2018-06-30"},
            "2018-06-30",
        ),
        (
            {"displayable_expected_delivery_date": None, "expected_delivery_at": "2018-07-01T00:00:00Z"},
            "2018-07-01T00:00:00Z",
        ),
        ({"displayable_expected_delivery_date": None}, ""),
    ],
)
def test_the_day_comes_before_the_hour(given: dict[str, Any], expected: str) -> None:
    assert track({**OLD, **given}).expected.text == expected


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ({"tracking_link": "https://a.example", "carrier_tracking_url": "https://b.example"}, "https://a.example"),
        ({"carrier_tracking_url": None, "untracked_carrier_url": "https://c.example"}, "https://c.example"),
        ({"carrier_tracking_url": None}, ""),
        ({"carrier_tracking_url": ["x"]}, ""),
    ],
)
def test_a_link_may_have_any_of_three_names(links: dict[str, Any], url: str) -> None:
    assert track({**OLD, **links}).url == url


@pytest.mark.parametrize("odd", [7, "x", [1], {"object": "list", "data": None}, {"a": {}}])
def test_what_makes_no_sense_loses_nothing_else(odd: Any) -> None:
    found = track({**OLD, "events": odd, "fulfillment": odd, "carrier": odd})
    assert (found.tracking_number, found.status, found.delivered.at_ms) == (
        "AZ123456789BE",
        "delivered",
        1_530_213_415_000,
    )
