"""The window prints: by key, by command code, at shipping; a missing printer never stops the packing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.printing import hand_overs
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station import settings
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.hand_over.dialog import HandOverDialog
from shipconsole.ui.dialogs.print_preview import PrintPreviewDialog
from shipconsole.ui.kit.widgets import button_text
from shipconsole.ui.printing import printers
from shipconsole.ui.window.main_window import MainWindow
from tests.support import pdf
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.support.clock import ManualClock
from tests.ui.waiting import until
from tests.ui.window.test_main_window import working

MISSING = "No such printer 4711"
PRINTING = "print the slips of a shipment"


def choose(window: MainWindow, **values: object) -> None:
    """Change the settings of the window's profile, as a person or another dialog would."""
    before = settings.load(window.profile).settings
    settings.save(window.profile, before.changed(**values), before)


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


@asynccontextmanager
async def window_of(
    qtbot: QtBot, folder: Path, server: SimulatorServer
) -> AsyncGenerator[tuple[MainWindow, Context, list[str], Path]]:
    """A window with synced orders, what it said of printing, and the folder that is its printer."""
    paper = folder / "paper"
    paper.mkdir()
    async with working(qtbot, folder / "profile", server.url) as (window, ctx):
        name = f"folder:{paper}"
        choose(window, slip_printer=name, label_printer=name, report_printer=name)
        said: list[str] = []
        window.menus.printing.failed.connect(said.append)
        window.menus.printing.printed.connect(said.append)
        yield window, ctx, said, paper


@pytest.fixture(autouse=True)
def profile(tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()


async def ship_order(window: MainWindow, ctx: Context, number: str, tracking: str) -> None:
    """Pack an order by scans and ship it."""
    shipped: list[int] = []
    window.editor.shipped.connect(shipped.append)
    for code in (number, "%ALL LEFT", tracking, "%SHIP"):
        window.scans.take(code, by_scanner=True)
    await until(lambda: shipped)


async def test_a_slip_is_printed_at_shipping_and_by_command_code(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, said, paper):
        await ship_order(window, ctx, "10001", USPS_NUMBERS[0])
        await until(lambda: PRINTING not in (window.tasks.running if window.tasks else ()))
        # As long as the settings don't say so, nothing is printed by itself.
        assert files(paper) == []
        window.scans.take("%SLIP", by_scanner=True)
        await until(lambda: said)
        (first,) = files(paper)
        assert pdf.read(first.read_bytes())[0].codes() == ["10001"]
        choose(window, print_slip_when_shipped=True)
        await ship_order(window, ctx, "10002", USPS_NUMBERS[1])
        await until(lambda: len(files(paper)) == 2)
        codes = {pdf.read(file.read_bytes())[0].codes()[0] for file in files(paper)}
        assert codes == {"10001", "10002"}
        await until(lambda: len(said) == 2)
        assert all(text("printing.slip") in file.name.replace("-", " ") for file in files(paper))


async def test_a_missing_printer_is_said_and_the_next_order_ships(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, said, paper):
        choose(window, slip_printer=MISSING, print_slip_when_shipped=True)
        await ship_order(window, ctx, "10001", USPS_NUMBERS[0])
        await ship_order(window, ctx, "10002", USPS_NUMBERS[1])
        await until(lambda: len(said) == 2)
        reason = text("printing.no_such_printer", printer=MISSING)
        assert said == [text("printing.failed", reason=reason)] * 2
        shown = [label.text() for label in window.banner.findChildren(QLabel)]
        assert any(reason in words for words in shown)
        for number in ("10001", "10002"):
            assert len((await orders.sheet(ctx, await orders.find(ctx, number))).shipments) == 1
        # Once a slip is printed, the message is over.
        choose(window, slip_printer=f"folder:{paper}")
        window.menus.printing.print_slip(None)
        await until(lambda: len(said) == 3)
        assert not any(reason in label.text() for label in window.banner.findChildren(QLabel) if label.isVisible())


async def test_a_printer_that_hangs_delays_neither_the_shipment_nor_the_next_scan(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = asyncio.Event()

    async def hang(*_: object, **__: object) -> str:
        await released.wait()
        raise EnvironmentFailure(printers._default_words())

    monkeypatch.setattr(printers, "print_pages", hang)
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, said, _):
        choose(window, print_slip_when_shipped=True)
        await ship_order(window, ctx, "10001", USPS_NUMBERS[0])
        await ship_order(window, ctx, "10002", USPS_NUMBERS[1])
        assert said == []
        released.set()
        await until(lambda: len(said) == 2)


async def test_without_a_shipment_there_is_no_slip(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, _ctx, said, paper):
        window.scans.take("%SLIP", by_scanner=True)
        await until(lambda: said)
        assert said.pop() == text("printing.no_order_yet")
        window.scans.take("10003", by_scanner=True)
        window.scans.take("%SLIP", by_scanner=True)
        await until(lambda: said)
        assert said == [text("printing.nothing_shipped", count=1)]
        assert files(paper) == []


async def test_ctrl_p_shows_the_open_orders_last_shipment_and_prints_it(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, said, paper):
        for number, tracking in (("10001", USPS_NUMBERS[0]), ("10002", USPS_NUMBERS[1])):
            order_id, draft = await draft_of(ctx, number, None, tracking)
            await ship.ship(ctx, order_id, draft)
        window.open_order(await orders.find(ctx, "10001"))
        await until(lambda: window.editor.order_id is not None and window.editor.is_ready)
        window.menus.actions["slip"].trigger()
        dialog = await preview(window)
        assert "10001" in dialog.windowTitle()
        assert "10001" in "\n".join(dialog.view.pages[0].texts)
        await until(lambda: dialog.view.is_drawn)
        assert "10001" in dialog.view.accessibleDescription()
        printer = dialog.findChild(QComboBox, "printer")
        assert isinstance(printer, QComboBox)
        assert printer.currentData() == f"folder:{paper}"
        dialog.save_to(str(tmp_path / "saved.pdf"))
        await until(lambda: (tmp_path / "saved.pdf").exists())
        await until(lambda: button(dialog, "print").isEnabled())
        button(dialog, "print").click()
        await until(lambda: said)
        written = (*files(paper), tmp_path / "saved.pdf")
        assert [pdf.read(file.read_bytes())[0].codes() for file in written] == [["10001"]] * 2


async def test_several_orders_have_their_slips_in_one_preview_and_a_bad_printer_is_said_there(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, _said, _paper):
        choose(window, slip_printer=MISSING)
        ids = []
        for number, tracking in (("10001", USPS_NUMBERS[0]), ("10002", USPS_NUMBERS[1])):
            order_id, draft = await draft_of(ctx, number, None, tracking)
            await ship.ship(ctx, order_id, draft)
            ids.append(order_id)
        window.menus.printing.preview_slips(ids)
        dialog = await preview(window)
        assert len(dialog.view.pages) == 2
        button(dialog, "next_page").click()
        assert "10002" in "\n".join(dialog.view.pages[dialog.view.position].texts)
        button(dialog, "print").click()
        message = dialog.findChild(QLabel, "print_preview_message")
        assert isinstance(message, QLabel)
        await until(lambda: message.text() == text("printing.no_such_printer", printer=MISSING))
        assert dialog.isVisible()


async def test_labels_sheets_and_a_broken_template_have_previews(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, said, _paper):
        order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
        await ship.ship(ctx, order_id, draft)
        names = text("printing.badge_not_ascii", names=("Mira Kovač",))
        broken = tmp_path / "slip.toml"
        broken.write_text("colour = 1")
        choose(window, slip_template=str(broken))
        window.menus.printing.preview_labels(order_id)
        dialog = await preview(window)
        assert dialog.view.pages[0].paper.name == "Label"
        dialog.reject()
        window.menus.printing.preview_badges([("Mira Kovač", "17")])
        dialog = await preview(window)
        assert "%BADGE 17" in dialog.view.pages[0].texts
        dialog.reject()
        window.menus.printing.preview_badges([("Mira Kovač", "é")])
        await until(lambda: any(names in words for words in messages_of(window)))
        next(each for each in window.findChildren(PrintPreviewDialog) if each.isVisible()).reject()
        window.menus.actions["command_sheet"].trigger()
        dialog = await preview(window)
        assert "%SLIP" in dialog.view.pages[0].texts
        dialog.reject()
        window.menus.printing.preview_slip(order_id)
        dialog = await preview(window)
        message = dialog.findChild(QLabel, "print_preview_message")
        assert isinstance(message, QLabel)
        assert str(broken) in message.text()
        dialog.reject()
        # Printed without a dialog, the slip comes and the template's problem is said.
        window.menus.printing.print_slip(order_id)
        await until(lambda: len(said) == 2)
        assert str(broken) in said[1]


async def test_a_platforms_label_is_printed_or_the_reason_is_said(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, _ctx, said, paper):
        window.tracking.print_label_requested.emit("https://127.0.0.1:9/label.pdf")
        await until(lambda: len(said) == 2)
        assert said[0] == text("shipping_label.fetching")
        assert said[1] != text("shipping_label.sent", printer=f"folder:{paper}")
        assert files(paper) == []


async def test_the_menu_shows_how_many_packages_no_carrier_has_scanned(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    async with window_of(qtbot, tmp_path, simulated_platforms) as (window, ctx, _said, _paper):
        action = window.menus.actions["hand_over"]
        order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
        await ship.ship(ctx, order_id, draft)
        assert await hand_overs.record(ctx, await hand_overs.open_list(ctx)) == 1
        window.menus.printing.count_silent()
        await until(lambda: action.text() == text("menu.hand_over"))
        later = replace(ctx, clock=ManualClock(ctx.clock.now_ms() + 25 * 3_600_000))
        silent = await hand_overs.silent(later, Settings().handed_over_silent_h)
        window.menus.printing.silent_counted.emit(len(silent.packages))
        assert action.text() == text("menu.hand_over_silent", count=1)
        # The count in the bar opens them, and not the list that is handed over next.
        count = window.findChild(QPushButton, "silent_count")
        assert text("top_bar.silent", count=1) in count.accessibleName()
        count.click()
        dialog = window.findChild(HandOverDialog)
        assert dialog.isVisible()
        assert dialog.tabs.tabText(dialog.tabs.currentIndex()).startswith(button_text(text("hand_over.silent")))
        dialog.reject()


async def preview(window: MainWindow) -> PrintPreviewDialog:
    """The preview once its pages are there."""
    found: list[PrintPreviewDialog] = []

    def is_there() -> bool:
        found[:] = [dialog for dialog in window.findChildren(PrintPreviewDialog) if dialog.isVisible()]
        return bool(found) and found[-1].is_ready

    await until(is_there)
    return found[-1]


def messages_of(window: MainWindow) -> list[str]:
    """What the open previews say."""
    return [
        label.text()
        for dialog in window.findChildren(PrintPreviewDialog)
        if dialog.isVisible()
        for label in dialog.findChildren(QLabel, "print_preview_message")
    ]


def button(dialog: PrintPreviewDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found
