"""The main window: shown before anything heavy is loaded, then packing and shipping by scans alone."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import Problem
from shipconsole.domain.verdict import VerdictKind
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import filters, orders, scan
from shipconsole.operations.orders.order_list import VIEWS
from shipconsole.operations.shipping.ship import PackedOrder, Unfinished
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from shipconsole.store.database import Store
from shipconsole.ui.dialogs.connections import ConnectionsDialog
from shipconsole.ui.dialogs.packer import PackerDialog
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.window import window_state
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.closing import ask_to_close
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu_entries import ENTRIES
from shipconsole.ui.window.scanner_keys import PersonKey, is_secret
from tests.support.bench import NAMES, USPS_NUMBERS, connect_all, effects, fault, open_context
from tests.support.many_orders import store_with_orders
from tests.ui.waiting import until, until_stored

pytest_plugins = ("tests.support.bench",)
SETTINGS = Settings(station_name="Bench 3")
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHOW_LOADED = """
import sys
import shipconsole.ui.window.main_window
print(*sorted({name.partition(".")[0] for name in sys.modules}
    & {"keyring", "asyncio", "httpx", "qasync", "psycopg", "uvicorn", "tomllib", "tomlkit"}))
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_with_orders(tmp_path, 30)
    yield store
    store.close()


@pytest.fixture
def window(qtbot: QtBot, store: Store) -> MainWindow:
    """The window before `start`."""
    return shown(qtbot, MainWindow(store, Theme(), SETTINGS))


def shown(qtbot: QtBot, window: MainWindow) -> MainWindow:
    qtbot.addWidget(window)
    with qtbot.waitSignals([window.order_list.first_page_loaded, window.painted]):
        window.show()
    return window


@pytest.fixture
def stays_open(qapp: QApplication) -> Iterator[None]:
    """Keep the program running when its last window is closed."""
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Callable[[Coroutine[Any, Any, None]], None]]:
    """Return a function that runs a coroutine on the program's kind of event loop."""
    with QEventLoop(qapp) as loop:
        yield loop.run_until_complete
    asyncio.set_event_loop(None)


@asynccontextmanager
async def working(qtbot: QtBot, folder: Path, url: str) -> AsyncGenerator[tuple[MainWindow, Context]]:
    """Open a started window with synced orders and a dispatcher."""
    async with open_context(folder) as ctx:
        await connect_all(ctx, url)
        await import_orders.sync(ctx, [known for known in await connect_all(ctx, url) if known.name == "ShipEngine"])
        window, tasks = MainWindow(ctx.store, Theme(), SETTINGS), Tasks()
        qtbot.addWidget(window)
        window.show()
        window.start(ctx, tasks)
        dispatcher = Dispatcher(ctx)
        window.feed.changed.connect(dispatcher.wake)
        tasks.spawn("dispatcher", dispatcher.run())
        try:
            yield window, ctx
        finally:
            # As the program ends: nothing new is sent, and requests in flight may still be answered.
            await window.shutdown()
            await dispatcher.stop(60)
            await tasks.stop()
            window.hide()


def test_nothing_heavy_is_loaded_for_the_first_paint() -> None:
    ran = subprocess.run([sys.executable, "-c", SHOW_LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_the_first_page_is_there_and_the_focus_is_in_the_scan_field(qtbot: QtBot, window: MainWindow) -> None:
    assert window.order_list.table.model().rowCount() == 26
    window.activateWindow()
    qtbot.waitUntil(window.top_bar.scan_field.hasFocus)
    assert {label.text() for label in window.columns.findChildren(QLabel)} >= {text("order_editor.scan_to_begin")}


def test_the_title_names_a_demo(qtbot: QtBot, store: Store) -> None:
    window = shown(qtbot, MainWindow(store, Theme(), SETTINGS, demo=True))
    assert window.windowTitle() == text("program.title_demo")
    window.feed.stop()


def test_every_action_has_its_key(window: MainWindow) -> None:
    keys = {
        action.objectName().removeprefix("action_"): [key.toString() for key in action.shortcuts()]
        for action in window.findChildren(QAction)
        if action.objectName().startswith("action_")
    }
    assert keys == {
        "scan": ["F2"],
        "next_order": ["Alt+N"],
        "sync": ["F5"],
        "search": ["Ctrl+F"],
        "needs_attention": ["F8"],
        "keys": ["F1"],
        "ship": ["Ctrl+Return", "Ctrl+Enter"],
        "new_package": ["Ctrl+N"],
        "all_left": ["Ctrl+A"],
        "preview": ["Alt+P"],
        "undo": ["Ctrl+Z"],
        "all_fields": ["F4"],
        "menu": ["F10"],
        "order_menu": ["F9"],
        "packer": ["F6"],
        "dismiss": ["Alt+D"],
        "bench_mode": ["F11"],
        "text_larger": ["Ctrl++", "Ctrl+="],
        "text_smaller": ["Ctrl+-"],
        "text_usual": ["Ctrl+0"],
        "keep_label": ["Alt+K"],
        "slip": ["Ctrl+P"],
        "package_label": [],
        "command_sheet": [],
        "views": ["Alt+V"],
        "quick_look": ["Ctrl+I"],
        "order_actions": ["Ctrl+M"],
        **{f"view_{view}": [f"Ctrl+{position}"] for position, view in enumerate(VIEWS, 1)},
        **{f"filter_{position}": [f"Alt+{position}"] for position in range(1, 10)},
        "take_over": ["Alt+O"],
        **{entry.name: [entry.keys] if entry.keys else [] for entry in ENTRIES},
    }
    pressed = [QKeySequence(key).toString() for listed in keys.values() for key in listed]
    assert len(set(pressed)) == len(pressed)


def test_keys_go_to_the_search_and_back_to_the_scan_field(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.order_list.search.hasFocus()
    qtbot.keyClick(window.order_list.search, Qt.Key.Key_F2)
    assert window.top_bar.scan_field.hasFocus()


def test_f8_shows_the_orders_that_need_attention(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    model = window.order_list.table.model()
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert window.order_list.query.view == "needs_attention"
    assert window.order_list.query.view == "needs_attention"


def test_each_view_has_its_key(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for position, view in enumerate(VIEWS, 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + position), Qt.KeyboardModifier.ControlModifier)
        assert window.order_list.query.view == view
    # The menu shows the same keys, and F1 too.
    window.order_list.open_views()
    menu = window.findChild(QMenu, "view_menu")
    shown = [action.text().rpartition(" ")[2].rpartition("\t")[2] for action in menu.actions()[: len(VIEWS)]]
    assert shown == [key_name(f"Ctrl+{position}") for position in range(1, len(VIEWS) + 1)]
    menu.close()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(QDialog, "keys_sheet")
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert {key_name(f"Ctrl+{position}") for position in range(1, len(VIEWS) + 1)} <= set(texts)
    sheet.close()


def test_saved_filters_and_actions_on_orders_have_their_keys(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await filters.save(ctx, "Tablets", view="all", sort="changed", words="TABLET")
            orders_panel = window.order_list
            await until(lambda: [saved.name for saved in orders_panel.status.filters] == ["Tablets"])
            window.menus.trigger("filter_2")
            assert orders_panel.query.view == "to_ship"
            window.menus.trigger("filter_1")
            await until(lambda: (orders_panel.query.view, orders_panel.query.words) == ("all", "TABLET"))
            await until(lambda: orders_panel.table.model().rowCount() > 0)
            orders_panel.table.setCurrentIndex(orders_panel.table.model().index(0, 0))
            window.menus.trigger("order_actions")
            menu = window.findChild(QMenu, "order_actions_menu")
            assert menu.isVisible()
            assert menu.activeAction() is menu.actions()[0]
            menu.close()

    run(main())


def test_the_keys_sheet_opens_without_stopping_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(QDialog)
    assert sheet is not None
    assert sheet.isVisible()
    sheet.close()


def test_a_scan_outside_text_fields_lands_in_the_scan_field(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.order_list.table.setFocus()
    for index, character in enumerate("10005\r"):
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character))
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character)
        event.setTimestamp(1_000 + index)
        QApplication.sendEvent(window.windowHandle(), event)
    assert window.top_bar.scan_field.text() == "", "while it is empty, Enter is an answer"
    assert window.top_bar.scan_field.hasFocus()
    assert window.scan_input.early == [("10005", True, False)]


def test_a_scan_whose_first_key_was_delivered_is_complete(qtbot: QtBot, window: MainWindow) -> None:
    """Without its first digit it may be another order's number."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.top_bar.scan_field.setFocus()
    for character, at_ms in zip("10001\r", (1_000, 1_300, 1_305, 1_310, 1_315, 1_320), strict=True):
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character))
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character)
        event.setTimestamp(at_ms)
        QApplication.sendEvent(window.windowHandle(), event)
    assert window.scan_input.early == [("10001", True, False)]
    assert window.top_bar.scan_field.text() == ""


def test_the_windows_geometry_is_restored(qtbot: QtBot, window: MainWindow, store: Store) -> None:
    window.resize(860, 600)  # fits on the screen of the tests
    window.columns.restore_widths({"one": [0, 860, 0]})
    state = window_state.saved(window)
    assert state.isprintable()
    again = shown(qtbot, MainWindow(store, Theme(), Settings(station_name="Bench 3", window_state=state)))
    assert (again.width(), again.height()) == (860, 600)
    assert again.columns.widths() == {"one": [0, 860, 0]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"geometry": 1, "columns": 2}',
        '{"geometry":"AA==","columns":[1]}',
        '{"geometry":"AA==","columns":{"three":["x"]}}',
        '{"geometry":"AA==","columns":{"three":[Infinity]}}',
        "[" * 20_000,
    ],
)
def test_a_state_that_is_not_valid_is_ignored(window: MainWindow, text: str) -> None:
    window_state.restore(window, text)
    assert window.columns.widths() == {}


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_the_columns_fit_in_the_usual_window(qtbot: QtBot, qapp: QApplication, store: Store, factor: float) -> None:
    theme = Theme()
    theme.use(qapp, scaled(LIGHT, factor))
    window = MainWindow(store, theme, SETTINGS)
    window.resize(1_280, 800)
    shown(qtbot, window)
    assert window.width() == 1_280
    assert window.columns.minimumSizeHint().width() <= 1_280
    assert window.top_bar.minimumSizeHint().width() <= 1_280


OUTSIDE_NAMES = (
    "scan_field", "order_list", "order_editor", "line_table", "package_tabs", "tracking_number", "carrier",
    "ship_button", "preview_button", "tracking_panel", "activity_list", "banner",
)  # fmt: skip
"""Object names that scripts and checks from outside rely on."""


def test_the_widgets_that_scripts_rely_on_have_their_names(
    qtbot: QtBot, run: Callable[[Coroutine[Any, Any, None]], None], tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async def act() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            window.top_bar.scan_field.take("10001")
            await until(lambda: window.editor.session is not None)
            for name in OUTSIDE_NAMES:
                found = window.findChild(QWidget, name)
                assert found is not None, name
                assert found.accessibleName() or found.accessibleDescription(), name

    run(act())


def test_an_order_is_packed_and_shipped_by_scans_alone(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            field = window.top_bar.scan_field
            # As fast as a scanner can: each scan waits for the order that the one before opens.
            for scan in ("10001", "MOBILE", USPS_NUMBERS[0], "%SHIP"):
                field.take(scan)
            await until(lambda: effects(simulated_platforms, "10001"))
            sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
            assert [line.shipped for line in sheet.order.lines] == [1, 0, 0]
            model = window.order_list.table.model()
            await until(lambda: "1 / 5" in {model.index(row, 2).data() for row in range(model.rowCount())})
            assert field.hasFocus() or not window.isActiveWindow()
            assert window.banner.messages() == ()

    run(main())


def test_an_unknown_code_is_shown_until_a_person_or_a_known_code_ends_it(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            shown = window.strip
            take = window.top_bar.scan_field.take
            take("nonsense <b>")
            await until(lambda: shown.shown.tone == "locked")
            assert shown.headline.text() == text("verdict_title.unknown_code")
            assert "nonsense <b>" in shown.second.text()
            take("10001")
            await until(lambda: window.editor.order_id is not None and shown.shown.tone == "idle")
            take("STAND")
            await until(lambda: shown.shown.tone == "locked")
            take("more nonsense")
            await until(lambda: window.scans.verdict.repeats == 1)
            assert "STAND" in shown.second.text(), "the first one is still there"
            take("%OK")
            await until(lambda: shown.shown.tone == "idle")
            # The next thing that happens ends the message again.
            noted: list[str] = []
            window.scans.stopped.connect(lambda: noted.extend(message.what for message in window.banner.messages()))
            take("%STOP")
            await until(lambda: noted)
            assert noted == [text("scan_field.stopped")]

    run(main())


def test_one_unit_too_many_waits_for_a_person_and_nothing_is_packed_or_shipped_meanwhile(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            take, shown = window.top_bar.scan_field.take, window.strip
            for scan in ("10001", *["MOBILE"] * 4):
                take(scan)
            await until(lambda: shown.shown.tone == "locked")
            await until(lambda: not window.scans.is_working)
            assert shown.headline.text() == text("verdict_title.one_too_many")
            packed, before = window.editor.packing().units, window.scans.verdict.repeats
            for scan in ("%ALL LEFT", "%SHIP", "%NEXT PACKAGE", "10003"):
                take(scan)
            await until(lambda: window.scans.verdict.repeats == before + 4)
            window.menus.actions["ship"].trigger()
            assert window.scans.verdict.repeats == before + 5
            assert window.editor.packing().units == packed
            assert (await orders.sheet(ctx, window.editor.order_id)).shipments == ()
            qtbot.mouseClick(shown.findChild(QPushButton, "verdict_enter"), Qt.MouseButton.LeftButton)
            await until(lambda: shown.shown.tone == "idle")
            assert window.editor.packing().units == packed

    run(main())


def test_trouble_of_an_order_is_shown_again_with_the_order(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            first, other = await orders.find(ctx, "10001"), await orders.find(ctx, "10003")
            shown = window.strip
            for scan in ("10001", "nonsense"):
                window.top_bar.scan_field.take(scan)
            await until(lambda: shown.shown.tone == "locked")
            window.editor.failed.emit((Problem((), verbatim("Something of this order.")),))
            window.open_order(other)
            await until(lambda: not window.banner.isVisible() and shown.shown.tone == "idle")
            window.open_order(first)
            await until(lambda: shown.shown.tone == "locked")
            window.scans.answer(PersonKey.ENTER, "")
            await until(lambda: shown.shown.tone == "idle")
            assert window.banner.findChild(QLabel, "message_what").text() == "Something of this order."
            window.menus.actions["all_left"].trigger()
            await until(lambda: not window.banner.isVisible())

    run(main())


def test_the_audit_log_has_each_scan_with_its_verdict(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            for scan in ("10001", "nonsense", "MOBILE-CASE-BLK", "nonsense", "10003", "%OK"):
                window.top_bar.scan_field.take(scan)
            await until(lambda: not window.scans.is_working)
            window.top_bar.scan_field.take("more nonsense")
            await until(lambda: window.scans.verdict.waits)
            window.scans.answer(PersonKey.ENTER, "")

            async def found() -> list[tuple[str, str]]:
                events = await audit_log.events(ctx)
                return [
                    (event.raw_scan, event.verdict) for event in events if event.what in ("scanned", "answered_verdict")
                ]

            async def are_all_stored() -> bool:
                return len(await found()) == 8

            await until_stored(are_all_stored)
            assert await found() == [
                ("10001", "idle"),
                ("nonsense", "unknown_code"),
                ("MOBILE-CASE-BLK", "good"),
                ("nonsense", "unknown_code"),
                ("10003", "another_order"),
                ("%OK", "idle"),
                ("more nonsense", "unknown_code"),
                ("more nonsense", "unknown_code:acknowledged"),
            ]

    run(main())


def test_notices_are_shown_until_they_end(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            shown = window.strip
            window.show_database_away(BannerMessage("The database is away.", topic="store"))
            assert shown.headline.text() == text("verdict_title.not_saved")
            window.top_bar.scan_field.take("10001")
            await asyncio.sleep(0.1)
            assert shown.headline.text() == text("verdict_title.not_saved"), "a scan does not unlock the database"
            assert window.editor.order_id is None, "no other order is opened meanwhile"
            window.show_database_away(None)
            assert shown.shown.tone == "idle"
            window.top_bar.scan_field.take("10001")
            await until(lambda: window.editor.order_id is not None)
            fault(simulated_platforms, "shipengine", "refuse", times=None)
            for scan in ("%ALL LEFT", USPS_NUMBERS[0], "%SHIP"):
                window.top_bar.scan_field.take(scan)
            await until(lambda: window.scans.verdict.kind == VerdictKind.SHIPPED_ATTENTION)
            assert shown.shown.tone == "notice"
            assert not window.scans.verdict.waits, "the next scan counts"
            window.top_bar.scan_field.take("10003")
            await until(lambda: shown.shown.tone == "idle")

    run(main())


def test_a_failure_of_the_store_is_shown_until_it_is_dismissed(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            window.editor.store_failed.emit("The disk is full.")
            window.top_bar.scan_field.take("10001")
            await until(lambda: window.editor.order_id is not None)
            assert [trouble.what for trouble in window.banner.messages()] == ["The disk is full."]

    run(main())


def test_input_right_before_closing_is_saved(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            order_id = await orders.find(ctx, "10001")
            window.open_order(order_id)
            await until(lambda: window.editor.session is not None)
            window.editor.steps.set_tracking(USPS_NUMBERS[0])
            await window.shutdown()
            draft = (await orders.sheet(ctx, order_id)).draft
            assert draft is not None
            assert [package.tracking_number for package in draft.packages] == [USPS_NUMBERS[0]]

    run(main())


def test_f5_syncs_orders_and_shows_which_connection_failed(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await asyncio.wrap_future(ctx.keys.put("Shipup", "api_key", "wrong"))
            window.sync_orders()
            await until(window.banner.messages)
            (trouble,) = window.banner.messages()
            assert trouble.what == text("sync_problem.incomplete", connection="Shipup")
            assert trouble.details
            await until(lambda: window.order_list.refresh_button.isEnabled())
            blocked = text("connection_group.one_blocked", name="Shipup")
            await until(lambda: blocked in window.top_bar.connections.state.summary()[0])

    run(main())


def test_a_sync_can_be_stopped(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            window.sync_orders()
            await until(lambda: not window.order_list.refresh_button.isEnabled())
            window.order_list.sync_cancelled.emit()
            await until(lambda: window.order_list.refresh_button.isEnabled())
            assert window.banner.messages() == ()

    run(main())


def test_an_order_chosen_and_a_scan_made_too_early_are_not_lost(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with open_context(tmp_path) as ctx:
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
            order_id = await orders.find(ctx, "10001")
            window, tasks = MainWindow(ctx.store, Theme(), SETTINGS), Tasks()
            qtbot.addWidget(window)
            window.show()
            window.open_order(order_id)
            window.top_bar.scan_field.take("MOBILE")
            window.start(ctx, tasks)
            await until(lambda: window.editor.order_id == order_id)

            async def is_saved() -> bool:
                return (await orders.sheet(ctx, order_id)).draft is not None

            await until_stored(is_saved)
            draft = (await orders.sheet(ctx, order_id)).draft
            assert draft is not None
            assert [list(package.quantities.values()) for package in draft.packages] == [[1]]
            await window.shutdown()
            await tasks.stop()
            window.hide()

    run(main())


def test_after_a_kill_the_open_order_is_open_again_and_after_an_orderly_end_it_is_not(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with open_context(tmp_path) as ctx:
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
            order_id = await orders.find(ctx, "10003")

            async def use(reopened: int | None, *, is_orderly: bool) -> None:
                window, tasks = MainWindow(ctx.store, Theme(), SETTINGS), Tasks()
                qtbot.addWidget(window)
                window.show()
                window.start(ctx, tasks)
                await until(lambda: "reopen the order" not in tasks.running)
                assert window.editor.order_id == reopened
                if reopened is None:
                    window.open_order(order_id)
                else:
                    assert window.focusWidget() is window.top_bar.scan_field
                await until(lambda: window.editor.is_ready)
                await until(lambda: "record the open order" not in tasks.running)
                if is_orderly:
                    await window.shutdown()
                else:
                    window.feed.stop()
                await tasks.stop()
                window.hide()

            await use(None, is_orderly=False)
            assert await scan.last_open_order(ctx) == order_id
            await use(order_id, is_orderly=True)
            await use(None, is_orderly=True)

    run(main())


def test_a_demo_does_not_say_that_something_is_kept(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    left = Unfinished((PackedOrder("10001", 2),), updates=3)
    said: list[list[str]] = []
    for is_demo in (False, True):
        shown = ask_to_close(window, Theme(), left, lambda: None, is_demo=is_demo)
        said.append([label.text() for label in shown.findChildren(QLabel, "unfinished")])
        shown.reject()
    packed = text("close.order_packed", number="10001", count=2)
    assert said == [
        [packed, text("close.drafts_kept"), text("close.updates_left", count=3)],
        [packed, text("close.demo_removed")],
    ]


def test_closing_asks_about_packed_orders_and_names_them(
    qtbot: QtBot,
    stays_open: None,
    tmp_path: Path,
    simulated_platforms: SimulatorServer,
    run: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            assert not window.closes_without_question
            for scan in ("10001", "MOBILE", "MOBILE-CASE-BLK"):
                window.top_bar.scan_field.take(scan)
            await until(lambda: window.editor.packing().units == 2)
            assert window.begin_closing()
            assert window.begin_closing(), "the question is shown once"
            await until(lambda: window.findChild(Prompt, "close_dialog") is not None)
            dialog = window.findChild(Prompt, "close_dialog")
            lines = [label.text() for label in dialog.findChildren(QLabel, "unfinished")]
            assert lines == [text("close.order_packed", number="10001", count=2), text("close.drafts_kept")]
            dialog.reject()
            assert not window.closes_without_question
            window.menus.actions["undo"].trigger()
            window.menus.actions["undo"].trigger()
            await until(lambda: not window.editor.packing().units)
            window.begin_closing()
            await until(lambda: window.closes_without_question)
            assert not window.begin_closing()

    run(main())


def test_a_key_typed_as_fast_as_a_scan_into_connections_is_neither_taken_nor_logged(
    qtbot: QtBot,
    tmp_path: Path,
    simulated_platforms: SimulatorServer,
    run: Callable[[Coroutine[Any, Any, None]], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "TEST_sk_0123456789abcdef"

    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await until(lambda: window.is_painted)
            window.menus.actions["connections"].trigger()
            dialog = window.findChild(ConnectionsDialog)
            await until(lambda: dialog.list.count() == len(NAMES))
            dialog.activateWindow()
            await until(dialog.isActiveWindow)
            fields = [field for field in dialog.findChildren(QLineEdit) if is_secret(field)]
            for field in fields:
                field.setFocus()
                window.scan_input.keys.watch(dialog.windowHandle())
                for index, character in enumerate(secret):
                    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(character.upper())), NO_KEYS, character)
                    event.setTimestamp(90_000 + 5 * index)
                    QApplication.sendEvent(dialog.windowHandle(), event)
                assert field.text() == secret
                field.clear()
            assert fields
            dialog.close()
            await until(lambda: not window.scans.is_working)
            assert not [one for one in await audit_log.events(ctx) if secret in str(one)]

    caplog.set_level("DEBUG")
    run(main())
    assert secret not in caplog.text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("takes", [True, False])
def test_a_scan_in_a_dialog_goes_to_it_if_it_takes_scans_else_where_scans_go(
    qtbot: QtBot,
    tmp_path: Path,
    simulated_platforms: SimulatorServer,
    run: Callable[[Coroutine[Any, Any, None]], None],
    takes: bool,
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            await until(lambda: window.is_painted)
            window.menus.actions["packer"].trigger()
            await until(lambda: window.findChild(PackerDialog) is not None)
            dialog = window.findChild(PackerDialog)
            await until(dialog.isVisible)
            dialog.field.setText("typed")
            window.scan_input.route("%BADGE Ann" if takes else "10003", caps_lock=False, may_continue=False)
            if takes:
                await until(lambda: not dialog.isVisible())
                await until(lambda: window.focusWidget() is window.top_bar.scan_field)
            else:
                await until(lambda: window.editor.order_id is not None)
                assert (dialog.isVisible(), dialog.field.text()) == (True, "typed")
                dialog.reject()
            assert window.ctx.operator == ("Ann" if takes else "")

    run(main())


def test_alt_d_dismisses_trouble_and_types_nothing_without_any(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            window.tasks.failing.emit("something", "It failed.")
            assert window.banner.isVisible()
            window.menus.actions["dismiss"].trigger()
            assert not window.banner.isVisible()
            window.menus.actions["dismiss"].trigger()
            assert window.top_bar.scan_field.text() == ""
            window.tasks.failing.emit("something", "It failed.")
            window.tasks.recovered.emit("something")
            assert not window.banner.isVisible()

    run(main())


def test_the_menu_shows_whether_webhook_events_are_received(window: MainWindow) -> None:
    entry = window.findChild(QAction, "action_webhook_events")
    title = text("menu.webhook_events")
    assert entry.text() == title
    window.receiver.show_listening(("http://127.0.0.1:8787",))
    assert entry.text() == f"{title} · {text('webhook_events.listening', addresses=('127.0.0.1:8787',))}"
    window.receiver.show_failed("the port is taken")
    assert entry.text() == f"{title} · the port is taken"
    window.receiver.show_off()
    assert entry.text() == f"{title} · {text('webhook_events.receiver_off')}"
