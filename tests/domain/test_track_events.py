"""Two reports of one event are one event, in any sequence and wording; two events stay two."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.track_events import joined_events, key_of, unique_events
from shipconsole.domain.tracking import merged, without_messages

AT = "2026-11-20T12:00:00Z"


def event(at: str = AT, **more: Any) -> RemoteEvent:
    values: dict[str, Any] = {
        "message": Message("tracking.in_transit"),
        "code": "IT",
        "location": "Paris",
        "description": "Arrived",
    }
    return RemoteEvent(occurred=RemoteTime.read(at), **{**values, **more})


WHOLE = event(status="in_transit")


@pytest.mark.parametrize(
    "again",
    [
        event(status="in_transit", message="In transit."),
        event(message="In transit."),
        event(code=""),
        event(code="it"),
        event(location=""),
        event(location="PARIS "),
        event(description=""),
        event(code="", location="", description=""),
        event("2026-11-20T12:00:00+00:00"),
        event("2026-11-20T13:00:00+01:00"),
        event("2026-11-20T12:00:00"),
        event("2026-11-20T12:00:00.0000000Z"),
        event("1795176000"),
        event("1795176000", code="", status="in_transit"),
    ],
)
def test_an_event_reported_twice_is_one(again: RemoteEvent) -> None:
    for arrived in ((WHOLE, again), (again, WHOLE), (again, WHOLE, again)):
        (report,) = unique_events(arrived)
        assert key_of(report) == key_of(WHOLE)


@pytest.mark.parametrize(
    "other",
    [
        event("2026-11-20T12:00:01Z"),
        event("", status="in_transit"),
        event("yesterday"),
        event(code="DE"),
        event(location="Lyon"),
        event(description="Departed"),
        event(code="", status="delivered"),
        event(code="", location="Lyon"),
    ],
)
def test_two_events_stay_separate(other: RemoteEvent) -> None:
    for arrived in permutations((WHOLE, other, WHOLE)):
        assert len(unique_events(arrived)) == 2


def test_details_of_one_report_are_shown_with_the_fuller_one() -> None:
    signed = event(code="", signer="Ada", latitude=1.5)
    for arrived in ((WHOLE, signed), (signed, WHOLE)):
        unique = unique_events(arrived)
        assert set(unique) == {WHOLE, signed}
        (shown,) = joined_events(unique)
        assert (shown.code, shown.signer, shown.latitude, str(shown.message)) == ("IT", "Ada", 1.5, str(WHOLE.message))


def test_our_own_messages_are_part_of_no_key_and_no_comparison() -> None:
    reworded = WHOLE.model_copy(update={"message": Message("tracking.attempted")})
    assert key_of(WHOLE) == key_of(reworded)
    first, again = (
        RemoteTrack(tracking_number="N", status="in_transit", message=report.message, events=(report,), document="{}")
        for report in (WHOLE, reworded)
    )
    whole = merged(first, again)
    assert len(whole.events) == 1
    assert without_messages(whole) == without_messages(merged(again, first)) == without_messages(first)


def test_reports_in_any_order_give_the_same_events() -> None:
    reports = [WHOLE, event(code=""), event(location=""), event(code="DE"), event(code="", signer="Ada"), event("x")]
    ends = {
        reduce(lambda known, event_: unique_events((*known, event_)), arrived, ()) for arrived in permutations(reports)
    }
    assert len(ends) == 1
