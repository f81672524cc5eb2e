"""The report of a shift: every packer at every bench, counted as they packed, and what is not well yet."""

import csv
import io
from dataclasses import replace

from shipconsole.domain.shift import Shift
from shipconsole.operations import worker
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.maintenance import shift_report
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship, undo
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import USPS_NUMBERS, draft_of, fault


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
