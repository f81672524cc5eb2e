"""Orders with delivery issues are marked in the list, counted, and have a view of their own."""

import time
from datetime import date

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.domain.order_row import PackageIssue
from shipconsole.domain.remote_track import RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.messages import text
from shipconsole.store import tracks
from shipconsole.store.database import Store
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.row_painter import Marks, RowPainter
from tests.ui.order_list.conftest import OpenPanel
from tests.ui.order_list.test_panel import press_view

DAY_MS = 86_400_000


def receive_tracking(store: Store, order_id: int, status: RemoteStatus, expected_ms: int | None = None) -> None:
    expected = RemoteTime() if expected_ms is None else RemoteTime(text=str(expected_ms), at_ms=expected_ms)
    track = RemoteTrack(tracking_number=f"N{order_id}", status=status, expected=expected, document="{}")
    now_ms = time.time_ns() // 1_000_000
    store.write(tracks.put, 1, track, order_id=order_id, now_ms=now_ms, next_check_at_ms=0).result()


@pytest.fixture
def store_with_issues(store: Store) -> Store:
    receive_tracking(store, 3, "exception")
    receive_tracking(store, 7, "in_transit", time.time_ns() // 1_000_000 - 3 * DAY_MS)
    receive_tracking(store, 9, "in_transit")
    return store


def test_without_issues_the_view_is_empty(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel.issues_counted):
        panel.finder.count()
    assert panel.views.count_of("late") == 0


def test_orders_with_issues_are_counted_and_listed_the_worst_first(
    qtbot: QtBot, store_with_issues: Store, open_panel: OpenPanel
) -> None:
    panel = open_panel(store_with_issues)
    qtbot.waitUntil(lambda: panel.views.count_of("late") == 2)
    press_view(qtbot, panel, "late")
    model = panel.table.model()
    qtbot.waitUntil(lambda: bool(model.index(1, 0).data()))
    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert spoken == [f"10003. {text('package_issue.exception_means')}", f"10007. {text('package_issue.late_means')}"]


def test_an_order_leaves_the_view_when_its_package_arrives(
    qtbot: QtBot, store_with_issues: Store, open_panel: OpenPanel
) -> None:
    panel = open_panel(store_with_issues)
    qtbot.waitUntil(lambda: panel.views.count_of("late") == 2)
    panel.show_view("late")
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 2)
    receive_tracking(store_with_issues, 3, "delivered")
    panel.apply_changes(Changes(changes=(Change("order", 3),), cursor=1, too_many=False))
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 1)
    qtbot.waitUntil(lambda: panel.views.count_of("late") == 1)


def test_a_package_becomes_overdue_with_time_alone(qtbot: QtBot, store: Store, open_panel: OpenPanel) -> None:
    panel = open_panel(store)
    panel.show_view("late")
    with qtbot.waitSignal(panel.issues_counted):
        panel.finder.count()
    # The panel is not notified of this change: only time passes.
    receive_tracking(store, 7, "in_transit", time.time_ns() // 1_000_000 - 3 * DAY_MS)
    panel.finder.findChild(QTimer, "issues_timer").timeout.emit()
    qtbot.waitUntil(lambda: panel.views.count_of("late") == 1)
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 1)


@pytest.mark.parametrize("issue", ["exception", "late", "quiet"])
def test_the_stripe_before_a_row_has_the_color_of_its_issue(panel: OrderListPanel, issue: PackageIssue) -> None:
    row_painter = RowPainter(LIGHT)
    row = panel.table.model().row(0)
    image = QImage(400, row_painter.height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    row_painter.row(painter, image.rect(), row, Marks(date(2026, 11, 21), issue=issue))
    painter.end()
    stripe = image.pixelColor(1, row_painter.height // 2)
    assert stripe == LIGHT.color({"exception": "bad", "late": "wait", "quiet": "secondary"}[issue])
