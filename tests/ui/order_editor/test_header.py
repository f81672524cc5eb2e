"""The header of an order: linked orders, and other orders that may be the same."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import link, orders
from shipconsole.operations.vendor_orders import manual_orders
from tests.operations.importing.test_uncounted import read
from tests.ui.order_editor.conftest import Bench


def text_of(bench: Bench, name: str) -> str:
    label = bench.find(QWidget, name)
    if not label.isVisibleTo(bench.panel):
        return ""
    return label.text() if isinstance(label, QLabel) and label.text() else label.accessibleName()


async def add(bench: Bench, *items: tuple[str, object], number: str = "10001") -> int:
    """Import an order of A. Byron from a connection without any; return its id."""
    name = f"Shop {number}"
    shop = await connections.connect(bench.ctx, "swiftpod", name)
    await bench.ctx.write(upsert.upsert_orders, shop, (read("swiftpod", *items, number=number),), now_ms=1)
    return await orders.find(bench.ctx, f"{number}@{name}")


async def test_the_header_shows_linked_orders(order_bench: Bench) -> None:
    await order_bench.open()
    assert text_of(order_bench, "joined_orders") == text(
        "order_editor.linked", parts=("ShipEngine 10001", "Starshipit 10001", "Shipup 10001")
    )
    assert text_of(order_bench, "may_be_same") == ""
    assert not order_bench.find(QPushButton, "compare_orders").isVisibleTo(order_bench.panel)


async def test_the_header_shows_an_order_that_may_be_the_same_until_a_person_decides(order_bench: Bench) -> None:
    other_id = await add(order_bench, ("PLATE", 1))
    order_id = await orders.find(order_bench.ctx, "10001@ShipEngine")
    order_bench.panel.open_order(order_id)
    await order_bench.until(lambda: order_bench.opened)
    assert text_of(order_bench, "may_be_same") == text(
        "order_editor.may_be_same", number="10001", details="Shop 10001 · A. Byron · AU"
    )
    requested: list[str] = []
    order_bench.panel.entry_requested.connect(requested.append)
    QTest.mouseClick(order_bench.find(QPushButton, "compare_orders"), Qt.MouseButton.LeftButton)
    assert requested == ["link_orders"]
    await link.keep_separate(order_bench.ctx, order_id, other_id)
    order_bench.panel.refresh()
    await order_bench.until(lambda: text_of(order_bench, "may_be_same") == "")


async def test_an_item_without_whole_units_is_shown_and_a_scan_does_not_count_it(order_bench: Bench) -> None:
    order_id = await add(order_bench, ("CLOTH", 2.5), ("MUG", 1), number="77")
    order_bench.panel.open_order(order_id)
    await order_bench.until(lambda: order_bench.opened)
    assert text_of(order_bench, "unresolved_items") == text("order_editor.unresolved", count=1)
    line = (await orders.sheet(order_bench.ctx, order_id)).order.lines[0]
    assert not order_bench.panel.steps.add_units((line.id,))
    assert order_bench.messages == [text("order_editor.not_counted", sku="CLOTH", quantity="2.5")]
    order_bench.messages.clear()
    requested: list[str] = []
    order_bench.panel.entry_requested.connect(requested.append)
    QTest.mouseClick(order_bench.find(QPushButton, "resolve_items_button"), Qt.MouseButton.LeftButton)
    assert requested == ["resolve_items"]


async def test_a_postal_code_that_does_not_fit_its_country_is_warned_of(order_bench: Bench) -> None:
    await order_bench.open()
    assert text_of(order_bench, "ship_to_warning") == ""
    typo = Address(name="Ada Byron", street="1 Test Street", city="Sydney", postal_code="20O0", country="AU")
    new = NewOrder("H-1", typo, (NewLine("CASE"),))
    order_bench.panel.open_order((await manual_orders.create(order_bench.ctx, new, ())).order_id)
    await order_bench.until(lambda: order_bench.opened[-1] == "H-1")
    assert text_of(order_bench, "ship_to_warning") == text(
        "address.odd_postal_code", code="20O0", country="Australia", forms=("0000",)
    )
    await order_bench.open("10003")
    assert text_of(order_bench, "ship_to_warning") == ""
