"""The look is data: one table of tokens, and text that is never taken for markup."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, Tokens, scaled


def contrast(one: str, other: str) -> float:
    """How well one color is read on another, by WCAG's formula."""

    def light(name: str) -> float:
        parts = [part / 255 for part in QColor(name).getRgb()[:3]]  # type: ignore[index] - always a tuple
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_words_can_be_read_on_every_ground_they_stand_on(tokens: Tokens) -> None:
    pairs = [("text", "card"), ("text", "window"), ("text", "selection"), ("text", "field"), ("secondary", "card")]
    pairs += [("secondary", "window"), ("on_accent", "accent"), ("accent_text", "accent_soft"), ("good", "good_soft")]
    pairs += [("wait", "wait_soft"), ("bad", "bad_soft"), ("wait", "card"), ("bad", "card"), ("good", "card")]
    pairs += [("secondary", "quiet_soft"), ("wait", "selection"), ("secondary", "selection")]
    weak = {
        pair: round(contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])), 2)
        for pair in pairs
        if contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) < 4.5
    }
    assert weak == {}


def test_every_color_is_one_and_the_style_sheet_has_no_name_left(qapp: QApplication) -> None:
    for tokens in (LIGHT, DARK, scaled(LIGHT, 2.0)):
        names = [name for name, value in tokens._asdict().items() if isinstance(value, str)]
        assert all(QColor.isValidColorName(getattr(tokens, name)) for name in names)
        Theme().use(qapp, tokens)
        assert not {"@", "~"} & set(qapp.styleSheet())


def test_a_larger_text_scale_makes_everything_larger(qapp: QApplication, qtbot: QtBot) -> None:
    heights: list[int] = []
    for factor in (1.0, 2.0):
        Theme().use(qapp, scaled(LIGHT, factor))
        made = kit.button("Refresh", key="F5")
        qtbot.addWidget(made)
        made.ensurePolished()
        heights.append(made.sizeHint().height())
    assert heights == [32, 62]
    assert qapp.font().pixelSize() == 26


def test_a_new_look_is_told_and_brings_its_typeface(qapp: QApplication, qtbot: QtBot) -> None:
    one = Theme()
    with qtbot.waitSignal(one.changed):
        one.use(qapp, DARK)
    assert one.tokens is DARK
    assert kit.FAMILY in QFontDatabase.families()
    assert qapp.palette().window().color() == QColor(DARK.window)


@pytest.mark.parametrize("text", ["<b>x</b>", "<img src='file:///x.png'>", "a & b", "&amp;"])
def test_labels_show_text_as_it_is(qtbot: QtBot, text: str) -> None:
    for made in (kit.label(text), kit.badge(text, "good"), kit.Elided(text)):
        qtbot.addWidget(made)
        assert made.textFormat() == Qt.TextFormat.PlainText
    assert kit.label(text).text() == text


def test_hidden_characters_are_shown_as_a_mark_and_control_characters_dropped() -> None:
    assert kit.plain("A\u202eB\x00\x1b[0m\nC\u200b") == "A␣B[0mC␣"
    assert kit.plain("one\ntwo", lines=True) == "one\ntwo"


def test_a_tooltip_is_text_and_wraps(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    kit.set_tooltip(widget, "<b>1 & 2</b>\nthree")
    assert widget.toolTip() == "<p>&lt;b&gt;1 &amp; 2&lt;/b&gt;<br>three</p>"
    kit.set_tooltip(widget, "")
    assert widget.toolTip() == ""


def test_an_ampersand_in_a_button_is_no_shortcut(qtbot: QtBot) -> None:
    made = kit.button("Pick & pack", key="F9")
    qtbot.addWidget(made)
    assert made.text() == "Pick && pack"
    assert made.shortcut().isEmpty()
    assert made.accessibleName() == "Pick & pack"


def test_a_button_has_room_for_its_key(qtbot: QtBot) -> None:
    without, with_key = kit.button("Ship"), kit.button("Ship", key="Ctrl+Enter")
    qtbot.addWidget(without)
    qtbot.addWidget(with_key)
    assert with_key.sizeHint().width() > without.sizeHint().width() + 40
    with_key.set_key("")
    assert with_key.sizeHint().width() == without.sizeHint().width()


def test_a_wrong_field_is_marked_and_the_mark_can_be_taken_away(qapp: QApplication, qtbot: QtBot) -> None:
    Theme().use(qapp, LIGHT)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.resize(120, 34)
    right = field.grab().toImage()
    kit.set_wrong(field, True)
    wrong = field.grab().toImage()
    assert wrong.pixelColor(60, 0) == QColor(LIGHT.bad)
    kit.set_wrong(field, False)
    assert field.grab().toImage() == right


def test_a_tone_changes_what_a_pill_says(qapp: QApplication, qtbot: QtBot) -> None:
    Theme().use(qapp, LIGHT)
    made = kit.badge("told", "good", dot=True)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    assert made.grab().toImage().pixelColor(made.width() // 2, 1) == QColor(LIGHT.good_soft)
    kit.set_severity(made, "bad")
    assert made.grab().toImage().pixelColor(made.width() // 2, 1) == QColor(LIGHT.bad_soft)


def test_text_that_does_not_fit_is_shortened_and_whole_in_its_tooltip(qtbot: QtBot) -> None:
    number = kit.Elided("9400100109361129278357", middle=True)
    qtbot.addWidget(number)
    number.resize(90, 20)
    number.show()
    assert number.text().startswith("9400")
    assert number.text().endswith("57")
    assert "…" in number.text()
    assert number.toolTip() == "<p>9400100109361129278357</p>"
    number.resize(400, 20)
    assert (number.text(), number.toolTip()) == ("9400100109361129278357", "")


def test_a_hint_is_the_longest_that_fits(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    hints = ("a very long hint that says everything there is to say", "short one", "x")
    for width, hint in ((900, hints[0]), (120, hints[1]), (30, hints[2])):
        field.resize(width, 30)
        kit.fit_hint(field, hints)
        assert field.placeholderText() == hint


def test_a_card_holds_its_layout(qtbot: QtBot) -> None:
    layout = QVBoxLayout()
    layout.addWidget(QLabel("x"))
    made = kit.card(layout)
    qtbot.addWidget(made)
    assert made.property("variant") == "card"
    assert made.layout() is layout
