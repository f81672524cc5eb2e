"""The capacity table's program measures what it says; the figures themselves are in the guide."""

from pathlib import Path

import pytest

from tests.bench.capacity import Need, Taken, line_of, measure


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_every_writer_packs_and_its_groups_are_timed(tmp_path: Path) -> None:
    need, *rows = measure(tmp_path, writers=(1, 2), seconds=1, orders=24, packages=2, idle_s=1)
    assert isinstance(need, Need)
    # It ships, and three updates are each claimed and settled: at least that.
    assert need.groups_each >= 4
    assert all(group.round_trips >= 1 and group.held_s > 0 for group in need.groups)
    for writers, row in zip((1, 2), rows, strict=True):
        assert isinstance(row, Taken)
        assert row.writers == writers
        # Claim, two drafts, the shipment, and two groups for each of three updates.
        assert row.groups_s / row.packages_s == pytest.approx(10, abs=1)
        assert line_of(row).startswith(f"{writers} writers: ")
