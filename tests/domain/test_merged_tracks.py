"""Merged reports of one package: each event once, late ones in their position, delivered stays delivered."""

from functools import reduce
from itertools import permutations
from random import Random

from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.domain.tracking import merged


def event(at: str, status: RemoteStatus, local: str = "") -> RemoteEvent:
    return RemoteEvent(message=status, occurred=RemoteTime.read(at), status=status, local_time=local)


def notification(status: RemoteStatus, *events: RemoteEvent, timed: bool = True) -> RemoteTrack:
    return RemoteTrack(tracking_number="N", status=status, events=events, timed=timed, document="{}")


PICKED = event("2026-11-20T08:00:00Z", "accepted")
MOVING = event("2026-11-20T12:00:00Z", "in_transit")
STUCK = event("2026-11-20T18:00:00Z", "exception")
THERE = event("2026-11-21T09:00:00Z", "delivered")
NOTIFICATIONS = (
    notification("accepted", PICKED),
    notification("in_transit", MOVING, PICKED),
    notification("exception", STUCK, MOVING),
    notification("delivered", THERE, STUCK),
)


def test_the_sequence_of_arrival_makes_no_difference() -> None:
    for arrived in permutations(NOTIFICATIONS):
        known = arrived[0]
        for report in (*arrived[1:], *arrived):
            known = merged(known, report)
        assert known.status == "delivered"
        assert known.events == (THERE, STUCK, MOVING, PICKED)


def test_an_exception_stays_until_a_newer_report() -> None:
    known = merged(merged(NOTIFICATIONS[2], NOTIFICATIONS[0]), NOTIFICATIONS[1])
    assert known.status == "exception"
    assert merged(known, notification("in_transit", event("2026-11-20T19:00:00Z", "in_transit"))).status == "in_transit"


def test_of_the_same_time_the_state_further_along_counts() -> None:
    there, moving = (
        notification("delivered", THERE),
        notification("in_transit", event(THERE.occurred.text, "in_transit")),
    )
    assert merged(there, moving).status == merged(moving, there).status == "delivered"


def test_the_carriers_own_clock_is_never_compared() -> None:
    late = notification("in_transit", event("2026-11-20T12:00:00Z", "in_transit", local="2030-01-01T00:00:00"))
    assert merged(notification("delivered", THERE), late).status == "delivered"


def test_without_times_the_state_further_along_counts() -> None:
    there = notification("delivered", event("2022-07-08T13:24:00Z", "delivered"), timed=False)
    moving = notification("in_transit", event("2022-07-21T10:53:46Z", "in_transit"), timed=False)
    assert merged(there, moving).status == merged(moving, there).status == "delivered"
    without = notification("delivered")
    assert merged(notification("in_transit", MOVING), without).status == "delivered"
    assert merged(without, notification("in_transit", MOVING)).status == "delivered"


def test_values_of_only_the_older_report_are_kept() -> None:
    first = NOTIFICATIONS[1].model_copy(
        update={"carrier": "USPS", "url": "https://example.com", "expected": PICKED.occurred}
    )
    known = merged(first, NOTIFICATIONS[3])
    assert (known.carrier, known.url, known.expected) == ("USPS", "https://example.com", PICKED.occurred)


def test_only_a_newer_report_undoes_delivered() -> None:
    back = notification("exception", event("2026-11-22T09:00:00Z", "exception"))
    assert (
        merged(notification("delivered", THERE), back).status == merged(back, notification("delivered", THERE)).status
    )
    assert merged(notification("delivered", THERE), back).status == "exception"


def test_any_reports_in_any_order_give_the_same_result() -> None:
    chance = Random(5)
    statuses: tuple[RemoteStatus, ...] = ("accepted", "in_transit", "attempted", "exception", "delivered", "unknown")

    def anything(number: int) -> RemoteTrack:
        happened = [
            event(f"2026-11-{chance.randint(10, 16)}T08:00:00Z", chance.choice(statuses)).model_copy(
                update={"platform_text": chance.choice(("", "left at the door"))}
            )
            for _ in range(chance.randrange(3))
        ]
        day = RemoteTime.read(chance.choice(("", "", f"2026-11-{number + 10}")))
        return notification(chance.choice(statuses), *happened, timed=chance.random() < 0.7).model_copy(
            update={
                "carrier": chance.choice(("", f"carrier {number}")),
                "expected": day,
                "notes": chance.choice(((), (f"note {number}",))),
                "document": "x" * chance.randrange(3) + f"{number}",
            }
        )

    for _ in range(300):
        reports = [anything(number) for number in range(chance.randint(2, 5))]
        in_order = reduce(merged, reports, reports[0])
        for _ in range(6):
            arrived = chance.sample(reports, len(reports)) + chance.choices(reports, k=2)
            assert reduce(merged, arrived, arrived[0]) == in_order


def test_reports_that_decide_nothing_are_not_kept() -> None:
    known = NOTIFICATIONS[0]
    for number in range(200):
        happened = event(f"2026-11-21T09:{number // 60:02}:{number % 60:02}Z", "in_transit")
        known = merged(known, notification("in_transit", happened, PICKED))
    assert len(known.events) == 201
    assert known.reports == ()
