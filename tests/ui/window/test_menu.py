"""The menus, by their buttons and keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.store.database import Store
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.window import menu_entries as menu
from shipconsole.ui.window.main_window import MainWindow
from tests.ui.window.test_main_window import SETTINGS
from tests.ui.window.test_main_window import shown as shown_window
from tests.ui.window.test_main_window import store as store
from tests.ui.window.test_main_window import window as window


def opened(window: MainWindow, button: str) -> list[str]:
    (shown,) = window.findChildren(QMenu, f"{button}_entries")
    texts = [action.text() for action in shown.actions() if not action.isSeparator()]
    shown.close()
    return texts


def test_the_menu_opens_below_its_button_and_by_its_key(qtbot: QtBot, window: MainWindow) -> None:
    titles = {entry.name: text(entry.title) for entry in menu.ENTRIES} | {
        "quick_look": text("menu.quick_look"),
        "command_sheet": text("menu.command_sheet"),
        "packer": text("menu.packer"),
        "bench_mode": text("frame.bench_mode"),
        "text_larger": text("frame.text_larger"),
        "text_smaller": text("frame.text_smaller"),
        "text_usual": text("frame.text_usual"),
        "keys": text("keys.title"),
    }
    of_demo = {entry.name for entry in menu.ENTRIES if entry.of_demo}
    expected = [titles[name] for group in menu.MENU for name in group if name not in of_demo]
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


def test_every_entry_is_in_one_group_of_the_menu_or_belongs_to_an_order(window: MainWindow) -> None:
    listed = [name for group in menu.MENU for name in group]
    assert len(set(listed)) == len(listed)
    assert {entry.name for entry in menu.ENTRIES if not entry.of_order} <= set(listed)
    assert not {entry.name for entry in menu.ENTRIES if entry.of_order} & set(listed)
    window.menus.make_actions()
    assert set(listed) <= window.menus.actions.keys()
    window.menus.show_menu()
    (shown,) = window.findChildren(QMenu, "menu_button_entries")
    assert sum(action.isSeparator() for action in shown.actions()) == len(menu.MENU) - 1
    shown.close()


def test_names_and_keys_of_entries_are_unique() -> None:
    names = [entry.name for entry in menu.ENTRIES]
    keys = [entry.keys for entry in menu.ENTRIES if entry.keys]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_a_letter_goes_to_the_next_entry_that_begins_with_it(window: MainWindow) -> None:
    window.menus.make_actions()
    window.menus.show_menu()
    (shown,) = window.findChildren(QMenu, "menu_button_entries")
    letter = text("menu.settings")[0]
    expected = [action for action in shown.actions() if action.text().startswith(letter)]
    assert len(expected) > 1
    for action in (*expected, expected[0]):
        QTest.keyClicks(shown, letter)
        assert shown.activeAction() is action
    shown.close()


def test_the_menu_is_one_column_on_the_smallest_screen(qtbot: QtBot, qapp: QApplication, store: Store) -> None:
    theme = Theme()
    theme.use(qapp, LIGHT)
    window = shown_window(qtbot, MainWindow(store, theme, SETTINGS, demo=True))
    window.menus.show_menu()
    (shown,) = window.findChildren(QMenu, "menu_button_entries")
    entries = [shown.actionGeometry(action) for action in shown.actions()]
    shown.close()
    assert {entry.left() for entry in entries} == {entries[0].left()}
    assert entries[-1].bottom() < 760, "a screen of 800 px with a bar of the system"
