"""Judges what a run came to, by the platforms' own state and the store's record; by nothing that the outbox says."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.flaky_vendors import FlakyVendors
from tests.support import local_http, sql

VENDORS = ("shipengine", "starshipit", "shipup")
WHOLE_STATES = ("starshipit", "shipup")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong, and how much there was of what may."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    still_open: dict[str, int]
    two_in_flight: int
    older_after_newer: int
    by_person: int
    packages: int
    notifications: int

    @property
    def is_clean(self) -> bool:
        """Whether every package is known to each platform exactly once, and nothing is left to do."""
        wrong = (self.lost, self.doubled, self.still_open, self.two_in_flight, self.older_after_newer)
        return self.packages > 0 and not any(wrong)


Rows = Callable[[str], list[tuple[Any, ...]]]
"""Runs a statement on the store of a run, whatever its engine."""


def judge(server: FlakyVendors, store_file: Path) -> Verdict:
    """Hold what the platforms know against what was shipped, by the store in a file."""
    with contextlib.closing(sql.connect(store_file)) as store:
        return judge_rows(server, lambda text: store.execute(text).fetchall())


def judge_rows(server: FlakyVendors, rows: Rows) -> Verdict:
    """Hold what the platforms know against what was shipped."""
    state: dict[str, Any] = local_http.get(f"{server.url}/_simulator/state", timeout=60).json()
    known = {
        "shipengine": Counter(_tracking_numbers(state["shipengine"]["notifications"])),
        "starshipit": Counter(_tracking_numbers(state["starshipit"])),
        "shipup": Counter(_tracking_numbers(state["shipup"])),
    }
    wanted = rows(
        "SELECT DISTINCT connection.vendor, package.tracking_number FROM call"
        " JOIN connection ON connection.id = call.connection_id"
        " JOIN package ON package.shipment_id = call.shipment_id"
        " AND (call.package_id IS NULL OR call.package_id = package.id)"
    )
    open_now = "SELECT state, COUNT(*) FROM call WHERE state NOT IN ('confirmed', 'cancelled', 'superseded')"
    still_open = {str(state): int(count) for state, count in rows(f"{open_now} GROUP BY state")}
    ((by_person,),) = rows("SELECT COUNT(*) FROM attempt WHERE what = 'person'")
    record = rows(
        "SELECT call.order_id, call.connection_id, call.id, attempt.what FROM attempt"
        " JOIN call ON call.id = attempt.call_id ORDER BY attempt.id"
    )
    return Verdict(
        lost=tuple(f"{vendor} {number}" for vendor, number in wanted if known[vendor][number] == 0),
        doubled=tuple(f"{vendor} {number}" for vendor, number in wanted for _ in range(known[vendor][number] - 1)),
        still_open=still_open,
        two_in_flight=_begun_twice(record) + _overlapping_notifications(server),
        older_after_newer=_gone_back(server),
        by_person=by_person,
        packages=len(wanted),
        notifications=len(server.notifications),
    )


def doubled(server: FlakyVendors) -> tuple[str, ...]:
    """The tracking numbers of which ShipEngine was notified more than once."""
    state: dict[str, Any] = local_http.get(f"{server.url}/_simulator/state", timeout=60).json()
    counted = Counter(_tracking_numbers(state["shipengine"]["notifications"]))
    return tuple(number for number, count in counted.items() if count > 1)


def _tracking_numbers(value: Any) -> Iterator[str]:
    """Every tracking number in a platform's document, as often as it stands there."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "tracking_number" and isinstance(part, str) and part:
                yield part
            else:
                yield from _tracking_numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _tracking_numbers(part)


def _begun_twice(record: Sequence[tuple[Any, ...]]) -> int:
    """How often a notification was begun while another of the same order and connection had no end in the record."""
    sending: set[tuple[int, int]] = set()
    twice = 0
    for order_id, connection_id, _, what in record:
        pair = (order_id, connection_id)
        if what == "sending":
            twice += pair in sending
            sending.add(pair)
        else:
            sending.discard(pair)
    return twice


def _overlapping_notifications(server: FlakyVendors) -> int:
    """How often ShipEngine had two notifications of one order in hand at once, killed stations' included."""
    ends: dict[str, float] = {}
    overlapping = 0
    for notification in server.notifications:
        if notification.vendor == "shipengine":
            overlapping += notification.began_s < ends.get(notification.order, 0.0)
            assert notification.ended_s is not None, "a telling has no end: the platforms were still at work"
            ends[notification.order] = max(notification.ended_s, ends.get(notification.order, 0.0))
    return overlapping


def _gone_back(server: FlakyVendors) -> int:
    """How often a platform that is sent whole states took an older one of an order after a newer one."""
    effects: list[dict[str, Any]] = local_http.get(f"{server.url}/_simulator/effects", timeout=60).json()
    newest: dict[tuple[str, str], int] = {}
    back = 0
    for effect in effects:
        if effect["vendor"] in WHOLE_STATES:
            about = effect["vendor"], effect["order_number"]
            reported = len(set(_tracking_numbers(effect["body"])))
            back += reported < newest.get(about, 0)
            newest[about] = max(reported, newest.get(about, 0))
    return back
