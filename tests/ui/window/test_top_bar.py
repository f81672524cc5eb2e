"""The top bar: the scan field, the connections' state, and counts of what is under way."""

import time

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection, ConnectionState
from shipconsole.messages import text
from shipconsole.ui.kit.formats import lasting
from shipconsole.ui.kit.strings import connection_state
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import tooltip
from shipconsole.ui.window.top_bar import ScanField, TopBar

BLOCKED, SILENT = connection_state(ConnectionState.BLOCKED), connection_state(ConnectionState.UNRESPONSIVE)
SYNC_FAILED = f"Shop · {connection_state(ConnectionState.SYNC_FAILED)}"


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


@pytest.fixture
def bar(qtbot: QtBot) -> TopBar:
    bar = TopBar(Theme(), "Bench 3", demo=True)
    qtbot.addWidget(bar)
    bar.resize(1400, 60)
    bar.show()
    return bar


def badges(bar: TopBar) -> list[QLabel]:
    return [*bar.findChildren(QLabel, "connection"), *bar.findChildren(QLabel, "offline")]


def labels(bar: TopBar) -> list[str]:
    return [badge.text() for badge in badges(bar)]


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


def test_each_connection_shows_its_state(bar: TopBar) -> None:
    bar.show_connections([connection(1, "ShipEngine"), connection(2, "Shop <b>", "the key is wrong.")])
    assert labels(bar) == ["ShipEngine", f"Shop <b> · {BLOCKED}"]
    blocked = badges(bar)[1]
    assert blocked.toolTip() == tooltip(text("connection_now.blocked", name="Shop <b>", reason="the key is wrong."))
    assert blocked.property("severity") == "bad"


@pytest.mark.parametrize(
    ("state", "unresponsive", "label", "severity", "spoken"),
    [
        ({"has_answered": False}, False, "Shop", "quiet", f"Shop, {connection_state(ConnectionState.UNCHECKED)}"),
        ({"has_answered": False, "synced_at_ms": 1}, False, "Shop", "good", "Shop"),
        ({}, False, "Shop", "good", "Shop"),
        ({}, True, "Shop", "wait", f"Shop, {SILENT}"),
        ({"sync_problem": "not_yet"}, False, SYNC_FAILED, "bad", SYNC_FAILED),
        ({"sync_problem": "incomplete"}, True, SYNC_FAILED, "bad", SYNC_FAILED),
        (
            {"is_blocked": True, "sync_problem": "refused"},
            False,
            f"Shop · {BLOCKED}",
            "bad",
            f"Shop · {BLOCKED}",
        ),
    ],
)
def test_a_connections_badge_shows_its_last_known_state(
    bar: TopBar, state: dict[str, object], unresponsive: bool, label: str, severity: str, spoken: str
) -> None:
    other = connection(2, "Other")
    bar.show_connections([connection(1, "Shop", **state), other], [1] if unresponsive else [])
    first = badges(bar)[0]
    assert (first.text(), first.property("severity"), first.accessibleName()) == (label, severity, spoken)


def test_many_connections_or_a_narrow_bar_make_one_badge(qtbot: QtBot, bar: TopBar) -> None:
    bar.show_connections([connection(number, f"Shop {number}") for number in range(6)])
    assert labels(bar) == [text("connections.count", count=6)]
    bar.show_connections([connection(1, "A"), connection(2, "B", "no key.")])
    bar.resize(900, 60)
    qtbot.waitUntil(lambda: labels(bar) == [f"2 · {text('connections.blocked', count=1)}"])
    assert badges(bar)[0].accessibleName() == (
        f"{text('connections.count', count=2)} · {text('connections.blocked', count=1)}"
    )


def test_counts_are_shown_where_there_are_any(bar: TopBar) -> None:
    sending, needs_attention = bar.findChild(QLabel, "sending_count"), bar.findChild(QLabel, "needs_attention_count")
    assert sending is not None
    assert needs_attention is not None
    assert sending.isHidden()
    bar.show_counts(sending=2)
    bar.show_counts(needs_attention=1)
    assert (sending.text(), needs_attention.text()) == (
        text("top_bar.sending", count=2),
        text("top_bar.needs_attention", count=1),
    )
    bar.show_counts(sending=0)
    assert sending.isHidden()
    assert not needs_attention.isHidden()


def test_a_demo_is_marked(qtbot: QtBot, bar: TopBar) -> None:
    assert not bar.findChild(QLabel, "demo").isHidden()
    real = TopBar(Theme(), "Bench 3")
    qtbot.addWidget(real)
    assert real.findChild(QLabel, "demo").isHidden()


def test_the_age_of_the_oldest_update_is_shown_once_it_has_waited_long(bar: TopBar) -> None:
    sending = bar.findChild(QLabel, "sending_count")
    now_ms = round(time.time() * 1_000)
    bar.show_counts(sending=14, oldest_ms=now_ms - 30_000)
    assert sending.text() == text("top_bar.sending", count=14)
    bar.show_counts(sending=14, oldest_ms=now_ms - 725_000)
    assert sending.text() == text("top_bar.waiting", count=14, duration=lasting(720))


def test_offline_is_shown_when_no_connection_responds(bar: TopBar) -> None:
    both = [connection(1, "ShipEngine"), connection(2, "Shipup")]
    bar.show_connections(both, [2])
    assert labels(bar) == ["ShipEngine", "Shipup"]
    widget = badges(bar)[1]
    assert widget.property("severity") == "wait"
    assert SILENT in widget.accessibleName()
    assert text("connection_now.silent", name="Shipup").replace("'", "&#x27;") in widget.toolTip()
    bar.show_connections(both, [1, 2])
    assert labels(bar) == [text("offline.title")]
    assert text("offline.means") in badges(bar)[0].toolTip()
    bar.show_connections(both)
    assert labels(bar) == ["ShipEngine", "Shipup"]


def test_a_click_on_needs_attention_requests_those_orders(qtbot: QtBot, bar: TopBar) -> None:
    bar.show_counts(needs_attention=2)
    with qtbot.waitSignal(bar.needs_attention_requested):
        qtbot.mouseClick(bar.findChild(QLabel, "needs_attention_count"), Qt.MouseButton.LeftButton)


def test_delivery_issues_are_counted_and_a_click_requests_them(qtbot: QtBot, bar: TopBar) -> None:
    late = bar.findChild(QLabel, "late_count")
    assert late.isHidden()
    bar.show_late(1_200)
    assert (late.text(), late.property("severity"), late.isVisible()) == (
        text("top_bar.late", count=1_200),
        "wait",
        True,
    )
    with qtbot.waitSignal(bar.late_requested):
        qtbot.mouseClick(late, Qt.MouseButton.LeftButton)
    bar.show_late(0)
    assert late.isHidden()


def test_shipments_under_review_are_counted_and_a_click_requests_them(qtbot: QtBot, bar: TopBar) -> None:
    waiting = bar.findChild(QLabel, "forward_review_count")
    assert waiting.isHidden()
    bar.show_forward_review(2)
    assert (waiting.text(), waiting.property("severity"), waiting.isVisible()) == (
        text("top_bar.review", count=2),
        "wait",
        True,
    )
    with qtbot.waitSignal(bar.forward_requested):
        qtbot.mouseClick(waiting, Qt.MouseButton.LeftButton)
    bar.show_forward_review(0)
    assert waiting.isHidden()
