"""Orders whose packages are late, quiet or in trouble: marked in the list, counted, and a view of their own."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.order_row import PackageTrouble
from shipconsole.domain.remote_track import RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import Change, Changes
from shipconsole.store import tracks
from shipconsole.store.database import Store
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.row_painter import Cells, RowPainter

DAY_MS = 86_400_000
OpenPanel = Callable[[Store], OrderListPanel]


def told(store: Store, order_id: int, status: RemoteStatus, expected_ms: int | None = None) -> None:
    expected = RemoteTime() if expected_ms is None else RemoteTime(text=str(expected_ms), at_ms=expected_ms)
    track = RemoteTrack(tracking_number=f"N{order_id}", status=status, expected=expected, document="{}")
    now_ms = time.time_ns() // 1_000_000
    store.write(tracks.put, 1, track, order_id=order_id, now_ms=now_ms, next_check_at_ms=0).result()


@pytest.fixture
def troubled(store: Store) -> Store:
    told(store, 3, "exception")
    told(store, 7, "in_transit", time.time_ns() // 1_000_000 - 3 * DAY_MS)
    told(store, 9, "in_transit")
    return store


def test_without_trouble_there_is_no_view_for_it(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel.late_came):
        panel._finder.count()
    assert panel.findChild(QPushButton, "view_late").isHidden()


def test_orders_in_trouble_are_counted_and_shown_the_worst_first(
    qtbot: QtBot, troubled: Store, open_panel: OpenPanel
) -> None:
    panel = open_panel(troubled)
    tab = panel.findChild(QPushButton, "view_late")
    qtbot.waitUntil(tab.isVisible)
    assert tab.accessibleName() == text("order_view.with_count", view=text("order_view.late"), count=2)
    with qtbot.waitSignal(panel._finder.ids_came):
        qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    model = panel.table.model()
    qtbot.waitUntil(lambda: bool(model.index(1, 0).data()))
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert said == [f"10003. {text('package_issue.exception_means')}", f"10007. {text('package_issue.late_means')}"]


def test_an_order_leaves_the_view_when_its_parcel_arrives(qtbot: QtBot, troubled: Store, open_panel: OpenPanel) -> None:
    panel = open_panel(troubled)
    qtbot.waitUntil(panel._tabs["late"].isVisible)
    panel.show_view("late")
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 2)
    told(troubled, 3, "delivered")
    panel.changed(Changes(changes=(Change("order", 3),), cursor=1, too_many=False))
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 1)
    qtbot.waitUntil(
        lambda: (
            panel._tabs["late"].accessibleName() == text("order_view.with_count", view=text("order_view.late"), count=1)
        )
    )


def test_a_parcel_becomes_late_by_the_time_alone(qtbot: QtBot, store: Store, open_panel: OpenPanel) -> None:
    panel = open_panel(store)
    panel.show_view("late")
    tab = panel.findChild(QPushButton, "view_late")
    with qtbot.waitSignal(panel.late_came):
        panel._finder.count()
    # Nothing is said to be saved: only the clock goes on.
    told(store, 7, "in_transit", time.time_ns() // 1_000_000 - 3 * DAY_MS)
    panel._finder._time_passes.start(10)
    qtbot.waitUntil(
        lambda: tab.accessibleName() == text("order_view.with_count", view=text("order_view.late"), count=1)
    )
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 1)


@pytest.mark.parametrize("trouble", ["exception", "late", "quiet"])
def test_the_mark_before_a_row_has_the_colour_of_its_trouble(panel: OrderListPanel, trouble: PackageTrouble) -> None:
    painter_of_rows = RowPainter(LIGHT)
    row = panel.table.model().row(0)
    image = QImage(400, painter_of_rows.height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    cells = Cells((0, 100), (100, 100), (200, 100), (300, 100))
    painter_of_rows.row(painter, 0, cells, row, date(2026, 11, 21), 0, trouble)
    painter.end()
    seen = image.pixelColor(1, painter_of_rows.height // 2)
    assert seen == LIGHT.colour({"exception": "bad", "late": "wait", "quiet": "secondary"}[trouble])


def test_where_there_is_little_room_only_what_is_urgent_has_its_number(
    qtbot: QtBot, troubled: Store, open_panel: OpenPanel
) -> None:
    panel = open_panel(troubled)
    qtbot.waitUntil(panel._tabs["late"].isVisible)
    panel.resize(330, 600)
    qtbot.waitUntil(lambda: panel._tabs["to_ship"]._key == "")
    panel.resize(900, 600)
    qtbot.waitUntil(lambda: panel._tabs["to_ship"]._key == "258")
