"""What gives way where there is little room: a key before an icon, an icon before a label; a reason stands once."""

from typing import Any

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.screen_fit import FoldingScrollArea
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.ship_button import ShipButton, ShipLabel
from shipconsole.ui.order_editor.ship_footer import ShipFooter
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


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_a_line_is_whole_at_the_width_that_it_asks_for(qtbot: QtBot, scale: float) -> None:
    line = widgets.Elided()
    qtbot.addWidget(line)
    font = line.font()
    font.setPixelSize(round(12 * scale))
    line.setFont(font)
    line.show()
    cut = []
    for count in range(10, 1_200, 7):
        line.set_text(f"{count} orders")
        line.resize(line.sizeHint())
        cut += [line.text()] if line.text() != line.full_text else []
    assert cut == []
