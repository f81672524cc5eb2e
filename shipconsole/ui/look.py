"""How the window looks: one table of tokens, the style sheet made from it, and the parts it is built of.

A widget says what it is with the dynamic property `look` (and `tone`), never how it is drawn; the style sheet
does the rest. Widgets that paint themselves take a `Look`, use its tokens, and repaint on `Look.changed`.
"""

import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from shipconsole.station.resources import resource

Tone = Literal["", "good", "wait", "bad", "accent", "quiet"]

FAMILY = "Inter"
_FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
_KEY_GAP = 10
_DOT = 8
# Invisible characters that turn text round or hide in it; each is shown as a mark instead.
_HIDDEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x061C], "\u2423"
)
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_PLAIN = _HIDDEN | _CONTROLS
_PLAIN_LINES = {code: mark for code, mark in _PLAIN.items() if code != 0x0A}


class Tokens(NamedTuple):
    """Every colour and size of the window.

    Sizes are pixels at a text scale of 1; `px` gives them at this one.
    """

    dark: bool
    window: str
    card: str
    field: str
    line: str
    track: str
    text: str
    secondary: str
    accent: str
    accent_hover: str
    accent_soft: str
    accent_text: str
    on_accent: str
    selection: str
    hover: str
    glow: str
    good: str
    good_soft: str
    wait: str
    wait_soft: str
    bad: str
    bad_soft: str
    quiet_soft: str
    scale: float = 1.0
    still: bool = False
    """Nothing moves or fades: the reduced motion setting."""
    text_px: int = 13
    secondary_px: int = 12
    button_px: int = 15
    target_px: int = 32
    row_px: int = 46
    gap_px: int = 14

    def px(self, size: float) -> int:
        """A length at this text scale, in whole pixels."""
        return max(1, math.floor(size * self.scale + 0.5))

    def colour(self, name: str) -> QColor:
        """One of the colours by its name, for painting."""
        return QColor(getattr(self, name))


LIGHT = Tokens(
    dark=False,
    window="#f5f6f8",
    card="#ffffff",
    field="#ffffff",
    line="#e1e4ea",
    track="#e1e4ea",
    text="#171b26",
    secondary="#5f687b",
    accent="#2457e6",
    accent_hover="#1c49c9",
    accent_soft="#e6edff",
    accent_text="#2457e6",
    on_accent="#ffffff",
    selection="#eef3ff",
    hover="#f5f6f8",
    glow="#fff1d6",
    good="#0f7a56",
    good_soft="#e3f6ee",
    wait="#9a5b00",
    wait_soft="#fff1d6",
    bad="#c0271e",
    bad_soft="#fde7e5",
    quiet_soft="#eef0f4",
)
DARK = Tokens(
    dark=True,
    window="#12151c",
    card="#1a1e27",
    field="#141821",
    line="#2b313d",
    track="#2b313d",
    text="#edf0f6",
    secondary="#98a2b3",
    accent="#5b8cff",
    accent_hover="#79a1ff",
    accent_soft="#1b2a4f",
    accent_text="#8fb0ff",
    on_accent="#0b1020",
    selection="#22304f",
    hover="#20252f",
    glow="#3a2c10",
    good="#4cd3a0",
    good_soft="#12362b",
    wait="#f5b84b",
    wait_soft="#3a2c10",
    bad="#ff8078",
    bad_soft="#42191a",
    quiet_soft="#252a35",
)


class Look(QObject):
    """The tokens in force, handed to whatever paints itself. Signal: changed()."""

    changed = Signal()

    def __init__(self, tokens: Tokens = LIGHT) -> None:
        """Begin with some tokens; `use` changes them later."""
        super().__init__()
        self.tokens = tokens
        self._fonts_loaded = False

    def use(self, app: QApplication, tokens: Tokens) -> None:
        """Change the whole program to other tokens."""
        if not self._fonts_loaded:
            load_fonts()
            self._fonts_loaded = True
        self.tokens = tokens
        apply(app, tokens)
        self.changed.emit()


def scaled(tokens: Tokens, factor: float) -> Tokens:
    """The same look with everything larger or smaller."""
    return tokens._replace(scale=factor)


def load_fonts() -> None:
    """Make the program's own typeface known to Qt."""
    for name in _FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))


def font(tokens: Tokens, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The typeface with figures of one width, so that numbers stand in columns."""
    made = QFont(FAMILY)
    made.setPixelSize(tokens.px(size))
    made.setWeight(weight)
    if hasattr(made, "setFeature"):  # Qt 6.7 and later
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply(app: QApplication, tokens: Tokens) -> None:
    """Put the look on the whole program: style, typeface, palette and the one style sheet."""
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font(tokens, tokens.text_px))
    app.setPalette(_palette(tokens))
    app.setStyleSheet(_style_sheet(tokens))


def plain(text: str, *, lines: bool = False) -> str:
    """Text from outside as it may be shown: no control characters, hidden ones as a mark that can be seen."""
    return text.translate(_PLAIN_LINES if lines else _PLAIN)


def button_text(text: str) -> str:
    """Text as buttons and tabs take it: an ampersand is a character, not a shortcut."""
    return plain(text).replace("&", "&&")


def tooltip(text: str) -> str:
    """Text as a tooltip takes it: wrapped, and nothing in it is markup."""
    if not text:
        return ""
    # Loaded with the first tooltip, not before the first paint.
    import html

    shown = html.escape(plain(text, lines=True)).replace("\n", "<br>")
    return f"<p>{shown}</p>"


def set_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip that is text and nothing else."""
    widget.setToolTip(tooltip(text))


def fit_hint(field: QLineEdit, hints: Sequence[str]) -> None:
    """Show in an empty field the longest of some hints that fits; the longest comes first."""
    metrics = field.fontMetrics()
    room = field.width() - 2 * metrics.height()
    fitting = (hint for hint in hints if metrics.horizontalAdvance(hint) <= room)
    field.setPlaceholderText(next(fitting, hints[-1]))


def label(text: str = "", look: str = "", tone: Tone = "") -> QLabel:
    """A label that shows its text as it is, whatever is in it."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(plain(text, lines=True))
    made.setProperty("look", look)
    made.setProperty("tone", tone)
    return made


def pill(text: str = "", tone: Tone = "quiet", *, dot: bool = False) -> "Pill":
    """A short word on a soft ground; with `dot` a small disc stands before it."""
    return Pill(text, tone, dot=dot)


def card(layout: QLayout) -> QFrame:
    """A panel with a faint edge around a layout."""
    made = QFrame()
    made.setProperty("look", "card")
    made.setLayout(layout)
    return made


def button(text: str, look: str = "plain", key: str = "") -> "KeyButton":
    """A button; its key, if it has one, stands greyed beside its words."""
    made = KeyButton(button_text(text), key)
    made.setProperty("look", look)
    made.setAccessibleName(text)
    made.setCheckable(look == "tab")
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
        return _KEY_GAP * (2 if self.property("look") == "primary" else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then words and key as one centred line."""
        if not self._key:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
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


class Pill(QLabel):
    """A short word on a soft ground, with or without a disc before it."""

    def __init__(self, text: str, tone: Tone, *, dot: bool) -> None:
        """Take the word and its tone."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(plain(text))
        self.setProperty("look", "pill")
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

    def __init__(self, text: str = "", look: str = "", *, middle: bool = False) -> None:
        """Take the text and what the label is."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = plain(text)
        self.setAccessibleName(self._whole)
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


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: t.window,
        roles.WindowText: t.text,
        roles.Base: t.field,
        roles.AlternateBase: t.hover,
        roles.ToolTipBase: t.card,
        roles.ToolTipText: t.text,
        roles.PlaceholderText: t.secondary,
        roles.Text: t.text,
        roles.Button: t.card,
        roles.ButtonText: t.text,
        roles.Light: t.card,
        roles.Midlight: t.line,
        roles.Mid: t.line,
        roles.Dark: t.secondary,
        roles.Highlight: t.accent,
        roles.HighlightedText: t.on_accent,
        roles.Link: t.accent_text,
        roles.Accent: t.accent,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.secondary))
    return palette


def _style_sheet(t: Tokens) -> str:
    """The one style sheet; `@name` stands for a colour, `~12px` for a length at the text scale."""
    text = _SHEET
    colours = {name: value for name, value in t._asdict().items() if isinstance(value, str)}
    # The longest names first: accent_soft is not accent followed by _soft.
    for name in sorted(colours, key=len, reverse=True):
        text = text.replace(f"@{name}", colours[name])
    return re.sub(r"~(\d+)px", lambda found: f"{t.px(int(found[1]))}px", text)


_SHEET = """
QToolTip { background: @card; color: @text; border: 1px solid @line; padding: ~4px; }
QFrame[look="card"] { background: @card; border: 1px solid @line; border-radius: ~10px; }
QFrame[look="bar"] { background: @card; border: none; border-bottom: 1px solid @line; }
QFrame[look="line"] { background: @line; border: none; max-height: 1px; }
QFrame[look="trouble"] { background: @bad_soft; border: none; border-bottom: 1px solid @bad; }
QDialog { background: @window; }

QLabel { background: transparent; border: none; }
QLabel[look="heading"] { font-size: ~14px; font-weight: 600; }
QLabel[look="title"] { font-size: ~15px; font-weight: 700; }
QLabel[look="number"] { font-size: ~21px; font-weight: 700; }
QLabel[look="strong"] { font-weight: 600; }
QFrame[look="differs"] { background: @wait_soft; border: none; border-radius: ~8px; }
QLabel[look="secondary"], QLabel[look="field"] { color: @secondary; font-size: ~12px; }
QLabel[tone="good"] { color: @good; }
QLabel[tone="wait"] { color: @wait; }
QLabel[tone="bad"] { color: @bad; }
QLabel[tone="accent"] { color: @accent_text; }
QLabel[tone="quiet"] { color: @secondary; }
QLabel[look="pill"] { font-size: ~12px; font-weight: 600; border-radius: ~9px; padding: ~2px ~8px;
    min-height: ~15px; }
QLabel[look="pill"][dot="true"] { padding-left: ~22px; }
QLabel[look="pill"][tone="good"] { background: @good_soft; }
QLabel[look="pill"][tone="wait"] { background: @wait_soft; }
QLabel[look="pill"][tone="bad"] { background: @bad_soft; }
QLabel[look="pill"][tone="accent"] { background: @accent_soft; }
QLabel[look="pill"][tone="quiet"] { background: @quiet_soft; }
QLabel[look="status"] { font-size: ~22px; font-weight: 700; border-radius: ~9px; padding: ~5px ~12px; }
QLabel[look="status"][tone="good"] { background: @good_soft; }
QLabel[look="status"][tone="wait"] { background: @wait_soft; }
QLabel[look="status"][tone="bad"] { background: @bad_soft; }
QLabel[look="status"][tone="accent"] { background: @accent_soft; }
QLabel[look="status"][tone="quiet"] { background: @quiet_soft; }

QPushButton { background: @card; color: @text; border: 1px solid @line; border-radius: ~8px;
    font-weight: 600;
    padding: 0 ~12px; min-height: ~30px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @accent_soft; }
QPushButton:focus { border: 2px solid @accent; padding: 0 ~11px; min-height: ~28px; }
QPushButton:disabled { color: @secondary; background: @quiet_soft; }
QPushButton[look="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent;
    font-size: ~15px;
    min-height: ~42px; border-radius: ~9px; }
QPushButton[look="primary"]:hover { background: @accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid @text; min-height: ~40px; }
QPushButton[look="primary"]:disabled { background: @quiet_soft; color: @secondary; border-color: @line; }
QPushButton[look="quiet"] { background: transparent; border: 1px solid transparent; color: @secondary; }
QPushButton[look="quiet"]:hover { color: @text; background: @hover; }
QPushButton[look="quiet"]:focus { border: 2px solid @accent; }
QPushButton[look="tab"] { background: transparent; border: 1px solid transparent; color: @secondary;
    padding: 0 ~9px; min-height: ~30px; }
QPushButton[look="tab"]:hover { background: @hover; color: @text; }
QPushButton[look="tab"]:checked { background: @accent_soft; color: @accent_text; }
QPushButton[look="tab"]:focus { border: 2px solid @accent; padding: 0 ~8px; min-height: ~28px; }
QPushButton[look="round"] { border-radius: ~15px; padding: 0; min-width: ~30px; max-width: ~30px;
    min-height: ~30px;
    max-height: ~30px; font-size: ~15px; }
QPushButton[look="round"]:focus { padding: 0; border: 2px solid @accent; min-width: ~28px; max-width: ~28px;
    min-height: ~28px; max-height: ~28px; }

QLineEdit, QComboBox, QSpinBox, QDateEdit, QPlainTextEdit, QListView[look="field"] { background: @field; color: @text;
    border: 1px solid @line; border-radius: ~8px; padding: 0 ~9px; min-height: ~32px;
    selection-background-color: @accent;
    selection-color: @on_accent; }
QPlainTextEdit { padding: ~6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus { border: 2px solid @accent;
    padding: 0 ~8px;
    min-height: ~30px; }
QPlainTextEdit:focus { padding: ~5px; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QSpinBox[wrong="true"] { border: 2px solid @bad;
    padding: 0 ~8px;
    min-height: ~30px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: @secondary; background: @window; }
QLineEdit[look="shown"] { background: transparent; border: 1px solid transparent; min-height: ~24px; }
QLineEdit[look="shown"]:focus { border: 2px solid @line; min-height: ~22px; }
QLineEdit[look="scan"] { font-size: ~16px; border: 2px solid @line; border-radius: ~8px; padding: 0 ~14px;
    min-height: ~38px; }
QLineEdit[look="scan"]:focus { border: 2px solid @accent; padding: 0 ~14px; min-height: ~38px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ~22px; }
QComboBox QAbstractItemView, QMenu { background: @card; color: @text; border: 1px solid @line;
    selection-background-color: @selection; selection-color: @text; outline: none; }
QMenu::item { padding: ~7px ~22px; }
QMenu::item:selected { background: @selection; }

QAbstractScrollArea { border: none; }
QScrollArea, QScrollArea > QWidget > QWidget[look="scrolled"] { background: transparent; }
QTableView, QListView, QTreeView { background: @card; color: @text; border: none; outline: none;
    gridline-color: @line;
    selection-background-color: @selection; selection-color: @text; }
QTableView { border-radius: ~4px; }
QHeaderView { background: @card; border: none; }
QHeaderView::section { background: @card; color: @secondary; border: none; border-bottom: 1px solid @line;
    font-size: ~12px; font-weight: 600; padding: 0 ~8px; min-height: ~32px; }
QHeaderView::section:hover { color: @text; }
QScrollBar:vertical { background: transparent; width: ~10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ~10px; margin: 0; }
QScrollBar::handle { background: @track; border-radius: ~4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: ~36px; }
QScrollBar::handle:horizontal { min-width: ~36px; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @accent_soft; }
QProgressBar { background: @track; border: none; border-radius: ~3px; min-height: ~6px; max-height: ~6px; }
QProgressBar::chunk { background: @accent; border-radius: ~3px; }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: @secondary; font-weight: 600; padding: ~7px ~12px;
    border-radius: ~8px;
    border: 2px solid transparent; }
QTabBar::tab:selected { background: @accent_soft; color: @accent_text; }
QTabBar:focus { outline: none; }
QTabBar::tab:focus { border: 2px solid @accent; }
"""
