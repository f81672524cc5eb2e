"""Quantities typed in the scan field: added before a scan, in all after it, marked as typed, and kept after a kill."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.address import Address
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders, scan
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.scan_input import ScanInput
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.top_bar import ScanField
from tests.ui.order_editor.conftest import Bench, order_bench, panel_on

__all__ = ["order_bench"]


async def take(bench: Bench, scans: ScanProcessor, *texts: str) -> None:
    for text in texts:
        scans.take(text)
        await bench.until(lambda: not scans.is_working)


async def test_six_are_added_before_a_scan_and_are_six_in_all_after_it(order_bench: Bench) -> None:
    scans = ScanProcessor(order_bench.ctx, order_bench.tasks, order_bench.panel, "%")
    _, case, _ = await order_bench.open()
    session = order_bench.panel.session
    await take(order_bench, scans, "2*MOBILE-CASE-BLK")
    assert (session.package.quantities, session.draft.typed_units) == ({case: 2}, 2)
    await take(order_bench, scans, "3*")
    assert (session.package.quantities, scans.verdict.count) == ({case: 3}, 3)
    await take(order_bench, scans, "1*")
    assert session.package.quantities == {case: 1}
    await take(order_bench, scans, "MOBILE-CASE-BLK", "9*")
    assert scans.verdict.kind == VerdictKind.ONE_TOO_MANY
    assert session.package.quantities == {case: 2}, "nothing changes"
    await take(order_bench, scans, "%OK", "4*%SHIP")
    assert scans.verdict.kind == VerdictKind.UNKNOWN_CODE
    assert not order_bench.shipped


async def test_the_units_of_a_case_are_kept_where_a_number_was_typed_before_it(order_bench: Bench) -> None:
    ctx, case = order_bench.ctx, "10036000291459"
    new = NewOrder(
        "C-1", Address(name="Jo", street="1 Way", city="Perth", country="AU"), (NewLine("036000291452", quantity=24),)
    )
    await manual_orders.create(ctx, new, ())
    scans = ScanProcessor(ctx, order_bench.tasks, order_bench.panel, "%")
    (line,) = await order_bench.open("C-1")
    await take(order_bench, scans, f"2*{case}")
    assert scans.verdict.kind == VerdictKind.CASE_UNITS
    scans.enter_units(scans.verdict, 6)
    assert order_bench.panel.session.package.quantities == {line: 12}
    await order_bench.settled()
    assert order_bench.messages == []
    assert (await scan.scan(ctx, case, order_bench.panel.order_id)).units == 6


async def test_only_typed_units_are_marked_in_the_audit_log_and_in_the_draft_which_survives_a_kill(
    order_bench: Bench, qtbot: QtBot
) -> None:
    scans = ScanProcessor(order_bench.ctx, order_bench.tasks, order_bench.panel, "%")
    mobile, case, _ = await order_bench.open()
    await take(order_bench, scans, "MOBILE", "2*MOBILE-CASE-BLK")
    await order_bench.panel.save_drafts()
    await order_bench.settled()
    events = await audit_log.events(order_bench.ctx)
    verdicts = {event.raw_scan: event.verdict for event in events if event.what == "scanned"}
    assert verdicts == {"MOBILE": "good", "2*MOBILE-CASE-BLK": "good:typed"}
    # As after a kill: another window opens what the store has.
    async with panel_on(order_bench.ctx, qtbot) as other:
        await other.open()
        draft = other.panel.session.draft
        assert (draft.packages[0].quantities, draft.packages[0].typed) == ({mobile: 1, case: 2}, {case: 2})
        items = other.panel.items_pane
        assert items.item_table.currentIndex().row() == items.items.position_of(case)
        assert items.items.large_id == case


async def test_the_units_that_were_typed_are_told_with_the_shipment(order_bench: Bench) -> None:
    scans = ScanProcessor(order_bench.ctx, order_bench.tasks, order_bench.panel, "%")
    await order_bench.open()
    await take(order_bench, scans, "MOBILE", "2*MOBILE-CASE-BLK", "9400100109361129278357", "%SHIP")
    await order_bench.until(lambda: order_bench.shipped)
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert sheet.shipments[0].packages[0].typed_units == 2
    await order_bench.settled()
    (shipped,) = [event for event in await audit_log.events(order_bench.ctx) if event.what == "shipped"]
    assert shipped.typed_units == 2


def test_a_number_in_the_field_goes_before_the_scan_however_long_ago_it_was_typed(qtbot: QtBot) -> None:
    window = QWidget()
    field = ScanField(Theme())
    qtbot.addWidget(window)
    field.setParent(window)
    scans = ScanInput(window, field)
    field.setText("6*")
    scans.route("4006381333931", False, False)
    field.setText("half a code")
    scans.route("MOBILE", False, False)
    assert [scan.text for scan in scans.early] == ["6*4006381333931", "MOBILE"]
