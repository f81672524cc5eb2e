"""News between the calls: where they stand, what they say, and what a click on one does."""

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import verbatim
from shipconsole.messages import text
from shipconsole.operations.connections.connections import every
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive, webhook_log
from shipconsole.operations.inbound.process import run_due
from shipconsole.operations.inbound.webhook_log import PlatformNotice
from shipconsole.store import orders
from shipconsole.store.database import Db
from shipconsole.ui.activity.panel import (
    CALL_ROLE,
    SECOND_LINE_ROLE,
    TONE_ROLE,
    ActivityList,
    ActivityModel,
    ActivityPanel,
)
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.times import ago
from tests.ui.activity.test_activity import TOLD
from tests.ui.waiting import until

NOW_MS = TOLD.created_at_ms + 600_000
NEWS = PlatformNotice(
    id=1,
    at_ms=TOLD.created_at_ms + 60_000,
    connection="ShipEngine",
    order_id=None,
    kind="batch",
    message=verbatim("Batch se-28529731: completed."),
    stands_out=False,
    webhook_event_id=4,
)


@pytest.fixture
def model() -> ActivityModel:
    made = ActivityModel()
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return made


def lines(model: ActivityModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_news_stand_where_they_came_among_the_calls(model: ActivityModel) -> None:
    newer = replace(TOLD, id=2, created_at_ms=NEWS.at_ms + 1)
    old_news = NEWS._replace(id=2, at_ms=1, message="Report: completed.")
    model.show((newer, TOLD), {}, (), (NEWS, old_news), now_ms=NOW_MS)
    first, second, third, last = lines(model)
    assert first.startswith("ShipEngine: confirmed")
    assert second == "ShipEngine: Batch se-28529731: completed."
    assert third == first
    assert last == "ShipEngine: Report: completed."
    assert model.index(1).data(SECOND_LINE_ROLE) == f"{text('activity.event')} · {ago(540)}"
    assert model.index(1).data(CALL_ROLE) is None
    assert model.row_of(TOLD.id) == 2


def test_what_stands_out_is_red_and_the_rest_is_quiet(model: ActivityModel) -> None:
    model.show((), {}, (), (NEWS, NEWS._replace(id=2, stands_out=True)), now_ms=NOW_MS)
    assert [model.index(row).data(TONE_ROLE) for row in (0, 1)] == ["quiet", "bad"]
    assert (
        model.index(0)
        .data(Qt.ItemDataRole.AccessibleTextRole)
        .startswith(f"{text('activity.event')}. ShipEngine: Batch")
    )


def test_long_numbers_leave_room_for_what_is_said_of_them(model: ActivityModel) -> None:
    whole = "9400111298370264400003: Something is in its way."
    model.show((), {}, (), (NEWS._replace(kind="parcel", message=whole, stands_out=True),), now_ms=NOW_MS)
    assert lines(model) == ["ShipEngine: 9400…0003: Something is in its way."]
    assert whole in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert whole in model.index(0).data(Qt.ItemDataRole.ToolTipRole)


async def test_a_shop_that_was_read_stands_under_its_name(bench: Context) -> None:
    engine = next(one for one in await every(bench) if one.name == "ShipEngine")
    (order_id,) = await bench.read(orders.numbered, "10001")
    source_id, name = await bench.read(source_of, order_id, engine.id)
    address = f"https://api.shipengine.com/v-beta/order_sources/{source_id}"
    body = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE", "resource_url": address}
    await receive.bring_in(bench, engine, json.dumps(body).encode())
    await run_due(bench)
    assert name
    assert [str(one.message) for one in await webhook_log.news(bench, 10)] == [f"The import of {name} is complete."]


def source_of(db: Db, order_id: int, connection_id: int) -> tuple[str, str]:
    (link,) = [one for one in orders.links(db, order_id) if one.connection_id == connection_id]
    return link.source_id, link.source_name


def test_a_click_opens_the_order_that_news_are_about_if_any(qtbot: QtBot, model: ActivityModel) -> None:
    shown = ActivityList(Theme(), model)
    qtbot.addWidget(shown)
    opened: list[int] = []
    shown.order_requested.connect(opened.append)
    model.show((), {}, (), (NEWS, NEWS._replace(id=2, order_id=7)), now_ms=NOW_MS)
    for row in (0, 1):
        shown.clicked.emit(model.index(row))
        shown.setCurrentIndex(model.index(row))
        qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert opened == [7]


async def test_a_batch_that_is_done_is_news_and_a_parcel_on_its_way_is_not(bench: Context, qtbot: QtBot) -> None:
    engine = next(one for one in await every(bench) if one.name == "ShipEngine")
    track = b'{"resource_type":"API_TRACK","data":{"tracking_number":"9400100109361129278357","status_code":"IT"}}'
    await receive.bring_in(bench, engine, b'{"resource_type":"API_REPORT_COMPLETE"}')
    await receive.bring_in(bench, engine, track)
    await run_due(bench)
    assert [str(one.message) for one in await webhook_log.news(bench, 10)] == ["Report: completed."]
    tasks = Tasks()
    panel = ActivityPanel(bench, tasks, Theme())
    qtbot.addWidget(panel)
    panel.refresh()
    await until(lambda: not tasks._running)
    assert lines(panel.model) == ["ShipEngine: Report: completed."]
    panel._tick.stop()
