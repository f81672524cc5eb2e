"""Small inputs that once came out wrong, each with its kind, from the command line and the scan field to the platforms.

`cases.json` is a list. `source` is the public report of people who do this job, `orders` what the platforms hold (with
`to`, what differs of the recipient), `steps` what is done in turn and what has to come of it: `run` is a command line
(``{PATH}`` is the file of the case), `scan` are scans into the scan field of the order that is open, on a package that
is `labelled` where that is said. Of what a step comes to, only what is named is compared. `also` are inputs of the kind
that need a station of their own.
"""

import asyncio
import contextlib
import csv
import io
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.cli.program import run
from shipconsole.station.keys import MemoryKeys
from shipconsole.ui.window.scanner import Scans
from tests.cli.two_platforms import Shops, engine_order, post_order, running_shops
from tests.operations.shipping.test_ways_in import numbers_in
from tests.support.bench import SECRETS, open_context
from tests.ui.order_editor.conftest import Bench, panel_on

Case = dict[str, Any]

KINDS: list[Case] = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
CASES = {
    name: case
    for kind in KINDS
    for name, case in (
        (kind["name"], kind),
        *((f"{kind['name']}, {also['name']}", {**kind, **also}) for also in kind.get("also", [])),
    )
}
NAMES = {
    "aim-prefix",
    "bom",
    "csv-numbers",
    "fedex-14-zeros",
    "label-told-raw",
    "number-used-before",
    "one-number-two-shops",
    "short-words",
    "uk",
    "wrong-item-as-label",
}
PARTS = {"shipengine": "engine", "starshipit": "post", "shipup": "shipup"}
ON_THE_PACKAGE = "9400111206206406260787"


class Station:
    """A new profile on which commands are run, and the platforms that it is connected to."""

    def __init__(self, profile: Path, shops: Shops, case: Case) -> None:
        self.profile = profile
        self.shops = shops
        self.keys = MemoryKeys()
        self.file = profile.parent / "saved.json"
        orders: dict[str, list[Case]] = case.get("orders", {})
        shops.engine = [engine(one, at) for at, one in enumerate(orders.get("shipengine", []))]
        shops.post = [post(one, at) for at, one in enumerate(orders.get("starshipit", []))]
        shops.mark = case.get("mark", "").encode()

    async def run(self, words: list[str]) -> tuple[int, str, str]:
        """Run a command as the program does; return its exit code and what it wrote."""
        out, err = io.StringIO(), io.StringIO()
        given = ["--profile", str(self.profile), *(str(self.file) if word == "{PATH}" else word for word in words)]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = await asyncio.to_thread(run, given, self.keys)
        return code, out.getvalue(), err.getvalue()

    async def connect(self, vendor: str, options: list[str]) -> None:
        """Connect a platform under its own name."""
        words = [word for option in options for word in ("--option", option)]
        url = f"{self.shops.url}/{PARTS[vendor]}"
        code, _, err = await self.run(["connect", vendor, "--name", vendor, "--url", url, *words])
        assert code == 0, err
        for field, value in SECRETS[vendor].items():
            self.keys.put(vendor, field, value).result()

    def told(self) -> dict[str, list[str]]:
        """Return the tracking numbers that each platform was sent."""
        found: dict[str, set[str]] = {}
        for path, body in self.shops.sent:
            vendor = next(vendor for vendor, part in PARTS.items() if path.startswith(f"/{part}/"))
            found.setdefault(vendor, set()).update(numbers_in(body))
        return {vendor: sorted(numbers) for vendor, numbers in found.items()}


def engine(order: Case, at: int) -> Case:
    made = engine_order(order["number"], *order["items"].items())
    return made | {"sales_order_id": f"se-{at}", "ship_to": made["ship_to"] | order.get("to", {})}


def post(order: Case, at: int) -> Case:
    made = post_order(order["number"], *order["items"].items())
    return made | {"order_id": 501 + at, "destination": made["destination"] | order.get("to", {})}


@pytest.fixture
def shops() -> Iterator[Shops]:
    with running_shops() as running:
        yield running


def test_no_case_is_left_out() -> None:
    assert sorted(kind["name"] for kind in KINDS) == sorted(NAMES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_it_comes_out_right(qtbot: QtBot, tmp_path: Path, shops: Shops, case: Case) -> None:
    station = Station(tmp_path / "profile", shops, case)
    for vendor in case.get("vendors", ["shipengine"]):
        await station.connect(vendor, case.get("options", []))
    for at, step in enumerate(case["steps"]):
        where = f"step {at}: {step}"
        if "save" in step:
            station.file.write_bytes(step["save"].encode(step["encoding"]))
        came = await (scanned(qtbot, station, step) if "scan" in step else ran(station, step))
        assert as_wanted(came, step.get("comes_to", {})), f"{where}\n{came}"


async def ran(station: Station, step: Case) -> Case:
    """Return what a command came to: its exit code, and what it wrote as JSON, cells and words."""
    code, out, err = await station.run(step["run"])
    assert code == step.get("code", 0), (step, out, err)
    came: Case = {"err": err, "told": station.told()}
    if "--json" in step["run"] and out:
        came["json"] = json.loads(out)
    if "--csv" in step["run"]:
        came["cells"] = sorted({cell for row in csv.reader(io.StringIO(out)) for cell in row})
    return came


async def scanned(qtbot: QtBot, station: Station, step: Case) -> Case:
    """Return what scans come to while an order is open: the verdict, and what stands in the package."""
    async with at_the_scan_field(qtbot, station) as (bench, scans):
        await bench.open(step["order"])
        if step.get("labelled"):
            scans.take(ON_THE_PACKAGE)
            await bench.settled()
        for text in step["scan"]:
            scans.take(text)
            await bench.settled()
        verdict, draft = scans.verdict, bench.panel.snapshot()
        assert draft is not None
        return {
            "verdict": verdict.kind,
            "number": "" if verdict.scan is None else verdict.scan.number,
            "opened": bench.opened[-1],
            "packages": [one.tracking_number for one in draft.packages],
            "units": [sum(one.quantities.values()) for one in draft.packages],
        }


@asynccontextmanager
async def at_the_scan_field(qtbot: QtBot, station: Station) -> AsyncGenerator[tuple[Bench, Scans]]:
    async with open_context(station.profile) as ctx, panel_on(ctx, qtbot) as bench:
        yield bench, Scans(ctx, bench.tasks, bench.panel, "%")
        await bench.settled()


def as_wanted(came: object, wanted: object) -> bool:
    """Return whether all that is wanted came: of a document the keys that are named, of a text some part of it.

    Cells are wanted among others; other lists are as long as they are wanted.
    """
    match wanted:
        case dict() if isinstance(came, dict):
            return all(
                set(value) <= set(came.get(key, ())) if key == "cells" else as_wanted(came.get(key), value)
                for key, value in wanted.items()
            )
        case list() if isinstance(came, list):
            return len(came) == len(wanted) and all(map(as_wanted, came, wanted))
        case str() if isinstance(came, str) and wanted.startswith("…"):
            return wanted[1:] in came
        case _:
            return came == wanted


@pytest.mark.parametrize(
    ("came", "wanted"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ([1, 2], [1]),
        ([1], [2]),
        ("whole", "…part"),
        ("whole", "whol"),
        ({"cells": ["1"]}, {"cells": ["1", "2"]}),
        (None, {}),
    ],
)
def test_what_does_not_come_is_seen(came: object, wanted: object) -> None:
    assert not as_wanted(came, wanted)
