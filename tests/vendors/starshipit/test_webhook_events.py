"""Starshipit's webhook: how a package stands, and which order it belongs to."""

import json
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import PackageEvent, UnknownEvent
from shipconsole.vendors.starshipit.webhook_events import read_event
from tests.vendors.examples import sample

BODY = sample("starshipit/samples/tracking_webhook/dispatched.json")


def package_news(**changed: Any) -> PackageEvent:
    content = read_event(json.dumps({**json.loads(BODY), **changed}).encode()).content
    assert isinstance(content, PackageEvent)
    return content


def test_the_published_body_is_read_whole() -> None:
    content = package_news()
    track = content.track
    assert (content.order_number, content.is_unverified) == ("5567476", True)
    assert (track.tracking_number, track.carrier, track.status) == (
        "QQQ001737901000931501",
        "Australia Post",
        "accepted",
    )
    assert track.shipped.text == "2018-08-09T02:55:37.1446912Z"
    (event,) = track.events
    assert (event.message, event.code, event.occurred.at_ms) == (
        Message("tracking.handed_over"),
        "Dispatched",
        1_533_783_367_345,
    )


def test_a_delivered_package_has_its_day() -> None:
    track = package_news(tracking_status="Delivered").track
    assert (track.status, track.delivered.text) == ("delivered", "2018-08-09T02:56:07.3453198Z")
    assert str(package_news(tracking_status="Lost at sea").track.message) == "Starshipit: “Lost at sea”"


def test_an_event_is_recognized_however_it_is_spaced_and_others_are_not() -> None:
    key = read_event(BODY).dedupe_key
    assert read_event(json.dumps(json.loads(BODY)).encode()).dedupe_key == key
    other = json.dumps({**json.loads(BODY), "tracking_status": "Delivered"}).encode()
    assert read_event(other).dedupe_key != key


@pytest.mark.parametrize("body", [b"", b"7", b"[]", b"{}", b'{"tracking_number": " "}', b'{"tracking_number": {}}'])
def test_an_event_that_names_no_package_does_nothing(body: bytes) -> None:
    assert isinstance(read_event(body).content, UnknownEvent)
