"""The activity list: updates as text, newest first, each with its details."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.connection import Pause
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.connections.store_refresh import StoreState, record_state
from shipconsole.operations.context import Context
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.worker import Backlog
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store.connections import mark_reachable
from shipconsole.ui.activity.model import ActivityModel, backlog_text
from shipconsole.ui.activity.panel import ActivityPanel
from shipconsole.ui.dialogs.call_details import CallDetails, details_text, first_line
from shipconsole.ui.kit.formats import ago, at, lasting
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.strings import CALL_LABELS, attempt_label, paused_by
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.ui.waiting import until, until_stored

NOW_MS = 1_790_000_000_000
PAUSE = Pause(NOW_MS, "Bench 3", "Mira")
IN_40_S = text("time.in", time="0:40")
UNKNOWN = "\0"
CONFIRMED = Call(
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
    async with panel_on(bench, qtbot) as panel:
        yield panel


@asynccontextmanager
async def panel_on(ctx: Context, qtbot: QtBot) -> AsyncGenerator[ActivityPanel]:
    """Open the panel on a context, and end its tasks afterwards."""
    tasks = Tasks()
    panel = ActivityPanel(ctx, tasks, Theme())
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    yield panel
    await tasks.stop()


async def ship(ctx: Context) -> int:
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await shipping.ship(ctx, order_id, draft)
    return order_id


def status(*parts: str) -> str:
    """Return the second line of an update of order 10001."""
    return " · ".join(("10001", *parts))


@pytest.mark.parametrize(
    ("changes", "headline", "status_part"),
    [
        (
            {},
            f"{text('update_of.confirmed', connection='ShipEngine')} · 1 × MOBILE",
            text("activity.took", seconds="0.4"),
        ),
        (
            {"state": "held"},
            f"{text('update_of.held', connection='ShipEngine')}",
            status(text("activity.sends", time=IN_40_S)),
        ),
        (
            {"state": "pending", "due_at_ms": 0},
            f"{text('update_of.pending', connection='ShipEngine')}",
            status(text("activity.sends", time=text("time.now")), ago(0)),
        ),
        (
            {"state": "retry_wait", "message": verbatim("limit reached")},
            f"{text('update_of.retry_wait', connection='ShipEngine')} · limit reached",
            status(text("activity.retries", time=IN_40_S), ago(0)),
        ),
        (
            {"state": "rejected", "problems": (Problem((), verbatim("country is missing")),)},
            f"{text('update_of.rejected', connection='ShipEngine')} · “country is missing”",
            text("activity.fix_order"),
        ),
        (
            {"state": "unknown", "check_at_ms": 1_790_000_000_000 + 7_200_000},
            f"{text('update_of.unknown', connection='ShipEngine')}",
            status(
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
def test_each_state_has_its_headline_and_status(
    qtbot: QtBot, changes: dict[str, object], headline: str, status_part: str
) -> None:
    model = ActivityModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([replace(CONFIRMED, **changes)], {1: 412}, now_ms=NOW_MS)
    index, row = model.index(0, 0), model.row(0)
    assert index.data() == headline
    assert row.status.startswith("10001 · ")
    assert status_part in row.status
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(row.status)
    del tester


def test_a_platforms_message_is_never_markup() -> None:
    hostile = replace(CONFIRMED, state="rejected", problems=(Problem((), verbatim("<b>no</b>\u202e")),))
    model = ActivityModel()
    model.show([hostile], {}, now_ms=NOW_MS)
    assert first_line(hostile) == f"{text('update_of.rejected', connection='ShipEngine')} · “<b>no</b>\u2423”"
    assert "&lt;b&gt;no" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_ages_and_countdowns_continue_without_a_model_reset(qtbot: QtBot) -> None:
    model = ActivityModel()
    waiting = replace(CONFIRMED, id=2, state="retry_wait")
    model.show([waiting, CONFIRMED], {}, now_ms=NOW_MS)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, *_: changed.append(first.row()))
    with qtbot.assertNotEmitted(model.modelReset):
        model.tick(NOW_MS + 5_000)
        model.tick(NOW_MS + 5_000)
    assert changed == [0], "a confirmed update shows the time of day"
    assert model.row(0).status == status(text("activity.retries", time=text("time.in", time="0:35")), ago(5))


def test_only_updates_that_changed_or_show_an_age_are_written_again() -> None:
    model = ActivityModel()
    ended = [replace(CONFIRMED, id=id_) for id_ in range(2, 102)]
    model.show(ended, {}, now_ms=NOW_MS)
    before = model.written
    queued, later = replace(CONFIRMED, id=200, state="pending"), replace(ended[9], state="superseded")
    model.show([queued, *ended[:9], later, *ended[10:]], {5: 300}, now_ms=NOW_MS + 1_000)
    # The new one, the changed one, and the one whose response is known now.
    assert model.written - before == 3
    assert model.row(10).severity == CALL_LABELS["superseded"].severity
    assert text("activity.took", seconds="0.3") in model.row(model.position_of(5)).status
    before = model.written
    model.tick(NOW_MS + 2_000)
    assert model.written - before == 1


def test_a_queued_update_shows_what_blocks_it() -> None:
    model = ActivityModel()
    first, second = replace(CONFIRMED, state="unknown"), replace(CONFIRMED, id=2, state="pending", due_at_ms=0)
    model.show([second, first], {}, now_ms=NOW_MS)
    assert model.row(0).status == status(text("activity.behind"), ago(0))
    paused = Backlog("ShipEngine", 1, NOW_MS, "", NOW_MS + 42_000, "limited")
    model.show([second], {}, [paused], now_ms=NOW_MS)
    assert model.row(0).status == status(text("activity.sends", time=text("time.in", time="0:42")), ago(0))
    model.show([second], {}, [replace(paused, reason="blocked")], now_ms=NOW_MS)
    assert model.row(0).status == status(ago(0), text("activity.fix_connection"))
    model.show([second], {}, [replace(paused, reason="paused", pause=PAUSE)], now_ms=NOW_MS)
    assert model.row(0).status == status(text("activity.paused"), ago(0))
    assert backlog_text(replace(paused, reason="paused", pause=PAUSE), NOW_MS).endswith(paused_by(PAUSE))


@pytest.mark.parametrize(
    ("reason", "message_id", "time"),
    [
        ("unresponsive", "activity.waits_silent", {"time": "in 0:35"}),
        ("limited", "activity.waits_limited", {"time": "in 0:35"}),
        ("blocked", "activity.waits_blocked", {}),
    ],
)
def test_the_backlog_of_a_connection_is_one_sentence(reason: str, message_id: str, time: dict[str, str]) -> None:
    backlog = Backlog("Starshipit", 14, NOW_MS - 725_000, NO_MESSAGE, NOW_MS + 34_100, reason)
    expected = text(message_id, connection="Starshipit", count=14, duration=lasting(720), **time)
    assert backlog_text(backlog, NOW_MS) == expected


async def test_a_platform_without_response_is_shown_above_the_list(bench: Context, qtbot: QtBot) -> None:
    await connections.connect(bench, "shipup", "Shipup", url="http://127.0.0.1:9/shipup")
    (shipup,) = await connections.named(bench, ["Shipup"])
    ctx = replace(bench, timings=replace(bench.timings, failures_most=1))
    await ship(bench)
    await worker.flush(ctx, until_empty=True)
    async with panel_on(ctx, qtbot) as panel:
        panel.refresh()
        notice = panel.findChild(QLabel, "backlog_notice")
        await until(lambda: notice.isVisible())
        expected = text("activity.waits_silent", connection="Shipup", count=1, duration=UNKNOWN, time=UNKNOWN)
        assert notice.text().startswith(expected.partition(UNKNOWN)[0])
        await bench.write(mark_reachable, shipup.id, failures_most=1)
        panel.refresh()
        await until(lambda: not notice.isVisible())


async def test_an_update_is_resolved_in_its_details(
    panel: ActivityPanel, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    await ship(bench)
    await worker.flush(bench, until_empty=True)
    (lost,) = await worker.latest(bench, state="unknown")
    panel.refresh()
    await until(lambda: panel.model.position_of(lost.id) >= 0)
    panel.show_details(lost.id)
    await until(lambda: panel.findChild(CallDetails))
    details = panel.findChild(CallDetails)
    shown = details.findChild(QLabel, "evidence").text()
    before = text("call_details.before", connection="ShipEngine", status="unfulfilled")
    assert shown.splitlines()[:2] == [before, text("call_details.not_checked", connection="ShipEngine")]
    assert '"tracking_number": "9400100109361129278357"' in details.findChild(QPlainTextEdit, "record").toPlainText()
    for name in ("mark_confirmed", "retry", "discard"):
        assert details.findChild(QPushButton, name).isVisible()
    details.findChild(QPushButton, "mark_confirmed").click()
    prompt = details.findChild(Prompt)
    assert not prompt.findChild(QPushButton, "reason_done").isEnabled(), "a reason is needed"
    QTest.keyClicks(prompt.findChild(QLineEdit, "reason_field"), "seen in the store")
    prompt.findChild(QPushButton, "reason_done").click()

    async def resolved() -> bool:
        return (await worker.updates_of(bench, (lost.id,)))[0].state == "confirmed"

    await until_stored(resolved)
    assert "seen in the store" in str((await worker.attempts(bench, lost.id))[-1].message)


@pytest.mark.parametrize(
    ("state", "message", "message_id"),
    [
        ("dead", Message("restore.unknown"), "call_details.decide_restored"),
        ("needs_attention", Message("restore.unknown"), "call_details.decide_restored"),
        ("dead", verbatim("Tried 12 times."), "call_details.decide_failed"),
        ("needs_attention", NO_MESSAGE, "call_details.decide_needs_attention"),
    ],
)
def test_what_has_to_be_decided_has_its_own_cause(
    qtbot: QtBot, state: CallState, message: Message, message_id: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    details = CallDetails(parent, Theme(), replace(CONFIRMED, state=state, message=message), ())
    assert details.findChild(QLabel, "decide").text() == text(message_id, connection="ShipEngine")


async def test_updates_appear_as_they_are_sent(panel: ActivityPanel, bench: Context) -> None:
    assert panel.findChild(QWidget, "activity_empty").isVisible()
    await ship(bench)
    await worker.flush(bench, until_empty=True)
    panel.refresh()
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    assert panel.list.isVisible()
    assert sorted(row.headline.split(": ")[0] for row in panel.model.rows) == ["ShipEngine", "Shipup", "Starshipit"]


async def test_a_click_opens_the_order(panel: ActivityPanel, bench: Context) -> None:
    order_id = await ship(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount())
    chosen: list[int] = []
    panel.order_chosen.connect(chosen.append)
    center = panel.list.visualRect(panel.model.index(0, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=center)
    assert chosen == [order_id]


async def test_enter_shows_the_details_which_can_be_copied(
    panel: ActivityPanel, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "refuse", call="updates")
    await ship(bench)
    await worker.flush(bench)
    panel.refresh()
    await until(lambda: panel.model.rowCount() == 3)
    calls = await worker.latest(bench)
    (refused,) = [call for call in calls if call.state == "rejected"]
    panel.list.setCurrentIndex(panel.model.index(panel.model.position_of(refused.id), 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    await until(lambda: panel.findChild(CallDetails))
    details = panel.findChild(CallDetails)
    shown = details.findChild(QPlainTextEdit, "record").toPlainText()
    found = await evidence.of_call(bench, refused)
    assert shown == details_text(refused, await worker.attempts(bench, refused.id), (), found)
    assert attempt_label("answered") in shown
    QTest.mouseClick(details.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown


async def test_the_platforms_request_id_can_be_copied(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot
) -> None:
    fault(simulated_platforms, "shipengine", "refuse", call="notify_shipped")
    await ship(bench)
    await worker.flush(bench, until_empty=True)
    call = next(call for call in await worker.latest(bench) if call.vendor == "shipengine")
    dialog = CallDetails(None, Theme(), call, await worker.attempts(bench, call.id))
    qtbot.addWidget(dialog)
    assert call.vendor_request_id
    assert call.vendor_request_id in dialog.findChild(QLabel, "request_id").text()
    dialog.findChild(QPushButton, "copy_request_id").click()
    assert QGuiApplication.clipboard().text() == call.vendor_request_id


async def test_a_value_that_the_platform_changed_is_in_the_details(qtbot: QtBot) -> None:
    changes = (
        PlatformDrift(
            Message("starshipit.field.address.post_code"), ("destination", "post_code"), None, "2000", "02000"
        ),
    )
    dialog = CallDetails(None, Theme(), CONFIRMED, (), changes)
    qtbot.addWidget(dialog)
    expected = text("call_details.changed", connection="ShipEngine", title="Postal code", before="2000", now="02000")
    assert dialog.findChild(QLabel, "vendor_changed").text() == expected
    assert expected in details_text(CONFIRMED, (), changes)
    assert dialog.findChild(QPushButton, "copy_request_id") is None


async def test_a_store_refresh_is_shown_until_it_is_complete(panel: ActivityPanel, bench: Context) -> None:
    (connection,) = await connections.named(bench, ["ShipEngine"])
    notice = panel.findChild(QLabel, "refreshing_stores")
    now_ms = bench.clock.now_ms()
    busy = StoreState(idle=False, status="preparing_update")
    await bench.write(record_state, connection.id, "s1", busy, at_ms=now_ms - 12_000, name="Shopify AU")
    panel.refresh_stores()
    await until(lambda: notice.isVisible())
    assert notice.text().startswith(
        text(
            "activity.refreshing_store",
            connection="ShipEngine",
            store="Shopify AU",
            status="preparing update",
            seconds=UNKNOWN,
        ).partition(UNKNOWN)[0]
    )
    await bench.write(record_state, connection.id, "s1", StoreState(idle=True), at_ms=now_ms)
    panel.refresh_stores()
    await until(lambda: not notice.isVisible())
