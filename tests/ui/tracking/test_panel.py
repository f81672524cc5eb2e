"""Shipped packages: what is shown, spoken, copied and linked."""

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
from shipconsole.ui.tracking.links import OpenAnywayDialog
from shipconsole.ui.tracking.location_map import Location, LocationMap, map_label, screen_transform
from shipconsole.ui.tracking.package_view import (
    PackageTitle,
    PackageView,
    dates_of,
    is_overdue,
    link_of,
    locations_of,
    reason_of,
    steps_of,
)
from shipconsole.ui.tracking.panel import TrackingPanel
from shipconsole.ui.tracking.timeline import Step, Timeline

NUMBER = "9400100109361129278357"
PACKED = TrackEvent(at_ms=1_790_000_000_000, message=verbatim("Packed"), location="Bench 1")
ANNOUNCED = TrackEvent(at_ms=1_790_000_060_000, message=verbatim("Announced"), location="Bench 1")


@pytest.fixture
def panel(qtbot: QtBot) -> TrackingPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    panel = TrackingPanel(Theme())
    panel.setParent(window)
    panel.resize(300, 400)
    window.show()
    panel.in_window = window
    return panel


def sheet(*tracks: Track) -> OrderSheet:
    order = Order(id=1, number="10001", lines=(OrderLine(id=1, sku="MOBILE", ordered=1),))
    return OrderSheet(order, (), (), (), (), tracks, None)


def titles(panel: TrackingPanel) -> list[str]:
    views = [view for view in panel.findChildren(PackageView) if not view.isHidden()]
    return [view.findChild(QLabel, "package_title").accessibleName() for view in views]


def test_without_packages_the_panel_says_so(panel: TrackingPanel) -> None:
    for shown in (None, sheet()):
        panel.show_sheet(shown)
        visible = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
        assert text("track_panel.none") in visible


def test_the_newest_package_is_first_and_its_full_number_can_be_copied(panel: TrackingPanel) -> None:
    old = Track(tracking_number="H0121A0005456140", carrier="evri", status="announced", events=(ANNOUNCED, PACKED))
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


def test_in_little_room_the_number_remains(qtbot: QtBot) -> None:
    title = PackageTitle()
    qtbot.addWidget(title)
    texts = (f"{text('package_tab.number', number=1)} · USPS 9400…8357", "USPS 9400…8357", "9400…8357")
    title.set_package(texts[0], texts[1], NUMBER)
    title.show()
    for shown in texts:
        title.resize(title.fontMetrics().horizontalAdvance(shown) + 3, 30)
        qtbot.waitUntil(lambda shown=shown: title.text() == shown)
        assert NUMBER in title.toolTip()


def test_each_event_is_spoken_newest_first(panel: TrackingPanel) -> None:
    panel.show_sheet(
        sheet(Track(tracking_number=NUMBER, carrier="usps", status="announced", events=(ANNOUNCED, PACKED)))
    )
    spoken = panel.findChild(Timeline).accessibleName()
    assert spoken.startswith("Announced, Bench 1 · ")
    assert spoken.index("Announced") < spoken.index("Packed")


def test_a_package_of_a_carrier_without_a_page_has_no_link(panel: TrackingPanel) -> None:
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
    """Receives the addresses instead of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []
        QDesktopServices.setUrlHandler("https", self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


TODAY = date(2026, 11, 21)
SIX_FORTY = datetime(2026, 11, 21, 6, 40)  # noqa: DTZ001 - the carrier's local time
TROUBLE = TrackEvent(
    at_ms=1_795_260_000_000,
    message=verbatim("Address not found"),
    location="OAK RIDGE TN US",
    status="exception",
    platform_text="DELAY 42",
    local_time="2026-11-21T06:40:00",
    latitude=36.0,
    longitude=-84.2,
)
PASSED = TrackEvent(
    at_ms=1_795_170_000_000, message=verbatim("Arrived"), location="NASHVILLE TN US", latitude=36.1, longitude=-86.7
)
IN_TROUBLE = Track(
    tracking_number=NUMBER,
    carrier="usps",
    status="exception",
    message=verbatim("The carrier had trouble."),
    platform_texts=("No such street",),
    expected="2026-11-18T00:00:00Z",
    events=(TROUBLE, PASSED, PACKED),
)


def test_the_state_of_a_package_is_red_where_it_has_an_exception(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(IN_TROUBLE))
    status = panel.findChild(QLabel, "package_status")
    assert (status.text(), status.property("severity"), status.property("variant")) == ("Exception", "bad", "status")
    assert "No such street" in status.toolTip()
    assert status.accessibleName() == "Exception. The carrier had trouble. No such street"


def test_steps_have_the_carriers_local_time_and_text() -> None:
    first, second, _ = steps_of(IN_TROUBLE, TODAY)
    assert (first.title, first.where_and_when, first.severity) == (
        "Address not found",
        f"OAK RIDGE TN US · {text('track_panel.local_time', time=on_day(TODAY, clock_time(SIX_FORTY), TODAY))}",
        "bad",
    )
    assert first.full_text.endswith(text("track_panel.as_received", text="DELAY 42"))
    assert text("track_panel.local_time", time="").strip() not in second.when
    assert text("track_panel.as_received", text="").strip() not in second.full_text


def test_the_reason_of_an_exception_is_below_the_state(panel: TrackingPanel) -> None:
    message, said = verbatim("Delivery exception."), ("Exception", "Address not found")
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="exception", message=message, platform_texts=said)))
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
        (
            Track(
                tracking_number=NUMBER,
                status="delivered",
                message=verbatim("Delivered."),
                platform_texts=("Left at door",),
            ),
            "",
        ),
    ],
)
def test_only_some_states_have_a_reason(track: Track, reason: str) -> None:
    assert reason_of(track) == reason


def test_in_little_room_the_time_has_its_own_line(qtbot: QtBot) -> None:
    step = Step("Shipment Received, Package Acceptance Pending", "VERSAILLES KY US", "Fri 20 Nov 16:09 there")
    timeline = Timeline(Theme(), (step, step))
    qtbot.addWidget(timeline)
    wide, narrow = timeline.heightForWidth(900), timeline.heightForWidth(200)
    assert narrow > wide
    (first, _) = timeline.step_layouts(200)
    assert first.where == ["VERSAILLES KY US", "Fri 20 Nov 16:09 there"]
    assert len(first.title) == 2
    timeline.resize(200, narrow)
    assert timeline.text_at(narrow - 1) == step.full_text
    assert timeline.text_at(narrow) == ""


def test_the_height_of_a_timeline_follows_its_width(qtbot: QtBot, panel: TrackingPanel) -> None:
    long_title = ANNOUNCED.model_copy(
        update={"message": verbatim("Shipment Received, Package Acceptance Pending"), "location": "VERSAILLES"}
    )
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="packed", events=(long_title, long_title, PACKED))))
    timeline = panel.findChild(Timeline)
    for width in (220, 380, 240):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda: timeline.height() == timeline.heightForWidth(timeline.width()))


def test_the_tooltip_shows_the_step_under_the_mouse(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(IN_TROUBLE))
    timeline = panel.findChild(Timeline)
    step = timeline.sizeHint().height() // 3
    assert "DELAY 42" in timeline.text_at(step - 1)
    assert "Arrived" in timeline.text_at(step)
    assert timeline.text_at(3 * step) == ""


@pytest.mark.parametrize(
    ("expected", "status", "overdue"),
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
def test_a_package_is_overdue_from_the_next_day_on(expected: str, status: str, overdue: bool) -> None:
    track = IN_TROUBLE.model_copy(update={"expected": expected, "status": status})
    assert is_overdue(track, TODAY) is overdue


def test_the_state_of_an_overdue_package_says_so(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(IN_TROUBLE.model_copy(update={"status": "in_transit"})))
    status = panel.findChild(QLabel, "package_status")
    assert (status.text(), status.property("severity")) == (
        text("track_panel.overdue", state=text("tracking_state.in_transit")),
        "wait",
    )


def test_expected_and_delivered_are_in_one_line() -> None:
    track = IN_TROUBLE.model_copy(update={"delivered": "2026-11-20T14:05:00Z"})
    assert dates_of(track, TODAY) == " · ".join(
        [
            text("track_panel.expected", day=named_day(date(2026, 11, 18))),
            text("track_panel.delivered", time=when(RemoteTime.read(track.delivered).at_ms, TODAY)),
        ]
    )
    assert dates_of(Track(tracking_number="1", status="packed"), TODAY) == ""


def test_the_map_is_drawn_only_where_locations_are_known(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(IN_TROUBLE))
    assert panel.findChild(LocationMap).accessibleName() == map_label("OAK RIDGE TN US", 2)
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, status="packed", events=(PACKED,))))
    QTest.qWait(1)
    assert [shown for shown in panel.findChildren(LocationMap) if shown.isVisible()] == []


def test_a_repeated_location_is_listed_once() -> None:
    again = TROUBLE.model_copy(update={"at_ms": 1})
    track = IN_TROUBLE.model_copy(update={"events": (TROUBLE, again, PASSED, TROUBLE)})
    assert [location.name for location in locations_of(track)] == [
        "OAK RIDGE TN US",
        "NASHVILLE TN US",
        "OAK RIDGE TN US",
    ]


@pytest.mark.parametrize(
    "locations",
    [
        (Location(36.0, -84.2), Location(30.2, -97.7)),
        (Location(-36.8, 174.7), Location(-33.9, 151.2), Location(34.0, -118.2)),
        (Location(90.0, 180.0), Location(-90.0, -180.0), Location(0.0, 0.0)),
        (Location(51.5, 0.0),),
    ],
)
def test_every_location_is_on_the_map_also_across_180_degrees(qtbot: QtBot, locations: tuple[Location, ...]) -> None:
    shown = LocationMap(Theme(), locations)
    qtbot.addWidget(shown)
    frame = QRectF(0, 0, 300, 118)
    to_screen = screen_transform(shown.locations, frame)
    points = [to_screen.map(QPointF(location.longitude, -location.latitude)) for location in shown.locations]
    assert all(-1 <= point.x() <= 301 for point in points)
    width = max(point.x() for point in points) - min(point.x() for point in points)
    assert width <= frame.width()
    degrees = [location.longitude for location in shown.locations]
    assert all(abs(after - before) <= 180 for before, after in pairwise(degrees))
    if all(abs(location.latitude) < 60 for location in locations):
        assert all(frame.contains(point) for point in points)


def test_the_platforms_link_is_confirmed_first(panel: TrackingPanel) -> None:
    opened = Opened()
    track = Track(tracking_number="X1", carrier="allied_express", status="packed", url="https://track.example.com/X1")
    try:
        panel.show_sheet(sheet(track))
        QTest.mouseClick(panel.findChild(QPushButton, "open_link"), Qt.MouseButton.LeftButton)
        dialog = panel.window().findChild(QWidget, "open_anyway_dialog")
        assert dialog.findChild(QLabel, "open_anyway_host").accessibleName() == "track.example.com"
        assert dialog.findChild(QPushButton, "leave_closed").isDefault()
        assert opened.urls == []
        QTest.mouseClick(dialog.findChild(QPushButton, "open_anyway"), Qt.MouseButton.LeftButton)
        assert [url.toString() for url in opened.urls] == ["https://track.example.com/X1"]
    finally:
        QDesktopServices.unsetUrlHandler("https")


def test_the_carriers_page_is_preferred_to_the_platforms_link() -> None:
    track = IN_TROUBLE.model_copy(update={"url": "https://track.example.com/X1"})
    link = link_of(track)
    assert link is not None
    assert (link.host, link.is_carriers) == ("tools.usps.com", True)
    assert link_of(Track(tracking_number="X1", status="packed", url="javascript:alert(1)")) is None


def test_doubts_are_shown_below_the_state(panel: TrackingPanel) -> None:
    doubts = (verbatim("The link led to another package."), verbatim("The check digit is wrong."))
    panel.show_sheet(sheet(Track(tracking_number=NUMBER, carrier="usps", status="delivered", doubts=doubts)))
    shown = panel.findChildren(QLabel, "package_doubt")
    assert tuple(label.text() for label in shown) == tuple(map(str, doubts))
    assert {label.property("severity") for label in shown} == {"wait"}


SIGNED = TrackEvent(
    at_ms=1_795_260_000_000,
    message=verbatim("Delivered"),
    location="OAK RIDGE TN US",
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


def test_a_step_has_the_location_the_company_and_the_signer() -> None:
    signed, noted = steps_of(ARRIVED, TODAY)
    assert signed.where == "OAK RIDGE TN US 37830 · Engines Ltd · " + text("track_panel.signed_by", name="J. Smith")
    assert (noted.where, noted.when) == ("", "some time")


def test_the_ship_date_is_shown_until_delivery() -> None:
    in_transit = ARRIVED.model_copy(update={"status": "in_transit"})
    assert "Shipped" in dates_of(in_transit, TODAY)
    assert "Shipped" not in dates_of(ARRIVED, TODAY)


def test_the_details_have_every_value_and_can_be_copied(panel: TrackingPanel) -> None:
    panel.show_sheet(sheet(ARRIVED))
    button = panel.findChild(QPushButton, "track_details_button")
    assert button.accessibleName() == text("track_details.title")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = panel.window().findChild(TrackDetailsDialog, "track_details_dialog")
    assert dialog.isVisible()
    tree = dialog.tree
    headings = [tree.topLevelItem(position) for position in range(tree.topLevelItemCount())]
    assert [heading.text(0) for heading in headings] == [NUMBER, "Delivered", "Noted"]
    event = [headings[1].child(position) for position in range(headings[1].childCount())]
    rows = {row.text(0): row.text(1) for row in event}
    assert rows[text("track_details.signer")] == "J. Smith"
    assert rows["Detail code"] == "FRONT DOOR"
    assert "Proof of delivery" not in rows, "an empty value has no row"
    QTest.mouseClick(dialog.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "Label link: https://labels.example.com/label-1.png" in copied
    assert "Carrier's status code: OK" in copied
    dialog.close()


def test_a_label_of_another_site_is_confirmed_first(panel: TrackingPanel) -> None:
    opened = Opened()
    dialog = TrackDetailsDialog(panel, Theme(), ARRIVED)
    dialog.open()
    QTest.mouseClick(dialog.findChild(QPushButton, "open_label"), Qt.MouseButton.LeftButton)
    question = dialog.findChild(OpenAnywayDialog, "open_anyway_dialog")
    assert opened.urls == []
    question.accept()
    assert [url.toString() for url in opened.urls] == ["https://labels.example.com/label-1.png"]
    dialog.close()
    hidden = TrackDetailsDialog(panel, Theme(), ARRIVED.model_copy(update={"label_url": "file:///etc/passwd"}))
    assert hidden.findChild(QPushButton, "open_label") is None


def test_a_label_is_printed_after_the_same_checks_as_it_is_opened(panel: TrackingPanel) -> None:
    asked: list[str] = []
    panel.print_label_requested.connect(asked.append)
    panel.show_sheet(sheet(ARRIVED))
    QTest.mouseClick(panel.findChild(QPushButton, "track_details_button"), Qt.MouseButton.LeftButton)
    dialog = panel.window().findChild(TrackDetailsDialog, "track_details_dialog")
    QTest.mouseClick(dialog.findChild(QPushButton, "print_label"), Qt.MouseButton.LeftButton)
    question = dialog.findChild(OpenAnywayDialog, "open_anyway_dialog")
    assert asked == []
    question.accept()
    assert asked == ["https://labels.example.com/label-1.png"]
    dialog.close()
    for refused in ("file:///etc/passwd", "http://tools.usps.com/label.pdf", "https://127.0.0.1/label.pdf"):
        hidden = TrackDetailsDialog(panel, Theme(), ARRIVED.model_copy(update={"label_url": refused}))
        assert hidden.findChild(QPushButton, "print_label") is None
