"""What a tester of a packing station checks as a user, played in the whole window with simulated platforms."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from shipconsole.domain.verdict import VerdictKind
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.order_editor.ship_button import ShipButton
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.support import local_http
from tests.support.added_orders import add_order
from tests.support.bench import NAMES, USPS_NUMBERS, connect_all, effects
from tests.ui.waiting import until, until_stored
from tests.ui.window.test_main_window import run as run
from tests.ui.window.test_main_window import working

pytest_plugins = ("tests.support.bench",)
Run = Callable[[Coroutine[Any, Any, None]], None]
TWO_CARRIERS = "80078450782"


async def scan(window: MainWindow, *codes: str) -> None:
    """Scan codes, and wait until each has its verdict."""
    for code in codes:
        window.top_bar.scan_field.take(code)
    await until(lambda: not window.scans.is_working)


async def sync(ctx: Context, url: str) -> None:
    results = await import_orders.sync(ctx, await connect_all(ctx, url))
    assert [str(result.message) for result in results] == ["", "", ""]


def left(window: MainWindow) -> dict[str, int]:
    assert window.editor.session is not None
    return {line.sku: line.left for line in window.editor.session.order.lines}


async def until_shipped(ctx: Context, number: str, packages: int) -> None:
    order_id = await orders.find(ctx, number)

    async def is_shipped() -> bool:
        shipments = (await orders.sheet(ctx, order_id)).shipments
        return sum(len(shipment.packages) for shipment in shipments) == packages

    await until_stored(is_shipped)


def test_six_of_ten_ship_and_the_next_package_starts_from_what_is_left(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        add_order(simulated_platforms, "77001", BOLT=10, NUT=4, TOOL=1)
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await sync(ctx, simulated_platforms.url)
            button = window.findChild(ShipButton, "ship_button")
            refused = window.findChild(QLabel, "ship_refused")
            await scan(window, "77001")
            await until(lambda: window.editor.is_ready)
            assert left(window) == {"BOLT": 10, "NUT": 4, "TOOL": 1}
            await until(lambda: not button.isEnabled() and refused.text())
            assert refused.text().startswith(text("ship.nothing_packed").partition(".")[0])
            await scan(window, "6*BOLT", USPS_NUMBERS[0])
            assert window.editor.packing().units == 6
            await scan(window, "%SHIP")
            await until_shipped(ctx, "77001", 1)
            await until(lambda: left(window) == {"BOLT": 4, "NUT": 4, "TOOL": 1})
            assert window.editor.packing().units == 0, "the next package begins empty, with what is left"
            sheet = await orders.sheet(ctx, await orders.find(ctx, "77001"))
            assert sheet.order.state == "partly_shipped"
            state = window.findChild(QLabel, "order_state")
            await until(lambda: state.text() == text("order_state.partly_shipped"))
            await scan(window, "5*BOLT")
            assert window.scans.verdict.kind == VerdictKind.ONE_TOO_MANY
            assert window.strip.headline.text() == text("verdict_title.one_too_many")
            assert "BOLT" in window.strip.second.full_text
            assert window.editor.packing().units == 0
            await scan(window, "%OK")
            await scan(window, "4*BOLT")
            assert window.editor.packing().units == 4

    run(main())


def test_the_command_code_scanned_twice_notifies_each_platform_once(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await sync(ctx, simulated_platforms.url)
            await scan(window, "10001", "MOBILE", USPS_NUMBERS[0])
            for _ in range(2):
                window.top_bar.scan_field.take("%SHIP")
            for _ in range(5):
                window.menus.trigger("ship")
            await until(lambda: len(effects(simulated_platforms, "10001")) >= len(NAMES))
            await until(lambda: not window.scans.is_working)
            await until_shipped(ctx, "10001", 1)
            sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
            assert [line.shipped for line in sheet.order.lines] == [1, 0, 0]
        assert sorted(effect["vendor"] for effect in effects(simulated_platforms, "10001")) == sorted(NAMES)

    run(main())


def test_a_wrong_check_digit_is_asked_about_accepted_and_logged(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    wrong = USPS_NUMBERS[0][:-1] + "8"

    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await scan(window, "10001", "MOBILE", wrong)
            assert window.scans.verdict.kind == VerdictKind.CHECK_DIGIT
            assert "USPS" in window.strip.second.full_text
            assert window.editor.packing().number == ""
            window.scans.answer(PersonKey.ESCAPE, "")
            await until(lambda: not window.scans.verdict.waits)
            assert window.editor.packing().number == ""
            await scan(window, wrong)
            window.scans.answer(PersonKey.ENTER, "")
            await until(lambda: window.editor.packing().number == wrong)
            await scan(window, "%SHIP")
            await until_shipped(ctx, "10001", 1)

            async def are_logged() -> bool:
                verdicts = [event.verdict for event in await audit_log.events(ctx)]
                return [verdict for verdict in verdicts if verdict.startswith("check_digit:")] == [
                    "check_digit:refused",
                    "check_digit:acknowledged",
                ]

            await until_stored(are_logged)
            sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
            assert sheet.shipments[0].packages[0].unverified

    run(main())


def test_a_number_of_two_carriers_asks_which(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            await scan(window, "10001", "MOBILE", TWO_CARRIERS)
            verdict = window.scans.verdict
            assert verdict.kind == VerdictKind.SEVERAL_CARRIERS
            assert verdict.issue is not None
            first, second = verdict.issue.carriers[:2]
            assert (first, second) == ("old_dominion", "dhl")
            await scan(window, "MOBILE-CASE-BLK")
            assert window.editor.packing().units == 1, "the answer comes first"
            window.scans.answer(PersonKey.DIGIT, "2")
            await until(lambda: not window.scans.verdict.waits)
            assert window.editor.session is not None
            package = window.editor.session.draft.packages[0]
            assert (package.tracking_number, package.carrier) == (TWO_CARRIERS, second)

    run(main())


def test_the_packages_of_an_order_are_queried_at_once(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    def queries() -> int:
        seen = local_http.get(f"{simulated_platforms.url}/_simulator/requests").json()
        return sum(request["path"].endswith("/v1/tracking") for request in seen)

    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            window.resize(1280, 800)
            await sync(ctx, simulated_platforms.url)
            await scan(window, "10001", "MOBILE", USPS_NUMBERS[0], "%SHIP")
            await until(lambda: len(effects(simulated_platforms, "10001")) == len(NAMES))
            button = window.tracking.query_button
            await until(lambda: button.isVisibleTo(window.tracking))
            before = queries()
            window.columns.show_panel("tracking")
            await until(button.isVisible)
            for _ in range(2):
                qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
            await until(lambda: queries() > before)

            async def is_stored() -> bool:
                return (await orders.sheet(ctx, await orders.find(ctx, "10001"))).tracks[0].status == "not_yet"

            await until_stored(is_stored)
            assert queries() == before + 1, "once at a time"

    run(main())
