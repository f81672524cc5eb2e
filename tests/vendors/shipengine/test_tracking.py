"""ShipEngine's tracking of a number: asked for in the address, read whatever is missing."""

import json
from typing import Any

import pytest

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Refused, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.domain.remote_track import RemoteTime, RemoteTrack
from shipconsole.vendors.shipengine.tracking import (
    STATUS_CODES,
    get_tracking,
    meaning,
    read_done,
    read_get_tracking,
    start_tracking,
    stop_tracking,
)
from tests.vendors.examples import response, sample, sample_json

NUMBER = "9405511899223197428490"


def read(**fields: object) -> RemoteTrack:
    track = read_get_tracking(response(200, {"tracking_number": NUMBER, **fields}))
    assert isinstance(track, RemoteTrack)
    return track


def test_a_number_stands_in_the_address_of_all_three() -> None:
    built = [call(f" {NUMBER} ", "usps", {}) for call in (get_tracking, start_tracking, stop_tracking)]
    assert [(one.method, one.path) for one in built] == [
        ("GET", "/v1/tracking"),
        ("POST", "/v1/tracking/start"),
        ("POST", "/v1/tracking/stop"),
    ]
    for one in built:
        assert one.query == (("carrier_code", "stamps_com"), ("tracking_number", NUMBER))
        assert one.body_text == ""
        assert one.repeatable


def test_a_carrier_is_ours_the_platforms_code_or_an_account() -> None:
    assert get_tracking(NUMBER, "fedex_uk", {}).query[0] == ("carrier_code", "fedex_uk")
    assert get_tracking(NUMBER, "usps", {"carrier.usps": "endicia"}).query[0] == ("carrier_code", "endicia")
    assert get_tracking(NUMBER, "se-123890", {}).query[0] == ("carrier_id", "se-123890")


def test_the_platforms_own_sample() -> None:
    track = read_get_tracking(response(200, sample("shipengine/samples/track/200_unknown.json")))
    assert isinstance(track, RemoteTrack)
    assert (track.tracking_number, track.status, track.code) == ("1026167028310292", "unknown", "UN")
    assert track.platform_texts == ("Electronic information submitted by shipper",)
    assert track.shipped == RemoteTime(text="2021-07-09T07:00:00Z", at_ms=1_625_814_000_000)
    assert track.delivered == RemoteTime()
    (event,) = track.events
    assert (str(event.message), event.code, event.status) == (
        "Electronic information submitted by shipper",
        "",
        "unknown",
    )
    assert event.occurred.at_ms == 1_625_885_881_000
    assert json.loads(track.document) == sample_json("shipengine/samples/track/200_unknown.json")


@pytest.mark.parametrize("code", STATUS_CODES)
def test_every_code_means_something_in_any_case(code: str) -> None:
    found = [read(status_code=written) for written in (code, code.lower(), f" {code} ")]
    assert len({(track.status, str(track.message)) for track in found}) == 1
    assert str(found[0].message).endswith(".")
    assert found[1].code == code.lower()


def test_the_codes_are_those_of_the_reference() -> None:
    assert set(STATUS_CODES) == {"UN", "AC", "IT", "DE", "EX", "AT", "NY", "SP"}
    assert STATUS_CODES["SP"].status == "collection_point"
    assert len({found.status for found in STATUS_CODES.values()}) == 8


def test_a_code_that_is_new_empty_or_null_is_shown_and_never_rejected() -> None:
    assert str(read(status_code="ZZ", status_description="In a tunnel").message) == "In a tunnel"
    assert meaning("ZZ") == ("unknown", Message("platform.message", platform="ShipEngine", text="ZZ"))
    assert read(status_code=None).message == read(status_code="").message == Message("tracking.no_status")


def test_a_package_that_the_carrier_does_not_know_is_no_error() -> None:
    track = read(status_code="NY", events=[])
    assert (track.status, track.events) == ("not_yet", ())


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("2026-11-01T10:00:00Z", 1_793_527_200_000),
        ("2026-11-01T10:00:00", 1_793_527_200_000),
        ("2026-11-01T12:00:00.1234567+02:00", 1_793_527_200_123),
        ("1793527200", 1_793_527_200_000),
        ("soon", None),
        ("2026-13-45", None),
        ("", None),
    ],
)
def test_a_time_keeps_its_text_and_is_read_where_it_can_be(text: str, at_ms: int | None) -> None:
    (event,) = read(events=[{"occurred_at": text}]).events
    assert event.occurred == RemoteTime(text=text, at_ms=at_ms)


def test_the_carriers_own_clock_is_a_text_and_moves_no_event() -> None:
    given = [
        {"occurred_at": "2026-11-01T10:00:00Z", "carrier_occurred_at": "2026-11-01T23:00:00", "description": "a"},
        {"occurred_at": "2026-11-01T11:00:00Z", "carrier_occurred_at": "2026-11-01T01:00:00", "description": "b"},
    ]
    events = read(events=given).events
    assert [(str(event.message), event.local_time) for event in events] == [
        ("a", "2026-11-01T23:00:00"),
        ("b", "2026-11-01T01:00:00"),
    ]


def test_a_carrier_id_is_a_number_or_a_text_and_older_names_are_read() -> None:
    assert read(carrier_id=656171).carrier == "656171"
    assert read(carrier_code="ups", carrier_id=656171).carrier == "ups"
    old: dict[str, Any] = {"shipped_date": "2019-05-01T00:00:00", "events": [{"event_date": "2019-05-02T00:00:00"}]}
    assert read(**old).shipped.text == "2019-05-01T00:00:00"
    assert read(**old).events[0].occurred.text == "2019-05-02T00:00:00"


def test_where_an_event_was_and_who_signed() -> None:
    given = {"city_locality": "Cortland", "state_province": "OH", "country_code": "US", "signer": "John Smith"}
    (event,) = read(events=[given | {"status_code": "DE", "proof_of_delivery_url": "https://example.com/p"}]).events
    assert (event.location, event.signer, str(event.message)) == ("Cortland OH US", "John Smith", "Delivered.")
    assert event.proof_url == "https://example.com/p"


def test_odd_fields_are_noted_and_lose_nothing() -> None:
    track = read(status_code="DE", status_description={"a": 1}, events=["x", {"description": "kept"}])
    assert track.status == "delivered"
    assert [str(event.message) for event in track.events] == ["kept"]
    assert len(track.notes) == 2


def test_refusals_lead_to_the_field_and_say_nothing_of_orders() -> None:
    body = {"errors": [{"message": "tracking_number is wrong", "field_name": "tracking_number", "error_code": "x"}]}
    assert read_get_tracking(response(400, body)) == Refused(
        (Problem(("tracking_number",), verbatim("tracking_number is wrong")),)
    )
    gone = read_get_tracking(response(404, {"errors": [{"message": "No", "error_code": "invalid_identifier"}]}))
    assert gone == Refused((Problem((), verbatim("No"), Message("tracking.check_number")),))


def test_success_without_a_body_is_success_of_subscribing_but_not_of_querying() -> None:
    assert read_done(response(204)) == Accepted()
    assert isinstance(read_done(response(200, b"<html>")), Unsure)
    assert isinstance(read_get_tracking(response(200)), Unsure)
    assert isinstance(read_get_tracking(response(200, {})), Unsure)
