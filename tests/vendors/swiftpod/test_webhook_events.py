"""SwiftPOD's webhook events: the state from the event, and notes about what does not fit."""

import json
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import OrderEvent, UnknownEvent
from shipconsole.vendors.swiftpod.webhook_events import read_event
from tests.vendors.examples import sample

BODY = sample("swiftpod/samples/shipment_notify/webhook.json")
FIRST, SECOND = "9400100109361129278357", "9400100109361129278358"


def changed(**event: Any) -> OrderEvent:
    body = json.loads(BODY)
    body["event"]["tracking"] |= event
    content = read_event(json.dumps(body).encode()).content
    assert isinstance(content, OrderEvent)
    return content


def test_the_published_body_is_read_whole() -> None:
    delivered = read_event(BODY)
    content = delivered.content
    assert isinstance(content, OrderEvent)
    assert delivered.dedupe_key == "shipment_notify:4e3f192a-c674-4de1-adb1-2f12e1adc62f"
    assert (content.order.remote_id, content.order.number, content.order.is_test) == ("2", "28002-A", False)
    assert [one.tracking_number for one in content.order.tracks] == [FIRST, SECOND]
    assert content.track is not None
    assert (content.track.status, content.track.events[0].occurred.text) == ("delivered", "2022-07-08T13:24:00.128774Z")
    assert [(item.remote_id, item.quantity) for item in content.track.items] == [("28002-A-001", 3)]


def test_what_does_not_fit_is_noted() -> None:
    notes = read_event(BODY).notes
    assert Message("swiftpod.unknown_item", number=FIRST, item="28002-A-001", platform="SwiftPOD") in notes
    assert Message("swiftpod.other_package", number=SECOND) in notes
    assert Message("tracking.wrong_check_digit_of", number=SECOND) in notes
    body = json.loads(BODY)
    body["data"]["line_items"][0]["order_item_id"] = "28002-A-001"
    assert "UNPT1B00M: 3 shipped, but 1 ordered." in map(str, read_event(json.dumps(body).encode()).notes)


@pytest.mark.parametrize(("value", "status"), [("in_transit", "in_transit"), ("lost_at_sea", "unknown")])
def test_the_state_is_the_one_in_the_event(value: str, status: str) -> None:
    track = changed(tracking_status=value).track
    assert track is not None
    assert (track.status, track.code) == (status, value)


@pytest.mark.parametrize("value", [True, "true", 1, "yes", []])
def test_a_test_order_is_recognized(value: object) -> None:
    body = json.loads(BODY)
    body["data"]["test_order"] = value
    content = read_event(json.dumps(body).encode()).content
    assert isinstance(content, OrderEvent)
    assert content.order.is_test


def test_events_with_the_same_uuid_are_distinguished_by_their_names() -> None:
    body = json.loads(BODY)
    body["event"]["name"] = "stock_notify"
    del body["data"]
    stock = read_event(json.dumps(body).encode())
    assert stock.dedupe_key != read_event(BODY).dedupe_key
    assert stock.content == UnknownEvent(message=Message("swiftpod.stock_event"))


@pytest.mark.parametrize(
    "body", [b"", b"7", b"{}", b'{"event": [], "data": {}}', b'{"event": {"tracking": 1}, "data": 1}']
)
def test_a_body_that_is_no_webhook_does_nothing(body: bytes) -> None:
    assert isinstance(read_event(body).content, UnknownEvent)
