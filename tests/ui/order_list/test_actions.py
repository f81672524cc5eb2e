"""Several orders are chosen by keys and mouse, and acted on; filters are saved, chosen and deleted."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from shipconsole.domain.claim import Claim
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders
from shipconsole.ui.kit.claim_note import claim_text
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.actions import OrderActions
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.table import CHOSEN_MOST, OrderTable
from tests.ui.order_list.test_panel import open_menu
from tests.ui.waiting import until, until_idle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def click(table: OrderTable, position: int, modifiers: Qt.KeyboardModifier) -> None:
    place = table.visualRect(table.model().index(position, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def test_ctrl_and_shift_choose_orders_without_opening_them(qtbot: QtBot, panel: OrderListPanel) -> None:
    table = panel.table
    with qtbot.assertNotEmitted(panel.order_chosen):
        click(table, 1, CTRL)
        click(table, 4, SHIFT)
        click(table, 2, CTRL)
    assert table.chosen == [2, 4, 5]
    assert panel.status.chosen_count == 3
    assert panel.actions_button.isVisible()
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert panel.status.chosen_count == 0
    assert not panel.actions_button.isVisible()


def test_keys_choose_a_range_and_single_orders(qtbot: QtBot, panel: OrderListPanel) -> None:
    table = panel.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert table.chosen == [1, 2, 3]
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.chosen == [1, 2, 3, 5], "in a chosen mode the space bar chooses"
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.chosen == [1, 2, 3]


def test_space_looks_at_the_current_order_while_none_is_chosen(qtbot: QtBot, panel: OrderListPanel) -> None:
    table = panel.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    with qtbot.waitSignal(panel.look_requested) as looked:
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert looked.args == [1]
    with qtbot.assertNotEmitted(panel.look_requested):
        qtbot.keyClick(table, Qt.Key.Key_Space, CTRL)
    assert table.chosen == [1]


def test_chosen_orders_stay_chosen_when_the_list_changes(qtbot: QtBot, panel: OrderListPanel) -> None:
    panel.table.choose([3, 5])
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.sort = "recipient"
    assert set(panel.table.chosen) == {3, 5}
    position = panel.model.position_of(5)
    assert position is not None
    qtbot.waitUntil(lambda: panel.model.row(position) is not None)
    spoken = panel.model.index(position, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text("order_list.chosen") in spoken


def test_no_more_orders_are_chosen_than_one_action_takes(panel: OrderListPanel) -> None:
    panel.table.choose(range(1, CHOSEN_MOST + 500))
    assert len(panel.table.chosen) == CHOSEN_MOST


class Bench:
    """A list on synced orders, on which actions run."""

    def __init__(self, ctx: Context, tasks: Tasks, panel: OrderListPanel) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.panel = panel
        assert panel.actions_on_orders is not None
        self.actions: OrderActions = panel.actions_on_orders

    def act(self, name: str) -> None:
        """Choose an entry of the menu of actions."""
        menu = self.actions.menu()
        next(entry for entry in menu.actions() if entry.objectName() == f"order_action_{name}").trigger()
        menu.deleteLater()

    async def said(self, expected: str) -> None:
        await until(lambda: self.panel.status.said == expected)


@pytest.fixture
async def listed(bench: Context, qtbot: QtBot) -> AsyncGenerator[Bench]:
    panel, tasks = OrderListPanel(bench.store, Theme()), Tasks()
    qtbot.addWidget(panel)
    panel.resize(344, 800)
    panel.show()
    panel.start(bench, tasks)
    await until(lambda: panel.model.rowCount() and panel.model.row(0) is not None)
    yield Bench(bench, tasks, panel)
    await tasks.stop()


async def test_chosen_orders_are_claimed_and_released(listed: Bench) -> None:
    ids = list(listed.panel.model.ids[:3])
    listed.panel.table.choose(ids)
    listed.act("claim")
    await listed.said(text("order_list.claimed", count=3))
    assert [(await orders.sheet(listed.ctx, id_)).claim is not None for id_ in ids] == [True] * 3
    listed.act("release")
    await listed.said(text("order_list.released", count=3))


async def test_a_claim_of_another_station_is_named(listed: Bench) -> None:
    (order_id,) = listed.panel.model.ids[:1]
    other = Claim(order_id=order_id, station="Station 9", operator="Jo", at_ms=listed.ctx.clock.now_ms(), seen_at_ms=0)

    from dataclasses import replace

    from shipconsole.operations.context import CurrentPacker

    await claims.claim(replace(listed.ctx, station="Station 9", current_packer=CurrentPacker("Jo")), [order_id])
    listed.panel.table.choose([order_id])
    listed.act("claim")
    await until(lambda: "Jo" in listed.panel.status.said)
    assert listed.panel.status.said.startswith(text("order_list.claimed", count=0))
    assert claim_text(other).partition("Station 9")[0] in listed.panel.status.said


async def test_orders_are_packed_first_and_stand_at_the_top_of_the_list(listed: Bench) -> None:
    last = listed.panel.model.ids[-1]
    listed.panel.table.choose([last])
    listed.act("pack_first")
    await listed.said(text("order_list.now_first", count=1))
    await until_idle(listed.tasks)
    with_first = listed.panel
    with_first.finder.search_again()
    await until(lambda: with_first.model.id_at(0) == last)
    # The row itself is read again once the change is known here.
    spoken = Qt.ItemDataRole.AccessibleTextRole
    await until(lambda: text("order_list.first") in str(with_first.model.index(0, 0).data(spoken)))
    listed.act("pack_in_turn")
    await listed.said(text("order_list.now_in_turn", count=1))


async def test_the_list_is_exported_safe_for_spreadsheets(listed: Bench, tmp_path: Path) -> None:
    ids = list(listed.panel.model.ids[:4])
    listed.panel.table.choose(ids)
    file = tmp_path / "orders.csv"
    listed.actions.export_to(str(file))
    await listed.said(text("order_list.exported", count=4, path=str(file)))
    lines = file.read_text("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("number,recipient,state")
    rows = {row.id: row.number for row in await orders.list_rows(listed.ctx)}
    assert [line.partition(",")[0].strip('"=') for line in lines[1:]] == [rows[id_] for id_ in ids]
    listed.actions.export_to(str(tmp_path / "missing" / "orders.csv"))
    await until(lambda: "missing" in listed.panel.status.said)


async def test_slips_and_creation_are_requested_with_the_chosen_orders(listed: Bench, qtbot: QtBot) -> None:
    ids = list(listed.panel.model.ids[:2])
    listed.panel.table.choose(ids)
    for name, signal in (
        ("print_slips", listed.actions.slips_requested),
        ("create_in", listed.actions.create_requested),
    ):
        with qtbot.waitSignal(signal) as requested:
            listed.act(name)
        assert requested.args == [ids]
    listed.panel.table.clear_chosen()
    listed.panel.table.mark(ids[1])
    with qtbot.waitSignal(listed.actions.look_requested) as looked:
        listed.act("look")
    assert looked.args == [ids[1]], "without chosen orders it is the current one"


async def test_the_menu_of_actions_opens_by_key_at_the_order(listed: Bench) -> None:
    listed.panel.table.mark(listed.panel.model.ids[0])
    listed.panel.table.menu_requested.emit(QPoint(10, 10))
    menu = listed.panel.findChild(QMenu, "order_actions_menu")
    assert menu is not None
    await until(menu.isVisible)
    assert menu.activeAction() is menu.actions()[0]
    menu.close()


async def test_a_search_is_saved_as_a_filter_chosen_again_and_deleted_by_key(listed: Bench) -> None:
    panel = listed.panel
    panel.query.view = "all"
    panel.query.text = "10003"
    await until(lambda: panel.model.rowCount() == 1)
    open_menu(panel)["save_filter"].trigger()
    question = panel.findChild(TextPrompt, "filter_name")
    assert question is not None
    field = question.findChild(QLineEdit, "filter_name_field")
    assert field is not None
    assert field.text() == "10003"
    question.enter("Only  that one")
    await until_idle(listed.tasks)
    panel.finder.load_filters()
    await until(lambda: [saved.name for saved in panel.status.filters] == ["Only that one"])
    assert panel.views.accessibleName() == "Only that one"
    panel.query.text = ""
    panel.query.view = "to_ship"
    await until(lambda: panel.model.rowCount() > 1)
    assert panel.views.accessibleName() != "Only that one"
    open_menu(panel)["filter_1"].trigger()
    await until(lambda: panel.model.rowCount() == 1)
    assert (panel.query.view, panel.query.words) == ("all", "10003")
    entry = open_menu(panel)["filter_1"]
    menu = entry.parent()
    assert isinstance(menu, QMenu)
    menu.setActiveAction(entry)
    menu.keyPressEvent(QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier))
    await until_idle(listed.tasks)
    panel.finder.load_filters()
    await until(lambda: panel.status.filters == ())


async def test_the_view_of_ones_own_orders_follows_the_packer(listed: Bench) -> None:
    panel, (order_id, *_) = listed.panel, listed.panel.model.ids
    panel.query.view = "mine"
    await until(lambda: panel.model.rowCount() == 0)
    panel.table.choose([order_id])
    listed.act("claim")
    await listed.said(text("order_list.claimed", count=1))
    panel.show_packer()
    await until(lambda: list(panel.model.ids) == [order_id])
    await until(lambda: panel.status.counts is not None and panel.status.counts.mine == 1)
