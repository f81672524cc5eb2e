"""The banner shows messages until they are dismissed or over."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
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
