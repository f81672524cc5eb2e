"""Inputs that were once handled wrongly, each with its kind, from the command line and the scan field to the platforms.

`cases.json` is a list. `source` is the public report of people who do this job, `orders` what the platforms hold (with
`to`, other values of the recipient), `steps` what is done in turn and the expected result: `run` is a command line
(``{PATH}`` is the file of the case), `scan` are scans into the scan field of the open order, on a package that has a
label if it is `labelled`. Only the named parts of a result are compared. `also` are inputs of the kind that need a
station of their own.
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
from shipconsole.ui.window.scanner import ScanProcessor
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
    """A new profile for commands, and the platforms it is connected to."""

    def __init__(self, profile: Path, shops: Shops, case: Case) -> None:
        self.profile = profile
        self.shops = shops
        self.keys = MemoryKeys()
        self.file = profile.parent / "saved.json"
        orders: dict[str, list[Case]] = case.get("orders", {})
        shops.engine = [engine(order, index) for index, order in enumerate(orders.get("shipengine", []))]
        shops.post = [post(order, index) for index, order in enumerate(orders.get("starshipit", []))]
        shops.mark = case.get("mark", "").encode()

    async def run(self, words: list[str]) -> tuple[int, str, str]:
        """Run a command as the program does; return its exit code, output, and errors."""
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

    def sent_numbers(self) -> dict[str, list[str]]:
        """Return the tracking numbers that each platform was sent."""
        found: dict[str, set[str]] = {}
        for path, body in self.shops.sent:
            vendor = next(vendor for vendor, part in PARTS.items() if path.startswith(f"/{part}/"))
            found.setdefault(vendor, set()).update(numbers_in(body))
        return {vendor: sorted(numbers) for vendor, numbers in found.items()}


def engine(order: Case, index: int) -> Case:
    made = engine_order(order["number"], *order["items"].items())
    return made | {"sales_order_id": f"se-{index}", "ship_to": made["ship_to"] | order.get("to", {})}


def post(order: Case, index: int) -> Case:
    made = post_order(order["number"], *order["items"].items())
    return made | {"order_id": 501 + index, "destination": made["destination"] | order.get("to", {})}


@pytest.fixture
def shops() -> Iterator[Shops]:
    with running_shops() as running:
        yield running


def test_every_kind_of_case_is_here() -> None:
    assert sorted(kind["name"] for kind in KINDS) == sorted(NAMES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_each_case_has_its_expected_results(qtbot: QtBot, tmp_path: Path, shops: Shops, case: Case) -> None:
    station = Station(tmp_path / "profile", shops, case)
    for vendor in case.get("vendors", ["shipengine"]):
        await station.connect(vendor, case.get("options", []))
    for index, step in enumerate(case["steps"]):
        where = f"step {index}: {step}"
        if "save" in step:
            station.file.write_bytes(step["save"].encode(step["encoding"]))
        result = await (scan_all(qtbot, station, step) if "scan" in step else run_command(station, step))
        assert matches(result, step.get("comes_to", {})), f"{where}\n{result}"


async def run_command(station: Station, step: Case) -> Case:
    """Run a command, and return its errors, its output as JSON or cells, and the numbers sent to the platforms."""
    code, out, err = await station.run(step["run"])
    assert code == step.get("code", 0), (step, out, err)
    result: Case = {"err": err, "told": station.sent_numbers()}
    if "--json" in step["run"] and out:
        result["json"] = json.loads(out)
    if "--csv" in step["run"]:
        result["cells"] = sorted({cell for row in csv.reader(io.StringIO(out)) for cell in row})
    return result


async def scan_all(qtbot: QtBot, station: Station, step: Case) -> Case:
    """Scan while an order is open, and return the verdict and the packages' contents."""
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
            "packages": [package.tracking_number for package in draft.packages],
            "units": [sum(package.quantities.values()) for package in draft.packages],
        }


@asynccontextmanager
async def at_the_scan_field(qtbot: QtBot, station: Station) -> AsyncGenerator[tuple[Bench, ScanProcessor]]:
    async with open_context(station.profile) as ctx, panel_on(ctx, qtbot) as bench:
        yield bench, ScanProcessor(ctx, bench.tasks, bench.panel, "%")
        await bench.settled()


def matches(result: object, expected: object) -> bool:
    """Return whether a result has all that is expected: the keys of a document, and after “…” a part of a text.

    Cells are expected among others; other lists must be equal.
    """
    match expected:
        case dict() if isinstance(result, dict):
            return all(
                set(value) <= set(result.get(key, ())) if key == "cells" else matches(result.get(key), value)
                for key, value in expected.items()
            )
        case list() if isinstance(result, list):
            return len(result) == len(expected) and all(map(matches, result, expected))
        case str() if isinstance(result, str) and expected.startswith("…"):
            return expected[1:] in result
        case _:
            return result == expected


@pytest.mark.parametrize(
    ("result", "expected"),
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
def test_a_result_that_is_not_as_expected_is_found(result: object, expected: object) -> None:
    assert not matches(result, expected)
