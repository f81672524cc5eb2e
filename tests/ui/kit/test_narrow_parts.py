"""What gives way where there is little room: a key before an icon, an icon before a label; a reason stands once."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.ui.dialogs.hand_over.packages import PackageRow, PackageTable, columns
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import ModelTable
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.screen_fit import FoldingScrollArea, fold_rows
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.order_editor.header import NoteBadge
from shipconsole.ui.order_editor.notified import NotifiedLine
from shipconsole.ui.order_editor.ship_button import SHIP_KEY, ShipButton, ShipLabel, ship_label
from shipconsole.ui.order_editor.ship_footer import ShipFooter
from shipconsole.ui.window.strip_parts import sized_font
from tests.support.clock import ManualClock

REASON = "The package is empty. Scan an item or enter a quantity."


def painted(monkeypatch: pytest.MonkeyPatch, widget: QWidget) -> str:
    """Return the texts that a widget paints."""
    texts: list[str] = []
    draw = QPainter.drawText

    def drawn(painter: QPainter, *args: Any) -> object:
        texts.extend(arg for arg in args if isinstance(arg, str))
        return draw(painter, *args)

    with monkeypatch.context() as patched:
        patched.setattr(QPainter, "drawText", drawn)
        widget.grab()
    return " ".join(texts)


def test_the_key_of_a_narrow_button_gives_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    button = widgets.button("Sync orders", "quiet", "F5", "refresh")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    assert painted(monkeypatch, button) == "Sync orders F5"
    button.resize(button.fontMetrics().horizontalAdvance("Sync orders") + 12, button.height())
    assert painted(monkeypatch, button) == "Sync orders"


@pytest.mark.parametrize(("width", "is_above"), [(700, False), (190, True)])
def test_the_reason_not_to_ship_stands_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, is_above: bool
) -> None:
    theme = Theme()
    button = ShipButton(theme)
    footer = ShipFooter(theme, ManualClock(0), button)
    qtbot.addWidget(footer)
    button.show_label(ShipLabel("Ship", REASON, is_enabled=False, reason=REASON))
    footer.setFixedWidth(width)
    footer.show()
    footer.show_reason(REASON)
    above = footer.findChild(QLabel, "ship_refused")
    assert above is not None
    assert above.isVisible() is is_above
    assert (REASON[:11] in painted(monkeypatch, button)) is not is_above


def test_a_shortened_text_fits_beside_the_room_of_its_style(qtbot: QtBot) -> None:
    label = widgets.Elided("Leave at door", "badge")
    qtbot.addWidget(label)
    label.setStyleSheet("padding-left: 52px; padding-right: 16px; border: none;")
    label.show()
    label.resize(label.sizeHint())
    assert label.text() == label.full_text
    assert QLabel.sizeHint(label).width() <= label.width()


def test_a_note_is_whole_when_the_typeface_changes(qtbot: QtBot) -> None:
    row, note = QWidget(), NoteBadge("Leave at door", "badge")
    qtbot.addWidget(row)
    note.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    note.set_room(400)
    QHBoxLayout(row).addWidget(note)
    row.resize(600, 60)
    row.show()
    for size in (12, 18, 24):
        note.setFont(sized_font(size))
        qtbot.waitUntil(lambda: note.width() == note.sizeHint().width())
        assert note.text() == note.full_text
    note.set_room(100)
    qtbot.waitUntil(lambda: note.width() == 100)


@pytest.mark.parametrize("width", [640, 900, 1_400])
def test_packages_of_a_hand_over_list_stand_in_the_width_that_there_is(qtbot: QtBot, width: int) -> None:
    model = ModelTable[PackageRow](PackageRow, columns(is_silent=False))
    table = PackageTable(Theme(), "packages", "Packages", model)
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.show()
    assert table.horizontalHeader().length() == table.viewport().width()
    assert table.horizontalScrollBar().maximum() == 0


def test_a_part_of_a_dialog_that_scrolls_is_whole(qtbot: QtBot) -> None:
    content = QWidget()
    column = QVBoxLayout(content)
    for _ in range(20):
        column.addWidget(QLabel("A line"))
    part = FittingScrollArea(content, min_px=60)
    qtbot.addWidget(part)
    assert part.minimumSizeHint().height() == 60
    outer = QWidget()
    QVBoxLayout(outer).addWidget(part)
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(FoldingScrollArea(outer))
    window.resize(300, 200)
    window.show()
    qtbot.waitUntil(lambda: part.height() >= content.sizeHint().height())
    assert part.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("size", [11, 12, 13, 15, 18, 24])
def test_a_text_is_whole_in_the_width_that_it_asks_for(qtbot: QtBot, size: int) -> None:
    label = widgets.Elided("")
    qtbot.addWidget(label)
    label.setFont(sized_font(size))
    label.show()
    for count in range(1, 60):
        label.set_text(f"{count} orders")
        label.resize(label.sizeHint())
        assert label.text() == label.full_text


@pytest.mark.parametrize("gap", ["fixed", "stretch"])
def test_only_parts_that_stood_at_the_right_fold_to_the_right(qtbot: QtBot, gap: str) -> None:
    widget, parts = QWidget(), [QPushButton("Print the packing slip") for _ in range(3)]
    qtbot.addWidget(widget)
    line = QHBoxLayout()
    line.addSpacing(8) if gap == "fixed" else line.addStretch(1)
    for part in parts:
        line.addWidget(part)
    column = QVBoxLayout(widget)
    column.addLayout(line)
    room = 2 * parts[0].sizeHint().width() + 60
    fold_rows(column, room)
    widget.resize(room, 200)
    widget.show()
    assert parts[2].y() > parts[0].y()
    assert (parts[2].x() == parts[0].x()) is (gap == "fixed")


FOOT_PX = 316
"""The width of the foot of the right column in a window of 1280 pixels."""


@pytest.fixture
def german() -> Iterator[None]:
    """Use German, then the language of before again."""
    before = messages.language()
    messages.use("de")
    yield
    messages.use(before)


@pytest.mark.parametrize("units", [(1, 1), (3, 5), (10, 12), (118, 120)])
def test_the_key_that_ships_is_seen_in_german(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, german: None, units: tuple[int, int]
) -> None:
    theme = Theme()
    theme.use(qapp, LIGHT)
    button = ShipButton(theme)
    qtbot.addWidget(button)
    label = ship_label(*units, platforms=3)
    button.show_label(label)
    button.resize(FOOT_PX, button.sizeHint().height())
    shown = painted(monkeypatch, button)
    assert key_name(SHIP_KEY) in shown
    assert label.title in shown
    assert label.second in shown


def test_all_notified_platforms_are_named_in_german(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, german: None
) -> None:
    theme = Theme()
    theme.use(qapp, LIGHT)
    line = NotifiedLine(theme)
    qtbot.addWidget(line)
    line.show_planned(("ShipEngine", "Starshipit", "Shipup"))
    # A little is spared: typefaces differ by some pixels between systems.
    line.resize(FOOT_PX - 8, line.sizeHint().height())
    assert "ShipEngine, Starshipit, Shipup" in painted(monkeypatch, line)
