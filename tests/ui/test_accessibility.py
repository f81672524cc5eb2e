"""The main window and every dialog without a mouse: names, the order of Tab, a visible focus, and one manner."""

import asyncio

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.widgets import KeyButton
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu_entries import ENTRIES
from tests.support.acting import acting, nameless, out_of_order, tab_walk, unreached
from tests.support.bench import USPS_NUMBERS
from tests.support.demo_faults import SAMPLE, KeptFaults
from tests.ui.test_pseudo_language import open_window, with_updates
from tests.ui.waiting import until, until_idle

OTHERS = ("keys", "packer", "preview", "all_fields")
ESCAPES = ("button.close", "button.cancel", "first_run.later")
"""What Esc is called."""
LARGEST = QSize(1_180, 740)


def faults(window: QWidget) -> dict[str, list[str]]:
    """Return everything that is wrong in a window for a person without a mouse, by kind."""
    reached, unseen = tab_walk(window)
    found = {
        "no name": nameless(window),
        "Tab does not reach": unreached(window, reached),
        "out of order": out_of_order(window, reached),
        "focus not seen": unseen,
    }
    return {kind: parts for kind, parts in found.items() if parts}


def manners(dialog: QDialog) -> list[str]:
    """Return how a dialog differs from the others in its buttons."""
    found: list[str] = []
    buttons = [button for button in dialog.findChildren(KeyButton) if button.isVisible()]
    escapes = [button for button in buttons if button.key == key_name("Esc")]
    if len(escapes) != 1:
        found.append(f"{len(escapes)} buttons with Esc")
    found += [
        f"Esc is “{button.text()}”" for button in escapes if button.text().replace("&&", "&") not in map(text, ESCAPES)
    ]
    primary = [button for button in buttons if button.property("variant") == "primary"]
    if len(primary) > 1:
        found.append(f"{len(primary)} primary buttons")
    for button in primary:
        if not button.key:
            found.append(f"{button.objectName()} has no key")
        row = [
            other
            for other in buttons
            if other is not button and abs(other.mapTo(dialog, other.rect().center()).y() - _middle(dialog, button)) < 8
        ]
        if any(other.mapTo(dialog, other.rect().topLeft()).x() > _left(dialog, button) for other in row):
            found.append(f"{button.objectName()} is not the last of its row")
    return found


def _middle(dialog: QDialog, button: QWidget) -> int:
    return button.mapTo(dialog, button.rect().center()).y()


def _left(dialog: QDialog, button: QWidget) -> int:
    return button.mapTo(dialog, button.rect().topLeft()).x()


def open_dialogs() -> list[QDialog]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]


async def idle(window: MainWindow) -> None:
    """Let a window's work end."""
    assert window.tasks is not None
    await until_idle(window.tasks)


async def pack(window: MainWindow) -> None:
    """Pack a unit with a label."""
    window.top_bar.scan_field.take("MOBILE-CASE-BLK")
    window.top_bar.scan_field.take(USPS_NUMBERS[1])
    await until(window.editor.is_labelled)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 700), (1920, 1080)])
async def test_everything_in_the_main_window_is_named_and_reached_in_order_with_a_visible_focus(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot, width: int, height: int
) -> None:
    order_id = await with_updates(bench, simulated_platforms)
    async with open_window(bench, qtbot, width, height) as window:
        await until(lambda: window.order_list.table.model().rowCount())
        assert faults(window) == {}
        for open_id in (order_id, await orders.find(bench, "10002")):
            window.open_order(open_id)
            await until(lambda: window.editor.session is not None)
            await idle(window)
            assert faults(window) == {}
        window.open_order(order_id)
        await idle(window)
        await pack(window)
        for name in ("packages", "tracking", "activity"):
            window.columns.show_panel(name)
            await asyncio.sleep(0)
            assert faults(window) == {}, name
        window.top_bar.scan_field.take("NO-SUCH-CODE")
        await until(lambda: window.strip.shown.tone == "locked")
        assert faults(window) == {}


@pytest.mark.parametrize("name", [*(entry.name for entry in ENTRIES if entry.name != "practice"), *OTHERS])
async def test_a_dialog_is_used_by_keys_alone_and_like_any_other(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot, name: str
) -> None:
    order_id = await with_updates(bench, simulated_platforms)
    async with open_window(bench, qtbot, 1280, 800) as window:
        window.open_order(order_id)
        await until(lambda: window.editor.session is not None)
        if name == "preview":
            await pack(window)
        window.menus.faults = KeptFaults(*SAMPLE)
        window.menus.open(name)
        await until(open_dialogs)
        (dialog,) = open_dialogs()
        dialog.resize(dialog.size().expandedTo(LARGEST))
        await idle(window)
        found = faults(dialog) | ({"manner": differs} if (differs := manners(dialog)) else {})
        assert found == {}
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Escape)
        await until(lambda: dialog not in open_dialogs())


def planted(qtbot: QtBot) -> tuple[QDialog, list[KeyButton]]:
    """Return a dialog without a fault, and its three buttons."""
    dialog = QDialog()
    dialog.setObjectName("planted")
    column, row = QVBoxLayout(dialog), QHBoxLayout()
    field = QLineEdit()
    field.setObjectName("field")
    field.setAccessibleName("Field")
    column.addWidget(field)
    buttons = [KeyButton(label, key) for label, key in ((text("button.close"), "Esc"), ("More", "F9"), ("Ship", "F12"))]
    for button in buttons:
        button.setObjectName(button.text().lower())
        button.setAutoDefault(False)
        row.addWidget(button)
    buttons[2].setProperty("variant", "primary")
    column.addLayout(row)
    qtbot.addWidget(dialog)
    dialog.setStyleSheet("QPushButton:focus { border: 2px solid red; }")
    dialog.show()
    dialog.activateWindow()
    return dialog, buttons


def test_each_fault_would_be_found(qtbot: QtBot) -> None:
    dialog, (close, more, ship) = planted(qtbot)
    assert (faults(dialog), manners(dialog)) == ({}, [])
    assert len(acting(dialog)) == 4
    more.setText("×")
    assert list(faults(dialog)) == ["no name"]
    more.setText("More")
    more.setObjectName("")
    assert list(faults(dialog)) == ["no name"]
    more.setObjectName("more")
    close.setFocus()
    more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert list(faults(dialog)) == ["Tab does not reach"]
    more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QWidget.setTabOrder(ship, more)
    QWidget.setTabOrder(more, close)
    assert list(faults(dialog)) == ["out of order"]
    QWidget.setTabOrder(close, more)
    QWidget.setTabOrder(more, ship)
    assert faults(dialog) == {}
    dialog.setStyleSheet("QPushButton, QPushButton:focus { border: 1px solid gray; outline: none; }")
    assert list(faults(dialog)) == ["focus not seen"]
    ship.key = ""
    close.key = ""
    assert len(manners(dialog)) == 2
