"""The main window in the pseudo-locale: every text is a message, and none is cut."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtGui import QAction, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTabBar, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain import carrier as carriers
from shipconsole.domain.order import Order
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import order_list, orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.order_editor.updates_card import UpdateRow
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.shown_texts import Shown, cut, shown_texts, unmarked
from tests.ui.waiting import until

STATION = "Bench 3"
REQUESTS = {"create_order", "notify_shipped", "update_order", "NO-SUCH-CODE"}
"""Names of requests at the platforms, and scanned codes."""


@pytest.fixture(autouse=True)
def pseudo_language() -> Iterator[None]:
    """Use the pseudo-locale."""
    before = messages.language()
    messages.use(messages.PSEUDO)
    yield
    messages.use(before)


async def with_updates(ctx: Context, server: SimulatorServer) -> int:
    """Ship part of one order, and one that a platform rejects and another one keeps waiting; return the first's id."""
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    fault(server, "shipup", "refuse", times=None)
    fault(server, "starshipit", "429", seconds=600, times=None)
    fault(server, "shipengine", "drop_after", times=None)
    _, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[2])
    await ship.ship(ctx, await orders.find(ctx, "10002"), draft)
    await worker.flush(ctx)
    return order_id


@asynccontextmanager
async def open_window(ctx: Context, qtbot: QtBot, width: int, height: int) -> AsyncGenerator[MainWindow]:
    """Open a started window with the program's own theme."""
    theme, tasks = Theme(), Tasks()
    theme.use(QApplication.instance(), LIGHT)
    theme.load_rest()
    window = MainWindow(ctx.store, theme, Settings(station_name=STATION), demo=True)
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    window.start(ctx, tasks)
    try:
        yield window
    finally:
        await window.shutdown()
        await tasks.stop()
        window.hide()


async def data_of(ctx: Context) -> set[str]:
    """Return what the window shows of orders, platforms, carriers and this station."""
    data = {STATION, ctx.station, *(carrier.name for carrier in carriers.CARRIERS)}
    data |= {connection.name for connection in await connections.every(ctx)}
    for number in range(10_001, 10_009):
        order_id = await orders.find(ctx, str(number))
        sheet = await orders.sheet(ctx, order_id)
        # The next order is announced with the name alone.
        shown = await asyncio.wrap_future(order_list.rows(ctx.store, [order_id]))
        data |= {row.recipient.partition(" · ")[0] for row in shown}
        data |= {row.recipient for row in await asyncio.wrap_future(order_list.rows(ctx.store, [order_id]))}
        data |= _data_of_order(sheet.order) | {link.source_name for link in sheet.links}
        data |= {part for track in sheet.tracks for part in (track.tracking_number, track.carrier)}
    return data


def _data_of_order(order: Order) -> set[str]:
    to = order.ship_to
    data = {order.number, to.name, to.company, to.in_one_line, to.instructions, order.note}
    return data | {part for line in order.lines for part in (line.sku, line.description)}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 700), (1920, 1080)])
async def test_every_text_is_a_message_and_none_is_cut(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot, width: int, height: int
) -> None:
    order_id = await with_updates(bench, simulated_platforms)
    data = await data_of(bench)
    found: set[Shown] = set()
    too_long: set[Shown] = set()
    async with open_window(bench, qtbot, width, height) as window:
        await until(lambda: window.order_list.table.model().rowCount())
        found |= set(shown_texts(window))
        for open_id in (order_id, await orders.find(bench, "10002"), order_id):
            window.open_order(open_id)
            await until(lambda: window.editor.session is not None)
            await asyncio.sleep(0.3)
            found |= set(shown_texts(window))
            too_long |= set(cut(window))
        window.top_bar.scan_field.take("MOBILE-CASE-BLK")
        window.top_bar.scan_field.take(USPS_NUMBERS[1])
        ready = messages.text("order_editor.ready")
        await until(lambda: any(ready in row.accessibleName() for row in window.findChildren(UpdateRow)))
        window.top_bar.show_counts(sending=2, oldest_ms=1, needs_attention=3)
        window.top_bar.show_late(1)
        window.top_bar.show_forward_review(1)
        await asyncio.sleep(0.1)
        found |= set(shown_texts(window))
        too_long |= set(cut(window))
        window.banner.show_message(BannerMessage(messages.text("program.failed"), messages.text("banner.not_saved")))
        window.top_bar.scan_field.take("NO-SUCH-CODE")
        await until(lambda: window.strip.shown.tone == "locked")
        found |= set(shown_texts(window))
        too_long |= set(cut(window))
        for view in ("shipped", "partly", "needs_attention", "late"):
            window.order_list.show_view(view)
            await asyncio.sleep(0.2)
            found |= set(shown_texts(window))
            too_long |= set(cut(window))
    assert len(found) > 100
    assert sorted(too_long) == []
    assert [f"{shown.part}: {shown.text} ({shown.where})" for shown in unmarked(sorted(found), data | REQUESTS)] == []


@pytest.mark.parametrize(
    "part", ["text", "button", "hint", "tooltip", "name", "tab", "header", "cell", "entry", "title"]
)
def test_a_literal_would_be_found_wherever_it_stands(part: str, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label, button, line, tabs, table = QLabel(), QPushButton(), QLineEdit(), QTabBar(), QTableView()
    model = QStandardItemModel(1, 1, table)
    marked = messages.text("program.demo")
    model.setHorizontalHeaderLabels([marked])
    table.setModel(model)
    table.verticalHeader().hide()
    tabs.addTab(marked)
    for widget in (label, button, line, tabs, table):
        column.addWidget(widget)
    entry = QAction(marked, window)
    window.setWindowTitle(marked)
    window.show()
    assert unmarked(shown_texts(window), ()) == []
    plant = {
        "text": label.setText,
        "button": button.setText,
        "hint": line.setPlaceholderText,
        "tooltip": button.setToolTip,
        "name": label.setAccessibleName,
        "tab": lambda planted: tabs.setTabText(0, planted),
        "header": lambda planted: model.setHorizontalHeaderLabels([planted]),
        "cell": lambda planted: model.setData(model.index(0, 0), planted),
        "entry": entry.setText,
        "title": window.setWindowTitle,
    }
    plant[part](f"{marked} Planted")
    assert [shown.text for shown in unmarked(shown_texts(window), ())] == [f"{marked} Planted"]
    assert unmarked(shown_texts(window), ("Planted",)) == []


def test_a_text_that_is_cut_would_be_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = QLabel(messages.text("program.failed"), window)
    label.resize(20, 20)
    window.show()
    assert [shown.text for shown in cut(window)] == [messages.text("program.failed")]
    label.setToolTip(messages.text("program.failed"))
    assert cut(window) == []
