"""A rejected update and one without a response: shown where they are fixed, and all of it fits."""

import json
from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls
from shipconsole.store.database import Db
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.order_editor.notified import NotifiedLine
from shipconsole.ui.order_editor.packages import LabelFix
from shipconsole.ui.order_editor.ship_button import ShipButton, ShipMode
from shipconsole.ui.order_editor.updates_card import UpdateRow, UpdatesCard
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, fault
from tests.ui.order_editor.conftest import Bench

QUOTE = "Carrier service code ‘PRI’ is not valid for carrier USPS."


def reject(db: Db, order_id: int, connection: str, path: tuple[str | int, ...]) -> None:
    """Have a connection reject its update."""
    call = next(call for call in calls.of_order(db, order_id) if call.connection == connection)
    ending = calls.Ending("rejected", verbatim("refused"), (Problem(path, verbatim(QUOTE)),))
    assert calls.put_off(db, call.id, ending, now_ms=1, steady_ms=1)


async def in_trouble(bench: Bench, platforms: SimulatorServer) -> UpdatesCard:
    """Ship an order of which Starshipit rejects the service, and ShipEngine does not respond."""
    await bench.open("10001")
    bench.panel.steps.all_left()
    bench.panel.steps.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
    bench.panel.session.package.service = "Priority"
    bench.panel.ship()
    await bench.until(lambda: bench.shipped)
    await bench.ctx.write(reject, bench.panel.order_id, "Starshipit", ("packages", 0, "service"))
    fault(platforms, "shipengine", "drop_after")
    await worker.flush(bench.ctx)
    bench.panel.refresh()
    await bench.settled()
    return bench.find(UpdatesCard, "updates")


def row(bench: Bench, connection: str) -> UpdateRow:
    return next(row for row in bench.panel.findChildren(UpdateRow) if row.accessibleName().startswith(connection))


def visible(parent: QWidget, name: str) -> bool:
    return parent.findChild(QWidget, name).isVisible()


async def test_all_of_it_fits_a_window_of_1280_by_800_without_scrolling(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    card = await in_trouble(order_bench, simulated_platforms)
    assert card.isVisible(), "it opens by itself"
    pane = order_bench.panel.packages_pane
    assert not pane.scrolls
    assert pane.content_height <= pane.height()
    fix = order_bench.find(LabelFix, "label_fix")
    assert fix.findChild(QLineEdit, "fix_service").text() == "Priority"
    assert fix.findChild(QLabel, "problem").text() == f"Starshipit: “{QUOTE}”"
    assert visible(fix, "save_and_retry")
    assert visible(fix, "discard")
    shipengine = row(order_bench, "ShipEngine")
    assert visible(shipengine, "check_now")
    assert visible(shipengine, "mark_confirmed")
    assert not visible(shipengine, "retry")
    starshipit = row(order_bench, "Starshipit")
    assert not any(visible(starshipit, name) for name in ("problem", "retry", "discard")), "it is at the field"
    assert not order_bench.find(NotifiedLine, "preview_button").isVisible(), "the list says it"
    for part in card.findChildren(QWidget):
        if part.isVisible():
            assert part.visibleRegion().boundingRect().size() == part.rect().size(), part.objectName()


async def test_a_fixed_field_is_saved_and_sent_again(order_bench: Bench, simulated_platforms: SimulatorServer) -> None:
    await in_trouble(order_bench, simulated_platforms)
    service = order_bench.find(LabelFix, "label_fix").findChild(QLineEdit, "fix_service")
    service.selectAll()
    QTest.keyClicks(service, "Ground")
    QTest.keyClick(service, Qt.Key.Key_Return)
    await order_bench.settled()
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert sheet.shipments[0].packages[0].service == "Ground"
    states = {(call.connection, call.state) for call in sheet.calls}
    assert {("Starshipit", "superseded"), ("Starshipit", "pending"), ("Shipup", "confirmed")} <= states
    assert len([call for call in sheet.calls if call.connection == "Shipup"]) == 1, "nobody else is told"
    await worker.flush(order_bench.ctx)
    order_bench.panel.refresh()
    await order_bench.settled()
    assert order_bench.panel.findChild(LabelFix, "label_fix") is None or not visible(
        order_bench.panel.packages_pane, "label_fix"
    )


async def test_an_unchanged_field_is_sent_again_as_it_is(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await in_trouble(order_bench, simulated_platforms)
    save = order_bench.find(LabelFix, "label_fix").findChild(QPushButton, "save_and_retry")
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    await order_bench.settled()
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert [call.state for call in sheet.calls if call.connection == "Starshipit"] == ["superseded", "pending"]


async def test_discard_and_mark_as_confirmed_ask_for_a_reason(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await in_trouble(order_bench, simulated_platforms)
    fix = order_bench.find(LabelFix, "label_fix")
    for button in (
        fix.findChild(QPushButton, "discard"),
        row(order_bench, "ShipEngine").findChild(QPushButton, "mark_confirmed"),
    ):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        prompt = order_bench.find(Prompt, "reason")
        assert prompt.isVisible()
        prompt.reject()
        prompt.deleteLater()
        await order_bench.until(lambda: order_bench.panel.findChild(Prompt, "reason") is None)


async def test_a_check_before_the_first_one_is_refused_and_a_later_one_is_made(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await in_trouble(order_bench, simulated_platforms)
    check = row(order_bench, "ShipEngine").findChild(QPushButton, "check_now")
    order_bench.messages.clear()
    QTest.mouseClick(check, Qt.MouseButton.LeftButton)
    await order_bench.settled()
    ((problem,),) = order_bench.messages
    assert problem.message.id == "notified.checked_later"
    with closing(sql.connect(order_bench.ctx.store.file)) as store:
        store.execute("UPDATE call SET checks = 1 WHERE state = 'unknown'")
    QTest.mouseClick(check, Qt.MouseButton.LeftButton)
    await order_bench.settled()
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    (call,) = [call for call in sheet.calls if call.connection == "ShipEngine"]
    assert (call.checks, len(order_bench.messages)) == (2, 1)


async def test_after_shipping_the_button_opens_the_next_order(
    order_bench: Bench, simulated_platforms: SimulatorServer
) -> None:
    await in_trouble(order_bench, simulated_platforms)
    button = order_bench.find(ShipButton, "ship_button")
    assert (button.label.mode, button.label.title) == (ShipMode.NEXT, text("ship_button.next_order", number="10002"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await order_bench.until(lambda: order_bench.opened[-1] == "10002")
    assert button.label.mode is ShipMode.SHIP
    assert len(order_bench.shipped) == 1
    assert json.dumps(order_bench.messages, default=str).count("10002") == 0
