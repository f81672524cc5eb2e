"""The command retention counts what is old, and removes it."""

import json
import re
from contextlib import closing

from tests.cli.in_process import Here
from tests.support import sql

PLACE = ("--street", "1 B St", "--city", "Sydney", "--post-code", "2000", "--country", "AU")


def test_a_dry_run_counts_and_removes_nothing(here: Here) -> None:
    here.done("create-order", "N-1", "--item", "LAMP=1", "--name", "Nepomuk Quitte", *PLACE)
    here.done("cancel", "N-1", "--item", "LAMP=1", "--reason", "x")
    with closing(sql.connect(here.profile / "shipconsole.db")) as opened:
        opened.execute("UPDATE orders SET changed_at_ms = 1")
    counted = json.loads(here.done("retention", "--dry-run", "--json").out)
    assert (counted["blanked"], counted["dry_run"], counted["personal_days"]) == (1, True, 180)
    assert "Nepomuk" in here.done("order", "N-1").out
    lines = here.done("retention", "--dry-run").out.splitlines()
    assert [re.sub(r"\D+", " ", line).split() for line in lines[:3]] == [["1", "180"], ["0", "90"], ["0", "730"]]
    assert "order_days" in lines[3]
    assert json.loads(here.done("retention", "--json").out)["blanked"] == 1
    assert "Nepomuk" not in here.done("order", "N-1").out
    assert json.loads(here.done("retention", "--dry-run", "--json").out)["blanked"] == 0


def test_a_clock_that_is_far_ahead_removes_nothing_before_it_is_confirmed(here: Here) -> None:
    here.done("create-order", "N-1", "--item", "LAMP=1", "--name", "Nepomuk Quitte", *PLACE)
    here.done("cancel", "N-1", "--item", "LAMP=1", "--reason", "x")
    with closing(sql.connect(here.profile / "shipconsole.db")) as opened:
        # The computer was on last 400 days ago, by its own clock.
        opened.execute("UPDATE steady_time SET at_ms = at_ms - 400 * 86400000, run = 'earlier'")
        opened.execute("UPDATE orders SET changed_at_ms = changed_at_ms - 390 * 86400000")
        opened.execute("UPDATE claim SET seen_at_ms = seen_at_ms - 390 * 86400000")
    assert json.loads(here.done("retention", "--json").out)["blanked"] == 0
    told = here.done("retention")
    assert "400" in told.out + told.err
    assert "--confirm-clock" in told.out + told.err
    assert "Nepomuk" in here.done("order", "N-1").out
    confirmed = here.done("retention", "--confirm-clock")
    assert "400" not in confirmed.out + confirmed.err
    assert "Nepomuk" not in here.done("order", "N-1").out
