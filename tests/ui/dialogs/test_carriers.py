"""The table of carrier codes: searched, edited by keys and clicks, saved, and closed."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.connections import carrier_codes, connections
from shipconsole.operations.context import Context
from shipconsole.ui.dialogs.carriers.dialog import CarrierCodesDialog
from shipconsole.ui.dialogs.carriers.table import OWN_ROLE
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until, until_idle

ENGINE, STARSHIPIT, SHIPUP = 1, 2, 3


class Codes:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: CarrierCodesDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    def cell(self, carrier: str, column: int) -> QModelIndex:
        model = self.dialog.codes
        return next(
            model.index(row, column) for row in range(model.rowCount()) if model.index(row, 0).data() == carrier
        )

    def type(self, carrier: str, column: int, text: str) -> QComboBox:
        """Begin to change a code with the keyboard."""
        self.dialog.table.setFocus()
        self.dialog.table.setCurrentIndex(self.cell(carrier, column))
        QTest.keyClick(self.dialog.table, Qt.Key.Key_Return)
        editor = self.dialog.table.findChildren(QComboBox, "carrier_code")[-1]
        QTest.keyClicks(editor, text)
        return editor

    async def enter(self, carrier: str, column: int, text: str) -> None:
        """Change a code with the keyboard."""
        await self.leave(self.type(carrier, column, text), Qt.Key.Key_Return)

    async def leave(self, editor: QComboBox, key: Qt.Key) -> None:
        """Press a key where keys go, once more if it only closed what was offered, and wait for the end."""
        for _ in range(2):
            if shiboken6.isValid(editor) and editor.isVisible():
                QTest.keyClick(QApplication.activePopupWidget() or editor, key)
                await asyncio.sleep(0.01)
        await until(lambda: not shiboken6.isValid(editor) or not editor.isVisible())

    def shown(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text() if label.isVisible() else ""

    async def settled(self) -> None:
        await until_idle(self.tasks)

    async def options(self) -> list[dict[str, str]]:
        return [dict(connection.options) for connection in await connections.every(self.ctx)]


@pytest.fixture
async def codes(bench: Context, qtbot: QtBot) -> AsyncGenerator[Codes]:
    tasks = Tasks()
    failed: list[str] = []
    tasks.failed.connect(failed.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = CarrierCodesDialog(window, bench, tasks, Theme())
    dialog.open()
    opened = Codes(bench, tasks, dialog)
    await opened.settled()
    yield opened
    # `reject` would ask about what the test left unsaved.
    dialog.done(0)
    await tasks.stop()
    assert failed == []


async def test_default_codes_are_gray_and_any_other_carrier_is_on_top(codes: Codes) -> None:
    model = codes.dialog.codes
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)] == [
        "Carrier",
        "ShipEngine",
        "Starshipit",
        "Shipup",
    ]
    assert [model.index(0, column).data() for column in range(4)] == [text("carriers.any_other"), "other", "–", "–"]
    usps = codes.cell("USPS", ENGINE)
    assert (usps.data(), usps.data(OWN_ROLE)) == ("stamps_com", False)
    assert usps.data(Qt.ItemDataRole.AccessibleTextRole) == text(
        "carriers.cell_default", connection="ShipEngine", carrier="USPS", code="stamps_com"
    )
    assert codes.shown("carriers_changed") == ""
    assert not codes.dialog.save_button.isEnabled()


async def test_a_code_is_chosen_from_known_codes_or_typed_and_saved(codes: Codes) -> None:
    editor = codes.type("USPS", ENGINE, "endicia")
    assert editor.findText("stamps_com") >= 0
    await codes.leave(editor, Qt.Key.Key_Return)
    await codes.enter(text("carriers.any_other"), STARSHIPIT, "my own code")
    assert codes.shown("carriers_changed") == text("carriers.changed", count=2)
    assert codes.cell("USPS", ENGINE).data(OWN_ROLE)
    # Offscreen, a window loses its activation when a list closes.
    codes.dialog.activateWindow()
    await until(codes.dialog.isActiveWindow)
    QTest.keyClick(codes.dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await codes.settled()
    assert await codes.options() == [{"carrier.usps": "endicia"}, {"carrier_default": "my own code"}, {}]
    assert (codes.shown("carriers_changed"), codes.shown("carriers_message")) == ("", text("carriers.saved"))
    codes.dialog.table.setCurrentIndex(codes.cell("USPS", ENGINE))
    QTest.keyClick(codes.dialog.table, Qt.Key.Key_Delete)
    codes.dialog.save()
    await codes.settled()
    assert await codes.options() == [{}, {"carrier_default": "my own code"}, {}]


async def test_a_code_that_is_still_being_typed_is_saved_too(codes: Codes) -> None:
    codes.type("DPD", SHIPUP, "dpd_fr")
    codes.dialog.save()
    await codes.settled()
    assert (await codes.options())[2] == {"carrier.dpd": "dpd_fr"}


async def test_typing_the_default_code_changes_nothing(codes: Codes) -> None:
    await codes.enter("USPS", ENGINE, "stamps_com")
    assert codes.dialog.codes.unsaved() == {}
    editor = codes.type("USPS", ENGINE, "endicia")
    await codes.leave(editor, Qt.Key.Key_Escape)
    assert codes.dialog.codes.unsaved() == {}
    assert codes.dialog.isVisible(), "Escape leaves the cell, not the table"


async def test_carriers_are_found_by_name_and_code_below_any_other_carrier(codes: Codes) -> None:
    QTest.keyClick(codes.dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(codes.dialog.filter, "fastw")
    model = codes.dialog.codes
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        text("carriers.any_other"),
        "Aramex (Fastway)",
    ]
    QTest.keyClick(codes.dialog.filter, Qt.Key.Key_Return)
    assert codes.dialog.table.hasFocus()
    assert codes.dialog.table.currentIndex().row() == 1
    codes.dialog.filter.clear()
    assert model.rowCount() > 40


async def test_closing_asks_about_unsaved_codes(codes: Codes) -> None:
    await codes.enter("USPS", ENGINE, "endicia")
    codes.dialog.reject()
    ask = codes.dialog.findChild(QDialog, "unsaved_dialog")
    assert isinstance(ask, QDialog)
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == ["ShipEngine: USPS"]
    ask.reject()
    assert codes.dialog.isVisible()
    codes.dialog.codes.setData(codes.cell("USPS", ENGINE), "")
    codes.dialog.reject()
    assert not codes.dialog.isVisible()


async def test_codes_that_were_changed_elsewhere_meanwhile_stay(codes: Codes) -> None:
    (engine, *_) = await connections.every(codes.ctx)
    await codes.enter("USPS", ENGINE, "endicia")
    await carrier_codes.save(codes.ctx, engine.id, {"ups": "ups_ground"})
    codes.dialog.save()
    await codes.settled()
    assert (await codes.options())[0] == {"carrier.ups": "ups_ground", "carrier.usps": "endicia"}
    assert codes.cell("UPS", ENGINE).data() == "ups_ground"


async def test_an_invalid_code_is_reported_and_stays(codes: Codes) -> None:
    codes.dialog.codes.setData(codes.cell("USPS", ENGINE), "x" * 101)
    codes.dialog.save()
    await codes.settled()
    assert "is not a valid carrier code" in codes.shown("carriers_message")
    assert codes.shown("carriers_changed") == text("carriers.changed", count=1)
    assert (await codes.options())[0] == {}


async def test_without_connections_a_hint_is_shown(ctx: Context, qtbot: QtBot) -> None:
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = CarrierCodesDialog(window, ctx, tasks, Theme())
    dialog.open()
    opened = Codes(ctx, tasks, dialog)
    await opened.settled()
    assert opened.shown("carriers_legend") == text("carriers.no_connections")
    assert dialog.codes.rowCount() == 0
    dialog.done(0)
