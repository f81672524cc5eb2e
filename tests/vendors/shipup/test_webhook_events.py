"""Shipup's webhooks: the trial of an address, and how a package stands."""

import json
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import PackageEvent, UnknownEvent
from shipconsole.vendors.shipup.webhook_events import TEST_EVENT, read_event
from tests.vendors.examples import sample

TRACKER = {"object": "tracker", "tracking_number": "9400100109361129278357", "carrier_code": "usps"}


def webhook(kind: str = "tracker.events.new", about: Any = None, **more: Any) -> bytes:
    whole = {
        "id": 71,
        "object": "webhook_event",
        "type": kind,
        "livemode": True,
        "retry_count": 0,
        "created_at": 1_763_625_600,
        "data": {"object": about, "reason": None},
    }
    return json.dumps({**whole, **more}).encode()


def test_the_test_of_a_url_is_recognized() -> None:
    assert read_event(sample("shipup/samples/webhooks/trial.json")).content == UnknownEvent(message=TEST_EVENT)


@pytest.mark.parametrize(
    ("code", "status"),
    [("delivered", "delivered"), ("transit", "in_transit"), ("return", "exception"), ("odd_one", "unknown")],
)
def test_a_package_is_read_with_its_state(code: str, status: str) -> None:
    delivered = read_event(webhook(about={**TRACKER, "delivery_status_code": code}))
    assert isinstance(delivered.content, PackageEvent)
    track = delivered.content.track
    assert (track.tracking_number, track.carrier, track.status, track.code) == (
        "9400100109361129278357",
        "usps",
        status,
        code,
    )
    assert track.events[0].occurred.at_ms == 1_763_625_600_000
    assert delivered.dedupe_key == "tracker.events.new:71"


def test_a_repeated_event_has_the_same_key() -> None:
    again = webhook(about=TRACKER, retry_count=3)
    assert read_event(again).dedupe_key == read_event(webhook(about=TRACKER)).dedupe_key


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (webhook("notification.new"), Message("shipup.message_event")),
        (webhook("feedback.new"), Message("shipup.review_event")),
        (webhook("order.new"), Message("webhook.unknown_event", kind="order.new")),
        (webhook("tracker.new", 7), Message("webhook.no_package")),
        (b"{}", Message("webhook.no_event")),
        (b"[]", Message("webhook.unreadable", platform="Shipup")),
        (b"", Message("webhook.unreadable", platform="Shipup")),
    ],
)
def test_an_event_about_no_package_does_nothing(body: bytes, words: str) -> None:
    assert read_event(body).content == UnknownEvent(message=words)
