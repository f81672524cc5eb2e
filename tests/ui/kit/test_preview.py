"""The messages before they leave: in words, to the letter, without keys."""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.messages import text as words
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.ui.kit.preview import PreviewDialog, request_text
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import SECRETS, USPS_NUMBERS, draft_of


async def test_each_message_is_shown_whole_and_without_keys(bench: Context, qtbot: QtBot) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    told = await ship.preview(bench, order_id, draft)
    dialog = PreviewDialog(None, Theme(), told)
    qtbot.addWidget(dialog)
    dialog.open()
    assert [dialog.tabs.tabText(tab) for tab in range(dialog.tabs.count())] == ["ShipEngine", "Starshipit", "Shipup"]
    everything = ""
    for tab, one in enumerate(told):
        page = dialog.tabs.widget(tab)
        text = page.findChild(QPlainTextEdit, "request").toPlainText()
        head, _, body = text.partition("\n\n")
        assert head.startswith(f"{one.request.method} /{one.connection.vendor}{one.request.path}")
        assert json.loads(body) == json.loads(one.request.body_text)
        said = page.findChild(QLabel, "customer_email")
        assert said.isVisibleTo(dialog.tabs.widget(tab))
        assert said.text() == words(f"{one.connection.vendor}.customer_email")
        assert str(one.request.summary) in page.findChild(QLabel, "summary").text()
        everything += text
    keys = [key for secrets in SECRETS.values() for key in secrets.values()]
    assert not [key for key in keys if key in everything]


async def test_the_open_message_is_copied(bench: Context, qtbot: QtBot) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    told = await ship.preview(bench, order_id, draft)
    dialog = PreviewDialog(None, Theme(), told)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.tabs.setCurrentIndex(1)
    QTest.mouseClick(dialog.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == request_text(told[1])


async def test_what_a_platform_will_lose_stands_above_its_message(bench: Context, qtbot: QtBot) -> None:
    order_id, one = await draft_of(bench, "10005", {"MOBILE": 1}, "N1")
    _, two = await draft_of(bench, "10005", {"CHARGER-USB-C": 1}, "N2")
    one.packages[0].carrier, two.packages[0].carrier = "ups", "fedex"
    packages = (*one.packages, *two.packages)
    told = await ship.preview(bench, order_id, ShipmentDraft(packages=packages), ["Starshipit", "Shipup"])
    dialog = PreviewDialog(None, Theme(), told)
    qtbot.addWidget(dialog)
    dialog.open()
    (starshipit, shipup) = (dialog.tabs.widget(tab).findChild(QLabel, "warnings") for tab in (0, 1))
    assert starshipit.isVisible()
    assert "N2 is shipped by FedEx" in starshipit.text()
    assert shipup.isHidden()
