"""Every attribute of ShipEngine's tracking webhook is kept, in the JSON of its order and in the window's details."""

import json
from typing import Any, cast

import pytest

from shipconsole.cli import output
from shipconsole.domain.remote_track import RemoteTime, RemoteTrack
from shipconsole.domain.tracking import Track
from shipconsole.domain.webhook_event import PackageEvent
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.tracking import record
from shipconsole.ui.tracking.details import parts_of, text_of
from shipconsole.vendors.catalog import VENDORS
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.vendors.documents import document

TABLE: list[dict[str, str]] = cast("Any", document("shipengine/documents/attributes.json"))[0]["attributes"]
ENVELOPE = {"resource_url", "resource_type", "data", "data.events[]", "data.events"}
"""What the message and its lists are; the rest are values."""
PATHS = [row["path"] for row in TABLE if row["path"] not in ENVELOPE]
FIXED: dict[str, object] = {
    "data.tracking_number": USPS_NUMBERS[0],
    "data.status_code": "AT",
    "data.events[].status_code": "EX",
    "data.label_url": "https://api.shipengine.com/v1/downloads/label-1.png",
    "data.ship_date": "2026-11-01T08:00:01Z",
    "data.estimated_delivery_date": "2026-11-02T08:00:02Z",
    "data.actual_delivery_date": "2026-11-03T08:00:03Z",
    "data.events[].occurred_at": "2026-11-04T08:00:04Z",
    "data.events[].carrier_occurred_at": "2026-11-05T08:00:05",
    "data.events[].latitude": 37.125,
    "data.events[].longitude": -84.25,
}


def value_of(path: str) -> object:
    """A value that no other attribute has."""
    return FIXED.get(path, f"the {path.split('.')[-1]} of {'an event' if '[]' in path else 'it'}")


def body() -> dict[str, Any]:
    """A webhook with a value in every attribute."""
    data: dict[str, object] = {}
    event: dict[str, object] = {}
    for path in PATHS:
        (event if "[]" in path else data)[path.split(".")[-1]] = value_of(path)
    return {
        "resource_type": "API_TRACK",
        "resource_url": "https://api.shipengine.com/v1/tracking",
        "data": {**data, "events": [event]},
    }


async def shown(ctx: Context, document: dict[str, Any]) -> Track:
    """A webhook taken in for a package that left here, and its track as the order shows it."""
    reader = VENDORS["shipengine"].webhooks
    assert reader
    content = reader.read(json.dumps(document).encode()).content
    assert isinstance(content, PackageEvent)
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    (connection,) = await connections.named(ctx, ["ShipEngine"])
    await ctx.write(take_in, connection, content.track)
    (track,) = (await orders.sheet(ctx, order_id)).tracks
    return track


def take_in(db: Any, connection: Any, track: RemoteTrack) -> None:
    record.record_track(db, connection, track, now_ms=1_795_000_000_000)


def test_the_table_is_that_of_the_tracking_webhook() -> None:
    assert len(TABLE) == 30
    assert len(PATHS) == 26
    assert len({str(value_of(path)) for path in PATHS}) == 26


async def test_every_attribute_is_in_the_json_and_in_the_details(bench: Context) -> None:
    track = await shown(bench, body())
    in_json, in_details = json.dumps(output.track_json(track)), text_of(parts_of(track))
    for path in PATHS:
        assert str(value_of(path)) in in_json, path
        assert str(value_of(path)) in in_details, path


@pytest.mark.parametrize("path", [path for path in PATHS if path != "data.tracking_number"])
@pytest.mark.parametrize("odd", [None, "", {"a": 1}], ids=["null", "empty", "an object"])
def test_without_any_one_attribute_the_others_are_kept(path: str, odd: object) -> None:
    reported = body()
    holder = reported["data"]["events"][0] if "[]" in path else reported["data"]
    holder[path.split(".")[-1]] = odd
    reader = VENDORS["shipengine"].webhooks
    assert reader
    content = reader.read(json.dumps(reported).encode()).content
    assert isinstance(content, PackageEvent)
    kept = content.track.model_dump_json()
    for other in PATHS:
        if other != path:
            assert json.dumps(value_of(other)).strip('"') in kept, other


async def test_a_later_event_with_less_loses_neither_label_nor_ship_date(bench: Context) -> None:
    track = await shown(bench, body())
    less = RemoteTrack(
        tracking_number=track.tracking_number,
        status="delivered",
        code="DE",
        delivered=RemoteTime.read("2026-11-20T10:00:00Z"),
        document="{}",
    )
    (connection,) = await connections.named(bench, ["ShipEngine"])
    await bench.write(take_in, connection, less)
    order_id = await orders.find(bench, "10001")
    (after,) = (await orders.sheet(bench, order_id)).tracks
    assert (after.label_url, after.shipped) == (track.label_url, track.shipped)


async def test_an_event_whose_time_cannot_be_read_is_shown_last_with_its_text(bench: Context) -> None:
    reported = body()
    reported["data"]["events"][0]["occurred_at"] = "some time"
    track = await shown(bench, reported)
    assert track.events[-1].occurred == "some time"
    last = cast("Any", output.track_json(track))["events"][-1]
    assert (last["at"], last["occurred_at"]) == (None, "some time")
