"""The small widgets that all panels are built of, and helpers for their texts.

A widget states what it is by the dynamic property `variant` (and `severity`), never how it is drawn; the style sheet
does the rest.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QSizePolicy, QStyleOptionButton, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import icons
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Severity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

_KEY_GAP = 10
_LEAST_SIDE = 4
_ICON_GAP = 7
_DOT = 8
# Not the standard library's `html`, which loads every name of every character before the first paint.
_AS_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "\n": "<br>"})


def two_lines(text: str, font: QFont, width: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> list[str]:
    """Return a text as one line, or two of which the second is elided."""
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
    """Return a text for buttons and tabs, in which an ampersand is no shortcut."""
    return plain(text).replace("&", "&&")


def copy(text: str) -> None:
    """Copy a text as it is shown: without control characters, which a terminal would obey, and with keys masked."""
    from shipconsole.station.logs import mask

    QGuiApplication.clipboard().setText(mask(plain(text, lines=True)))


def copy_problem(message: str, window: QWidget) -> None:
    """Copy a problem for support: also where and when it was shown, and by which version."""
    from datetime import UTC, datetime

    from shipconsole import __version__

    now = datetime.now(UTC).isoformat(timespec="seconds")
    copy(f"{message}\n{window.windowTitle()} · Shipconsole {__version__} · {now}")


def tooltip(text: str) -> str:
    """Return a text for tooltips: wrapped, with nothing in it taken as markup."""
    return f"<p>{plain(text, lines=True).translate(_AS_MARKUP)}</p>" if text else ""


def set_tooltip(widget: QWidget, text: str) -> None:
    """Set a widget's tooltip to plain text."""
    widget.setToolTip(tooltip(text))


def fit_hint(field: QLineEdit, hints: Sequence[str]) -> None:
    """Show in an empty field the first of some hints that fits, else the last; the longest comes first."""
    metrics = field.fontMetrics()
    # A field that searches has a sign before its text.
    sides = 3 if field.property("variant") == "search" else 2
    room = field.width() - sides * metrics.height()
    fitting = (hint for hint in hints if metrics.horizontalAdvance(hint) <= room)
    field.setPlaceholderText(next(fitting, hints[-1]))


class _HintFitter(QObject):
    """Fits the hint of a field whenever its width changes."""

    def __init__(self, field: QLineEdit, hints: Sequence[str]) -> None:
        super().__init__(field)
        self._hints = hints
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the hint."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QLineEdit):
            fit_hint(watched, self._hints)
        return False


def keep_hint(field: QLineEdit, hints: Sequence[str]) -> None:
    """Show in an empty field the first of some hints that fits its width, whatever that is; none where none does."""
    field.setPlaceholderText(hints[0])
    _HintFitter(field, [*hints, ""])


def label(text: str = "", variant: str = "", severity: Severity = "") -> QLabel:
    """Return a label that shows plain text."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(plain(text, lines=True))
    made.setProperty("variant", variant)
    made.setProperty("severity", severity)
    return made


def badge(text: str = "", severity: Severity = "quiet", *, dot: bool = False) -> "Badge":
    """Return a badge; with `dot` it begins with a small disc."""
    return Badge(text, severity, dot=dot)


def card(layout: "QLayout") -> QFrame:
    """Return a panel with a border around a layout."""
    made = QFrame()
    made.setProperty("variant", "card")
    made.setLayout(layout)
    return made


def button(text: str, variant: str = "plain", key: str = "", icon: str = "") -> "KeyButton":
    """Return a button that shows its key and its icon, if it has them, beside its label."""
    made = KeyButton(button_text(text), key_name(key) if key else "", icon)
    made.setProperty("variant", variant)
    made.setAccessibleName(plain(text))
    made.setCheckable(variant == "tab")
    return made


def set_severity(widget: QWidget, severity: Severity) -> None:
    """Set a widget's severity, which decides its color."""
    _set(widget, "severity", severity)


def set_variant(widget: QWidget, variant: str) -> None:
    """Set what a widget is, which decides how it is drawn."""
    _set(widget, "variant", variant)


def set_wrong(widget: QWidget, wrong: bool) -> None:
    """Mark a field as wrong, or remove the mark."""
    _set(widget, "wrong", wrong)


def _set(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    refresh_style(widget)


def refresh_style(widget: QWidget) -> None:
    """Match a widget with the style sheet again, after a property of it has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class KeyButton(QPushButton):
    """A push button that shows an icon before its label, and its key after it."""

    def __init__(self, text: str, key: str = "", icon: str = "") -> None:
        """Take the label, with `&` doubled, the name of the key, and that of an icon of the kit."""
        super().__init__(text)
        self.key = key
        """The name of the key."""
        self._icon = icon
        self._is_drawn_bare = False

    def set_key(self, key: str) -> None:
        """Show another key, or none."""
        self.key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the icon, the label and the key."""
        hint = super().sizeHint()
        if self.key:
            width = self.fontMetrics().horizontalAdvance(self.key) + self._key_gap()
            hint.setWidth(hint.width() + width)
        hint.setWidth(hint.width() + self._icon_room())
        return hint

    def minimumSizeHint(self) -> QSize:
        """Return room for the label and the key."""
        return self.sizeHint()

    def _icon_room(self) -> int:
        return self.fontMetrics().height() + _ICON_GAP if self._icon else 0

    def _key_gap(self) -> int:
        return _KEY_GAP * (2 if self.property("variant") == "primary" else 1)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Omit the label where it is drawn together with the key."""
        super().initStyleOption(option)
        if self._is_drawn_bare:
            option.text = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then icon, label and key as one centered line."""
        # Not with a style's own painter: PySide would create classes for all that styles can draw, in 9 ms.
        self._is_drawn_bare = bool(self.key or self._icon)
        super().paintEvent(event)
        self._is_drawn_bare = False
        if not self.key and not self._icon:
            return
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        label = self.text().replace("&&", "&")
        label_width, key_width = metrics.horizontalAdvance(label), metrics.horizontalAdvance(self.key)
        gap = self._key_gap() if self.key else 0
        icon_room = self._icon_room()
        # Where all of it is too wide, the key is left out first, then the icon.
        room = self.width() - 2 * _LEAST_SIDE
        shows_key = bool(self.key) and icon_room + label_width + gap + key_width <= room
        if not shows_key:
            gap = key_width = 0
        shows_icon = bool(self._icon) and icon_room + label_width + gap + key_width <= room
        if not shows_icon:
            icon_room = 0
        left = (self.width() - icon_room - label_width - gap - key_width) // 2
        color = self.palette().color(
            QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled,
            QPalette.ColorRole.ButtonText,
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if shows_icon:
            side = metrics.height()
            icons.draw(painter, self._icon, QRectF(left, (self.height() - side) / 2, side, side), color)
            left += icon_room
        painter.setPen(color)
        painter.drawText(QRect(left, 0, label_width + 1, self.height()), flags, label)
        if not shows_key:
            return
        # Lighter by its weight and not by its color, of which the contrast is the least that is allowed.
        face = self.font()
        face.setWeight(QFont.Weight.Normal)
        painter.setFont(face)
        painter.drawText(QRect(left + label_width + gap, 0, key_width + 1, self.height()), flags, self.key)


class Badge(QLabel):
    """A short label on a soft background."""

    def __init__(self, text: str, severity: Severity, *, dot: bool) -> None:
        """Take the label and its severity."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(plain(text))
        self.setProperty("variant", "badge")
        self.setProperty("severity", severity)
        self.setProperty("dot", dot)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the label, then the disc in the same color."""
        super().paintEvent(event)
        if self.property("dot"):
            size = _DOT * self.fontMetrics().height() / 15
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawEllipse(QRectF(size * 1.2, (self.height() - size) / 2, size, size))


class Elided(QLabel):
    """A line of text that is elided to its width; the tooltip shows all of it.

    A name loses its end, a number (`middle`) its middle.
    """

    def __init__(self, text: str = "", variant: str = "", *, middle: bool = False) -> None:
        """Take the text and the variant."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("variant", variant)
        # Where the style has a frame, Qt would indent the text by what `_sides` does not count.
        self.setIndent(0)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    @property
    def full_text(self) -> str:
        """The text, of which as much is shown as fits."""
        return self._full

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._full = plain(text)
        self.setAccessibleName(self._full)
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
        """Return the width of the full text."""
        hint = super().sizeHint()
        # A text is shortened where it is wider by a part of a pixel.
        width = math.ceil(QFontMetricsF(self.fontMetrics()).horizontalAdvance(self._full))
        hint.setWidth(width + 2 + self._sides())
        return hint

    def minimumSizeHint(self) -> QSize:
        """Return the width of a few characters."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def _sides(self) -> int:
        """Return the room that the style leaves at both ends, whatever the text scale is now."""
        return self.width() - self.contentsRect().width()

    def _fitting(self, text: str) -> str:
        """Return as much of a text as fits."""
        return self.fontMetrics().elidedText(text, self._mode, max(0, self.width() - self._sides() - 2))

    def _fit(self) -> None:
        shown = self._fitting(self._full)
        if shown != self.text():
            self.setText(shown)
        set_tooltip(self, self._full if shown != self._full else "")
