"""The audit log in the window: searched, read with requests and responses, copied, and exported at any length."""

import asyncio
import csv
import time
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.ui.dialogs.audit_log import ACTION, CONNECTION, DETAILS, ORDER, AuditLogDialog
from shipconsole.ui.kit.strings import attempt_label
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.waiting import until

MANY = 50_000
LONGEST_BLOCK_S = 0.2  # a busy machine is given some room


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, window: QWidget, dialog: AuditLogDialog, tasks: Tasks) -> None:
        self.window = window
        self.dialog = dialog
        self.tasks = tasks

    async def settled(self) -> None:
        await until(lambda: not self.tasks.running and not self.dialog.is_waiting)

    def column(self, column: int) -> list[str]:
        model = self.dialog.model
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    async def read(self, column: int) -> list[str]:
        """A column, once its rows were read."""
        self.column(column)
        await self.settled()
        return self.column(column)

    def label(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text()

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    failed: list[str] = []
    made.failed.connect(failed.append)
    yield made
    await made.stop()
    assert failed == []


@pytest.fixture
async def shipped(bench: Context) -> Context:
    bench.current_packer.operator = "John Smith"
    for number, tracking in zip(("10001", "10002"), USPS_NUMBERS, strict=False):
        order_id, draft = await draft_of(bench, number, None, tracking)
        await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    return bench


async def opened(qtbot: QtBot, ctx: Context, tasks: Tasks, order_id: int | None = None) -> Opened:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = AuditLogDialog(window, ctx, tasks, Theme(), order_id)
    dialog.open()
    shown = Opened(window, dialog, tasks)
    await shown.settled()
    return shown


async def test_the_entries_of_today_are_shown_newest_first(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    tester = QAbstractItemModelTester(seen.dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    whats = await seen.read(ACTION)
    assert whats.count(text("audit_log.shipped")) == 2
    assert whats[-1] == text("audit_log.shipped")
    assert set(whats) == {text("audit_log.shipped"), attempt_label("sending"), attempt_label("answered")}
    assert seen.column(ORDER)[-1] == "10001"
    assert "9400 1001" not in seen.column(DETAILS)[-1]
    assert seen.column(DETAILS)[-1].endswith(f"usps · {USPS_NUMBERS[0]}")
    assert seen.column(1)[-1] == "John Smith · Bench 1"
    assert seen.label("audit_log_count") == text("audit_log.entries", count=len(whats))
    del tester


async def test_only_the_entries_of_the_chosen_days_are_shown(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.first_day.setDate(QDate.currentDate().addDays(-3))
    seen.dialog.last_day.setDate(QDate.currentDate().addDays(-2))
    await seen.settled()
    assert seen.dialog.model.rowCount() == 0
    assert seen.dialog.findChild(QLabel, "audit_log_empty").isVisible()
    assert not seen.button("audit_log_export").isEnabled()
    # Days the wrong way round are meant as they are.
    seen.dialog.first_day.setDate(QDate.currentDate())
    await seen.settled()
    assert seen.dialog.model.rowCount() > 0


async def test_a_search_narrows_the_list_and_esc_clears_it(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    all_of_them = seen.dialog.model.rowCount()
    seen.dialog.filter.setFocus()
    QTest.keyClicks(seen.dialog.filter, "starshipit")
    await seen.settled()
    assert set(await seen.read(CONNECTION)) == {"Starshipit"}
    QTest.keyClick(seen.dialog.filter, Qt.Key.Key_Escape)
    await seen.settled()
    assert seen.dialog.isVisible()
    assert seen.dialog.model.rowCount() == all_of_them


async def test_the_log_of_one_order_has_only_its_entries(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks, await orders.find(shipped, "10002"))
    assert set(await seen.read(ORDER)) == {"10002"}
    title = text("audit_log.of_order", number="10002")
    assert title in {label.text() for label in seen.dialog.findChildren(QLabel)}
    assert not seen.dialog.first_day.isVisible()


async def test_request_and_response_are_shown_and_copied(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    whats, connections = await seen.read(ACTION), seen.column(CONNECTION)
    row = next(
        row
        for row, pair in enumerate(zip(whats, connections, strict=True))
        if pair == (attempt_label("answered"), "ShipEngine")
    )
    seen.dialog.table.setFocus()
    seen.dialog.table.selectRow(row)
    await seen.settled()
    sent = seen.dialog.request.toPlainText()
    assert sent.startswith("POST /v-beta/sales_orders/")
    assert f'"tracking_number": "{USPS_NUMBERS[1]}"' in sent
    seen.button("audit_log_copy").click()
    copied = QGuiApplication.clipboard().text()
    assert attempt_label("answered") in copied
    assert sent in copied


async def test_the_export_has_the_entries_that_are_shown(
    qtbot: QtBot, shipped: Context, tasks: Tasks, tmp_path: Path
) -> None:
    seen = await opened(qtbot, shipped, tasks)
    seen.button("audit_log_export").click()
    ask = seen.dialog.findChild(QFileDialog, "export_file")
    assert ask.isVisible()
    file = tmp_path / "audit_log.csv"
    ask.fileSelected.emit(str(file))
    ask.reject()
    message = text("audit_log.exported", count=seen.dialog.model.rowCount(), file=str(file))
    await until(lambda: seen.label("audit_log_message") == message)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == seen.dialog.model.rowCount()
    assert rows[0]["what"] == "shipped"
    assert rows == sorted(rows, key=lambda row: row["at"])


async def test_a_file_that_cannot_be_written_is_reported(qtbot: QtBot, shipped: Context, tmp_path: Path) -> None:
    tasks, failures = Tasks(), list[str]()
    tasks.failed.connect(failures.append)
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.export_to(str(tmp_path / "none" / "x.csv"))
    await until(lambda: failures)
    assert "could not be written" in failures[0]
    assert seen.button("audit_log_export").isEnabled()
    await tasks.stop()


def plant(ctx: Context, count: int) -> None:
    """Add many attempts to the database."""
    now_ms = ctx.clock.now_ms()
    with closing(sql.connect(ctx.store.file)) as store, store:
        (call_id,) = store.execute("SELECT MIN(id) FROM call").fetchone()
        store.executemany(
            "INSERT INTO attempt (call_id, number, at_ms, what, message, answer) VALUES (?, 1, ?, 'answered', ?, ?)",
            ((call_id, now_ms - age, f"attempt {age}", "x" * 200) for age in range(count)),
        )


@pytest.mark.parametrize("is_timed", [False, pytest.param(True, marks=pytest.mark.heavy)])
async def test_fifty_thousand_entries_never_block_the_window(
    qtbot: QtBot, shipped: Context, tasks: Tasks, tmp_path: Path, beats: list[float], is_timed: bool
) -> None:
    plant(shipped, MANY)
    await asyncio.sleep(0.05)  # the round in which that was done is over
    beats[:] = [0.0]
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.first_day.setDate(QDate.currentDate().addDays(-1))
    await until(lambda: seen.dialog.model.rowCount() > MANY)
    await seen.settled()
    assert seen.dialog.model.held(seen.dialog.model.ids[-1]) is None, "only visible pages are read"
    seen.dialog.table.scrollToBottom()
    seen.dialog.table.viewport().repaint()
    await seen.settled()
    assert seen.dialog.model.index(seen.dialog.model.rowCount() - 1, ACTION).data() != ""
    seen.dialog.filter.setText("attempt 49999")
    await until(lambda: seen.dialog.model.rowCount() == 1)
    seen.dialog.filter.clear()
    await until(lambda: seen.dialog.model.rowCount() > MANY)
    file = tmp_path / "audit_log.csv"
    seen.dialog.export_to(str(file))
    exported = text("audit_log.exported", count=seen.dialog.model.rowCount(), file=str(file))
    await until(lambda: seen.label("audit_log_message") == exported)
    assert file.read_bytes().count(b"\r\n") == seen.dialog.model.rowCount() + 1
    assert await audit_log.find(shipped) == seen.dialog.model.ids
    assert not is_timed or max(beats) < LONGEST_BLOCK_S, f"the window was blocked for {max(beats):.3f} s"


@pytest.fixture
async def beats() -> AsyncGenerator[list[float]]:
    """The seconds by which each round of the window's loop was late."""
    found: list[float] = [0.0]

    async def beat() -> None:
        while True:
            began_s = time.monotonic()
            await asyncio.sleep(0.005)
            found.append(time.monotonic() - began_s - 0.005)

    beating = asyncio.create_task(beat())
    yield found
    beating.cancel()
