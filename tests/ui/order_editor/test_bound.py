"""The order editor and its session: what happens to the one is seen on the other."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot
from shipconsole.ui.order_editor.item_table import IN_PACKAGE

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.operations.orders import orders
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.items import items_headline
from shipconsole.ui.order_editor.packages import PackagesCard, PackageTabs
from tests.support.bench import USPS_NUMBERS
from tests.ui.order_editor.conftest import Bench
from tests.ui.order_editor.orders import order_of


async def session_of(bench: Bench) -> tuple[PackingSession, tuple[int, ...]]:
    lines = await bench.open()
    assert bench.panel.session is not None
    return bench.panel.session, lines


def tab_titles(bench: Bench) -> list[str]:
    tabs = bench.find(PackageTabs, "package_tabs")
    return [tabs.tabText(tab) for tab in range(tabs.count())]


def in_package(bench: Bench) -> list[int]:
    model = bench.find(QTableView, "item_table").model()
    return [model.index(row, IN_PACKAGE).data() for row in range(model.rowCount())]


def test_the_card_of_packages_follows_its_session_by_itself(qtbot: QtBot) -> None:
    card = PackagesCard(Theme())
    qtbot.addWidget(card)
    session = PackingSession.begin(order_of(), ShipmentDraft(packages=(PackageDraft(service="A"), PackageDraft())))
    session.current = 0
    card.bind(session)
    assert (card.tabs.count(), card.tabs.currentIndex(), card.service.text()) == (2, 0, "A")
    session.remove_package(1)
    assert card.tabs.count() == 1
    assert session.undo()
    assert card.tabs.count() == 2
    card.tabs.setCurrentIndex(1)
    QTest.keyClicks(card.weight, "6x")
    assert (session.current, session.package.weight_kg) == (1, "6x")


async def test_fields_follow_the_draft(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.tracking_number = USPS_NUMBERS[0]
    session.package.weight_kg = "0,7"
    assert order_bench.find(QLineEdit, "tracking_number").text() == USPS_NUMBERS[0]
    assert order_bench.find(QLineEdit, "weight").text() == "0,7"
    assert order_bench.find(QComboBox, "carrier").currentText() == "USPS"
    session.package.carrier = "Joe's van"
    assert order_bench.find(QComboBox, "carrier").currentText() == "Joe's van"


async def test_the_draft_has_what_is_typed_and_it_is_kept(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    QTest.keyClicks(order_bench.find(QLineEdit, "weight"), "6x")
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "Priority")
    assert (session.package.weight_kg, session.package.service) == ("6x", "Priority")
    await order_bench.panel.save_drafts()
    kept = (await orders.sheet(order_bench.ctx, order_bench.panel.order_id)).draft
    assert kept == session.draft
    # Opened by somebody else it reads the same.
    await order_bench.open("10002")
    await order_bench.open("10001")
    assert order_bench.find(QLineEdit, "weight").text() == "6x"


async def test_an_appended_package_is_drawn_and_opened(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.service = "Priority"
    assert tab_titles(order_bench) == [text("package_tab.number", number=1)]
    assert session.new_package()
    assert tab_titles(order_bench) == [text("package_tab.number", number=number) for number in (1, 2)]
    assert order_bench.find(QLineEdit, "service").text() == ""
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "Ground")
    assert [package.service for package in session.draft.packages] == ["Priority", "Ground"]
    order_bench.find(PackageTabs, "package_tabs").setCurrentIndex(0)
    assert session.current == 0
    assert order_bench.find(QLineEdit, "service").text() == "Priority"


async def test_a_removed_package_is_gone_and_comes_back_undone(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.service = "Priority"
    session.new_package()
    session.package.service = "Ground"
    QTest.mouseClick(order_bench.find(QPushButton, "remove_package"), Qt.MouseButton.LeftButton)
    assert session.draft.packages == (PackageDraft(service="Priority"),)
    assert tab_titles(order_bench) == [text("package_tab.number", number=1)]
    assert order_bench.panel.undo()
    assert order_bench.find(QLineEdit, "service").text() == "Ground"


async def test_quantities_follow_each_other(order_bench: Bench) -> None:
    session, lines = await session_of(order_bench)
    session.add_units((lines[1],), 2)
    assert in_package(order_bench)[1] == 2
    assert order_bench.find(QLabel, "items_headline").accessibleName() == items_headline(
        0, 2, 3, several_packages=False
    )
    table = order_bench.find(QTableView, "item_table")
    table.model().setData(table.model().index(1, IN_PACKAGE), "1")
    assert session.package.quantities == {lines[1]: 1}
    session.undo()
    assert in_package(order_bench)[1] == 2


async def test_an_errors_path_marks_its_field(order_bench: Bench) -> None:
    session, lines = await session_of(order_bench)
    session.add_units((lines[0],))
    session.package.tracking_number = USPS_NUMBERS[0]
    session.package.weight_kg = "6x"
    (problem,) = session.problems()
    assert problem.path == ("packages", 0, "weight")
    weight = order_bench.find(QLineEdit, "weight")
    assert weight.property("wrong")
    assert weight.accessibleDescription() == str(problem.message)
    assert not order_bench.find(QLineEdit, "service").property("wrong")
    session.package.weight_kg = "6"
    assert not weight.property("wrong")


async def test_nothing_can_be_typed_while_the_shipment_is_stored(order_bench: Bench) -> None:
    session, lines = await session_of(order_bench)
    session.add_units((lines[0],))
    session.set_tracking(USPS_NUMBERS[0], "")
    order_bench.panel.ship()
    assert session.is_locked
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "P")
    assert session.package.service == ""
    await order_bench.until(lambda: order_bench.shipped)
    assert not order_bench.panel.session.is_locked
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "P")
    assert order_bench.panel.session.package.service == "P"
