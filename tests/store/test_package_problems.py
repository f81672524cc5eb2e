"""Which orders have a package that is late, quiet or in trouble, and for how long that is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole.domain.remote_track import RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.store import browse, connections, tracks
from shipconsole.store.browse import DAY_MS, ISSUE_LASTS_MS, LATE_AFTER_DAY_MS, QUIET_AFTER_MS
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore

NOW_MS = 1_795_260_000_000
HOUR_MS = 3_600_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    for name in ("ShipEngine", "Starshipit"):
        opened.write(connections.put, name=name, vendor=name.casefold(), base_url="", options={}).result()
    yield opened
    opened.close()


def store_track(
    store: Store,
    order_id: int | None,
    status: RemoteStatus = "in_transit",
    *,
    number: str = "",
    connection_id: int = 1,
    expected_ms: int | None = None,
    at_ms: int = NOW_MS,
) -> None:
    expected = RemoteTime() if expected_ms is None else RemoteTime(text=str(expected_ms), at_ms=expected_ms)
    track = RemoteTrack(tracking_number=number or f"N{order_id}", status=status, expected=expected, document="{}")
    store.write(tracks.put, connection_id, track, order_id=order_id, now_ms=at_ms, next_check_at_ms=0).result()


def troubles(store: Store) -> dict[int, str]:
    return dict(store.read(browse.package_issues, NOW_MS).result())


def test_the_worst_comes_first_and_the_rest_is_left_out(store: Store) -> None:
    store_track(store, 1)
    store_track(store, 2, at_ms=NOW_MS - QUIET_AFTER_MS - 1)
    store_track(store, 3, expected_ms=NOW_MS - DAY_MS - 1)
    store_track(store, 4, "exception")
    store_track(store, 5, "delivered", expected_ms=NOW_MS - 9 * DAY_MS, at_ms=NOW_MS - 9 * DAY_MS)
    store_track(store, None, "exception", number="nobody's")
    assert list(troubles(store).items()) == [(4, "exception"), (3, "late"), (2, "quiet")]
    assert list(store.read(browse.ids, "late", "worst", now_ms=NOW_MS).result()) == [4, 3, 2]


def test_a_package_is_late_after_its_day_and_quiet_after_three(store: Store) -> None:
    store_track(store, 1, expected_ms=NOW_MS - DAY_MS)
    store_track(store, 2, at_ms=NOW_MS - QUIET_AFTER_MS)
    assert troubles(store) == {}


def test_a_day_without_an_hour_lasts_until_it_is_over_everywhere(store: Store) -> None:
    midnight_ms = 1_795_132_800_000
    store_track(store, 1, expected_ms=midnight_ms)
    store_track(store, 2, expected_ms=midnight_ms + HOUR_MS)
    for now_ms, late in (
        (midnight_ms + DAY_MS + HOUR_MS + 1, {2: "late"}),
        (midnight_ms + LATE_AFTER_DAY_MS, {2: "late"}),
        (midnight_ms + LATE_AFTER_DAY_MS + 1, {1: "late", 2: "late"}),
    ):
        assert store.read(browse.package_issues, now_ms).result() == late


def test_what_is_a_month_old_is_shown_no_more(store: Store) -> None:
    long_ago_ms = NOW_MS - ISSUE_LASTS_MS - 1
    store_track(store, 1, "exception", at_ms=long_ago_ms)
    store_track(store, 2, expected_ms=long_ago_ms, at_ms=long_ago_ms)
    store_track(store, 3, "exception", at_ms=long_ago_ms + 2)
    assert troubles(store) == {3: "exception"}


def test_an_order_has_the_trouble_of_its_worst_package(store: Store) -> None:
    store_track(store, 1, number="A", at_ms=NOW_MS - QUIET_AFTER_MS - 1)
    store_track(store, 1, "exception", number="B")
    assert troubles(store) == {1: "exception"}


def test_a_package_that_any_connection_reports_as_delivered_is_not_late(store: Store) -> None:
    store_track(store, 1, number="A", expected_ms=NOW_MS - 2 * DAY_MS)
    assert troubles(store) == {1: "late"}
    store_track(store, 1, "delivered", number="A", connection_id=2)
    assert troubles(store) == {}
