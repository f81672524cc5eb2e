"""The theme: readable colors, sizes that scale, and text that is never taken as markup."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import FAMILY, Theme, chosen_tokens
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, scaled
from shipconsole.ui.window.verdict_strip import COLORS


def contrast(color: str, background: str) -> float:
    """Return the contrast of two colors by WCAG's formula."""

    def light(name: str) -> float:
        parts = [part / 255 for part in QColor(name).getRgb()[:3]]  # type: ignore[index] - always a tuple
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(color), light(background)))
    return (bright + 0.05) / (dark + 0.05)


THEMES = [LIGHT, DARK, HIGH_CONTRAST]
GROUNDS = ("window", "card", "field", "raised", "selection", "accent_soft", "hover", "quiet_soft")
"""What plain text stands on."""
TEXTS = [
    *((color, ground) for color in ("text", "secondary") for ground in GROUNDS),
    *(
        (color, ground)
        for color in ("good", "wait", "bad", "accent_text")
        for ground in ("card", "window", "selection")
    ),
    *((f"{color}", f"{color}_soft") for color in ("good", "wait", "bad")),
    *(("text", f"{color}_soft") for color in ("good", "wait", "bad")),
    *((f"on_{color}", f"{color}_solid") for color in ("good", "wait", "bad")),
    ("secondary", "good_soft"),
    ("accent_text", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]
"""Every color of texts, with each ground that it stands on."""
EDGES = [
    *(("control", ground) for ground in ("window", "card", "field", "raised")),
    *(("accent", ground) for ground in ("window", "card", "field")),
    *(("bad", ground) for ground in ("window", "card", "field")),
]
"""The edges of what a person acts on: at rest, with the focus, and wrong."""


def weak(tokens: Tokens, pairs: list[tuple[str, str]], least: float) -> dict[tuple[str, str], float]:
    """Return the pairs with less contrast than they need."""
    found = {pair: round(contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])), 2) for pair in pairs}
    return {pair: ratio for pair, ratio in found.items() if ratio < least}


@pytest.mark.parametrize("tokens", THEMES)
def test_text_has_a_contrast_of_4_5_on_every_ground_and_edges_of_3(tokens: Tokens) -> None:
    assert weak(tokens, TEXTS, 4.5) == {}
    assert weak(tokens, EDGES, 3.0) == {}


@pytest.mark.parametrize("tokens", THEMES)
def test_the_verdict_strip_has_enough_contrast_in_every_tone(tokens: Tokens) -> None:
    pairs = []
    for colors in COLORS.values():
        pairs += [(color, colors.ground) for color in (colors.headline, colors.second, colors.hint)]
        pairs += [(colors.key, colors.cap), (colors.sign, colors.sign_ground)]
    assert weak(tokens, pairs, 4.5) == {}


def test_the_settings_choose_one_of_three_themes(qapp: QApplication) -> None:
    assert chosen_tokens(qapp, "high_contrast", 1.5, still=True) == scaled(HIGH_CONTRAST, 1.5)._replace(still=True)
    assert chosen_tokens(qapp, "dark", 1.0) == DARK
    assert chosen_tokens(qapp, "system", 1.0) in (LIGHT, DARK)


def test_sizes_for_three_text_scales_are_proportional_between_and_beyond() -> None:
    sizes = [scaled(LIGHT, scale).between(28, 40, 60) for scale in (0.5, 1.0, 1.25, 1.5, 1.75, 2.0, 3.0)]
    assert sizes == [14, 28, 34, 40, 50, 60, 90]


def test_every_color_is_valid_and_the_style_sheet_has_no_placeholder_left(qapp: QApplication) -> None:
    for tokens in (*THEMES, scaled(LIGHT, 2.0)):
        names = [name for name, value in tokens._asdict().items() if isinstance(value, str)]
        assert all(QColor.isValidColorName(getattr(tokens, name)) for name in names)
        Theme().use(qapp, tokens)
        assert not {"@", "~"} & set(qapp.styleSheet())


def test_a_larger_text_scale_makes_everything_larger(qapp: QApplication, qtbot: QtBot) -> None:
    heights: list[int] = []
    for factor in (1.0, 2.0):
        Theme().use(qapp, scaled(LIGHT, factor))
        made = widgets.button("Refresh", key="F5")
        qtbot.addWidget(made)
        made.ensurePolished()
        heights.append(made.sizeHint().height())
    assert heights == [32, 62]
    assert qapp.font().pixelSize() == 26


def test_a_new_theme_is_announced_and_loads_its_typeface(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme()
    with qtbot.waitSignal(theme.changed):
        theme.use(qapp, DARK)
    assert theme.tokens is DARK
    assert FAMILY in QFontDatabase.families()
    assert qapp.palette().window().color() == QColor(DARK.window)


@pytest.mark.parametrize("text", ["<b>x</b>", "<img src='file:///x.png'>", "a & b", "&amp;"])
def test_labels_show_plain_text(qtbot: QtBot, text: str) -> None:
    for made in (widgets.label(text), widgets.badge(text, "good"), widgets.Elided(text)):
        qtbot.addWidget(made)
        assert made.textFormat() == Qt.TextFormat.PlainText
    assert widgets.label(text).text() == text


def test_hidden_characters_are_shown_as_a_mark_and_control_characters_dropped() -> None:
    assert plain("A\u202eB\x00\x1b[0m\nC\u200b") == "A␣B[0mC␣"
    assert plain("one\ntwo", lines=True) == "one\ntwo"


def test_a_tooltip_is_text_and_wraps(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widgets.set_tooltip(widget, "<b>1 & 2</b>\nthree")
    assert widget.toolTip() == "<p>&lt;b&gt;1 &amp; 2&lt;/b&gt;<br>three</p>"
    widgets.set_tooltip(widget, "")
    assert widget.toolTip() == ""


def test_an_ampersand_in_a_button_is_no_shortcut(qtbot: QtBot) -> None:
    made = widgets.button("Pick & pack", key="F9")
    qtbot.addWidget(made)
    assert made.text() == "Pick && pack"
    assert made.shortcut().isEmpty()
    assert made.accessibleName() == "Pick & pack"


def test_a_button_has_room_for_its_key(qtbot: QtBot) -> None:
    without, with_key = widgets.button("Ship"), widgets.button("Ship", key="Ctrl+Enter")
    qtbot.addWidget(without)
    qtbot.addWidget(with_key)
    assert with_key.sizeHint().width() > without.sizeHint().width() + 40
    with_key.set_key("")
    assert with_key.sizeHint().width() == without.sizeHint().width()


def test_a_wrong_field_is_marked_until_it_is_right(qapp: QApplication, qtbot: QtBot) -> None:
    Theme().use(qapp, LIGHT)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.resize(120, 34)
    right = field.grab().toImage()
    widgets.set_wrong(field, True)
    wrong = field.grab().toImage()
    assert wrong.pixelColor(60, 0) == QColor(LIGHT.bad)
    widgets.set_wrong(field, False)
    assert field.grab().toImage() == right


def test_a_severity_changes_a_badges_color(qapp: QApplication, qtbot: QtBot) -> None:
    Theme().use(qapp, LIGHT)
    made = widgets.badge("Sent", "good", dot=True)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    assert made.grab().toImage().pixelColor(made.width() // 2, 1) == QColor(LIGHT.good_soft)
    widgets.set_severity(made, "bad")
    assert made.grab().toImage().pixelColor(made.width() // 2, 1) == QColor(LIGHT.bad_soft)


def test_text_that_does_not_fit_is_elided_and_complete_in_its_tooltip(qtbot: QtBot) -> None:
    number = widgets.Elided("9400100109361129278357", middle=True)
    qtbot.addWidget(number)
    number.resize(90, 20)
    number.show()
    assert number.text().startswith("9400")
    assert number.text().endswith("57")
    assert "…" in number.text()
    assert number.toolTip() == "<p>9400100109361129278357</p>"
    number.resize(400, 20)
    assert (number.text(), number.toolTip()) == ("9400100109361129278357", "")


def test_the_longest_hint_that_fits_is_shown(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    hints = ("a very long hint that says everything there is to say", "short one", "x")
    for width, hint in ((900, hints[0]), (120, hints[1]), (30, hints[2])):
        field.resize(width, 30)
        widgets.fit_hint(field, hints)
        assert field.placeholderText() == hint


def test_a_card_holds_its_layout(qtbot: QtBot) -> None:
    layout = QVBoxLayout()
    layout.addWidget(QLabel("x"))
    made = widgets.card(layout)
    qtbot.addWidget(made)
    assert made.property("variant") == "card"
    assert made.layout() is layout
