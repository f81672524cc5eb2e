"""The tracking panel is bound to its model: a change is shown, and unchanged packages keep their view."""

import pytest
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import verbatim
from shipconsole.domain.tracking import Track
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.package_view import PackageView
from shipconsole.ui.tracking.panel import TrackingPanel

FIRST = Track(tracking_number="9400100109361129278357", carrier="usps", status="packed")
SECOND = Track(tracking_number="H0121A0005456140", carrier="evri", status="packed")


@pytest.fixture
def panel(qtbot: QtBot) -> TrackingPanel:
    panel = TrackingPanel(Theme())
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    panel.show()
    return panel


def views(panel: TrackingPanel) -> list[PackageView]:
    shown = [view for view in panel.findChildren(PackageView) if not view.isHidden()]
    return sorted(shown, key=lambda view: view.y())


def states(panel: TrackingPanel) -> list[str]:
    return [view.findChild(QLabel, "package_status").text() for view in views(panel)]


def manual_changes(panel: TrackingPanel) -> list[QWidget]:
    return [shown for shown in panel.findChildren(QWidget, "manual_changes") if not shown.isHidden()]


def test_an_added_package_is_drawn_above_the_others(panel: TrackingPanel) -> None:
    count = panel.findChild(QLabel, "package_count")
    panel.model.tracks = (FIRST,)
    assert count.text() == ""
    panel.model.tracks = (FIRST, SECOND)
    QTest.qWait(1)
    assert [view.number for view in views(panel)] == [2, 1]
    assert count.text() == text("track_panel.count", count=2)


def test_without_packages_the_hint_is_shown(panel: TrackingPanel) -> None:
    hint = next(label for label in panel.findChildren(QLabel) if label.text() == text("track_panel.none_hint"))
    assert hint.isVisible()
    panel.model.tracks = (FIRST,)
    assert not hint.isVisible()
    panel.model.tracks = ()
    assert hint.isVisible()


def test_a_new_state_is_shown_and_the_other_package_keeps_its_view(panel: TrackingPanel) -> None:
    panel.model.tracks = (FIRST, SECOND)
    QTest.qWait(1)
    newest, oldest = views(panel)
    oldest.findChild(QToolButton, "copy_number").setFocus(Qt.FocusReason.TabFocusReason)
    panel.model.tracks = (FIRST, SECOND.model_copy(update={"status": "delivered"}))
    QTest.qWait(1)
    assert states(panel) == [text("tracking_state.delivered"), text("tracking_state.packed")]
    after = views(panel)
    assert after[1] is oldest
    assert after[0] is not newest


def test_an_unconfirmed_update_marks_its_package(panel: TrackingPanel) -> None:
    panel.model.tracks = (FIRST, SECOND)
    panel.model.unconfirmed = frozenset({FIRST.tracking_number})
    QTest.qWait(1)
    assert states(panel) == [text("tracking_state.packed"), text("track_panel.not_all_notified")]


def test_manual_changes_are_shown(panel: TrackingPanel) -> None:
    panel.model.manual_changes = (
        ManualChange(order_id=1, at_ms=1, station="Bench 1", operator="", what=verbatim("Order created."), reason=""),
    )
    QTest.qWait(1)
    assert len(manual_changes(panel)) == 1
    panel.model.manual_changes = ()
    assert manual_changes(panel) == []


def test_the_model_accepts_valid_tracks_only(panel: TrackingPanel) -> None:
    with pytest.raises(ValidationError, match="status"):
        panel.model.tracks = ({"tracking_number": "X1", "status": "lost"},)
    assert panel.model.tracks == ()
