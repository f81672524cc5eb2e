"""Events that platforms reported, between the updates: their position, their text, and what a click does."""

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
from shipconsole.ui.activity.model import ActivityModel
from shipconsole.ui.activity.panel import ActivityList, ActivityPanel
from shipconsole.ui.kit.formats import ago
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.activity.test_activity import CONFIRMED
from tests.ui.waiting import until

NOW_MS = CONFIRMED.created_at_ms + 600_000
EVENT = PlatformNotice(
    id=1,
    at_ms=CONFIRMED.created_at_ms + 60_000,
    connection="ShipEngine",
    order_id=None,
    kind="batch",
    message=verbatim("Batch se-28529731: completed."),
    stands_out=False,
    webhook_event_id=4,
)


@pytest.fixture
def model() -> ActivityModel:
    model = ActivityModel()
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return model


def headlines(model: ActivityModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_events_are_listed_by_time_among_the_updates(model: ActivityModel) -> None:
    newer = replace(CONFIRMED, id=2, created_at_ms=EVENT.at_ms + 1)
    old_event = EVENT._replace(id=2, at_ms=1, message="Report: completed.")
    model.show((newer, CONFIRMED), {}, (), (EVENT, old_event), now_ms=NOW_MS)
    first, second, third, last = headlines(model)
    assert first.startswith("ShipEngine: confirmed")
    assert second == "ShipEngine: Batch se-28529731: completed."
    assert third == first
    assert last == "ShipEngine: Report: completed."
    assert model.row(1).status == f"{text('activity.event')} · {ago(540)}"
    assert model.update_at(1) is None
    assert model.position_of(CONFIRMED.id) == 2
    assert model.update_at(2) is CONFIRMED


def test_an_event_that_stands_out_is_red_and_others_are_quiet(model: ActivityModel) -> None:
    model.show((), {}, (), (EVENT, EVENT._replace(id=2, stands_out=True)), now_ms=NOW_MS)
    assert [row.severity for row in model.rows] == ["quiet", "bad"]
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"{text('activity.event')}. ShipEngine: Batch")


def test_long_numbers_are_shortened_to_leave_room_for_the_text(model: ActivityModel) -> None:
    message = "9400111298370264400003: Something is in its way."
    model.show((), {}, (), (EVENT._replace(kind="package", message=message, stands_out=True),), now_ms=NOW_MS)
    assert headlines(model) == ["ShipEngine: 9400…0003: Something is in its way."]
    assert message in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert message in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


async def test_a_store_that_was_imported_is_named(bench: Context) -> None:
    shipengine = next(connection for connection in await every(bench) if connection.name == "ShipEngine")
    (order_id,) = await bench.read(orders.numbered, "10001")
    source_id, name = await bench.read(source_of, order_id, shipengine.id)
    address = f"https://api.shipengine.com/v-beta/order_sources/{source_id}"
    body = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE", "resource_url": address}
    await receive.import_event(bench, shipengine, json.dumps(body).encode())
    await run_due(bench)
    assert name
    assert [str(event.message) for event in await webhook_log.notices(bench, 10)] == [
        f"The import of {name} is complete."
    ]


def source_of(db: Db, order_id: int, connection_id: int) -> tuple[str, str]:
    (link,) = [link for link in orders.links(db, order_id) if link.connection_id == connection_id]
    return link.source_id, link.source_name


def test_a_click_opens_the_order_of_an_event_if_it_has_one(qtbot: QtBot, model: ActivityModel) -> None:
    view = ActivityList(Theme(), model)
    qtbot.addWidget(view)
    opened: list[int] = []
    view.order_requested.connect(opened.append)
    model.show((), {}, (), (EVENT, EVENT._replace(id=2, order_id=7)), now_ms=NOW_MS)
    for row in (0, 1):
        view.clicked.emit(model.index(row, 0))
        view.setCurrentIndex(model.index(row, 0))
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == [7]


async def test_a_complete_batch_is_listed_and_a_package_in_transit_is_not(bench: Context, qtbot: QtBot) -> None:
    shipengine = next(connection for connection in await every(bench) if connection.name == "ShipEngine")
    track = b'{"resource_type":"API_TRACK","data":{"tracking_number":"9400100109361129278357","status_code":"IT"}}'
    await receive.import_event(bench, shipengine, b'{"resource_type":"API_REPORT_COMPLETE"}')
    await receive.import_event(bench, shipengine, track)
    await run_due(bench)
    assert [str(event.message) for event in await webhook_log.notices(bench, 10)] == ["Report: completed."]
    tasks = Tasks()
    panel = ActivityPanel(bench, tasks, Theme())
    qtbot.addWidget(panel)
    panel.refresh()
    await until(panel.model.rowCount)
    assert headlines(panel.model) == ["ShipEngine: Report: completed."]
    await tasks.stop()
