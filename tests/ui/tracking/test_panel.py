"""The parcels on their way: what is shown, said, copied and linked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.operations.orders import OrderSheet
from shipconsole.ui.look import Look
from shipconsole.ui.tracking.panel import Timeline, TrackingPanel, TrackView

NUMBER = "9400100109361129278357"
PACKED = TrackEvent(at_ms=1_790_000_000_000, words="Packed", place="Bench 1")
TOLD = TrackEvent(at_ms=1_790_000_060_000, words="Announced", place="Bench 1")


@pytest.fixture
def panel(qtbot: QtBot) -> TrackingPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    made = TrackingPanel(Look())
    made.setParent(window)
    made.resize(300, 400)
    window.show()
    made.in_window = window
    return made


def sheet(*tracks: Track) -> OrderSheet:
    order = Order(id=1, number="10001", lines=(OrderLine(id=1, sku="MOBILE", ordered=1),))
    return OrderSheet(order, (), (), (), (), tracks, None)


def titles(panel: TrackingPanel) -> list[str]:
    views = [view for view in panel.findChildren(TrackView) if not view.isHidden()]
    return [view.findChild(QLabel, "parcel_title").accessibleName() for view in views]


def test_without_a_parcel_it_says_what_will_be_here(panel: TrackingPanel) -> None:
    for shown in (None, sheet()):
        panel.show_sheet(shown)
        seen = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
        assert "No parcel has left yet." in seen


def test_the_newest_parcel_stands_first_with_its_whole_number_to_be_had(panel: TrackingPanel) -> None:
    old = Track(tracking_number="H0121A0005456140", carrier="evri", status="announced", events=(TOLD, PACKED))
    new = Track(tracking_number=NUMBER, carrier="usps", status="packed", events=(PACKED,))
    panel.show_sheet(sheet(old, new))
    QTest.qWait(1)
    assert titles(panel) == [
        f"Parcel 2 · USPS 9400…8357: {NUMBER}",
        "Parcel 1 · Evri (Hermes) H012…6140: H0121A0005456140",
    ]
    title = panel.findChild(QLabel, "parcel_title")
    assert NUMBER in title.toolTip()
    QTest.mouseClick(panel.findChild(QToolButton, "copy_number"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == NUMBER


def test_in_little_room_the_number_stays(panel: TrackingPanel) -> None:
    panel.resize(240, 400)
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="packed", events=(PACKED,))))
    QTest.qWait(1)
    title = panel.findChild(QLabel, "parcel_title")
    assert title._whole == "USPS 9400…8357"
    assert NUMBER in title.toolTip()


def test_each_event_is_told_newest_first(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="announced", events=(TOLD, PACKED))))
    said = panel.findChild(Timeline).accessibleName()
    assert said.startswith("Announced, Bench 1 · ")
    assert said.index("Announced") < said.index("Packed")


def test_a_parcel_of_a_carrier_without_a_page_has_no_link(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(Track(tracking_number="X1", carrier="allied_express", status="packed", events=(PACKED,))))
    assert panel.findChild(QPushButton, "open_link") is None
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="packed", events=(PACKED,))))
    link = panel.findChild(QPushButton, "open_link")
    assert link.accessibleName() == "Open at tools.usps.com"


def test_another_order_leaves_nothing_behind(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="packed", events=(PACKED,))))
    panel.show_sheet(sheet())
    assert titles(panel) == []
