"""The order editor is bound to its models: a change of a model is shown, and what a person does changes the model."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import verbatim
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.orders import orders
from shipconsole.ui.kit.strings import order_state
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.items_pane import items_headline
from shipconsole.ui.order_editor.package_head import PackageHead
from shipconsole.ui.order_editor.packages import PackagesPane
from shipconsole.ui.order_editor.ship_button import ShipButton, ship_text
from tests.support.bench import USPS_NUMBERS
from tests.ui.order_editor.conftest import Bench
from tests.ui.order_editor.orders import order_of
from tests.ui.order_editor.test_panel import ready_to_ship, rows, text_of


async def session_of(bench: Bench) -> tuple[PackingSession, tuple[int, ...]]:
    lines = await bench.open()
    assert bench.panel.session is not None
    return bench.panel.session, lines


def titles(bench: Bench) -> list[str]:
    """Return the titles of the packages from top to bottom, the open one in brackets."""
    column = bench.find(QWidget, "package_tabs")
    form = bench.find(QWidget, "open_package")
    shown: list[tuple[int, str]] = [
        (head.mapTo(column, head.rect().topLeft()).y(), head.summary.title)
        for head in column.findChildren(PackageHead)
        if head.isVisible()
    ]
    heading = next(label.text() for label in form.findChildren(QLabel) if label.property("variant") == "heading")
    shown.append((form.mapTo(column, form.rect().topLeft()).y(), f"[{heading}]"))
    return [title for _, title in sorted(shown)]


def package(number: int) -> str:
    return text("package_tab.number", number=number)


def in_package(bench: Bench) -> list[int]:
    model = bench.find(QTableView, "line_table").model()
    return [model.index(row, 0).data(Qt.ItemDataRole.EditRole) for row in range(model.rowCount())]


def press_package(bench: Bench, position: int) -> None:
    QTest.mouseClick(bench.find(PackageHead, f"package_{position}"), Qt.MouseButton.LeftButton)


def test_the_packages_follow_their_session(qtbot: QtBot) -> None:
    pane = PackagesPane(Theme())
    qtbot.addWidget(pane)
    session = PackingSession.begin(order_of(), ShipmentDraft(packages=(PackageDraft(service="A"), PackageDraft())))
    session.current = 0
    pane.bind(session)
    pane.show()
    assert (pane.count, pane.form.service.text()) == (2, "A")
    session.remove_package(1)
    assert pane.count == 1
    assert session.undo()
    assert pane.count == 2
    QTest.mouseClick(pane.findChild(PackageHead, "package_1"), Qt.MouseButton.LeftButton)
    QTest.keyClicks(pane.form.weight, "6x")
    QTest.keyClicks(pane.form.size_field.lineEdit(), "30 x 20")
    assert (session.current, session.package.weight_kg, session.package.size_cm) == (1, "6x", "30 x 20")
    session.package.size_cm = "60 x 40 x 40"
    assert pane.form.size_field.currentText() == "60 x 40 x 40"


async def test_fields_follow_the_draft(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.tracking_number = USPS_NUMBERS[0]
    session.package.weight_kg = "0,7"
    assert order_bench.find(QLineEdit, "tracking_number").text() == USPS_NUMBERS[0]
    assert order_bench.find(QLineEdit, "weight").text() == "0,7"
    assert order_bench.find(QComboBox, "carrier").currentText() == "USPS"
    session.package.carrier = "Joe's van"
    assert order_bench.find(QComboBox, "carrier").currentText() == "Joe's van"


async def test_typing_changes_the_draft_which_is_saved_as_typed(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    QTest.keyClicks(order_bench.find(QLineEdit, "weight"), "6x")
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "Priority")
    QTest.keyClicks(order_bench.find(QLineEdit, "tracking_number"), "9400")
    QTest.keyClicks(order_bench.find(QComboBox, "carrier").lineEdit(), "Joe's van")
    package = session.package
    assert (package.weight_kg, package.service, package.tracking_number) == ("6x", "Priority", "9400")
    assert package.carrier.endswith("Joe's van")
    await order_bench.panel.save_drafts()
    saved = (await orders.sheet(order_bench.ctx, order_bench.panel.order_id)).draft
    assert saved == session.draft
    # Opened again it is the same.
    await order_bench.open("10002")
    await order_bench.open("10001")
    assert order_bench.find(QLineEdit, "weight").text() == "6x"


async def test_an_appended_package_is_drawn_and_opened(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.service = "Priority"
    assert titles(order_bench) == [f"[{package(1)}]"]
    assert session.new_package()
    await order_bench.until(lambda: titles(order_bench) == [package(1), f"[{package(2)}]"])
    assert order_bench.find(QLineEdit, "service").text() == ""
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "Ground")
    assert [package.service for package in session.draft.packages] == ["Priority", "Ground"]
    press_package(order_bench, 0)
    assert session.current == 0
    await order_bench.until(lambda: titles(order_bench) == [f"[{package(1)}]", package(2)])
    assert order_bench.find(QLineEdit, "service").text() == "Priority"


async def test_a_removed_package_is_gone_and_undo_restores_it(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.service = "Priority"
    session.new_package()
    session.package.service = "Ground"
    QTest.mouseClick(order_bench.find(QPushButton, "remove_package"), Qt.MouseButton.LeftButton)
    assert session.draft.packages == (PackageDraft(service="Priority"),)
    assert titles(order_bench) == [f"[{package(1)}]"]
    assert order_bench.panel.undo()
    assert order_bench.find(QLineEdit, "service").text() == "Ground"


async def test_the_table_and_the_quantities_follow_each_other(order_bench: Bench) -> None:
    session, lines = await session_of(order_bench)
    session.add_units((lines[1],), 2)
    assert in_package(order_bench)[1] == 2
    assert order_bench.find(QLabel, "items_headline").accessibleName() == items_headline(0, 2, 3)
    table = order_bench.find(QTableView, "line_table")
    table.model().setData(table.model().index(1, 0), "1")
    assert session.package.quantities == {lines[1]: 1}
    session.undo()
    assert in_package(order_bench)[1] == 2


async def test_the_path_of_a_problem_marks_its_field(order_bench: Bench) -> None:
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


async def test_nothing_can_be_typed_while_the_shipment_is_saved(order_bench: Bench) -> None:
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


async def test_the_open_package_and_the_session_follow_each_other(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    session.package.service = "Priority"
    session.new_package()
    service = order_bench.find(QLineEdit, "service")
    session.current = 0
    assert service.text() == "Priority"
    await order_bench.until(lambda: titles(order_bench) == [f"[{package(1)}]", package(2)])
    press_package(order_bench, 1)
    assert (session.current, service.text()) == (1, "")


async def test_the_items_follow_a_changed_order(order_bench: Bench) -> None:
    session, _ = await session_of(order_bench)
    table = order_bench.find(QTableView, "line_table")
    totals = [row.total for row in table.model().rows]
    lines = tuple(line.model_copy(update={"ordered": line.ordered + 1}) for line in session.order.lines)
    session.update_order(session.order.model_copy(update={"lines": lines}))
    assert [row.total for row in table.model().rows] == [total + 1 for total in totals]
    headline = order_bench.find(QLabel, "items_headline").accessibleName()
    assert headline == items_headline(0, 0, session.left)


async def test_the_header_follows_the_sheet(order_bench: Bench) -> None:
    await order_bench.open()
    state = order_bench.panel.state
    order = state.sheet.order.model_copy(update={"number": "X-1", "cancelled": True})
    state.sheet = replace(state.sheet, order=order)
    assert text_of(order_bench, "order_number") == "X-1"
    assert text_of(order_bench, "order_state") == order_state(order.state)[0]
    assert text("remark.cancelled_here") in text_of(order_bench, "differences")
    recipient = order.ship_to.model_copy(update={"name": "Ada Byron", "instructions": "Ring twice"})
    state.sheet = replace(state.sheet, order=order.model_copy(update={"ship_to": recipient}))
    assert order_bench.find(QLabel, "ship_to").accessibleName().startswith("Ada Byron · ")
    assert order_bench.find(QLabel, "delivery_note").accessibleName() == "Ring twice"


async def test_the_updates_and_the_button_follow_the_plan(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.settled()
    state, button = order_bench.panel.state, order_bench.find(ShipButton, "ship_button")
    planned = state.planned
    assert len(rows(order_bench)) == len(planned) == 3
    state.planned = planned[:1]
    assert len(rows(order_bench)) == 1
    assert button.accessibleName() == ship_text(1, 5, 1)
    state.planned = planned
    await order_bench.until(lambda: len(rows(order_bench)) == 3)
    assert button.accessibleName() == ship_text(1, 5, 3)


async def test_the_marks_and_the_button_follow_a_refusal(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.settled()
    state, carrier = order_bench.panel.state, order_bench.find(QComboBox, "carrier")
    assert not carrier.property("wrong")
    state.refused = (Problem(("packages", 0, "carrier"), verbatim("Unknown carrier.")),)
    assert carrier.property("wrong")
    assert text_of(order_bench, "package_problem") == "Unknown carrier."
    assert order_bench.find(ShipButton, "ship_button").label.reason == "Unknown carrier."
    assert not order_bench.find(ShipButton, "ship_button").isEnabled()
    state.refused = ()
    assert not carrier.property("wrong")
    assert order_bench.find(ShipButton, "ship_button").isEnabled()


async def test_the_state_has_what_was_read_planned_and_refused(order_bench: Bench) -> None:
    lines = await order_bench.open()
    panel = order_bench.panel
    assert panel.state.sheet.order.id == panel.order_id
    panel.steps.add_units((lines[0],))
    panel.ship()
    assert [problem.path for problem in panel.state.refused] == [("packages", 0, "tracking_number")]
    panel.steps.set_tracking(USPS_NUMBERS[0])
    assert panel.state.refused == ()
    await order_bench.until(lambda: len(panel.state.planned) == 3)
