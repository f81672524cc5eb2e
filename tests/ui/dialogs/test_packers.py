"""Packers are entered in a dialog, and sign in by name and PIN or by badge."""

from collections.abc import AsyncGenerator, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import packers
from shipconsole.ui.dialogs.packer import SignInDialog
from shipconsole.ui.dialogs.packers import PackersDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until, until_idle

pytest_plugins = ("tests.support.bench",)


class People:
    """A place for dialogs, and what they work with."""

    def __init__(self, ctx: Context, tasks: Tasks, parent: QWidget) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.parent = parent
        self.printed: list[Sequence[tuple[str, str]]] = []

    def manage(self) -> PackersDialog:
        dialog = PackersDialog(self.parent, self.ctx, self.tasks, Theme(), "%", self.printed.append)
        dialog.open()
        return dialog

    async def sign_in(self) -> SignInDialog:
        dialog = SignInDialog(self.parent, self.ctx, self.tasks, Theme(), await packers.every(self.ctx), "%")
        dialog.open()
        return dialog


def message(dialog: QWidget, name: str) -> str:
    found = dialog.findChild(QLabel, name)
    assert found is not None
    return found.text()


def press(dialog: QWidget, name: str) -> None:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    assert found.isEnabled(), name
    found.click()


@pytest.fixture
async def people(ctx: Context, qtbot: QtBot) -> AsyncGenerator[People]:
    parent, tasks = QWidget(), Tasks()
    qtbot.addWidget(parent)
    parent.show()
    yield People(ctx, tasks, parent)
    await tasks.stop()


async def test_a_packer_is_added_changed_and_removed(people: People) -> None:
    dialog = people.manage()
    dialog.name.input.setText("Mira Kovač")
    dialog.badge.input.setText("MK-1")
    assert message(dialog, "badge_text") == text("packers.badge_text", code="%BADGE MK-1")
    dialog.pin.input.setText("4711")
    press(dialog, "save_packer")
    await until_idle(people.tasks)
    assert message(dialog, "packers_message") == text("packers.added", name="Mira Kovač")
    assert [row.name for row in dialog.model.rows] == ["Mira Kovač"]
    assert await packers.sign_in(people.ctx, "Mira Kovač", "4711") == "Mira Kovač"
    dialog.table.selectRow(0)
    assert dialog.name.input.text() == "Mira Kovač"
    assert dialog.pin.input.text() == "", "no PIN is ever shown"
    dialog.name.input.setText("Mira Berg")
    press(dialog, "save_packer")
    await until_idle(people.tasks)
    assert await packers.sign_in(people.ctx, "Mira Berg", "4711") == "Mira Berg", "an empty field keeps the PIN"
    dialog.table.selectRow(0)
    press(dialog, "remove_pin")
    await until_idle(people.tasks)
    assert not dialog.model.rows[0].has_pin
    dialog.table.selectRow(0)
    press(dialog, "remove_packer")
    await until_idle(people.tasks)
    assert dialog.model.rows == ()
    dialog.reject()


async def test_a_refused_packer_is_explained_and_stays_in_the_fields(people: People) -> None:
    await packers.add(people.ctx, "Jo", "J-1")
    dialog = people.manage()
    await until(lambda: dialog.model.rows)
    dialog.name.input.setText("Mira")
    dialog.badge.input.setText("j-1")
    press(dialog, "save_packer")
    await until_idle(people.tasks)
    assert message(dialog, "packers_message") == text("packers.badge_taken", badge="j-1", name="Jo")
    assert dialog.name.input.text() == "Mira"
    dialog.reject()


async def test_a_packer_signs_in_with_a_pin_by_keyboard(people: People, qtbot: QtBot) -> None:
    await packers.add(people.ctx, "Jo")
    await packers.add(people.ctx, "Mira", pin="4711")
    dialog = await people.sign_in()
    assert dialog.name.currentText() == "Jo"
    assert dialog.pin.isHidden(), "Jo has no PIN"
    dialog.name.setCurrentIndex(1)
    assert dialog.pin.hasFocus() or dialog.pin.isVisibleTo(dialog)
    names: list[str] = []
    dialog.answered.connect(names.append)
    QTest.keyClicks(dialog.pin, "0000")
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    await until_idle(people.tasks)
    assert names == []
    assert message(dialog, "sign_in_message") == text("packers.pin_wrong")
    QTest.keyClicks(dialog.pin, "4711")
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    await until(lambda: names == ["Mira"])
    assert not dialog.isVisible()


async def test_a_badge_signs_in_whatever_is_chosen(people: People) -> None:
    await packers.add(people.ctx, "Jo", "J-1")
    await packers.add(people.ctx, "Mira", "M-1", "4711")
    dialog = await people.sign_in()
    names: list[str] = []
    dialog.answered.connect(names.append)
    assert not dialog.take_scan("10001")
    assert dialog.take_scan("%BADGE M-1")
    await until(lambda: names == ["Mira"])


async def test_a_packer_signs_out(people: People) -> None:
    await packers.add(people.ctx, "Jo")
    dialog = await people.sign_in()
    names: list[str] = []
    dialog.answered.connect(names.append)
    press(dialog, "packer_sign_out")
    assert names == [""]


async def test_the_badge_of_a_packer_or_of_all_is_printed(people: People) -> None:
    dialog = people.manage()
    await until_idle(people.tasks)
    button = dialog.findChild(QPushButton, "print_badges")
    assert not button.isEnabled()
    for name, badge in (("Mira", "MK-1"), ("Νίκος", "NP-7"), ("Jo", "")):
        dialog.name.input.setText(name)
        dialog.badge.input.setText(badge)
        press(dialog, "save_packer")
        await until_idle(people.tasks)
    QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert people.printed.pop() == (("Mira", "MK-1"), ("Νίκος", "NP-7"))
    names = [row.name for row in dialog.model.rows]
    dialog.table.selectRow(names.index("Νίκος"))
    assert button.accessibleName() == text("packers.print")
    button.click()
    assert people.printed.pop() == (("Νίκος", "NP-7"),)
    dialog.table.selectRow(names.index("Jo"))
    assert not button.isEnabled()
