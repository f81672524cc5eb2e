"""The tracking panel and what it shows: a change of the model is seen, and what did not change is left alone."""

import pytest
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import verbatim
from shipconsole.domain.tracking import Track
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.by_hand import HandHistory
from shipconsole.ui.tracking.package_view import TrackView
from shipconsole.ui.tracking.panel import TrackingPanel

FIRST = Track(tracking_number="9400100109361129278357", carrier="usps", status="packed")
SECOND = Track(tracking_number="H0121A0005456140", carrier="evri", status="packed")


@pytest.fixture
def panel(qtbot: QtBot) -> TrackingPanel:
    made = TrackingPanel(Theme())
    qtbot.addWidget(made)
    made.resize(320, 500)
    made.show()
    return made


def views(panel: TrackingPanel) -> list[TrackView]:
    return sorted((one for one in panel.findChildren(TrackView) if not one.isHidden()), key=lambda one: one.y())


def states(panel: TrackingPanel) -> list[str]:
    return [view.findChild(QLabel, "package_status").text() for view in views(panel)]


def test_a_package_that_is_added_is_drawn_above_the_others(panel: TrackingPanel) -> None:
    panel.model.tracks = (FIRST,)
    assert panel.findChild(QLabel, "packages_counted").text() == ""
    panel.model.tracks = (FIRST, SECOND)
    QTest.qWait(1)
    assert [view.number for view in views(panel)] == [2, 1]
    assert panel.findChild(QLabel, "packages_counted").text() == text("track_panel.count", count=2)


def test_a_new_state_is_shown_and_the_other_package_is_left_alone(panel: TrackingPanel) -> None:
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


def test_a_refused_update_marks_its_package(panel: TrackingPanel) -> None:
    panel.model.tracks = (FIRST, SECOND)
    panel.model.troubled = frozenset({FIRST.tracking_number})
    QTest.qWait(1)
    assert states(panel) == [text("tracking_state.packed"), text("track_panel.not_all_notified")]


def test_what_was_done_by_hand_follows(panel: TrackingPanel) -> None:
    panel.model.by_hand = (
        ManualChange(order_id=1, at_ms=1, station="Bench 1", operator="", what=verbatim("Order created."), reason=""),
    )
    QTest.qWait(1)
    assert [one for one in panel.findChildren(HandHistory) if not one.isHidden()]
    panel.model.by_hand = ()
    assert not [one for one in panel.findChildren(HandHistory) if not one.isHidden()]


def test_only_tracks_are_shown(panel: TrackingPanel) -> None:
    with pytest.raises(ValidationError, match="status"):
        panel.model.tracks = ({"tracking_number": "X1", "status": "lost"},)
    assert panel.model.tracks == ()
