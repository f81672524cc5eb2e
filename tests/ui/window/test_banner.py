"""The banner shows message until it is dismissed or over, and verdicts above it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.verdict import Verdict, VerdictKind
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window import verdict_strings
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.banner_message import BannerMessage

REFUSED = BannerMessage("Shipup refused.", "The package may go.", "Mend the country.", "“country is missing”")


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner(Theme())
    qtbot.addWidget(banner)
    return banner


def part(banner: Banner, name: str) -> QLabel:
    """Return a part of the message shown: `what`, `means`, or `count`."""
    return banner.findChild(QLabel, f"message_{name}")


def has_trouble(banner: Banner) -> bool:
    """Return whether message is shown."""
    return not banner.findChild(QFrame, "banner_message").isHidden()


def press(qtbot: QtBot, banner: Banner, name: str) -> None:
    found = banner.findChild(QPushButton, name)
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_trouble_shows_what_happened_what_it_means_and_what_to_do(banner: Banner) -> None:
    assert banner.isHidden()
    banner.show_message(REFUSED)
    assert not banner.isHidden()
    assert part(banner, "what").text() == "Shipup refused."
    assert part(banner, "means").text() == "The package may go. Mend the country."


def test_the_button_dismisses_trouble_and_esc_does_not(qtbot: QtBot, banner: Banner) -> None:
    banner.show_message(REFUSED)
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.messages() == (REFUSED,)
    press(qtbot, banner, "dismiss")
    assert banner.isHidden()


def test_trouble_of_an_order_is_shown_while_that_order_is_open(banner: Banner) -> None:
    banner.show_message(BannerMessage("of order 7", order_id=7))
    assert banner.isHidden()
    banner.show_order(7)
    assert not banner.isHidden()
    banner.show_order(8)
    banner.dismiss()
    assert banner.messages() != (), "hidden message is not dismissed"


def test_a_verdict_that_waits_hides_trouble(banner: Banner) -> None:
    banner.show_message(REFUSED)
    wrong = Verdict(VerdictKind.WRONG_ITEM, 7, "10001", Scan("wrong_item", ScanReason.WRONG_ITEM, "X", "X"))
    banner.show_verdict(wrong, verdict_strings.verdict_text(wrong, "%", 0))
    assert (banner.verdict.headline.text(), has_trouble(banner)) == (text("verdict_title.wrong_item"), False)
    spoken = f"{text('verdict_title.wrong_item')}. {text('verdict.wrong_item', item='X', order='10001')}"
    assert banner.verdict.accessibleName() == spoken
    banner.dismiss()
    assert banner.messages() == (REFUSED,)
    banner.show_verdict(Verdict(), verdict_strings.verdict_text(Verdict(), "%", 0))
    assert (banner.verdict.isHidden(), has_trouble(banner)) == (True, True)


@pytest.mark.parametrize(
    ("kind", "headline", "counted"),
    [
        (VerdictKind.SHIPPED_ATTENTION, "verdict_title.shipped_attention", {"count": 2}),
        (VerdictKind.SCANNER, "verdict_title.scanner", {}),
        (VerdictKind.DATABASE_AWAY, "verdict_title.not_saved", {}),
        (VerdictKind.OFFLINE, "verdict_title.offline", {}),
    ],
)
def test_a_notice_is_shown_without_a_button_and_hides_no_trouble(
    banner: Banner, kind: VerdictKind, headline: str, counted: dict[str, int]
) -> None:
    notice = Verdict(kind, 7, "10001", total=2)
    banner.show_verdict(notice, verdict_strings.verdict_text(notice, "%", 0))
    assert (banner.isHidden(), has_trouble(banner)) == (False, False)
    assert banner.verdict.headline.text() == text(headline, **counted)
    assert [button for button in banner.verdict.findChildren(QPushButton) if not button.isHidden()] == []
    banner.show_message(REFUSED)
    assert (banner.verdict.isHidden(), has_trouble(banner)) == (False, True)
    banner.dismiss()
    assert (banner.messages(), banner.verdict.isHidden()) == ((), False)
    banner.show_verdict(Verdict(), verdict_strings.verdict_text(Verdict(), "%", 0))
    assert banner.isHidden()


@pytest.mark.parametrize("kind", [VerdictKind.GOOD, VerdictKind.COMPLETE, VerdictKind.SHIPPED, VerdictKind.IDLE])
def test_a_good_verdict_shows_no_banner(banner: Banner, kind: VerdictKind) -> None:
    good = Verdict(kind, 7, "10001")
    banner.show_verdict(good, verdict_strings.verdict_text(good, "%", 0))
    assert banner.isHidden()


def test_several_troubles_are_counted_and_the_same_trouble_counts_once(qtbot: QtBot, banner: Banner) -> None:
    for message in (REFUSED, BannerMessage("second"), REFUSED):
        banner.show_message(message)
    assert part(banner, "count").text() == text("banner.count", count=2)
    press(qtbot, banner, "dismiss")
    assert part(banner, "what").text() == "second"
    assert part(banner, "count").isHidden()


def test_the_newest_trouble_of_a_topic_replaces_the_others_until_it_is_over(banner: Banner) -> None:
    banner.show_message(REFUSED)
    banner.show_message(BannerMessage("first scan", topic="scan"))
    banner.show_message(BannerMessage("second scan", topic="scan"))
    assert [message.what for message in banner.messages()] == ["Shipup refused.", "second scan"]
    banner.settle("scan")
    assert banner.messages() == (REFUSED,)
    banner.settle("")
    assert banner.messages() == ()


def test_details_can_be_opened_and_copied(qtbot: QtBot, banner: Banner) -> None:
    banner.show_message(REFUSED)
    details = banner.findChild(QPlainTextEdit)
    assert details is not None
    assert details.isHidden()
    press(qtbot, banner, "details")
    assert not details.isHidden()
    press(qtbot, banner, "copy_details")
    assert "“country is missing”" in QGuiApplication.clipboard().text()
    press(qtbot, banner, "dismiss")
    banner.show_message(BannerMessage("no details"))
    assert details.isHidden()


def test_text_from_outside_is_shown_as_plain_text(banner: Banner) -> None:
    banner.show_message(BannerMessage("<img src=x>\u202e"))
    assert part(banner, "what").text() == "<img src=x>␣"
    assert part(banner, "what").textFormat() == Qt.TextFormat.PlainText
