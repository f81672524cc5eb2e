"""The top bar: the scan field, one button for the connections, and counts; every button is reached by Tab."""

import itertools
import time

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection, ConnectionState, Pause
from shipconsole.messages import text
from shipconsole.ui.kit.formats import lasting
from shipconsole.ui.kit.strings import connection_state, paused_by
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.window.arrangement import arrangement
from shipconsole.ui.window.bar_button import BarButton
from shipconsole.ui.window.scan_field import ScanField
from shipconsole.ui.window.top_bar import TopBar
from tests.support.measured import faults

PAUSE = Pause(1_700_000_000_000, "Bench 3", "Mira")


def connection(number: int, name: str, blocked_message: str = "", **state: object) -> Connection:
    found = Connection(
        number,
        name,
        "shipengine",
        "https://api.example.com",
        blocked_message=blocked_message,
        is_blocked=bool(blocked_message),
    )
    return found._replace(**{"has_answered": True, **state})


def bar_of(qtbot: QtBot, width: int, *, scale: float = 1.0, demo: bool = True, is_bench: bool = False) -> TopBar:
    theme = Theme()
    theme.use(QApplication.instance(), scaled(LIGHT, scale))
    bar = TopBar(theme, "Bench 3", demo=demo)
    qtbot.addWidget(bar)
    bar.resize(width, 64)
    bar.arrange(arrangement(width, 800, scale, is_bench=is_bench))
    bar.show()
    return bar


@pytest.fixture
def bar(qtbot: QtBot) -> TopBar:
    return bar_of(qtbot, 1400)


def button(bar: TopBar, name: str) -> BarButton:
    found = bar.findChild(BarButton, name)
    assert found is not None
    return found


def opened_list(bar: TopBar, qtbot: QtBot) -> QWidget:
    qtbot.mouseClick(bar.connections, Qt.MouseButton.LeftButton)
    shown = bar.findChild(QWidget, "connections_list")
    assert shown is not None
    assert shown.isVisible()
    return shown


def test_enter_emits_the_scan_and_clears_the_field(qtbot: QtBot, bar: TopBar) -> None:
    field = bar.scan_field
    assert (field.objectName(), field.accessibleName()) == ("scan_field", text("scan_field.name"))
    field.setFocus()
    for typed in ("10001", "MOBILE"):
        qtbot.keyClicks(field, typed)
        with qtbot.waitSignal(field.scanned) as scanned:
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert scanned.args == [typed]
        assert field.text() == ""
        assert field.hasFocus()


def test_enter_in_the_empty_field_is_no_scan(qtbot: QtBot, bar: TopBar) -> None:
    with qtbot.assertNotEmitted(bar.scan_field.scanned):
        qtbot.keyClicks(bar.scan_field, "  ")
        qtbot.keyClick(bar.scan_field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "selected", "left_to_window"), [("", False, True), ("10001", True, True), ("10001", False, False)]
)
def test_ctrl_a_is_left_to_the_window_where_there_is_nothing_to_select(
    bar: TopBar, text: str, selected: bool, left_to_window: bool
) -> None:
    field: ScanField = bar.scan_field
    field.leave_keys()
    field.setText(text)
    if selected:
        field.selectAll()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, "\x01")
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted() is not left_to_window


def test_the_locked_field_says_what_unlocks_it_and_takes_scans(qtbot: QtBot, bar: TopBar) -> None:
    field, size = bar.scan_field, bar.scan_field.size()
    field.show_locked("Scan %OK")
    assert (field.property("locked"), field.placeholderText(), field.size()) == (True, "", size)
    assert field.accessibleDescription() == f"{text('frame.locked')}. Scan %OK"
    with qtbot.waitSignal(field.scanned):
        field.take("%OK")
    field.show_locked()
    assert (field.property("locked"), field.accessibleDescription()) == (False, "")
    assert field.placeholderText() == text("scan_field.hint")


@pytest.mark.parametrize(
    ("states", "silent", "label", "mark"),
    [
        ([], [], "connection_group.none", "quiet"),
        ([{}, {}, {}], [], "3 OK", "good"),
        ([{"has_answered": False}] * 2, [], "Checking 2", "quiet"),
        ([{}, {"has_answered": False}], [], "1 OK · Checking 1", "good"),
        ([{}, {}, {"is_blocked": True}], [], "2 OK · Shop 3 blocked", "bad"),
        ([{}, {"sync_problem": "not_yet"}], [], "1 OK · Shop 2: sync failed", "bad"),
        ([{}, {}], [2], "1 OK · Shop 2 not responding", "wait"),
        ([{}, {"pause": PAUSE}], [], "1 OK · Shop 2 paused", "wait"),
        ([{}, {"is_blocked": True}, {"sync_problem": "refused"}], [], "1 OK · 2 need attention", "bad"),
        ([{"is_blocked": True}], [], "Shop 1 blocked", "bad"),
        ([{}, {}], [1, 2], "offline.title", "bad"),
    ],
)
def test_one_button_sums_up_all_connections(
    bar: TopBar, states: list[dict[str, object]], silent: list[int], label: str, mark: str
) -> None:
    shops = [connection(number, f"Shop {number}", **state) for number, state in enumerate(states, 1)]
    bar.show_connections(shops, silent)
    expected = text(label) if "." in label else label
    assert bar.connections.label() == expected
    assert bar.connections.state.summary()[2] == mark
    assert bar.connections.accessibleName() == text("connection_group.spoken", state=expected)


def test_the_list_has_a_row_for_each_connection_with_the_platforms_own_message(qtbot: QtBot, bar: TopBar) -> None:
    bar.show_connections([connection(1, "ShipEngine"), connection(2, "Shop <b>", "the key is wrong.")])
    shown = opened_list(bar, qtbot)

    def rows() -> list[str]:
        return [row.accessibleName() for row in shown.findChildren(QWidget, "connection") if row.isVisible()]

    assert rows() == [
        text("connection_now.ok", name="ShipEngine"),
        text("connection_now.blocked", name="Shop <b>", reason="the key is wrong."),
    ]
    labels = {label.text() for label in shown.findChildren(QLabel) if label.isVisible()}
    assert {"Shop <b>", connection_state(ConnectionState.BLOCKED), text("demo.means")} <= labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown.findChildren(QLabel))
    # The list follows what changes while it is open.
    bar.show_connections([connection(1, "ShipEngine")])
    qtbot.waitUntil(lambda: rows() == [text("connection_now.ok", name="ShipEngine")])


def test_who_paused_a_connection_and_since_when_is_in_the_list(qtbot: QtBot, bar: TopBar) -> None:
    bar.show_connections(
        [connection(1, "A", pause=PAUSE), connection(2, "B", "the key is wrong.", pause=PAUSE._replace(packer=""))]
    )
    shown = opened_list(bar, qtbot)
    rows = [row.accessibleName() for row in shown.findChildren(QWidget, "connection") if row.isVisible()]
    assert rows == [
        f"{text('connection_now.paused', name='A')} {paused_by(PAUSE)}",
        (
            f"{text('connection_now.blocked', name='B', reason='the key is wrong.')} "
            f"{text('connection_now.paused', name='B')} {paused_by(PAUSE._replace(packer=''))}"
        ),
    ]
    assert "Mira" in paused_by(PAUSE)
    assert "Bench 3" in paused_by(PAUSE._replace(packer=""))


def test_the_list_opens_the_dialog_and_closes_by_esc(qtbot: QtBot, bar: TopBar) -> None:
    shown = opened_list(bar, qtbot)
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    opened_list(bar, qtbot)
    entry = shown.findChild(QPushButton, "open_connections")
    with qtbot.waitSignal(bar.connections_requested):
        qtbot.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert not shown.isVisible()


def test_updates_under_way_are_in_the_list_with_the_age_of_the_oldest(qtbot: QtBot, bar: TopBar) -> None:
    shown = opened_list(bar, qtbot)
    sending = shown.findChild(QLabel, "list_sending")
    assert sending.isHidden()
    now_ms = round(time.time() * 1_000)
    bar.show_counts(sending=14, oldest_ms=now_ms - 30_000)
    assert sending.text() == text("top_bar.sending", count=14)
    bar.show_counts(sending=14, oldest_ms=now_ms - 725_000)
    assert sending.text() == text("top_bar.waiting_means", count=14, duration=lasting(720))
    bar.show_counts(sending=0)
    assert sending.isHidden()


def test_what_needs_attention_is_counted_and_pressing_shows_it(qtbot: QtBot, bar: TopBar) -> None:
    shown = button(bar, "needs_attention_count")
    assert shown.isHidden()
    bar.show_counts(needs_attention=2)
    assert shown.label() == text("top_bar.needs_attention", count=2)
    with qtbot.waitSignal(bar.needs_attention_requested):
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    shown.setFocus()
    with qtbot.waitSignal(bar.needs_attention_requested):
        qtbot.keyClick(shown, Qt.Key.Key_Space)
    bar.show_counts(needs_attention=0)
    assert shown.isHidden()


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("late_count", "list_late", "top_bar.late"),
        ("forward_review_count", "list_review", "top_bar.review"),
        ("silent_count", "list_silent", "top_bar.silent"),
    ],
)
def test_delivery_issues_and_reviews_stand_in_the_bar_and_in_the_list(
    qtbot: QtBot, name: str, entry: str, message: str
) -> None:
    bar = bar_of(qtbot, 1600)
    show, signal = {
        "late_count": (bar.show_late, bar.late_requested),
        "forward_review_count": (bar.show_forward_review, bar.forward_requested),
        "silent_count": (bar.show_silent, bar.silent_requested),
    }[name]
    shown = button(bar, name)
    assert shown.isHidden()
    show(1_200)
    assert (shown.label(), shown.isVisible()) == (text(message, count=1_200), True)
    with qtbot.waitSignal(signal):
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    in_list = opened_list(bar, qtbot).findChild(QPushButton, entry)
    assert in_list.text() == text(message, count=1_200)
    with qtbot.waitSignal(signal):
        qtbot.mouseClick(in_list, Qt.MouseButton.LeftButton)
    show(0)
    assert shown.isHidden()


def test_a_demo_is_marked_in_the_bar_and_in_the_list(qtbot: QtBot, bar: TopBar) -> None:
    assert bar.findChild(QLabel, "demo").isVisible()
    real = bar_of(qtbot, 1400, demo=False)
    assert real.findChild(QLabel, "demo").isHidden()
    assert text("demo.means") not in {
        label.text() for label in opened_list(real, qtbot).findChildren(QLabel) if label.isVisible()
    }


def test_tab_reaches_every_button_in_reading_order(qtbot: QtBot) -> None:
    bar = bar_of(qtbot, 1920)
    bar.show_connections([connection(1, "Shop")])
    bar.show_counts(needs_attention=2)
    bar.show_late(1)
    bar.show_forward_review(1)
    bar.activateWindow()
    bar.scan_field.setFocus()
    reached = [bar.scan_field.objectName()]
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget() or bar, Qt.Key.Key_Tab)
        focused = bar.focusWidget()
        assert focused.accessibleName()
        reached.append(focused.objectName())
    assert reached == [
        "scan_field",
        "connections_button",
        "forward_review_count",
        "late_count",
        "needs_attention_count",
        "menu_button",
    ]


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("width", [1280, 1440, 1920, 3840])
@pytest.mark.parametrize("is_bench", [False, True])
def test_nothing_in_the_bar_is_clipped_and_the_field_keeps_its_room(
    qtbot: QtBot, width: int, scale: float, is_bench: bool
) -> None:
    bar = bar_of(qtbot, width, scale=scale, is_bench=is_bench)
    bar.show_connections([connection(1, "A long name of a shop", "no"), connection(2, "Other"), connection(3, "Third")])
    bar.show_counts(needs_attention=128, sending=3)
    bar.show_late(12)
    bar.show_forward_review(3)
    bar.show_order_count(2_345)
    bar.layout().activate()
    shown = [part for part in bar.findChildren(QWidget) if part.parent() is bar and part.isVisible()]
    for part in shown:
        assert bar.rect().contains(part.geometry()), part.objectName()
        assert part.height() >= 32
        if isinstance(part, BarButton):
            assert part.width() >= part.sizeHint().width(), part.objectName()
    ordered = sorted(shown, key=lambda part: part.x())
    for left, right in itertools.pairwise(ordered):
        assert left.geometry().right() < right.x(), (left.objectName(), right.objectName())
    assert bar.scan_field.width() >= 250
    assert button(bar, "needs_attention_count").isVisible()
    assert button(bar, "leave_bench_mode").isVisible() is is_bench


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_in_the_list_of_connections_is_cut(qtbot: QtBot, scale: float) -> None:
    bar = bar_of(qtbot, 1280, scale=scale)
    bar.show_connections([connection(1, "ShipEngine"), connection(2, "Shipup"), connection(3, "Starshipit")])
    bar.show_counts(sending=3, oldest_ms=1, needs_attention=2)
    for show in (bar.show_late, bar.show_forward_review, bar.show_silent):
        show(2)
    shown = opened_list(bar, qtbot)
    assert faults(shown) == []
    bar.connections.hide_list()
