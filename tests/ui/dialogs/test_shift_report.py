"""The shift report in the window: figures and charts of the chosen days, the table, CSV, and paper."""

import csv
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.station.profile import Profile
from shipconsole.ui.dialogs.print_preview import PrintPreviewDialog
from shipconsole.ui.dialogs.shift_report import ShiftReportDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, Tokens
from shipconsole.ui.printing.jobs import Printing
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.support.clock import ManualClock
from tests.ui.waiting import until, until_idle


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    tokens: Tokens = request.param
    return Theme(tokens)


@pytest.fixture
async def opened(
    qtbot: QtBot, bench: Context, tmp_path: Path, theme: Theme
) -> AsyncGenerator[tuple[ShiftReportDialog, Tasks, ManualClock]]:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    ctx.current_packer.operator = "Mira Kovač"
    for number, tracking in (("10001", USPS_NUMBERS[0]), ("10002", USPS_NUMBERS[1])):
        order_id, draft = await draft_of(ctx, number, None, tracking)
        await ship.ship(ctx, order_id, draft)
    window, tasks = QWidget(), Tasks()
    qtbot.addWidget(window)
    window.show()
    printing = Printing(window, ctx, tasks, theme, Profile(tmp_path))
    dialog = ShiftReportDialog(window, ctx, tasks, theme, printing, "Bench 1")
    dialog.open()
    await until_idle(tasks)
    yield dialog, tasks, clock
    await tasks.stop()


async def test_today_has_its_figures_charts_and_table(
    opened: tuple[ShiftReportDialog, Tasks, ManualClock], theme: Theme
) -> None:
    dialog, _, _ = opened
    for words in ("2", "Mira Kovač", "ShipEngine", text("printing.by_platform"), text("printing.packages_per_hour")):
        assert words in dialog.charts.texts, words
    assert "Mira Kovač" in dialog.charts.accessibleDescription()
    packer, whole = dialog.model.rows
    assert (packer.operator, packer.packages, packer.station) == ("Mira Kovač", 2, "Bench 1")
    assert (whole.operator, whole.packages) == (text("printing.total"), 2)
    # The bars are there, in the theme's color.
    picture = dialog.charts.grab().toImage()
    accent = QColor(theme.tokens.accent)
    shades = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
    assert accent.rgb() in shades


async def test_another_span_is_read(opened: tuple[ShiftReportDialog, Tasks, ManualClock]) -> None:
    dialog, tasks, clock = opened
    yesterday = dialog.findChild(QPushButton, "yesterday")
    assert isinstance(yesterday, QPushButton)
    yesterday.click()
    await until_idle(tasks)
    assert dialog.model.rows == ()
    assert text("printing.nothing_shipped_in_time") in dialog.charts.texts
    assert yesterday.isChecked()
    for name in ("print", "export"):
        button = dialog.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        assert not button.isEnabled()
    clock.pass_s(2 * 86_400)
    week = dialog.findChild(QPushButton, "last_week")
    assert isinstance(week, QPushButton)
    week.click()
    await until_idle(tasks)
    assert dialog.model.rows[-1].packages == 2


async def test_it_is_exported_and_printed(opened: tuple[ShiftReportDialog, Tasks, ManualClock], tmp_path: Path) -> None:
    dialog, tasks, _ = opened
    file = tmp_path / "report.csv"
    dialog.export_to(str(file))
    await until_idle(tasks)
    heading, row = csv.reader(file.read_text("utf-8-sig").splitlines())
    assert (heading[0], row[0], row[3]) == ("operator", "Mira Kovač", "2")
    message = dialog.findChild(QLabel, "shift_report_message")
    assert isinstance(message, QLabel)
    assert message.text() == text("shift_report.exported", file=str(file))
    dialog.print()
    found: list[PrintPreviewDialog] = []

    def is_there() -> bool:
        found[:] = dialog.findChildren(PrintPreviewDialog)
        return bool(found) and found[0].is_ready

    await until(is_there)
    assert "Mira Kovač" in found[0].view.pages[0].texts
    found[0].reject()
