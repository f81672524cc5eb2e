"""Trouble stays until it is dealt with."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.verdict import Verdict, VerdictKind
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window import verdict_strings
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.trouble import Trouble

REFUSED = Trouble("Shipup refused.", "The package may go.", "Mend the country.", "“country is missing”")


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner(Theme())
    qtbot.addWidget(banner)
    return banner


def press(qtbot: QtBot, banner: Banner, name: str) -> None:
    found = banner.findChild(QPushButton, name)
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_it_says_what_happened_what_it_means_and_what_to_do(banner: Banner) -> None:
    assert banner.isHidden()
    banner.show_trouble(REFUSED)
    assert not banner.isHidden()
    assert banner._what.text() == "Shipup refused."
    assert banner._means.text() == "The package may go. Mend the country."


def test_esc_does_not_drop_it_and_the_button_does(qtbot: QtBot, banner: Banner) -> None:
    banner.show_trouble(REFUSED)
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.troubles() == (REFUSED,)
    press(qtbot, banner, "dismiss")
    assert banner.isHidden()


def test_what_belongs_to_an_order_is_shown_while_that_is_open(banner: Banner) -> None:
    banner.show_trouble(Trouble("of order 7", order_id=7))
    assert banner.isHidden()
    banner.show_order(7)
    assert not banner.isHidden()
    banner.show_order(8)
    banner.dismiss()
    assert banner.troubles() != (), "what nobody sees is not dismissed"


def test_a_verdict_that_waits_comes_before_trouble_and_its_sign_is_no_color(banner: Banner) -> None:
    banner.show_trouble(REFUSED)
    wrong = Verdict(VerdictKind.WRONG_ITEM, 7, "10001", Scan("wrong_item", ScanReason.WRONG_ITEM, "X", "X"))
    said = verdict_strings.verdict_text(wrong, "%", 0)
    banner.show_verdict(wrong, said)
    assert (banner.verdict.headline.text(), banner._trouble.isHidden()) == ("Wrong item", True)
    assert banner.verdict.accessibleName().startswith("Wrong item. X is not in order 10001.")
    banner.dismiss()
    assert banner.troubles() == (REFUSED,)
    banner.show_verdict(Verdict(), verdict_strings.verdict_text(Verdict(), "%", 0))
    assert (banner.verdict.isHidden(), banner._trouble.isHidden()) == (True, False)


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
    assert (banner.isHidden(), banner._trouble.isHidden()) == (False, True)
    assert banner.verdict.headline.text() == text(headline, **counted)
    assert [one for one in banner.verdict.findChildren(QPushButton) if not one.isHidden()] == []
    banner.show_trouble(REFUSED)
    assert (banner.verdict.isHidden(), banner._trouble.isHidden()) == (False, False)
    banner.dismiss()
    assert (banner.troubles(), banner.verdict.isHidden()) == ((), False)
    banner.show_verdict(Verdict(), verdict_strings.verdict_text(Verdict(), "%", 0))
    assert banner.isHidden()


@pytest.mark.parametrize("kind", [VerdictKind.GOOD, VerdictKind.COMPLETE, VerdictKind.SHIPPED, VerdictKind.IDLE])
def test_what_is_good_takes_no_banner(banner: Banner, kind: VerdictKind) -> None:
    good = Verdict(kind, 7, "10001")
    banner.show_verdict(good, verdict_strings.verdict_text(good, "%", 0))
    assert banner.isHidden()


def test_several_stack_with_their_count_and_the_same_stands_once(qtbot: QtBot, banner: Banner) -> None:
    for trouble in (REFUSED, Trouble("second"), REFUSED):
        banner.show_trouble(trouble)
    assert banner._count.text() == "1 of 2"
    press(qtbot, banner, "dismiss")
    assert banner._what.text() == "second"
    assert banner._count.isHidden()


def test_of_one_topic_only_the_newest_stands_and_it_can_be_settled(banner: Banner) -> None:
    banner.show_trouble(REFUSED)
    banner.show_trouble(Trouble("first scan", topic="scan"))
    banner.show_trouble(Trouble("second scan", topic="scan"))
    assert [one.what for one in banner.troubles()] == ["Shipup refused.", "second scan"]
    banner.settle("scan")
    assert banner.troubles() == (REFUSED,)
    banner.settle("")
    assert banner.troubles() == ()


def test_details_can_be_opened_and_copied(qtbot: QtBot, banner: Banner) -> None:
    banner.show_trouble(REFUSED)
    details = banner.findChild(QPlainTextEdit)
    assert details is not None
    assert details.isHidden()
    press(qtbot, banner, "details")
    assert not details.isHidden()
    press(qtbot, banner, "copy_details")
    assert "“country is missing”" in QGuiApplication.clipboard().text()
    press(qtbot, banner, "dismiss")
    banner.show_trouble(Trouble("no details"))
    assert details.isHidden()


def test_outside_words_stay_text(banner: Banner) -> None:
    banner.show_trouble(Trouble("<img src=x>\u202e"))
    assert banner._what.text() == "<img src=x>␣"
    assert banner._what.textFormat() == Qt.TextFormat.PlainText
