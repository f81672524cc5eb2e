"""The record in the window: found by day and word, read to the letter, copied, written to a file, of any length."""

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
from shipconsole.ui.dialogs.audit_log import CONNECTION, DETAILS, ORDER, WHAT, AuditLogDialog
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
        await until(lambda: not self.tasks.running and not self.dialog._typed.isActive())

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
    for place, number in enumerate(("10001", "10002")):
        order_id, draft = await draft_of(bench, number, None, USPS_NUMBERS[place])
        await ship.ship(bench, order_id, draft)
    await worker.deliver(bench, until_empty=True)
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


async def test_today_is_shown_newest_first_in_words(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    tester = QAbstractItemModelTester(seen.dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    whats = await seen.read(WHAT)
    assert whats.count(text("audit_log.shipped")) == 2
    assert whats[-1] == text("audit_log.shipped")
    assert set(whats) == {text("audit_log.shipped"), attempt_label("sending"), attempt_label("answered")}
    assert seen.column(ORDER)[-1] == "10001"
    assert "9400 1001" not in seen.column(DETAILS)[-1]
    assert seen.column(DETAILS)[-1].endswith(f"usps · {USPS_NUMBERS[0]}")
    assert seen.column(1)[-1] == "John Smith · Bench 1"
    assert seen.label("record_count") == text("audit_log.entries", count=len(whats))
    del tester


async def test_other_days_have_other_entries(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.first_day.setDate(QDate.currentDate().addDays(-3))
    seen.dialog.last_day.setDate(QDate.currentDate().addDays(-1))
    await seen.settled()
    assert seen.dialog.model.rowCount() == 0
    assert seen.dialog.findChild(QLabel, "record_empty").isVisible()
    assert not seen.button("record_export").isEnabled()
    # Days the wrong way round are meant as they are.
    seen.dialog.first_day.setDate(QDate.currentDate())
    await seen.settled()
    assert seen.dialog.model.rowCount() > 0


async def test_a_word_narrows_the_list_and_esc_widens_it(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
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


async def test_an_orders_own_record(qtbot: QtBot, shipped: Context, tasks: Tasks) -> None:
    seen = await opened(qtbot, shipped, tasks, await orders.find(shipped, "10002"))
    assert set(await seen.read(ORDER)) == {"10002"}
    title = text("audit_log.of_order", number="10002")
    assert title in {label.text() for label in seen.dialog.findChildren(QLabel)}
    assert not seen.dialog.first_day.isVisible()


async def test_what_was_sent_and_answered_stands_below_and_is_copied(
    qtbot: QtBot, shipped: Context, tasks: Tasks
) -> None:
    seen = await opened(qtbot, shipped, tasks)
    whats, connections = await seen.read(WHAT), seen.column(CONNECTION)
    row = next(
        row
        for row, pair in enumerate(zip(whats, connections, strict=True))
        if pair == (attempt_label("answered"), "ShipEngine")
    )
    seen.dialog.table.setFocus()
    seen.dialog.table.selectRow(row)
    await seen.settled()
    sent = seen.dialog.sent.toPlainText()
    assert sent.startswith("POST /v-beta/sales_orders/")
    assert f'"tracking_number": "{USPS_NUMBERS[1]}"' in sent
    seen.button("record_copy").click()
    copied = QGuiApplication.clipboard().text()
    assert attempt_label("answered") in copied
    assert sent in copied


async def test_the_file_is_asked_for_without_stopping_and_holds_what_is_shown(
    qtbot: QtBot, shipped: Context, tasks: Tasks, tmp_path: Path
) -> None:
    seen = await opened(qtbot, shipped, tasks)
    seen.button("record_export").click()
    ask = seen.dialog.findChild(QFileDialog, "export_file")
    assert ask.isVisible()
    file = tmp_path / "audit_log.csv"
    ask.fileSelected.emit(str(file))
    ask.reject()
    said = text("audit_log.exported", count=seen.dialog.model.rowCount(), file=str(file))
    await until(lambda: seen.label("record_message") == said)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == seen.dialog.model.rowCount()
    assert rows[0]["what"] == "shipped"
    assert rows == sorted(rows, key=lambda row: row["at"])


async def test_a_file_that_cannot_be_written_is_said(qtbot: QtBot, shipped: Context, tmp_path: Path) -> None:
    tasks, said = Tasks(), list[str]()
    tasks.failed.connect(said.append)
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.export_to(str(tmp_path / "none" / "x.csv"))
    await until(lambda: said)
    assert "could not be written" in said[0]
    assert seen.button("record_export").isEnabled()
    await tasks.stop()


def plant(ctx: Context, count: int) -> None:
    """Put so many attempts in the store, as many a day's work leaves."""
    now_ms = ctx.clock.now_ms()
    with closing(sql.connect(ctx.store.file)) as store, store:
        (call_id,) = store.execute("SELECT MIN(id) FROM call").fetchone()
        store.executemany(
            "INSERT INTO attempt (call_id, number, at_ms, what, message, answer) VALUES (?, 1, ?, 'answered', ?, ?)",
            ((call_id, now_ms - place, f"attempt {place}", "x" * 200) for place in range(count)),
        )


@pytest.mark.parametrize("is_timed", [False, pytest.param(True, marks=pytest.mark.heavy)])
async def test_fifty_thousand_entries_never_make_the_window_wait(
    qtbot: QtBot, shipped: Context, tasks: Tasks, tmp_path: Path, beats: list[float], is_timed: bool
) -> None:
    plant(shipped, MANY)
    await asyncio.sleep(0.05)  # the round in which that was done is over
    beats[:] = [0.0]
    seen = await opened(qtbot, shipped, tasks)
    seen.dialog.first_day.setDate(QDate.currentDate().addDays(-1))
    await until(lambda: seen.dialog.model.rowCount() > MANY)
    await seen.settled()
    assert len(seen.dialog.model._pages) <= 3, "only what is looked at is read"
    seen.dialog.table.scrollToBottom()
    seen.dialog.table.viewport().repaint()
    await seen.settled()
    assert seen.dialog.model.index(seen.dialog.model.rowCount() - 1, WHAT).data() != ""
    seen.dialog.filter.setText("attempt 49999")
    await until(lambda: seen.dialog.model.rowCount() == 1)
    seen.dialog.filter.clear()
    await until(lambda: seen.dialog.model.rowCount() > MANY)
    file = tmp_path / "audit_log.csv"
    seen.dialog.export_to(str(file))
    exported = text("audit_log.exported", count=seen.dialog.model.rowCount(), file=str(file))
    await until(lambda: seen.label("record_message") == exported)
    assert file.read_bytes().count(b"\r\n") == seen.dialog.model.rowCount() + 1
    assert await audit_log.found(shipped) == seen.dialog.model.ids
    assert not is_timed or max(beats) < LONGEST_BLOCK_S, f"the window stood still for {max(beats):.3f} s"


@pytest.fixture
async def beats() -> AsyncGenerator[list[float]]:
    """How long the window's loop took for each of its rounds, beyond what it was asked to wait."""
    found: list[float] = [0.0]

    async def beat() -> None:
        while True:
            began_s = time.monotonic()
            await asyncio.sleep(0.005)
            found.append(time.monotonic() - began_s - 0.005)

    beating = asyncio.create_task(beat())
    yield found
    beating.cancel()
