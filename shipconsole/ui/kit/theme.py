"""How the window looks: the tokens in force, put on the whole program, and the parts it is built of.

A widget says what it is with the dynamic property `variant` (and `tone`), never how it is drawn; the style sheet
does the rest. Widgets that paint themselves take a `Theme`, use its tokens, and repaint on `Theme.changed`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyleOptionButton,
    QWidget,
)

from shipconsole.domain.plain_text import plain
from shipconsole.station.resources import resource
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.style_sheet import palette, style_sheet
from shipconsole.ui.kit.tokens import LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

Tone = Literal["", "good", "wait", "bad", "accent", "quiet"]

FAMILY = "Inter"
# Given to QApplication as words: each call that gives back a style has PySide make a class of it, in 9 ms.
STYLE = ("-style", "Fusion")
_FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_LATER_FONT_FILES = ("Inter-Medium.otf", "Inter-Bold.otf")
_KEY_GAP = 10
_DOT = 8
# Not the standard library's `html`, which brings every name of every character before the first paint.
_AS_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "\n": "<br>"})


class Theme(QObject):
    """The tokens in force, handed to whatever paints itself. Signal: changed()."""

    changed = Signal()

    def __init__(self, tokens: Tokens = LIGHT) -> None:
        """Begin with some tokens; `use` changes them later."""
        super().__init__()
        self.tokens = tokens
        self._fonts_loaded = False

    def use(self, app: QApplication, tokens: Tokens) -> None:
        """Change the whole program to other tokens."""
        self.prepare(app, tokens)
        self.apply_stylesheet(app)
        self.changed.emit()

    def prepare(self, app: QApplication, tokens: Tokens) -> None:
        """Give the program its typeface and palette.

        Where a whole window is made before `apply_stylesheet`, its parts are matched with the style sheet once. Else Qt
        does so each time that one is put into another, which takes 10 ms of the start.
        """
        if not self._fonts_loaded:
            load_fonts()
            self._fonts_loaded = True
        self.tokens = tokens
        app.setFont(font(tokens, tokens.text_px))
        app.setPalette(palette(tokens))

    def apply_stylesheet(self, app: QApplication) -> None:
        """Put the one style sheet on the program, on the style of `STYLE`."""
        app.setStyleSheet(style_sheet(self.tokens))

    def load_rest(self) -> None:
        """Load the weights of the typeface in which nothing is written at the first paint."""
        load_fonts(_LATER_FONT_FILES)


def load_fonts(names: Sequence[str] = _FONT_FILES) -> None:
    """Make the program's own typeface known to Qt."""
    for name in names:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))


def font(tokens: Tokens, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The typeface with figures of one width, so that numbers stand in columns."""
    made = QFont(FAMILY)
    made.setPixelSize(tokens.px(size))
    made.setWeight(weight)
    if hasattr(made, "setFeature"):  # Qt 6.7 and later
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def two_lines(text: str, font: QFont, width: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> list[str]:
    """A text on one line, else on two of which the second is shortened where that is too little."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    from PySide6.QtGui import QTextLayout, QTextOption

    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    first, rest = text[: line.textLength()].rstrip(), text[line.textLength() :].strip()
    return [first, metrics.elidedText(rest, mode, width)] if rest else [first]


def button_text(text: str) -> str:
    """Text as buttons and tabs take it: an ampersand is a character, not a shortcut."""
    return plain(text).replace("&", "&&")


def copy(text: str) -> None:
    """Copy a text as it would be shown: whoever pastes it into a terminal has nothing there obey it."""
    QGuiApplication.clipboard().setText(plain(text, lines=True))


def tooltip(text: str) -> str:
    """Text as a tooltip takes it: wrapped, and nothing in it is markup."""
    return f"<p>{plain(text, lines=True).translate(_AS_MARKUP)}</p>" if text else ""


def set_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip that is text and nothing else."""
    widget.setToolTip(tooltip(text))


def fit_hint(field: QLineEdit, hints: Sequence[str]) -> None:
    """Show in an empty field the longest of some hints that fits; the longest comes first."""
    metrics = field.fontMetrics()
    room = field.width() - 2 * metrics.height()
    fitting = (hint for hint in hints if metrics.horizontalAdvance(hint) <= room)
    field.setPlaceholderText(next(fitting, hints[-1]))


def label(text: str = "", variant: str = "", tone: Tone = "") -> QLabel:
    """A label that shows its text as it is, whatever is in it."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(plain(text, lines=True))
    made.setProperty("variant", variant)
    made.setProperty("tone", tone)
    return made


def badge(text: str = "", tone: Tone = "quiet", *, dot: bool = False) -> "Badge":
    """A short word on a soft ground; with `dot` a small disc stands before it."""
    return Badge(text, tone, dot=dot)


def card(layout: "QLayout") -> QFrame:
    """A panel with a faint edge around a layout."""
    made = QFrame()
    made.setProperty("variant", "card")
    made.setLayout(layout)
    return made


def button(text: str, variant: str = "plain", key: str = "") -> "KeyButton":
    """A button; its key, if it has one, stands greyed beside its words."""
    made = KeyButton(button_text(text), key_name(key) if key else "")
    made.setProperty("variant", variant)
    made.setAccessibleName(plain(text))
    made.setCheckable(variant == "tab")
    return made


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Change what a widget's colour says."""
    _set(widget, "tone", tone)


def set_wrong(widget: QWidget, wrong: bool) -> None:
    """Mark a field as wrong, or take the mark away."""
    _set(widget, "wrong", wrong)


def _set(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class KeyButton(QPushButton):
    """A push button whose key stands greyed beside its words."""

    def __init__(self, text: str, key: str = "") -> None:
        """Take the words, `&` doubled, and the key as it is printed on the keyboard."""
        super().__init__(text)
        self._key = key
        self._is_drawn_bare = False

    def set_key(self, key: str) -> None:
        """Show another key, or none."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the words and the key."""
        hint = super().sizeHint()
        if self._key:
            width = self.fontMetrics().horizontalAdvance(self._key) + self._key_gap()
            hint.setWidth(hint.width() + width)
        return hint

    def minimumSizeHint(self) -> QSize:
        """Never less than the words and the key."""
        return self.sizeHint()

    def _key_gap(self) -> int:
        return _KEY_GAP * (2 if self.property("variant") == "primary" else 1)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Leave the words out of what Qt draws where they are drawn in one line with a key."""
        super().initStyleOption(option)
        if self._is_drawn_bare:
            option.text = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then words and key as one centred line."""
        # Not with a style's own painter: PySide would make classes of all that styles can draw, in 9 ms.
        self._is_drawn_bare = bool(self._key)
        super().paintEvent(event)
        self._is_drawn_bare = False
        if not self._key:
            return
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        words = self.text().replace("&&", "&")
        words_width, key_width = metrics.horizontalAdvance(words), metrics.horizontalAdvance(self._key)
        gap = self._key_gap()
        left = (self.width() - words_width - gap - key_width) // 2
        colour = self.palette().color(
            QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled,
            QPalette.ColorRole.ButtonText,
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(colour)
        painter.drawText(QRect(left, 0, words_width + 1, self.height()), flags, words)
        colour.setAlphaF(colour.alphaF() * 0.72)
        painter.setPen(colour)
        painter.drawText(QRect(left + words_width + gap, 0, key_width + 1, self.height()), flags, self._key)


class Badge(QLabel):
    """A short word on a soft ground, with or without a disc before it."""

    def __init__(self, text: str, tone: Tone, *, dot: bool) -> None:
        """Take the word and its tone."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(plain(text))
        self.setProperty("variant", "badge")
        self.setProperty("tone", tone)
        self.setProperty("dot", dot)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the word, then the disc in the same colour."""
        super().paintEvent(event)
        if self.property("dot"):
            size = _DOT * self.fontMetrics().height() / 15
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawEllipse(QRectF(size * 1.2, (self.height() - size) / 2, size, size))


class Elided(QLabel):
    """One line that shortens itself to the room there is; the whole text is in its tooltip.

    A name loses its end, a number (`middle`) its middle.
    """

    def __init__(self, text: str = "", variant: str = "", *, middle: bool = False) -> None:
        """Take the text and what the label is."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("variant", variant)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = plain(text)
        self.setAccessibleName(plain(self._whole))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit again when the typeface changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit to the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As wide as the whole text would like to be."""
        hint = super().sizeHint()
        hint.setWidth(self.fontMetrics().horizontalAdvance(self._whole) + 2)
        return hint

    def minimumSizeHint(self) -> QSize:
        """A few characters at least."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(0, self.width()))
        if shown != self.text():
            self.setText(shown)
        set_tooltip(self, self._whole if shown != self._whole else "")
