"""The menus, by their buttons and keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.ui.window import menu
from shipconsole.ui.window.main_window import MainWindow
from tests.ui.window.test_main_window import store as store
from tests.ui.window.test_main_window import window as window


def opened(window: MainWindow, button: str) -> list[str]:
    (shown,) = window.findChildren(QMenu, f"{button}_entries")
    texts = [action.text() for action in shown.actions()]
    shown.close()
    return texts


def test_the_menu_opens_below_its_button_and_by_its_key(qtbot: QtBot, window: MainWindow) -> None:
    expected = [
        text("menu.quick_look"),
        *(text(entry.title) for entry in menu.ENTRIES if not entry.of_order and not entry.of_demo),
        text("menu.command_sheet"),
        text("menu.packer"),
        text("frame.bench_mode"),
        text("frame.text_larger"),
        text("frame.text_smaller"),
        text("frame.text_usual"),
        text("keys.title"),
    ]
    button = window.findChild(QPushButton, "menu_button")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened(window, "menu_button") == expected
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window.findChildren(QMenu))
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert opened(window, "menu_button") == expected
    qtbot.waitUntil(lambda: not window.findChildren(QMenu))


def test_names_and_keys_of_entries_are_unique() -> None:
    names = [entry.name for entry in menu.ENTRIES]
    keys = [entry.keys for entry in menu.ENTRIES if entry.keys]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
