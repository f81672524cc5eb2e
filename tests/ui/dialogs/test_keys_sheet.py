"""The sheet of keys says every key, and the site's own prefix."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from shipconsole.domain.barcode import COMMANDS
from shipconsole.ui.dialogs.keys_sheet import KEYS, KeysSheet
from shipconsole.ui.kit.theme import Theme


def test_every_command_stands_with_the_sites_prefix(qtbot: QtBot) -> None:
    sheet = KeysSheet(None, Theme(), "#")
    qtbot.addWidget(sheet)
    shown = [label.text() for label in sheet.findChildren(QLabel)]
    assert {f"#{command}" for command in COMMANDS} <= set(shown)
    keys = [key for _, group in KEYS for key, _ in group if not key.startswith("%")]
    assert set(keys) <= set(shown)


def test_every_key_and_command_stands_once_in_its_group() -> None:
    for _, group in KEYS:
        keys = [key for key, _ in group]
        assert len(set(keys)) == len(keys)
