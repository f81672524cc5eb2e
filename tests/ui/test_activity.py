"""The list of calls: in words, newest first, with the whole record behind Details."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.problem import Problem
from shipconsole.operations import outbox, shipping
from shipconsole.operations.desk import Desk
from shipconsole.operations.outbox import Call
from shipconsole.practice.server import PracticeServer
from shipconsole.ui.activity import (
    SECOND_LINE_ROLE,
    ActivityModel,
    ActivityPanel,
    CallDetails,
    details_text,
    first_line,
)
from shipconsole.ui.look import Look
from shipconsole.ui.tasks import Tasks
from tests.kit.bench import USPS_NUMBERS, draft_of, fault
from tests.ui.waiting import until

TOLD = Call(
    id=1,
    key="k",
    order_id=7,
    order_number="10001",
    shipment_id=1,
    intent=None,
    package_id=None,
    connection_id=1,
    connection="ShipEngine",
    vendor="shipengine",
    state="confirmed",
    summary="1 × MOBILE",
    created_at_ms=1_790_000_000_000,
    changed_at_ms=1_790_000_000_000,
    due_at_ms=1_790_000_040_000,
    check_at_ms=None,
    attempts=1,
    request=None,
    repeatable=False,
    words="",
    problems=(),
    vendor_request_id="",
    supersedes=None,
)


@pytest.fixture
async def panel(bench: Desk, qtbot: QtBot) -> AsyncGenerator[ActivityPanel]:
    tasks = Tasks()
    made = ActivityPanel(bench, tasks, Look())
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    yield made
    await tasks.stop()


async def ship(desk: Desk) -> int:
    order_id, draft = await draft_of(desk, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await shipping.ship(desk, order_id, draft)
    return order_id


@pytest.mark.parametrize(
    ("changes", "said", "below"),
    [
        ({}, "ShipEngine told: 1 × MOBILE", "in 0.4 s"),
        ({"state": "retry_wait", "words": "limit reached"}, "ShipEngine: waiting, limit reached", "retries at "),
        (
            {"state": "rejected", "problems": (Problem((), "country is missing"),)},
            "ShipEngine refused: “country is missing”",
            "open and mend",
        ),
        ({"state": "unknown"}, "ShipEngine: answer not known", "say what you know"),
        ({"state": "blocked", "words": "wrong key"}, "ShipEngine held up: wrong key", "mend under Connections"),
        ({"state": "sending"}, "ShipEngine: sending", ":"),
    ],
)
def test_each_state_is_said_in_words(qtbot: QtBot, changes: dict[str, object], said: str, below: str) -> None:
    model = ActivityModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([replace(TOLD, **changes)], {1: 412})
    assert model.index(0).data() == said
    second = model.index(0).data(SECOND_LINE_ROLE)
    assert second.startswith("10001 · ")
    assert below in second
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith(second)
    del tester


def test_a_vendors_words_are_text_and_nothing_else() -> None:
    hostile = replace(TOLD, state="rejected", problems=(Problem((), "<b>no</b>\u202e"),))
    model = ActivityModel()
    model.show([hostile], {})
    assert first_line(hostile) == "ShipEngine refused: “<b>no</b>\u2423”"
    assert "&lt;b&gt;no" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)


async def test_calls_appear_as_they_are_told(panel: ActivityPanel, bench: Desk) -> None:
    panel.refresh()
    await until(lambda: not panel._looking)
    assert panel._pages.currentIndex() == 0
    await ship(bench)
    await outbox.deliver(bench, until_empty=True)
    panel.refresh()
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    assert sorted(str(panel.model.index(row).data()).split(" told")[0] for row in range(3)) == [
        "ShipEngine",
        "Shipup",
        "Starshipit",
    ]


async def test_a_click_opens_the_order(panel: ActivityPanel, bench: Desk) -> None:
    order_id = await ship(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount())
    chosen: list[int] = []
    panel.order_chosen.connect(chosen.append)
    at = panel.list.visualRect(panel.model.index(0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert chosen == [order_id]


async def test_enter_shows_the_whole_record_to_be_copied(
    panel: ActivityPanel, bench: Desk, practice_vendors: PracticeServer
) -> None:
    fault(practice_vendors, "shipup", "refuse")
    await ship(bench)
    await outbox.deliver(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    calls = await outbox.latest(bench)
    (refused,) = [call for call in calls if call.state == "rejected"]
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of(refused.id)))
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    await until(lambda: panel.findChild(CallDetails))
    details = panel.findChild(CallDetails)
    shown = details.findChild(QPlainTextEdit, "record").toPlainText()
    assert shown == details_text(refused, await outbox.attempts(bench, refused.id))
    assert "answered  4" in shown
    QTest.mouseClick(details.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown
