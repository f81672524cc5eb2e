"""A quick packer and a slow store: each scan is processed for the order it was meant for."""

import asyncio
from collections.abc import Generator
from contextlib import closing, contextmanager

import pytest
from PySide6.QtWidgets import QPushButton

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.scan import Scan
from shipconsole.domain.verdict import ScannerFault, VerdictKind
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.operations.orders import scan as scanning
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.support import sql
from tests.support.bench import USPS_NUMBERS
from tests.ui.order_editor.conftest import Bench, order_bench

CASE = "14006381333938"
__all__ = ["order_bench"]


@contextmanager
def held(bench: Bench) -> Generator[None]:
    """Lock the store against writing."""
    other = sql.connect(bench.ctx.store.file)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_scan_that_could_not_be_processed_locks_what_comes_after_it(
    order_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    _, case, _ = await bench.open("10001")
    read = scanning.scan

    async def fail(*_args: object, **_options: object) -> Scan:
        monkeypatch.setattr(scanning, "scan", read)
        raise EnvironmentFailure(Message("database.in_use"))

    monkeypatch.setattr(scanning, "scan", fail)
    scans.take("MOBILE-CASE-BLK")
    await bench.until(lambda: not scans.is_working)
    for text in (USPS_NUMBERS[0], "%SHIP"):
        scans.take(text)
    await bench.until(lambda: not scans.is_working)
    assert scans.verdict.kind == VerdictKind.NOT_PROCESSED
    assert not bench.shipped
    assert not bench.panel.is_labelled()
    for text in ("%OK", "MOBILE-CASE-BLK"):
        scans.take(text)
    await bench.until(lambda: not scans.is_working)
    assert bench.panel.session.package.quantities == {case: 1}
    assert scans.verdict.kind == VerdictKind.GOOD


async def test_no_package_is_removed_while_the_label_of_one_is_decided_on(order_bench: Bench) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    for text in ("MOBILE", USPS_NUMBERS[0], "%NEXT PACKAGE", "MOBILE-CASE-BLK", "AB1234567890"):
        scans.take(text)
    await bench.until(lambda: scans.verdict.kind == VerdictKind.POSSIBLE_LABEL)
    bench.panel.session.current = 0
    bench.find(QPushButton, "remove_package").click()
    assert scans.answer(PersonKey.ENTER, "")
    packages = bench.panel.session.draft.packages
    assert [package.tracking_number for package in packages] == [USPS_NUMBERS[0], "AB1234567890"]


async def shipments(bench: Bench, number: str) -> int:
    return len((await orders.sheet(bench.ctx, await orders.find(bench.ctx, number))).shipments)


@pytest.mark.parametrize(
    "before",
    [("%ALL LEFT", USPS_NUMBERS[0], "%SHIP"), ("%ALL LEFT",)],
    ids=["while an order ships", "while a draft is saved"],
)
async def test_scans_for_the_next_order_wait_until_the_last_is_stored(
    order_bench: Bench, before: tuple[str, ...]
) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    for text in before[:-1]:
        scans.take(text)
    await bench.settled()
    with held(bench):
        # Only a person leaves an order that is partly packed.
        leave = () if "%SHIP" in before else ("%OK",)
        for text in (before[-1], "10003", *leave, "%ALL LEFT", USPS_NUMBERS[1], "%SHIP", "10005", "%ALL LEFT"):
            scans.take(text)
        await asyncio.sleep(0.1)
        assert scans.is_working, "the scans wait until the order before is stored"
    await bench.until(lambda: bench.opened[-1] == "10005")
    await bench.settled()
    assert not scans.verdict.waits
    assert bench.messages == []
    assert await shipments(bench, "10003") == 1
    assert await shipments(bench, "10001") == (1 if "%SHIP" in before else 0)
    await bench.panel.shutdown()
    assert (await orders.sheet(bench.ctx, await orders.find(bench.ctx, "10005"))).draft is not None


async def test_an_answer_waits_for_the_scans_before_it_and_answers_the_verdict_shown(order_bench: Bench) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    scans.take("NONSENSE")
    scans.answer(PersonKey.ENTER, "")
    await bench.settled()
    assert scans.verdict.kind == VerdictKind.UNKNOWN_CODE, "this verdict was not shown when Enter was pressed"
    scans.take("MOBILE-CASE-BLK-2")
    assert scans.answer(PersonKey.ENTER, "")
    await bench.settled()
    assert scans.verdict.kind == VerdictKind.IDLE
    logged = [event.verdict for event in await audit_log.events(bench.ctx) if event.verdict]
    scans.take("NONSENSE")
    await bench.settled()
    scans.take(f"42078701{USPS_NUMBERS[0]}")
    scans.answer(PersonKey.ENTER, "")
    await bench.settled()
    assert scans.verdict.kind == VerdictKind.POSTAL_CODE, "Enter answered the unknown code"
    assert logged == ["unknown_code", "unknown_code:repeated", "unknown_code:acknowledged"]


async def test_the_units_of_a_case_are_entered_once(order_bench: Bench) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    requests: list[bool] = []
    scans.units_requested.connect(lambda: requests.append(True))
    with closing(sql.connect(bench.ctx.store.file)) as store:
        store.execute("UPDATE order_line SET barcode = '4006381333931' WHERE sku = 'MOBILE-CASE-BLK'")
    await bench.open("10001")
    scans.take(CASE)
    await bench.settled()
    assert (requests, scans.verdict.kind) == ([True], VerdictKind.CASE_UNITS)
    scans.enter_units(scans.verdict, 2)
    await bench.settled()
    assert bench.panel.packing().units == 2
    bench.panel.undo()
    scans.take(CASE)
    await bench.settled()
    assert (requests, bench.panel.packing().units) == ([True], 2), "the number is stored"


async def test_a_case_of_an_ambiguous_item_asks_for_the_item_and_the_units(order_bench: Bench) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    requests: list[bool] = []
    scans.units_requested.connect(lambda: requests.append(True))
    with closing(sql.connect(bench.ctx.store.file)) as store:
        store.execute("UPDATE order_line SET barcode = '4006381333931'")
    await bench.open("10001")
    scans.take(CASE)
    await bench.settled()
    assert scans.verdict.kind == VerdictKind.SEVERAL_ITEMS
    session = bench.panel.session
    assert session is not None
    scans.choose([line.sku for line in session.order.lines].index("MOBILE-CASE-BLK") + 1)
    await bench.settled()
    assert (requests, session.draft.units) == ([True], 0)
    scans.enter_units(scans.verdict, 2)
    await bench.settled()
    assert (session.draft.units, scans.verdict.count) == (2, 2)


@pytest.mark.parametrize(
    ("arrived", "meaning", "fault"),
    [
        ("zZ9", "Zz9", ScannerFault.CAPS_LOCK),
        ("?OBILE)CQSE)BLK", "MOBILE-CASE-BLK", ScannerFault.AZERTY),
        ("&àààé", "10002", ScannerFault.AZERTY),
        ("5UNDO", "%UNDO", ScannerFault.AZERTY),
        ("MOBILEßCASEßBLK", "MOBILE-CASE-BLK", ScannerFault.QWERTZ),
        ("ç'àààà&àààààààààààààà&", "9400001000000000000001", ScannerFault.AZERTY),
    ],
)
async def test_a_fault_of_the_scanner_is_shown_and_nothing_is_guessed(
    order_bench: Bench, arrived: str, meaning: str, fault: ScannerFault
) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    scans.take(arrived, by_scanner=True, caps_lock=fault == ScannerFault.CAPS_LOCK)
    await bench.settled()
    shown = scans.verdict
    assert (shown.kind, shown.meaning, shown.fault) == (VerdictKind.SCANNER, meaning, fault)
    assert bench.panel.packing().units == 0
    assert bench.opened == ["10001"] * len(bench.opened)
    scans.take("MOBILE", by_scanner=True)
    await bench.settled()
    assert scans.verdict.kind == VerdictKind.GOOD


async def test_the_action_of_a_key_waits_for_the_scans_before_it(order_bench: Bench) -> None:
    bench = order_bench
    scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    for text in ("MOBILE", USPS_NUMBERS[0]):
        scans.take(text)
    bench.panel.ship()
    scans.after_scans(bench.panel.ship)
    await bench.until(lambda: bench.shipped)
    await bench.settled()
    assert await shipments(bench, "10001") == 1
