"""The order editor with a real store and simulated platforms."""

import asyncio
import threading
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import verbatim
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import Problem
from shipconsole.domain.scanning_events import OrderChanged
from shipconsole.domain.verdict import OrderChange, PendingLabel, VerdictKind
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.orders import link, orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.box import BoxPart
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import order_lines
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.store.order_lines import LineValues
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.kit.formats import at_second
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.strings import CALL_LABELS
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.items_pane import items_headline
from shipconsole.ui.order_editor.notified import NotifiedLine
from shipconsole.ui.order_editor.package_form import GroupedNumber
from shipconsole.ui.order_editor.package_head import PackageHead
from shipconsole.ui.order_editor.packages import LabelFix
from shipconsole.ui.order_editor.preview import PREVIEW_AFTER_MS
from shipconsole.ui.order_editor.ship_button import ShipButton, ship_text
from shipconsole.ui.order_editor.updates_card import UpdateRow
from shipconsole.ui.tracking.panel import TrackingPanel
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.operations.shipping.test_refresh_before_shipping import print_order
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of, effects, fault
from tests.ui.order_editor.conftest import Bench

NUMBER = USPS_NUMBERS[0]
CONFIRMED, REJECTED, RETRIES = (
    text(f"update_time.{state}", time="").strip() for state in ("confirmed", "rejected", "retry_wait")
)


async def ready_to_ship(bench: Bench, units: int = 1) -> tuple[int, ...]:
    """Pack one case, scan the label, and wait for the preview."""
    lines = await bench.open()
    for _ in range(units):
        bench.panel.steps.add_units((lines[1],))
    bench.panel.steps.set_tracking(NUMBER, NUMBER)
    await bench.until(lambda: bench.find(ShipButton, "ship_button").isEnabled() and rows(bench))
    return lines


def rows(bench: Bench) -> list[str]:
    return [row.accessibleName() for row in bench.panel.findChildren(UpdateRow) if not row.isHidden()]


def text_of(bench: Bench, name: str) -> str:
    label = bench.find(QLabel, name)
    return "" if label.isHidden() else label.text()


async def test_nothing_can_be_done_before_an_order_is_open(order_bench: Bench) -> None:
    order_bench.panel.steps.add_units((1,))
    order_bench.panel.ship()
    assert order_bench.messages == [text("order_editor.not_open")] * 2
    fields = order_bench.panel.packages_pane.form.inputs.values()
    assert not any(field.isVisible() for field in fields), "what is typed without an order would be lost"
    await order_bench.open()
    assert all(field.isVisible() for field in fields)


async def test_an_open_order_shows_its_connections_and_recipient(order_bench: Bench) -> None:
    order_bench.panel.resize(900, 720)
    await order_bench.open()
    assert text_of(order_bench, "order_number") == "10001"
    assert text_of(order_bench, "order_state") == text("order_state.open")
    notified = order_bench.find(NotifiedLine, "preview_button")
    connections = ("ShipEngine", "Starshipit", "Shipup")
    assert notified.accessibleName() == text("notified.notifies", connections=connections)
    assert "ShipEngine · Shopify AU<br>Starshipit · Shopify<br>Shipup" in notified.toolTip()
    assert order_bench.find(QLabel, "ship_to").accessibleName().startswith("John Smith · 20 George Street, Sydney")
    button = order_bench.find(ShipButton, "ship_button")
    assert not button.isEnabled()
    assert button.label.reason.startswith("The package is empty")


async def test_the_button_shows_what_it_will_do(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    assert order_bench.find(QLabel, "items_headline").accessibleName() == items_headline(0, 1, 4)
    assert order_bench.find(ShipButton, "ship_button").accessibleName() == ship_text(1, 5, 3)
    assert [row.split(":")[0] for row in rows(order_bench)] == ["ShipEngine", "Starshipit", "Shipup"]
    assert all(row.endswith(text("order_editor.ready")) for row in rows(order_bench))
    assert order_bench.find(QComboBox, "carrier").currentText() == "USPS"
    assert text_of(order_bench, "tracking_check") == "Check digit is correct. USPS, 22 digits."
    assert order_bench.messages == []


async def test_one_unit_too_many_is_refused_and_changes_nothing(order_bench: Bench) -> None:
    lines = await ready_to_ship(order_bench, units=3)
    before = order_bench.panel.session.draft.snapshot()
    order_bench.panel.steps.add_units((lines[1],))
    assert order_bench.panel.session.draft.snapshot() == before
    assert order_bench.messages == [text("order_editor.none_left", sku="MOBILE-CASE-BLK")]


async def test_a_package_that_changed_while_orders_were_added_ships_in_no_box(order_bench: Bench) -> None:
    (_, case, _) = await ready_to_ship(order_bench)
    panel, other = order_bench.panel, await orders.find(order_bench.ctx, "10002")
    line = (await orders.sheet(order_bench.ctx, other)).order.lines[0]
    order_id, seen, parts = panel.order_id, panel.snapshot(), [BoxPart(other, {line.id: 1})]
    panel.steps.add_units((case,))
    assert not panel.ship_box(order_id, seen, parts, "one family")
    assert not panel.ship_box(other, panel.snapshot(), parts, "one family")
    assert order_bench.messages == [text("box.changed")] * 2
    assert panel.ship_box(order_id, panel.snapshot(), parts, "one family")
    await order_bench.until(lambda: order_bench.shipped)


async def test_a_label_of_a_package_that_was_removed_meanwhile_replaces_no_other(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    assert order_bench.panel.steps.take_label(PendingLabel(USPS_NUMBERS[1], USPS_NUMBERS[1], package=1))
    packages = order_bench.panel.session.draft.packages
    assert [package.tracking_number for package in packages] == [NUMBER, USPS_NUMBERS[1]]


async def linked_away(bench: Bench) -> int:
    """Open a manual order, pack one unit, and let another station link it to order 10001."""
    whole_id = await orders.find(bench.ctx, "10001")
    whole = (await orders.sheet(bench.ctx, whole_id)).order
    new = NewOrder("H-1", whole.ship_to, (NewLine("MOBILE-CASE-BLK", quantity=3),))
    order_id = (await manual_orders.create(bench.ctx, new, ())).order_id
    (line,) = await bench.open("H-1")
    bench.panel.steps.add_units((line,))
    bench.panel.steps.set_tracking(NUMBER, NUMBER)
    await bench.panel.shutdown()
    other = (await orders.sheet(bench.ctx, order_id)).order
    await link.link(bench.ctx, whole_id, order_id, link.match_items(whole, other), "the same order")
    return order_id


@pytest.mark.parametrize("step", ["refresh", "ship", "preview"])
async def test_an_open_order_that_becomes_part_of_another_is_followed(order_bench: Bench, step: str) -> None:
    await linked_away(order_bench)
    getattr(order_bench.panel, step)()
    await order_bench.until(lambda: order_bench.opened[-1] == "10001")
    await order_bench.settled()
    assert order_bench.messages == [text("order_editor.part_of", number="H-1", whole="10001")]
    assert order_bench.shipped == []
    # The draft is now one of the other order.
    assert order_bench.find(ShipButton, "ship_button").accessibleName() == ship_text(1, 5, 3)
    assert order_bench.find(QLineEdit, "tracking_number").text() == NUMBER


async def test_a_draft_of_a_former_order_does_not_prevent_opening_another(
    order_bench: Bench,
) -> None:
    order_id = await linked_away(order_bench)
    order_bench.panel.steps.new_package()
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[1], USPS_NUMBERS[1])
    await order_bench.open("10003")
    # Opening it by its former id, and scanning at once, both go to the order that it is part of.
    order_bench.panel.open_order(order_id)
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[2], USPS_NUMBERS[2])
    await order_bench.until(lambda: order_bench.opened[-1] == "10001")
    assert order_bench.find(QLineEdit, "tracking_number").text() == USPS_NUMBERS[2]
    assert order_bench.messages == []


async def test_an_unknown_order_is_reported_and_the_next_one_opens(order_bench: Bench) -> None:
    order_bench.panel.open_order(9_999)
    order_bench.panel.steps.add_units((1,))
    await order_bench.until(lambda: order_bench.messages)
    assert order_bench.messages == [text("order_editor.gone", key="F5")]
    await order_bench.open()
    await order_bench.settled()
    assert len(order_bench.messages) == 1
    assert text_of(order_bench, "items_headline") == items_headline(0, 0, 5)


async def test_scans_during_loading_run_afterwards(order_bench: Bench) -> None:
    order_id = await orders.find(order_bench.ctx, "10001")
    lines = (await orders.sheet(order_bench.ctx, order_id)).order.lines
    order_bench.panel.open_order(order_id)
    order_bench.panel.steps.add_units((lines[1].id,))
    order_bench.panel.steps.set_tracking(NUMBER, NUMBER)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    assert (await orders.sheet(order_bench.ctx, order_id)).order.shipped == 1


async def test_pressing_ship_repeatedly_ships_once(order_bench: Bench, simulated_platforms: SimulatorServer) -> None:
    await ready_to_ship(order_bench)
    await order_bench.panel.save_drafts()
    assert (await orders.sheet(order_bench.ctx, order_bench.panel.order_id)).draft is not None
    button = order_bench.find(ShipButton, "ship_button")
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    order_bench.panel.ship()
    assert not button.isEnabled()
    await order_bench.until(lambda: order_bench.shipped)
    order_bench.panel.ship()
    await order_bench.settled()
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert (len(sheet.shipments), sheet.order.shipped, sheet.draft) == (1, 1, None)
    await worker.flush(order_bench.ctx, until_empty=True)
    assert len(effects(simulated_platforms)) == 3


async def test_a_draft_typed_just_before_shipping_is_not_saved_afterwards(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.panel.save_drafts()
    assert (await orders.sheet(order_bench.ctx, order_bench.panel.order_id)).draft is not None
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "P")
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    shipped_id = order_bench.panel.order_id
    await order_bench.open("10002")
    assert (await orders.sheet(order_bench.ctx, shipped_id)).draft is None


async def test_after_shipping_the_updates_replace_the_preview(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    assert all(row.endswith(CALL_LABELS["pending"].label) for row in rows(order_bench))
    await worker.flush(order_bench.ctx, until_empty=True)
    order_bench.panel.refresh()
    await order_bench.until(lambda: rows(order_bench) and all(CONFIRMED in row for row in rows(order_bench)))
    assert text_of(order_bench, "order_state") == text("order_state.partly_shipped")
    head = order_bench.find(PackageHead, "shipped_package_0")
    assert head.summary.title == text("package_tab.number", number=1)
    assert head.summary.details.startswith("USPS 9400 1001…8357 · ")
    assert not order_bench.find(QLabel, "package_details").isVisible()
    QTest.mouseClick(head, Qt.MouseButton.LeftButton)
    assert "9400 1001 0936 1129 2783 57" in order_bench.find(QLabel, "package_details").text()
    notified = order_bench.find(NotifiedLine, "preview_button").accessibleName()
    assert notified.count(CONFIRMED) == 3


async def test_a_retrying_update_shows_its_next_attempt(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "429", seconds=40, times=None)
    await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    await worker.flush(order_bench.ctx)
    order_bench.panel.refresh()
    await order_bench.until(lambda: any(RETRIES in row for row in rows(order_bench)))
    shown = next(row for row in rows(order_bench) if RETRIES in row)
    waiting = [call for call in await worker.latest(order_bench.ctx) if call.state == "retry_wait"]
    assert any(shown.endswith(at_second(call.due_at_ms)) for call in waiting)


async def test_a_rejection_is_quoted_until_the_update_is_retried(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "refuse", call="updates")
    await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    await worker.flush(order_bench.ctx)
    order_bench.panel.refresh()
    await order_bench.until(lambda: any(REJECTED in row for row in rows(order_bench)))
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    (refused,) = [call for call in sheet.calls if call.state == "rejected"]
    shown = " ".join(label.text() for label in order_bench.panel.findChildren(QLabel) if not label.isHidden())
    assert f"“{refused.problems[0].message!s}”" in shown
    row = next(row for row in order_bench.panel.findChildren(UpdateRow) if REJECTED in row.accessibleName())
    QTest.mouseClick(row.findChild(QPushButton, "retry"), Qt.MouseButton.LeftButton)
    await order_bench.settled()
    await worker.flush(order_bench.ctx, until_empty=True)
    order_bench.panel.refresh()
    await order_bench.until(lambda: all(CONFIRMED in row for row in rows(order_bench)))


async def test_an_update_without_response_is_resolved_with_a_reason(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "drop_after", call="updates")
    await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    await worker.flush(order_bench.ctx)
    order_bench.panel.refresh()
    await order_bench.until(lambda: any(CALL_LABELS["unknown"].label in row for row in rows(order_bench)))
    row = next(
        row for row in order_bench.panel.findChildren(UpdateRow) if CALL_LABELS["unknown"].label in row.accessibleName()
    )
    QTest.mouseClick(row.findChild(QPushButton, "mark_confirmed"), Qt.MouseButton.LeftButton)
    dialog = order_bench.find(Prompt, "reason")
    done = dialog.findChild(QPushButton, "reason_done")
    assert not done.isEnabled()
    QTest.keyClicks(dialog.findChild(QLineEdit, "reason_field"), "seen in the store")
    QTest.mouseClick(done, Qt.MouseButton.LeftButton)
    await order_bench.until(lambda: not any(CALL_LABELS["unknown"].label in row for row in rows(order_bench)))
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert {call.state for call in sheet.calls} == {"confirmed"}
    assert any("seen in the store" in str(call.message) for call in sheet.calls)


async def test_problems_of_a_rejected_update_are_marked_at_their_field(order_bench: Bench) -> None:
    lines = await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    problems = (
        Problem(("packages", 0, "tracking_number"), verbatim("Tracking number is too short")),
        Problem(("lines", lines[2]), verbatim("Unknown item")),
        Problem(("ship_to", "country"), verbatim("Country is missing")),
        Problem((), verbatim("Account is closed")),
    )
    await order_bench.ctx.write(_refuse_first_call, order_bench.panel.order_id, problems)
    order_bench.panel.refresh()
    await order_bench.until(lambda: order_bench.messages)
    assert "ShipEngine: “Country is missing”" in text_of(order_bench, "ship_to_problem")
    assert text_of(order_bench, "line_problem") == "CHARGER-USB-C: ShipEngine: “Unknown item”"
    (problems_shown,) = order_bench.messages
    assert "Account is closed" in str(problems_shown[0].message)
    fix = order_bench.find(LabelFix, "label_fix")
    number = fix.findChild(QLineEdit, "fix_tracking_number")
    assert (number.text(), number.property("wrong")) == (NUMBER, True)
    assert "ShipEngine: “Tracking number is too short”" in fix.findChild(QLabel, "problem").text()
    assert not order_bench.find(QLineEdit, "tracking_number").property("wrong"), "the next package is fine"


async def test_an_update_that_needs_attention_is_reported_once_until_it_is_resolved(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    resolved: list[int] = []
    order_bench.panel.update_resolved.connect(resolved.append)
    await order_bench.ctx.write(
        _refuse_first_call, order_bench.panel.order_id, (Problem((), verbatim("Account is closed")),)
    )
    for _ in range(2):
        order_bench.panel.refresh()
        await order_bench.settled()
    assert len(order_bench.messages) == 1
    assert resolved == []
    refused = next(call for call in await worker.latest(order_bench.ctx) if call.state == "rejected")
    await resolve.resolve_update(order_bench.ctx, refused.id, "discard", "told by phone")
    order_bench.panel.refresh()
    await order_bench.settled()
    assert resolved == [refused.id]


async def test_errors_are_marked_at_once_and_missing_values_when_shipping(order_bench: Bench) -> None:
    lines = await order_bench.open()
    order_bench.panel.steps.add_units((lines[0],))
    number, weight = order_bench.find(QLineEdit, "tracking_number"), order_bench.find(QLineEdit, "weight")
    QTest.keyClicks(weight, "abc")
    assert weight.property("wrong") is True
    assert not number.property("wrong")
    order_bench.panel.ship()
    assert number.property("wrong") is True
    assert order_bench.shipped == []
    assert [str(problem.message) for problem in order_bench.messages[0]] == ["The package has no tracking number."]
    QTest.keyClicks(number, "X")
    assert number.property("wrong") is False


async def test_a_draft_is_saved_and_restored(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "Priority Mail")
    typed = order_bench.panel.session.draft.snapshot()
    await order_bench.open("10002")
    assert (await orders.sheet(order_bench.ctx, await orders.find(order_bench.ctx, "10001"))).draft == typed
    await order_bench.open("10001")
    assert order_bench.panel.session.draft.snapshot() == typed
    assert order_bench.find(QLineEdit, "service").text() == "Priority Mail"


async def test_a_draft_is_saved_soon_after_the_last_change(order_bench: Bench) -> None:
    lines = await order_bench.open()
    order_bench.panel.steps.add_units((lines[0],))
    order_id = order_bench.panel.order_id
    assert not order_bench.panel.is_saved
    await order_bench.until(lambda: order_bench.panel.is_saved)
    await order_bench.settled()
    assert (await orders.sheet(order_bench.ctx, order_id)).draft == order_bench.panel.session.draft.snapshot()


async def test_a_refresh_keeps_what_is_being_typed(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    number = order_bench.find(QLineEdit, "tracking_number")
    number.setCursorPosition(4)
    await order_bench.ctx.write(_cancel_case, order_bench.panel.order_id)
    order_bench.panel.refresh()
    await order_bench.until(lambda: text_of(order_bench, "line_problem"))
    assert (number.text(), number.cursorPosition()) == (NUMBER, 4)
    assert not order_bench.find(ShipButton, "ship_button").isEnabled()
    assert text_of(order_bench, "line_problem").startswith("MOBILE-CASE-BLK: none left to ship")


async def test_a_preview_of_an_earlier_draft_is_never_shown(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.settled()
    panel, shown = order_bench.panel, list[int]()
    panel.state.events.planned.connect(lambda planned: shown.append(len(planned)))
    panel.session.package.service = "Priority"

    def wait_in_the_store(_: Db) -> None:
        reading.set()
        release.wait(timeout=60)

    reading, release = threading.Event(), threading.Event()
    waiting = order_bench.ctx.store.read(wait_in_the_store)
    await order_bench.until(reading.is_set)
    try:
        await asyncio.sleep(2 * PREVIEW_AFTER_MS / 1_000)
        panel.steps.all_left()
    finally:
        release.set()
    waiting.result()
    await order_bench.until(lambda: rows(order_bench) and "CHARGER" in rows(order_bench)[0])
    assert shown == [0, 3], "the preview that began before the last change is dropped"


async def test_two_packages_are_one_shipment(order_bench: Bench) -> None:
    lines = await ready_to_ship(order_bench)
    QTest.mouseClick(order_bench.find(QPushButton, "new_package"), Qt.MouseButton.LeftButton)
    order_bench.panel.steps.add_units((lines[0],))
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[1], "")
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert [package.tracking_number for package in sheet.shipments[0].packages] == list(USPS_NUMBERS[:2])


async def test_a_typed_carrier_is_kept_and_a_cleared_one_is_found_again(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    carrier = order_bench.find(QComboBox, "carrier")
    carrier.lineEdit().selectAll()
    QTest.keyClicks(carrier.lineEdit(), "UPS")
    assert order_bench.panel.session.package.carrier == "UPS"
    carrier.lineEdit().selectAll()
    QTest.keyClick(carrier.lineEdit(), Qt.Key.Key_Delete)
    assert order_bench.panel.session.package.carrier == ""
    QTest.keyClick(carrier.lineEdit(), Qt.Key.Key_Tab)
    assert carrier.currentText() == "USPS"
    assert order_bench.panel.session.package.carrier == ""


async def test_a_carrier_that_was_read_back_is_shown_by_its_name(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    carrier = order_bench.find(QComboBox, "carrier")
    order_bench.panel.session.package.carrier = "royal_mail"
    assert carrier.currentText() == "Royal Mail"
    carrier.lineEdit().setFocus()
    carrier.lineEdit().selectAll()
    QTest.keyClicks(carrier.lineEdit(), "dhl")
    assert carrier.currentText() == "dhl", "what a person types stays"


async def test_a_scanned_number_is_shown_in_groups_and_plain_while_it_is_edited(order_bench: Bench) -> None:
    await order_bench.open()
    field = order_bench.find(QLineEdit, "tracking_number")
    (groups,) = field.findChildren(GroupedNumber)
    assert not groups.isVisible()
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
    assert field.text() == USPS_NUMBERS[0]
    assert groups.isVisible()
    field.setFocus()
    await order_bench.until(lambda: not groups.isVisible())
    order_bench.find(QLineEdit, "weight").setFocus()
    await order_bench.until(groups.isVisible)


async def test_without_an_order_there_is_no_package_and_no_reason(order_bench: Bench) -> None:
    panel = order_bench.panel
    shown = ("package_tabs", "new_package", "preview_button")
    button = order_bench.find(ShipButton, "ship_button")

    def visible() -> list[str]:
        return [name for name in shown if panel.findChild(QWidget, name).isVisible()]

    assert visible() == []
    assert order_bench.find(QLabel, "no_packages").isVisible()
    await order_bench.open()
    await order_bench.until(lambda: visible() == list(shown) and button.label.reason)
    assert not order_bench.find(QLabel, "no_packages").isVisible()
    panel.open_order(999_999)
    await order_bench.until(lambda: visible() == [])
    assert not order_bench.find(QLabel, "ship_refused").isVisible()
    assert order_bench.find(QLabel, "no_packages").isVisible()


async def test_undo_restores_the_last_step_and_is_refused_without_one(order_bench: Bench) -> None:
    lines = await order_bench.open()
    order_bench.panel.steps.add_units((lines[0],))
    order_bench.panel.undo()
    assert order_bench.panel.session.draft.units == 0
    order_bench.panel.undo()
    assert order_bench.messages == [text("order_editor.nothing_to_undo")]


async def test_an_order_that_is_gone_is_closed(order_bench: Bench) -> None:
    order_bench.panel.open_order(999_999)
    await order_bench.until(lambda: order_bench.messages)
    assert order_bench.panel.order_id is None


async def test_units_shipped_at_another_station_are_refused_and_the_draft_is_kept(order_bench: Bench) -> None:
    await ready_to_ship(order_bench, units=3)
    order_id, draft = order_bench.panel.order_id, order_bench.panel.session.draft.snapshot()
    await ship.ship(order_bench.ctx, order_id, draft)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.messages)
    assert order_bench.shipped == []
    assert order_bench.panel.session.draft.snapshot() == draft
    assert len((await orders.sheet(order_bench.ctx, order_id)).shipments) == 1


async def test_the_requests_can_be_previewed(order_bench: Bench, simulated_platforms: SimulatorServer) -> None:
    await ready_to_ship(order_bench)
    QTest.mouseClick(order_bench.find(NotifiedLine, "preview_button"), Qt.MouseButton.LeftButton)
    await order_bench.until(lambda: order_bench.panel.findChild(PreviewDialog))
    assert order_bench.panel.findChild(PreviewDialog).tabs.count() == 3
    assert effects(simulated_platforms) == []


@pytest.mark.parametrize("size", [(552, 700), (760, 960), (430, 640)])
async def test_the_ship_button_is_always_fully_visible(order_bench: Bench, size: tuple[int, int]) -> None:
    await order_bench.ctx.write(_many_lines, await orders.find(order_bench.ctx, "10001"))
    order_bench.panel.resize(*size)
    await ready_to_ship(order_bench)
    await asyncio.sleep(0.02)
    button = order_bench.find(ShipButton, "ship_button")
    corner = button.mapTo(order_bench.panel, button.rect().bottomRight())
    assert order_bench.panel.rect().contains(corner)
    assert button.visibleRegion().boundingRect() == button.rect()


def _many_lines(db: Db, order_id: int) -> None:
    name = "Stainless steel drinking bottle with straw lid, 750 ml, black"
    for number in range(9):
        stored_orders.add_line(
            db, order_id, sku=f"BOTTLE-{number}", description=name, ordered=2, cancelled=0, weight_g=None
        )
    stored_orders.refresh_totals(db, order_id, now_ms=1)


def _cancel_case(db: Db, order_id: int) -> None:
    (case,) = [line for line in stored_orders.lines(db, order_id) if line.sku == "MOBILE-CASE-BLK"]
    order_lines.change(db, {case.id: LineValues("Mobile Case (Black)", 3, 3, None)})
    stored_orders.refresh_totals(db, order_id, now_ms=1)


def _refuse_first_call(db: Db, order_id: int, problems: tuple[Problem, ...]) -> None:
    from shipconsole.store import calls

    ending = calls.Ending("rejected", verbatim("refused"), problems)
    assert calls.put_off(db, calls.of_order(db, order_id)[0].id, ending, now_ms=1, steady_ms=1)


async def test_all_fields_are_opened_from_the_order(order_bench: Bench) -> None:
    await order_bench.open()
    assert order_bench.panel.all_fields()
    dialog = order_bench.find(FieldsDialog, "fields_dialog")
    await order_bench.until(lambda: dialog.pages)
    assert dialog.order_id == order_bench.panel.order_id
    assert dialog.isVisible()
    dialog.reject()


async def test_what_a_platform_will_not_store_is_a_notice_without_buttons(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    carrier = order_bench.find(QComboBox, "carrier")
    carrier.lineEdit().selectAll()
    QTest.keyClicks(carrier.lineEdit(), "Joe's van")
    await order_bench.until(lambda: any("Joe's van" in row for row in rows(order_bench)))
    (row,) = [row for row in order_bench.panel.findChildren(UpdateRow) if "Starshipit" in row.accessibleName()]
    assert row.findChild(QLabel, "notice").text().startswith("A Starshipit order has one carrier.")
    assert all(row.findChild(QPushButton, name).isHidden() for name in ("retry", "mark_confirmed", "discard"))
    assert order_bench.find(ShipButton, "ship_button").isEnabled()


async def test_a_remark_of_a_confirmed_update_is_in_its_row(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await ready_to_ship(order_bench)
    fault(simulated_platforms, "starshipit", "beside", call="update_order")
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    await worker.flush(order_bench.ctx)
    order_bench.panel.refresh()
    await order_bench.until(lambda: any("accepted it with a remark" in row for row in rows(order_bench)))


async def test_changes_elsewhere_are_reported_while_something_is_packed(order_bench: Bench) -> None:
    lines = await order_bench.open()
    happened: list[object] = []
    order_bench.panel.happened.connect(happened.append)
    order_id = order_bench.panel.order_id

    async def change(column: str, value: int) -> None:
        with closing(sql.connect(order_bench.ctx.store.file)) as store:
            store.execute(f"UPDATE order_line SET {column} = ? WHERE id = ?", (value, lines[1]))
        order_bench.panel.refresh()
        await order_bench.settled()

    await change("ordered", 4)
    assert happened == [], "nothing was packed yet"
    order_bench.panel.steps.add_units((lines[0],))
    await change("ordered", 2)
    assert happened == [OrderChanged(order_id, "10001", (OrderChange("MOBILE-CASE-BLK", 4, 2),))]
    with closing(sql.connect(order_bench.ctx.store.file)) as store:
        store.execute("UPDATE orders SET cancelled = 1 WHERE id = ?", (order_id,))
    order_bench.panel.refresh()
    await order_bench.settled()
    assert happened[1:] == [OrderChanged(order_id, "10001")]


async def test_a_doubtful_typed_number_ships_after_a_person_accepts_it(order_bench: Bench) -> None:
    scans = ScanProcessor(order_bench.ctx, order_bench.tasks, order_bench.panel, "%")
    lines = await order_bench.open()
    panel = order_bench.panel
    panel.steps.add_units((lines[0],))
    wrong = USPS_NUMBERS[0][:-1] + "8"
    number = order_bench.find(QLineEdit, "tracking_number")
    number.setFocus()
    QTest.keyClicks(number, wrong)
    panel.ship()
    await order_bench.until(lambda: scans.verdict.waits)
    assert (scans.verdict.kind, scans.verdict.issue.right_digit) == (VerdictKind.CHECK_DIGIT, USPS_NUMBERS[0][-1])
    panel.ship()
    assert scans.verdict.repeats == 1, "nothing ships while the verdict waits"
    assert scans.answer(PersonKey.ENTER, "")
    panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    sheet = await orders.sheet(order_bench.ctx, panel.order_id)
    (package,) = sheet.shipments[0].packages
    assert (package.tracking_number, package.accepted) == (wrong, (LabelIssueKind.CHECK_DIGIT,))


async def test_a_typed_number_that_is_not_accepted_is_removed(order_bench: Bench) -> None:
    scans = ScanProcessor(order_bench.ctx, order_bench.tasks, order_bench.panel, "%")
    await order_bench.open()
    number = order_bench.find(QLineEdit, "tracking_number")
    number.setFocus()
    QTest.keyClicks(number, USPS_NUMBERS[0][:-1] + "8")
    QTest.keyClick(number, Qt.Key.Key_Return)
    await order_bench.until(lambda: scans.verdict.waits)
    assert scans.answer(PersonKey.ESCAPE, "")
    await order_bench.settled()
    assert number.text() == ""
    assert not scans.verdict.waits


async def test_an_order_stays_shipped_and_its_tracking_is_red_while_a_platform_rejects(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await order_bench.open("10002")
    fault(simulated_platforms, "shipup", "refuse", times=None)
    order_bench.panel.steps.all_left()
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[0], "")
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    await worker.flush(order_bench.ctx, until_empty=True)
    order_bench.panel.refresh()
    await order_bench.settled()
    state = order_bench.find(QLabel, "order_state")
    assert (state.text(), state.property("severity")) == ("Shipped", "good")
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    tracking = TrackingPanel(Theme())
    tracking.show_sheet(sheet)
    status = tracking.findChild(QLabel, "package_status")
    assert (status.text(), status.property("severity")) == (text("track_panel.not_all_notified"), "bad")
    tracking.deleteLater()


async def test_an_order_printed_since_it_was_read_has_a_warning_before_it_ships(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    order_id = await orders.find(order_bench.ctx, "10001")
    with closing(sql.connect(order_bench.ctx.store.file)) as store:
        store.execute("UPDATE link SET seen_at_ms = 1")
    await print_order(simulated_platforms, order_bench.ctx, "10001")
    await ready_to_ship(order_bench)
    await order_bench.until(lambda: any("has order 10001 as “Printed”" in row for row in rows(order_bench)))
    assert not (await orders.sheet(order_bench.ctx, order_id)).shipments


async def test_the_order_that_took_the_number_meanwhile_is_a_link_in_the_packages(order_bench: Bench) -> None:
    await order_bench.open()
    panel = order_bench.panel
    panel.steps.all_left()
    form = panel.packages_pane.form
    link = form.findChild(QPushButton, "open_other_order")
    assert link.isHidden()
    other_id, draft = await draft_of(order_bench.ctx, "10002", None, USPS_NUMBERS[0])
    await ship.ship(order_bench.ctx, other_id, draft)
    form.tracking_number.setText(USPS_NUMBERS[0])
    form.tracking_number.textEdited.emit(USPS_NUMBERS[0])
    await order_bench.until(lambda: not link.isHidden())
    assert link.accessibleName() == text("package_card.open_order", number="10002")
    link.click()
    await order_bench.until(lambda: panel.order_id == other_id)
    await order_bench.until(link.isHidden)
