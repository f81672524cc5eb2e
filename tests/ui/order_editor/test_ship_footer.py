"""The foot of the right column, bench mode's bar, and the lock."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.orders import next_order, orders
from shipconsole.operations.shipping import ship
from shipconsole.ui.order_editor.notified import NotifiedLine
from shipconsole.ui.order_editor.ship_button import ShipButton, ShipMode
from shipconsole.ui.order_editor.updates_card import UpdatesCard
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.order_editor.conftest import Bench
from tests.ui.order_editor.test_panel import ready_to_ship


async def shipped_whole(bench: Bench, number: str = "10002") -> None:
    await bench.open(number)
    bench.panel.steps.all_left()
    bench.panel.steps.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
    bench.panel.ship()
    await bench.until(lambda: bench.shipped)
    await worker.flush(bench.ctx, until_empty=True)
    bench.panel.refresh()
    await bench.settled()


async def test_one_line_names_who_is_notified_and_afterwards_has_a_tick_for_each(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    notified, card = order_bench.find(NotifiedLine, "preview_button"), order_bench.find(UpdatesCard, "updates")
    names = ("ShipEngine", "Starshipit", "Shipup")
    assert notified.accessibleName() == text("notified.notifies", connections=names)
    assert not card.isVisible()
    await shipped_whole(order_bench)
    assert notified.isVisible()
    named = [part.partition(":")[0] for part in notified.accessibleName().split(", ")]
    assert named == [name for name in names if name in named], "in the order in which they were planned"
    assert {"Starshipit", "Shipup"} <= set(named)
    assert not card.isVisible()
    QTest.mouseClick(notified, Qt.MouseButton.LeftButton)
    assert card.isVisible()
    QTest.mouseClick(notified, Qt.MouseButton.LeftButton)
    assert not card.isVisible()


async def test_a_locked_scan_dims_the_packages_and_ships_nothing_but_items_stay(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    panel, button = order_bench.panel, order_bench.find(ShipButton, "ship_button")
    before = button.label
    panel.show_locked(True)
    assert (button.label.mode, button.label.title) == (ShipMode.LOCKED, text("ship_button.locked"))
    assert not button.isEnabled()
    assert not order_bench.find(QLineEdit, "tracking_number").isEnabled()
    assert not order_bench.find(QPushButton, "ship_all_left").isEnabled()
    assert panel.items_pane.item_table.isEnabled()
    panel.show_locked(False)
    assert button.label == before
    assert order_bench.find(QLineEdit, "tracking_number").isEnabled()


async def test_there_is_one_ship_button_in_whichever_part_is_shown(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    panel, button = order_bench.panel, order_bench.find(ShipButton, "ship_button")
    panel.session.package.weight_kg = "0,62"
    panel.set_bench(True)
    panel.ship_footer.hide()
    panel.package_bar.show()
    assert button.parentWidget() is panel.package_bar
    assert button.isVisible()
    title = order_bench.find(QLabel, "bar_package").accessibleName()
    assert (
        title
        == f"{text('package_tab.number', number=1)} · 9400 1001…8357 · {text('package_card.weight', weight='0,62')}"
    )
    assert order_bench.find(QLabel, "units_packed").isVisible()
    QTest.mouseClick(order_bench.find(QPushButton, "bar_new_package"), Qt.MouseButton.LeftButton)
    assert len(panel.session.draft.packages) == 2
    panel.package_bar.hide()
    panel.ship_footer.show()
    assert button.parentWidget() is panel.ship_footer


async def test_the_packing_slip_is_offered_once_all_has_shipped(order_bench: Bench) -> None:
    await order_bench.open("10002")
    slip, requested = order_bench.find(QPushButton, "packing_slip"), []
    order_bench.panel.slip_requested.connect(requested.append)
    assert not slip.isVisible()
    await shipped_whole(order_bench)
    assert slip.isVisible()
    assert not order_bench.find(QPushButton, "ship_all_left").isVisible()
    QTest.mouseClick(slip, Qt.MouseButton.LeftButton)
    assert requested == [order_bench.panel.order_id]


async def test_the_next_order_is_the_first_that_is_left_to_ship(order_bench: Bench) -> None:
    ctx = order_bench.ctx
    found = await next_order.next_order(ctx)
    assert found is not None
    assert found.number == "10001"
    after = await next_order.next_order(ctx, found.id)
    assert after is not None
    assert after.number == "10002"
    order_id, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    later = await next_order.next_order(ctx, found.id)
    assert later is not None
    assert later.number == "10003"


async def test_the_key_opens_the_next_order_at_any_time(order_bench: Bench) -> None:
    await order_bench.open("10001")
    assert order_bench.panel.next_order()
    await order_bench.until(lambda: order_bench.opened[-1] == "10002")


async def test_sizes_are_stored_and_sent_where_the_platform_takes_them(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    order_bench.panel.session.package.size_cm = "30 x 20 x 10,5"
    await order_bench.settled()
    planned = {
        update.connection.name: update.request
        for update in await ship.preview(
            order_bench.ctx, order_bench.panel.order_id, order_bench.panel.session.draft.snapshot()
        )
    }
    package = planned["Starshipit"].body["order"]["packages"][0]
    assert [float(package[side]) for side in ("length", "width", "height")] == [0.3, 0.2, 0.105]
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    sheet = await orders.sheet(order_bench.ctx, order_bench.panel.order_id)
    assert sheet.shipments[0].packages[0].size == (300, 200, 105)


async def test_a_wrong_size_is_marked_at_its_field(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    field = order_bench.find(QWidget, "size")
    order_bench.panel.session.package.size_cm = "30 x 20"
    assert field.property("wrong")
    assert not order_bench.find(ShipButton, "ship_button").isEnabled()
