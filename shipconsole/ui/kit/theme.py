"""The program's theme: its tokens, typeface, palette, and style sheet.

Widgets that paint themselves take a `Theme`, use its tokens, and repaint on `Theme.changed`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from shipconsole.station.resources import resource
from shipconsole.ui.kit.style_sheet import palette, style_sheet
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, scaled

Severity = Literal["", "good", "wait", "bad", "accent", "quiet"]

FAMILY = "Inter"
# Arguments of QApplication: each call that returns a style has PySide create a class for it, in 9 ms.
STYLE = ("-style", "Fusion")
_FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_LATER_FONT_FILES = ("Inter-Medium.otf", "Inter-Bold.otf")
ALL_FONT_FILES = (*_FONT_FILES, *_LATER_FONT_FILES)
_THEMES = {"light": LIGHT, "dark": DARK, "high_contrast": HIGH_CONTRAST}


class Theme(QObject):
    """The tokens in use, for widgets that paint themselves. Signal: changed()."""

    changed = Signal()

    def __init__(self, tokens: Tokens = LIGHT) -> None:
        """Initialize with tokens that nothing uses yet."""
        super().__init__()
        self.tokens = tokens
        self._fonts_loaded = False

    def use(self, app: QApplication, tokens: Tokens) -> None:
        """Apply tokens to the whole program."""
        self.prepare(app, tokens)
        self.apply_stylesheet(app)
        self.changed.emit()

    def prepare(self, app: QApplication, tokens: Tokens) -> None:
        """Set the program's typeface and palette.

        A window that is made before `apply_stylesheet` is matched with the style sheet once. Otherwise Qt does so each
        time that a widget is put into another, which takes 10 ms of the start.
        """
        if not self._fonts_loaded:
            load_fonts()
            self._fonts_loaded = True
        self.tokens = tokens
        app.setFont(typeface(tokens, tokens.text_px))
        app.setPalette(palette(tokens))

    def apply_stylesheet(self, app: QApplication) -> None:
        """Set the program's style sheet, on the style of `STYLE`."""
        app.setStyleSheet(style_sheet(self.tokens))

    def load_rest(self) -> None:
        """Load the weights of the typeface that the first paint does not need."""
        load_fonts(_LATER_FONT_FILES)


def chosen_tokens(app: QApplication, theme: str, text_scale: float, *, still: bool = False) -> Tokens:
    """Return the tokens of a theme of the settings at a text scale; `still` means that nothing moves or fades."""
    if theme == "system":
        theme = "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    return scaled(_THEMES[theme], text_scale)._replace(still=still)


def load_fonts(names: Sequence[str] = _FONT_FILES) -> None:
    """Add the program's own typeface to Qt."""
    for name in names:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))


def typeface(tokens: Tokens, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the typeface, with digits of one width, so that numbers align."""
    # A copy, which shares its data: the caller may change it.
    return QFont(_typeface(tokens.px(size), weight))


@lru_cache(maxsize=64)
def _typeface(pixels: int, weight: QFont.Weight) -> QFont:
    """Return the typeface, made once: rows ask for it each time they are painted."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    if hasattr(made, "setFeature"):  # Qt 6.7 and later
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
