"""The report of a shift: every packer at every bench, counted as they packed, and what is not well yet."""

import csv
import io
from dataclasses import replace

from shipconsole.domain.shift import Shift
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations import worker
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.maintenance import shift_report
from shipconsole.operations.orders import orders, scan
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship, undo
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.clock import ManualClock


async def test_packers_and_stations_are_counted_separately(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    bench.current_packer.operator = "John Smith"
    fault(simulated_platforms, "shipup", "refuse")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1, "MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    other = replace(bench, station="Bench 2", current_packer=CurrentPacker(), undo_window_s=60)
    order_id, draft = await draft_of(other, "10002", None, USPS_NUMBERS[1])
    shipped = await ship.ship(other, order_id, draft)
    await undo.undo_shipment(other, order_id, shipped.shipment_id)
    nobody, john = await shift_report.report(bench)
    assert john == Shift("John Smith", "Bench 1", 1, 1, 2, undone=0, rejected=1, open_updates=1)
    assert nobody[:4] == ("", "Bench 2", 1, 1)
    assert (nobody.undone, nobody.rejected, nobody.open_updates) == (1, 0, 0)
    whole = shift_report.total([nobody, john])
    assert (whole.shipments, whole.units, whole.rejected) == (2, nobody.units + 2, 1)
    # A refusal that was dealt with since was one all the same.
    (refused,) = await worker.latest(bench, state="rejected")
    await resolve.retry(bench, refused.id, "mended")
    await worker.flush(bench, until_empty=True)
    assert (await shift_report.report(bench))[1][-2:] == (1, 0)


async def test_a_span_of_time(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    now_ms = bench.clock.now_ms()
    assert await shift_report.report(bench, until_ms=now_ms - 60_000) == []
    assert await shift_report.report(bench, since_ms=now_ms + 60_000, until_ms=now_ms + 120_000) == []
    assert len(await shift_report.report(bench, since_ms=now_ms - 60_000)) == 1
    assert shift_report.start_of_today_ms(now_ms) <= now_ms
    assert shift_report.total([]) == Shift("", "", 0, 0, 0, 0, 0, 0)


def test_no_name_is_a_formula() -> None:
    text = io.StringIO()
    assert shift_report.write_csv([Shift("=1+1", "Bench 1", 1, 1, 2, 0, 0, 0)], text) == 1
    heading, row = csv.reader(io.StringIO(text.getvalue()))
    assert tuple(heading) == Shift._fields
    assert row == ["'=1+1", "Bench 1", "1", "1", "2", "0", "0", "0"]


async def test_the_full_report_counts_by_hour_by_platform_and_the_errors_of_scans(bench: Context) -> None:
    clock = ManualClock(1_795_003_200_000)  # on the hour, in every zone of whole hours
    ctx = replace(bench, clock=clock)
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    clock.pass_s(3 * 3_600)
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[1])
    shipped = await ship.ship(ctx, order_id, draft, ("ShipEngine",))
    await scan.record_scan(ctx, order_id, None, VerdictKind.WRONG_ITEM)
    await scan.record_scan(ctx, order_id, None, VerdictKind.WRONG_ITEM)
    await scan.record_scan(ctx, order_id, None, VerdictKind.WRONG_ITEM, "acknowledged")
    await scan.record_scan(ctx, order_id, None, VerdictKind.UNKNOWN_CODE)
    await scan.record_scan(ctx, order_id, None, VerdictKind.GOOD)
    sheet = await orders.sheet(ctx, order_id)
    units = sum(sheet.shipments[-1].quantity_of(line.id) for line in sheet.order.lines)
    assert shipped.shipment_id == sheet.shipments[-1].id
    since_ms = clock.now_ms() - 6 * 3_600_000
    report = await shift_report.full_report(ctx, since_ms=since_ms, until_ms=clock.now_ms())
    assert [(hour.packages, hour.units) for hour in report.hours] == [(1, 1), (0, 0), (0, 0), (1, units)]
    assert [hour.is_running for hour in report.hours] == [False, False, False, True]
    assert not report.is_by_day
    assert ("ShipEngine", 2, 1 + units) in report.platforms
    assert ("Starshipit", 1, 1) in report.platforms
    assert report.errors == ((VerdictKind.WRONG_ITEM, 2), (VerdictKind.UNKNOWN_CODE, 1))
    assert sum(hour.packages for hour in report.hours) == shift_report.total(report.shifts).packages
    clock.pass_s(3 * 86_400)
    order_id, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[2])
    await ship.ship(ctx, order_id, draft)
    longer = await shift_report.full_report(ctx, since_ms=since_ms, until_ms=clock.now_ms())
    assert (longer.is_by_day, [hour.packages for hour in longer.hours]) == (True, [2, 0, 0, 1])


def test_packers_are_summed_over_stations_and_the_unknown_one_is_last() -> None:
    shifts = [
        Shift("", "Bench 1", 9, 9, 9, 0, 0, 0),
        Shift("Mira", "Bench 1", 1, 2, 3, 0, 0, 0),
        Shift("Jonas", "Bench 1", 1, 4, 5, 0, 0, 0),
        Shift("Mira", "Bench 2", 1, 3, 4, 0, 0, 0),
    ]
    assert shift_report.by_packer(shifts) == (("Mira", 5, 7), ("Jonas", 4, 5), ("", 9, 9))
