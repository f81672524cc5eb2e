"""Who packs: named by a badge or in the dialog, seen in the top bar, and on every record from then on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain import barcode
from shipconsole.ui.dialogs.packer import PackerDialog
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.top_bar import TopBar


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("%BADGE A. Martin", "A. Martin"),
        ("%badge  a.   martin", "a. martin"),
        ("%BADGE", ""),
        ("BADGE A. Martin", None),
        ("%BADGER", None),
        ("", None),
    ],
)
def test_a_badge_says_a_name(text: str, name: str | None) -> None:
    assert barcode.badge(text) == name
    assert barcode.badge(text, "") is None


def test_the_dialog_takes_a_name_by_keyboard(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PackerDialog(parent, Theme(), "L. Novak", "%")
    dialog.open()
    field = dialog.findChild(QLineEdit, "packer_field")
    assert field is not None
    assert field.text() == "L. Novak"
    qtbot.keyClicks(field, "  A.  Martin ")
    with qtbot.waitSignal(dialog.answered) as named:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert named.args == ["A. Martin"]
    assert not dialog.isVisible()


def test_the_top_bar_shows_who_packs(qtbot: QtBot) -> None:
    bar = TopBar(Theme(), "Bench 3")
    qtbot.addWidget(bar)
    bar.resize(1280, 60)
    bar.show()
    station = bar.findChild(QWidget, "station")
    assert station is not None
    bar.show_operator("<b>A</b> Martin")
    assert station.accessibleName() == "Bench 3 · <b>A</b> Martin"
    bar.show_operator("")
    assert station.accessibleName() == "Bench 3"
