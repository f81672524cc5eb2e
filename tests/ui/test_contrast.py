"""Contrast as it is drawn: the strongest color of a widget's picture against its ground, in every theme."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens
from shipconsole.ui.kit.widgets import KeyButton
from tests.ui.kit.test_theme import contrast

THEMES = {"light": LIGHT, "dark": DARK, "high contrast": HIGH_CONTRAST}
SEVERITIES: tuple[Severity, ...] = ("good", "wait", "bad", "accent", "quiet")
BUTTONS = ("plain", "primary", "quiet", "tab", "link", "segment", "selector", "top")
LABELS = ("", "secondary", "heading", "strong", "field")
SAMPLE = "■■■■"
"""Filled, so that its middle has the color of the text and not that of a smoothed edge."""


def drawn_contrast(image: QImage) -> float:
    """Return the contrast of the most frequent color that differs, against the ground, which is more frequent."""
    colors = Counter(image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()))
    (ground, _), *others = colors.most_common()
    return max((contrast(color, ground) for color, count in others if count > 8), default=1.0)


def on(ground: str, made: QWidget, qtbot: QtBot, tokens: Tokens) -> QWidget:
    """Show a widget on a ground."""
    below = QWidget()
    below.setObjectName("below")
    below.setStyleSheet(f"#below {{ background: {getattr(tokens, ground)}; }}")
    column = QVBoxLayout(below)
    column.addWidget(made)
    qtbot.addWidget(below)
    below.show()
    return below


def inner(below: QWidget, made: QWidget) -> QImage:
    """Return the picture of a widget without its edges."""
    area = made.geometry().adjusted(4, 4, -4, -4)
    return below.grab(area).toImage()


@pytest.mark.parametrize("theme", THEMES)
def test_buttons_labels_and_badges_are_drawn_with_a_contrast_of_4_5(
    qtbot: QtBot, qapp: QApplication, theme: str
) -> None:
    tokens = THEMES[theme]
    Theme().use(qapp, tokens)
    weak: dict[str, float] = {}

    def measure(name: str, make: Callable[[], QWidget]) -> None:
        for ground in ("window", "card"):
            made = make()
            below = on(ground, made, qtbot, tokens)
            found = drawn_contrast(inner(below, made))
            if found < 4.5:
                weak[f"{name} on {ground}"] = round(found, 2)
            below.hide()

    def checked(variant: str) -> KeyButton:
        made = widgets.button(SAMPLE, variant)
        made.setCheckable(True)
        made.setChecked(True)
        return made

    for variant in BUTTONS:
        measure(variant, lambda variant=variant: widgets.button(SAMPLE, variant))
        # The key alone: what is beside it is drawn in a stronger color.
        measure(f"key of {variant}", lambda variant=variant: widgets.button("", variant, SAMPLE))
    for variant in ("tab", "segment"):
        measure(f"checked {variant}", lambda variant=variant: checked(variant))
    for variant in LABELS:
        measure(f"label {variant}", lambda variant=variant: widgets.label(SAMPLE, variant))
    for severity in SEVERITIES:
        measure(f"{severity} label", lambda severity=severity: widgets.label(SAMPLE, severity=severity))
        measure(f"{severity} badge", lambda severity=severity: widgets.badge(SAMPLE, severity))
    assert weak == {}


def test_a_weak_color_would_be_found(qtbot: QtBot, qapp: QApplication) -> None:
    Theme().use(qapp, LIGHT)
    made = widgets.label(SAMPLE)
    below = on("window", made, qtbot, LIGHT)
    assert drawn_contrast(inner(below, made)) > 12
    made.setStyleSheet("color: #999999;")
    assert drawn_contrast(inner(below, made)) < 3
    assert QColor(LIGHT.text).isValid()
