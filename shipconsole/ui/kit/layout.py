"""Short ways to lay out what most dialogs have: columns, rows, wrapped texts, buttons, and read-only text."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QPlainTextEdit, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import KeyButton

TOP = Qt.AlignmentFlag.AlignTop
MIDDLE = Qt.AlignmentFlag.AlignVCenter
NO_MARGINS = (0, 0, 0, 0)
L = TypeVar("L", bound=QBoxLayout)
Part = QWidget | QLayout | int | tuple[QWidget | QLayout, int] | tuple[QWidget, int, Qt.AlignmentFlag]
"""A widget or layout, also with its stretch and alignment; a number is an empty stretch."""


def column(
    theme: Theme,
    *parts: Part,
    spacing: float = 8,
    margins: tuple[float, float, float, float] = NO_MARGINS,
    parent: QWidget | None = None,
) -> QVBoxLayout:
    """Lay parts out from top to bottom, in `parent` if it is given; spacing and margins are in unscaled pixels."""
    return _filled(QVBoxLayout(), theme, parts, spacing, margins, parent)


def row(
    theme: Theme,
    *parts: Part,
    spacing: float = 10,
    margins: tuple[float, float, float, float] = NO_MARGINS,
    parent: QWidget | None = None,
) -> QHBoxLayout:
    """Lay parts out from left to right, as `column` does."""
    return _filled(QHBoxLayout(), theme, parts, spacing, margins, parent)


def line() -> QFrame:
    """Return a thin line between parts."""
    made = QFrame()
    made.setProperty("variant", "line")
    made.setFixedHeight(1)
    return made


def wrapped(
    text: str = "", variant: str = "", severity: Severity = "", *, name: str = "", selectable: bool = False
) -> QLabel:
    """Return a label of one or more lines; a selectable text can be copied."""
    made = widgets.label(text, variant, severity)
    made.setObjectName(name)
    made.setWordWrap(True)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def action(
    name: str,
    label: str,
    act: Callable[[], object] | SignalInstance,
    variant: str = "plain",
    key: str = "",
    icon: str = "",
) -> KeyButton:
    """Return a button that acts, or emits a signal; Enter never presses it, since every scan ends with Enter."""
    button = widgets.button(label, variant, key, icon)
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button


def document(theme: Theme, name: str, title: str, *, wraps: bool = True) -> QPlainTextEdit:
    """Return a field with read-only text in a typeface of equal widths; Tab leaves it."""
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setAccessibleName(plain(title))
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    if not wraps:
        made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    typeface.setPixelSize(theme.tokens.px(12))
    typeface.setStyleHint(QFont.StyleHint.Monospace)
    made.setFont(typeface)
    return made


def _filled(
    layout: L,
    theme: Theme,
    parts: tuple[Part, ...],
    spacing: float,
    margins: tuple[float, float, float, float],
    parent: QWidget | None,
) -> L:
    px = theme.tokens.px
    left, top, right, bottom = (px(margin) for margin in margins)
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(px(spacing))
    for part in parts:
        match part:
            case int():
                layout.addStretch(part)
            case (QWidget() as widget, int(stretch), Qt.AlignmentFlag() as alignment):
                layout.addWidget(widget, stretch, alignment)
            case (QWidget() as widget, int(stretch)):
                layout.addWidget(widget, stretch)
            case (QLayout() as inner, int(stretch)):
                layout.addLayout(inner, stretch)
            case QLayout():
                layout.addLayout(part)
            case _:
                layout.addWidget(part)
    if parent is not None:
        parent.setLayout(layout)
    return layout
