"""The list of calls: in words, newest first, with the whole record behind Details."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.connections.store_refresh import SourceState, note_state
from shipconsole.operations.context import Context
from shipconsole.operations.importing.platform_drift import VendorChanged
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.worker import Backlog, Call
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store.connections import works
from shipconsole.ui.activity.lines import backlog
from shipconsole.ui.activity.panel import SECOND_LINE_ROLE, ActivityModel, ActivityPanel
from shipconsole.ui.dialogs.call_details import CallDetails, details_text, first_line
from shipconsole.ui.kit.formats import ago, at, lasting
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.strings import attempt_label
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.ui.waiting import until, until_stored

NOW_MS = 1_790_000_000_000
IN_40_S = text("time.in", time="0:40")
UNKNOWN = "\0"
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
    message=NO_MESSAGE,
    problems=(),
    vendor_request_id="",
    supersedes=None,
    checks=0,
    evidence="",
    first_try_ms=0,
)


@pytest.fixture
async def panel(bench: Context, qtbot: QtBot) -> AsyncGenerator[ActivityPanel]:
    tasks = Tasks()
    made = ActivityPanel(bench, tasks, Theme())
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    yield made
    await tasks.stop()


async def ship(ctx: Context) -> int:
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await shipping.ship(ctx, order_id, draft)
    return order_id


def below(*parts: str) -> str:
    """The second line of an update of order 10001."""
    return " · ".join(("10001", *parts))


@pytest.mark.parametrize(
    ("changes", "said", "second_part"),
    [
        (
            {},
            f"{text('update_of.confirmed', connection='ShipEngine')} · 1 × MOBILE",
            text("activity.took", seconds="0.4"),
        ),
        (
            {"state": "held"},
            f"{text('update_of.held', connection='ShipEngine')}",
            below(text("activity.sends", time=IN_40_S)),
        ),
        (
            {"state": "pending", "due_at_ms": 0},
            f"{text('update_of.pending', connection='ShipEngine')}",
            below(text("activity.sends", time=text("time.now")), ago(0)),
        ),
        (
            {"state": "retry_wait", "message": verbatim("limit reached")},
            f"{text('update_of.retry_wait', connection='ShipEngine')} · limit reached",
            below(text("activity.retries", time=IN_40_S), ago(0)),
        ),
        (
            {"state": "rejected", "problems": (Problem((), verbatim("country is missing")),)},
            f"{text('update_of.rejected', connection='ShipEngine')} · “country is missing”",
            text("activity.fix_order"),
        ),
        (
            {"state": "unknown", "check_at_ms": 1_790_000_000_000 + 7_200_000},
            f"{text('update_of.unknown', connection='ShipEngine')}",
            below(
                text("activity.checks", time=text("time.at", time=at(1_790_000_000_000 + 7_200_000))),
                ago(0),
                text("activity.resolve_now"),
            ),
        ),
        (
            {"state": "blocked", "message": verbatim("wrong key")},
            f"{text('update_of.blocked', connection='ShipEngine')} · wrong key",
            text("activity.fix_connection"),
        ),
        (
            {"state": "sending"},
            f"{text('update_of.sending', connection='ShipEngine')}",
            text("activity.sending_for", duration=lasting(0)),
        ),
        (
            {"state": "dead", "message": verbatim("Tried 12 times.")},
            f"{text('update_of.dead', connection='ShipEngine')} · Tried 12 times.",
            text("activity.fix_order"),
        ),
    ],
)
def test_each_state_is_said_in_words(qtbot: QtBot, changes: dict[str, object], said: str, second_part: str) -> None:
    model = ActivityModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([replace(TOLD, **changes)], {1: 412}, now_ms=NOW_MS)
    assert model.index(0).data() == said
    second = model.index(0).data(SECOND_LINE_ROLE)
    assert second.startswith("10001 · ")
    assert second_part in second
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith(second)
    del tester


def test_a_vendors_words_are_text_and_nothing_else() -> None:
    hostile = replace(TOLD, state="rejected", problems=(Problem((), verbatim("<b>no</b>\u202e")),))
    model = ActivityModel()
    model.show([hostile], {}, now_ms=NOW_MS)
    assert first_line(hostile) == f"{text('update_of.rejected', connection='ShipEngine')} · “<b>no</b>\u2423”"
    assert "&lt;b&gt;no" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_ages_and_countdowns_go_on_without_a_new_list(qtbot: QtBot) -> None:
    model = ActivityModel()
    waiting = replace(TOLD, id=2, state="retry_wait")
    model.show([waiting, TOLD], {}, now_ms=NOW_MS)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last, _roles: changed.append(first.row()))
    with qtbot.assertNotEmitted(model.modelReset):
        model.tick(NOW_MS + 5_000)
        model.tick(NOW_MS + 5_000)
    assert changed == [0], "what was told says the same as before"
    assert model.index(0).data(SECOND_LINE_ROLE) == below(
        text("activity.retries", time=text("time.in", time="0:35")), ago(5)
    )


def test_what_a_waiting_call_waits_for_is_said() -> None:
    model = ActivityModel()
    first, second = replace(TOLD, state="unknown"), replace(TOLD, id=2, state="pending", due_at_ms=0)
    model.show([second, first], {}, now_ms=NOW_MS)
    assert model.index(0).data(SECOND_LINE_ROLE) == below(text("activity.behind"), ago(0))
    held = Backlog("ShipEngine", 1, NOW_MS, "", NOW_MS + 42_000, "paused")
    model.show([second], {}, [held], now_ms=NOW_MS)
    assert model.index(0).data(SECOND_LINE_ROLE) == below(
        text("activity.sends", time=text("time.in", time="0:42")), ago(0)
    )
    model.show([second], {}, [replace(held, why="blocked")], now_ms=NOW_MS)
    assert model.index(0).data(SECOND_LINE_ROLE) == below(ago(0), text("activity.fix_connection"))


@pytest.mark.parametrize(
    ("why", "time"), [("silent", {"time": "in 0:35"}), ("paused", {"time": "in 0:35"}), ("blocked", {})]
)
def test_what_waits_for_a_vendor_is_one_line(why: str, time: dict[str, str]) -> None:
    said = text(f"activity.waits_{why}", connection="Starshipit", count=14, duration=lasting(720), **time)
    assert backlog("Starshipit", why, 14, NOW_MS - 725_000, NOW_MS + 34_100, NOW_MS) == said


async def test_a_silent_vendor_is_said_above_the_list(panel: ActivityPanel, bench: Context) -> None:
    await connections.connect(bench, "shipup", "Shipup", url="http://127.0.0.1:9/shipup")
    (shipup,) = await connections.named(bench, ["Shipup"])
    quick = replace(bench, timings=replace(bench.timings, failures_most=1))
    panel._ctx = quick
    await ship(bench)
    await worker.deliver(quick, until_empty=True)
    panel.refresh()
    label = panel.findChild(QLabel, "what_waits")
    await until(lambda: label.isVisible())
    said = text("activity.waits_silent", connection="Shipup", count=1, duration=UNKNOWN, time=UNKNOWN)
    assert label.text().startswith(said.partition(UNKNOWN)[0])
    await bench.write(works, shipup.id, failures_most=1)
    panel.refresh()
    await until(lambda: not label.isVisible())


async def test_a_person_decides_from_the_details(
    panel: ActivityPanel, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    await ship(bench)
    await worker.deliver(bench, until_empty=True)
    (lost,) = await worker.latest(bench, state="unknown")
    panel.refresh()
    await until(lambda: panel.model.row_of(lost.id) >= 0)
    panel.show_details(lost.id)
    await until(lambda: panel.findChild(CallDetails))
    details = panel.findChild(CallDetails)
    seen = details.findChild(QLabel, "evidence").text()
    before = text("call_details.before", connection="ShipEngine", status="unfulfilled")
    assert seen.splitlines()[:2] == [before, text("call_details.not_checked", connection="ShipEngine")]
    assert '"tracking_number": "9400100109361129278357"' in details.findChild(QPlainTextEdit, "record").toPlainText()
    for name in ("mark_confirmed", "retry", "discard"):
        assert details.findChild(QPushButton, name).isVisible()
    details.findChild(QPushButton, "mark_confirmed").click()
    why = details.findChild(Prompt)
    assert not why.findChild(QPushButton, "reason_done").isEnabled(), "a reason is needed"
    QTest.keyClicks(why.findChild(QLineEdit, "reason_field"), "seen in the shop")
    why.findChild(QPushButton, "reason_done").click()

    async def settled() -> bool:
        return (await worker.of_ids(bench, (lost.id,)))[0].state == "confirmed"

    await until_stored(settled)
    assert "seen in the shop" in str((await worker.attempts(bench, lost.id))[-1].message)


async def test_calls_appear_as_they_are_told(panel: ActivityPanel, bench: Context) -> None:
    panel.refresh()
    await until(lambda: not panel._looking)
    assert panel._pages.currentIndex() == 0
    await ship(bench)
    await worker.deliver(bench, until_empty=True)
    panel.refresh()
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    assert sorted(str(panel.model.index(row).data()).split(": ")[0] for row in range(3)) == [
        "ShipEngine",
        "Shipup",
        "Starshipit",
    ]


async def test_a_click_opens_the_order(panel: ActivityPanel, bench: Context) -> None:
    order_id = await ship(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount())
    chosen: list[int] = []
    panel.order_chosen.connect(chosen.append)
    at = panel.list.visualRect(panel.model.index(0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert chosen == [order_id]


async def test_enter_shows_the_whole_record_to_be_copied(
    panel: ActivityPanel, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "refuse")
    await ship(bench)
    await worker.deliver(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    calls = await worker.latest(bench)
    (refused,) = [call for call in calls if call.state == "rejected"]
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of(refused.id)))
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    await until(lambda: panel.findChild(CallDetails))
    details = panel.findChild(CallDetails)
    shown = details.findChild(QPlainTextEdit, "record").toPlainText()
    seen = await evidence.of_call(bench, refused)
    assert shown == details_text(refused, await worker.attempts(bench, refused.id), (), seen)
    assert attempt_label("answered") in shown
    QTest.mouseClick(details.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown


async def test_the_vendors_id_of_a_call_is_copied(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot
) -> None:
    fault(simulated_platforms, "shipengine", "refuse", call="notify_shipped")
    await ship(bench)
    await worker.deliver(bench, until_empty=True)
    call = next(one for one in await worker.latest(bench) if one.vendor == "shipengine")
    dialog = CallDetails(None, Theme(), call, await worker.attempts(bench, call.id))
    qtbot.addWidget(dialog)
    assert call.vendor_request_id
    assert call.vendor_request_id in dialog.findChild(QLabel, "request_id").text()
    dialog.findChild(QPushButton, "copy_request_id").click()
    assert QGuiApplication.clipboard().text() == call.vendor_request_id


async def test_what_the_vendor_made_of_a_call_stands_in_its_details(qtbot: QtBot) -> None:
    made = (
        VendorChanged(
            Message("starshipit.field.address.post_code"), ("destination", "post_code"), None, "2000", "02000"
        ),
    )
    dialog = CallDetails(None, Theme(), TOLD, (), made)
    qtbot.addWidget(dialog)
    said = text("call_details.changed", connection="ShipEngine", title="Postal code", before="2000", now="02000")
    assert dialog.findChild(QLabel, "vendor_changed").text() == said
    assert said in details_text(TOLD, (), made)
    assert dialog.findChild(QPushButton, "copy_request_id") is None


async def test_a_vendor_that_reads_a_shop_is_said_until_it_is_done(panel: ActivityPanel, bench: Context) -> None:
    (shop,) = await connections.named(bench, ["ShipEngine"])
    label = panel.findChild(QLabel, "reading_shops")
    now_ms = bench.clock.now_ms()
    busy = SourceState(idle=False, status="preparing_update")
    await bench.write(note_state, shop.id, "s1", busy, at_ms=now_ms - 12_000, name="Shopify AU")
    panel.refresh_sources()
    await until(lambda: label.isVisible())
    assert label.text().startswith(
        text(
            "activity.refreshing_store",
            connection="ShipEngine",
            store="Shopify AU",
            status="preparing update",
            seconds=UNKNOWN,
        ).partition(UNKNOWN)[0]
    )
    await bench.write(note_state, shop.id, "s1", SourceState(idle=True), at_ms=now_ms)
    panel.refresh_sources()
    await until(lambda: not label.isVisible())
