"""The packages on their way: what is shown, said, copied and linked."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import verbatim
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.remote_track import RemoteTime
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit.formats import clock_time, named_day, on_day, when
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.details import TrackDetailsDialog
from shipconsole.ui.tracking.number import PackageTitle
from shipconsole.ui.tracking.open_anyway import OpenAnywayDialog
from shipconsole.ui.tracking.package_view import TrackView, days_of, is_late, link_of, places_of, reason_of, steps_of
from shipconsole.ui.tracking.panel import TrackingPanel
from shipconsole.ui.tracking.timeline import Step, Timeline
from shipconsole.ui.tracking.way_map import Place, WayMap, whereabouts

NUMBER = "9400100109361129278357"
PACKED = TrackEvent(at_ms=1_790_000_000_000, message=verbatim("Packed"), place="Bench 1")
TOLD = TrackEvent(at_ms=1_790_000_060_000, message=verbatim("Announced"), place="Bench 1")


@pytest.fixture
def panel(qtbot: QtBot) -> TrackingPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    made = TrackingPanel(Theme())
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
    return [view.findChild(QLabel, "package_title").accessibleName() for view in views]


def test_without_a_parcel_it_says_what_will_be_here(panel: TrackingPanel) -> None:
    for shown in (None, sheet()):
        panel.show_sheet(shown)
        seen = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
        assert text("track_panel.none") in seen


def test_the_newest_parcel_stands_first_with_its_whole_number_to_be_had(panel: TrackingPanel) -> None:
    old = Track(tracking_number="H0121A0005456140", carrier="evri", status="announced", events=(TOLD, PACKED))
    new = Track(tracking_number=NUMBER, carrier="usps", status="packed", events=(PACKED,))
    panel.show_sheet(sheet(old, new))
    QTest.qWait(1)
    assert titles(panel) == [
        f"{text('package_tab.number', number=2)} · USPS 9400…8357: {NUMBER}",
        f"{text('package_tab.number', number=1)} · Evri (Hermes) H012…6140: H0121A0005456140",
    ]
    title = panel.findChild(QLabel, "package_title")
    assert NUMBER in title.toolTip()
    QTest.mouseClick(panel.findChild(QToolButton, "copy_number"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == NUMBER


def test_in_little_room_the_number_stays(qtbot: QtBot) -> None:
    title = PackageTitle()
    qtbot.addWidget(title)
    texts = (f"{text('package_tab.number', number=1)} · USPS 9400…8357", "USPS 9400…8357", "9400…8357")
    title.set_package(texts[0], texts[1], NUMBER)
    for shown in texts:
        title.resize(title.fontMetrics().horizontalAdvance(shown) + 1, 30)
        title._choose()
        assert title.full_text == shown
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


class Opened(QObject):
    """Takes the addresses that would go to the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []
        QDesktopServices.setUrlHandler("https", self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


TODAY = date(2026, 11, 21)
SIX_FORTY = datetime(2026, 11, 21, 6, 40)  # noqa: DTZ001 - on the carrier's own clock
TROUBLE = TrackEvent(
    at_ms=1_795_260_000_000,
    message=verbatim("Address not found"),
    place="OAK RIDGE TN US",
    status="exception",
    said="DELAY 42",
    local_time="2026-11-21T06:40:00",
    latitude=36.0,
    longitude=-84.2,
)
PASSED = TrackEvent(
    at_ms=1_795_170_000_000, message=verbatim("Arrived"), place="NASHVILLE TN US", latitude=36.1, longitude=-86.7
)
ON_ITS_WAY = Track(
    tracking_number=NUMBER,
    carrier="usps",
    status="exception",
    message=verbatim("The carrier had trouble."),
    said=("No such street",),
    expected="2026-11-18T00:00:00Z",
    events=(TROUBLE, PASSED, PACKED),
)


def test_how_a_parcel_stands_is_large_and_red_where_there_is_trouble(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ON_ITS_WAY))
    status = panel.findChild(QLabel, "package_status")
    assert (status.text(), status.property("severity"), status.property("variant")) == ("Exception", "bad", "status")
    assert "No such street" in status.toolTip()
    assert status.accessibleName() == "Exception. The carrier had trouble. No such street"


def test_steps_tell_the_carriers_own_clock_and_words() -> None:
    first, second, _ = steps_of(ON_ITS_WAY, TODAY)
    assert (first.words, first.place_and_time, first.severity) == (
        "Address not found",
        f"OAK RIDGE TN US · {text('track_panel.local_time', time=on_day(TODAY, clock_time(SIX_FORTY), TODAY))}",
        "bad",
    )
    assert first.told.endswith(text("track_panel.as_received", text="DELAY 42"))
    assert text("track_panel.local_time", time="").strip() not in second.when
    assert text("track_panel.as_received", text="").strip() not in second.told


def test_why_a_parcel_has_trouble_stands_below_its_state(panel: TrackingPanel) -> None:
    message, said = verbatim("Delivery exception."), ("Exception", "Address not found")
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="exception", message=message, said=said)))
    assert panel.findChild(QLabel, "package_reason").text() == "Address not found"


@pytest.mark.parametrize(
    ("track", "reason"),
    [
        (
            Track(tracking_number=NUMBER, status="exception", message=verbatim("Cancelled by the carrier.")),
            "Cancelled by the carrier.",
        ),
        (Track(tracking_number=NUMBER, status="announced", message=verbatim("Something new")), "Something new"),
        (Track(tracking_number=NUMBER, status="announced"), ""),
        (Track(tracking_number=NUMBER, status="delivered", message=verbatim("Delivered."), said=("Left at door",)), ""),
    ],
)
def test_a_state_that_says_enough_has_no_reason(track: Track, reason: str) -> None:
    assert reason_of(track) == reason


def test_where_there_is_little_room_the_time_has_a_line_of_its_own(qtbot: QtBot) -> None:
    step = Step("Shipment Received, Package Acceptance Pending", "VERSAILLES KY US", "Fri 20 Nov 16:09 there")
    timeline = Timeline(Theme(), (step, step))
    qtbot.addWidget(timeline)
    wide, narrow = timeline.heightForWidth(900), timeline.heightForWidth(200)
    assert narrow > wide
    (first, _) = timeline._laid_out(200)
    assert first.where == ["VERSAILLES KY US", "Fri 20 Nov 16:09 there"]
    assert len(first.words) == 2
    timeline.resize(200, narrow)
    assert timeline.told_at(narrow - 1) == step.told
    assert timeline.told_at(narrow) == ""


def test_a_timeline_has_the_height_that_its_width_needs(qtbot: QtBot, panel: TrackingPanel) -> None:
    long_ago = TOLD.model_copy(
        update={"message": verbatim("Shipment Received, Package Acceptance Pending"), "place": "VERSAILLES"}
    )
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="packed", events=(long_ago, long_ago, PACKED))))
    timeline = panel.findChild(Timeline)
    for width in (220, 380, 240):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda: timeline.height() == timeline.heightForWidth(timeline.width()))


def test_the_tooltip_is_that_of_the_step_under_the_mouse(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ON_ITS_WAY))
    timeline = panel.findChild(Timeline)
    step = timeline.sizeHint().height() // 3
    assert "DELAY 42" in timeline.told_at(step - 1)
    assert "Arrived" in timeline.told_at(step)
    assert timeline.told_at(3 * step) == ""


@pytest.mark.parametrize(
    ("expected", "status", "late"),
    [
        ("2026-11-20", "in_transit", True),
        ("2026-11-20T23:59:59-08:00", "in_transit", True),
        ("2026-11-21T00:00:00Z", "in_transit", False),
        ("2026-11-20", "delivered", False),
        ("soon", "in_transit", False),
        ("", "in_transit", False),
        ("1795132800", "in_transit", True),
    ],
)
def test_a_parcel_is_late_from_the_day_after(expected: str, status: str, late: bool) -> None:
    track = ON_ITS_WAY.model_copy(update={"expected": expected, "status": status})
    assert is_late(track, TODAY) is late


def test_a_late_parcel_says_so_in_its_state(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ON_ITS_WAY.model_copy(update={"status": "in_transit"})))
    status = panel.findChild(QLabel, "package_status")
    assert (status.text(), status.property("severity")) == (
        text("track_panel.overdue", state=text("tracking_state.in_transit")),
        "wait",
    )


def test_expected_and_delivered_stand_in_one_line() -> None:
    track = ON_ITS_WAY.model_copy(update={"delivered": "2026-11-20T14:05:00Z"})
    assert days_of(track, TODAY) == " · ".join(
        [
            text("track_panel.expected", day=named_day(date(2026, 11, 18))),
            text("track_panel.delivered", time=when(RemoteTime.read(track.delivered).at_ms, TODAY)),
        ]
    )
    assert days_of(Track(tracking_number="1", status="packed"), TODAY) == ""


def test_the_way_is_drawn_only_where_places_are_told(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ON_ITS_WAY))
    assert panel.findChild(WayMap).accessibleName() == whereabouts("OAK RIDGE TN US", 2)
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="packed", events=(PACKED,))))
    QTest.qWait(1)
    assert [one for one in panel.findChildren(WayMap) if one.isVisible()] == []


def test_a_place_told_twice_in_a_row_is_one() -> None:
    again = TROUBLE.model_copy(update={"at_ms": 1})
    track = ON_ITS_WAY.model_copy(update={"events": (TROUBLE, again, PASSED, TROUBLE)})
    assert [place.name for place in places_of(track)] == ["OAK RIDGE TN US", "NASHVILLE TN US", "OAK RIDGE TN US"]


@pytest.mark.parametrize(
    "places",
    [
        (Place(36.0, -84.2), Place(30.2, -97.7)),
        (Place(-36.8, 174.7), Place(-33.9, 151.2), Place(34.0, -118.2)),
        (Place(90.0, 180.0), Place(-90.0, -180.0), Place(0.0, 0.0)),
        (Place(51.5, 0.0),),
    ],
)
def test_every_place_is_in_the_picture_whichever_way_round(qtbot: QtBot, places: tuple[Place, ...]) -> None:
    shown = WayMap(Theme(), places)
    qtbot.addWidget(shown)
    frame = QRectF(0, 0, 300, 118)
    to_screen = shown._to_screen(frame)
    points = [to_screen.map(QPointF(one.longitude, -one.latitude)) for one in shown._places]
    assert all(-1 <= point.x() <= 301 for point in points)
    wide = max(point.x() for point in points) - min(point.x() for point in points)
    assert wide <= frame.width()
    degrees = [one.longitude for one in shown._places]
    assert all(abs(after - before) <= 180 for before, after in pairwise(degrees))
    if all(abs(place.latitude) < 60 for place in places):
        assert all(frame.contains(point) for point in points)


def test_the_vendors_own_link_is_asked_about(panel: TrackingPanel) -> None:
    opened = Opened()
    track = Track(tracking_number="X1", carrier="allied_express", status="packed", url="https://track.example.com/X1")
    try:
        panel.show_sheet(sheet(track))
        QTest.mouseClick(panel.findChild(QPushButton, "open_link"), Qt.MouseButton.LeftButton)
        ask = panel.window().findChild(QWidget, "open_anyway_dialog")
        assert ask.findChild(QLabel, "open_anyway_host").text() == "track.example.com"
        assert ask.findChild(QPushButton, "leave_closed").isDefault()
        assert opened.urls == []
        QTest.mouseClick(ask.findChild(QPushButton, "open_anyway"), Qt.MouseButton.LeftButton)
        assert [url.toString() for url in opened.urls] == ["https://track.example.com/X1"]
    finally:
        QDesktopServices.unsetUrlHandler("https")


def test_a_carriers_page_goes_before_the_vendors_link() -> None:
    track = ON_ITS_WAY.model_copy(update={"url": "https://track.example.com/X1"})
    link = link_of(track)
    assert link is not None
    assert (link.host, link.is_carriers) == ("tools.usps.com", True)
    assert link_of(Track(tracking_number="X1", status="packed", url="javascript:alert(1)")) is None


def test_what_does_not_fit_is_said_below_the_state(panel: TrackingPanel) -> None:
    doubts = (verbatim("The link led to another package."), verbatim("The check digit is wrong."))
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="delivered", doubts=doubts)))
    said = panel.findChildren(QLabel, "package_doubt")
    assert tuple(one.text() for one in said) == tuple(map(str, doubts))
    assert {one.property("severity") for one in said} == {"wait"}


SIGNED = TrackEvent(
    at_ms=1_795_260_000_000,
    message=verbatim("Delivered"),
    place="OAK RIDGE TN US",
    status="delivered",
    postal_code="37830",
    company="Engines Ltd",
    signer="J. Smith",
    code="DE",
    event_code="01",
    detail_code="FRONT DOOR",
    occurred="2026-11-21T11:40:00Z",
)
ARRIVED = Track(
    tracking_number=NUMBER,
    carrier="usps",
    status="delivered",
    message=verbatim("Delivered."),
    code="DE",
    carrier_status_code="OK",
    shipped="2026-11-18T00:00:00Z",
    label_url="https://labels.example.com/label-1.png",
    events=(SIGNED, TrackEvent(at_ms=None, message=verbatim("Noted"), occurred="some time")),
)


def test_who_signed_where_and_for_which_firm_stands_in_the_step() -> None:
    signed, noted = steps_of(ARRIVED, TODAY)
    assert signed.where == "OAK RIDGE TN US 37830 · Engines Ltd · " + text("track_panel.signed_by", name="J. Smith")
    assert (noted.where, noted.when) == ("", "some time")


def test_a_ship_date_is_shown_until_it_has_arrived() -> None:
    on_its_way = ARRIVED.model_copy(update={"status": "in_transit"})
    assert "Shipped" in days_of(on_its_way, TODAY)
    assert "Shipped" not in days_of(ARRIVED, TODAY)


def test_all_that_is_known_is_shown_to_the_letter_and_can_be_copied(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ARRIVED))
    button = panel.findChild(QPushButton, "track_details_button")
    assert button.accessibleName() == text("track_details.title")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = panel.window().findChild(TrackDetailsDialog, "track_details_dialog")
    assert dialog.isVisible()
    tree = dialog.tree
    heads = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    assert [head.text(0) for head in heads] == [NUMBER, "Delivered", "Noted"]
    rows = {heads[1].child(place).text(0): heads[1].child(place).text(1) for place in range(heads[1].childCount())}
    assert rows[text("track_details.signer")] == "J. Smith"
    assert rows["Detail code"] == "FRONT DOOR"
    assert "Proof of delivery" not in rows, "what is empty takes no row"
    QTest.mouseClick(dialog.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "Label link: https://labels.example.com/label-1.png" in copied
    assert "Carrier's status code: OK" in copied
    dialog.close()


def test_a_label_that_is_no_carriers_is_asked_about_before_it_is_opened(panel: TrackingPanel) -> None:
    opened = Opened()
    dialog = TrackDetailsDialog(panel, Theme(), ARRIVED)
    dialog.open()
    QTest.mouseClick(dialog.findChild(QPushButton, "open_label"), Qt.MouseButton.LeftButton)
    asked = dialog.findChild(OpenAnywayDialog, "open_anyway_dialog")
    assert opened.urls == []
    asked.accept()
    assert [url.toString() for url in opened.urls] == ["https://labels.example.com/label-1.png"]
    dialog.close()
    hidden = TrackDetailsDialog(panel, Theme(), ARRIVED.model_copy(update={"label_url": "file:///etc/passwd"}))
    assert hidden.findChild(QPushButton, "open_label") is None
