"""The scan field: takes what is typed in place of a scan, and shows while scanning is locked."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import icons
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.theme import typeface as font
from shipconsole.ui.kit.widgets import refresh_style

LEAST_SCAN_PX = 150
SCAN_KEY = "F2"
SCAN_HINTS = ("scan_field.hint", "scan_field.hint_shorter", "scan_field.hint_shortest")
"""Ids of messages, the longest first."""
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ScanField(QLineEdit):
    """Takes what is typed in place of a scan. Signal: scanned(text), on Enter."""

    scanned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        self._theme = theme
        self._locked_hints: tuple[str, ...] = ()
        self.setObjectName("scan_field")
        self.setProperty("variant", "scan")
        self.setAccessibleName(text("scan_field.name"))
        self.setMaxLength(2_000)
        self.setMinimumWidth(theme.tokens.px(LEAST_SCAN_PX))
        self.returnPressed.connect(self._entered)
        theme.changed.connect(self.update)

    def show_locked(self, *hints: str) -> None:
        """Show that scanning is locked, and what unlocks it: the first hint that fits; without any it is not locked."""
        if hints == self._locked_hints:
            return
        self._locked_hints = hints
        self.setProperty("locked", bool(hints))
        self.setAccessibleDescription(f"{text('frame.locked')}. {plain(hints[0])}" if hints else "")
        refresh_style(self)
        self._fit_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the room there is."""
        super().resizeEvent(event)
        self._fit_hint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, then the icon, the key, and why it is locked."""
        super().paintEvent(event)
        tokens, px = self._theme.tokens, self._theme.tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, middle = px(22), self.height() / 2
        color = tokens.color("bad" if self._locked_hints else "accent" if self.hasFocus() else "secondary")
        icon = QRectF(px(15), middle - side / 2, side, side)
        icons.draw(painter, "lock" if self._locked_hints else "scan", icon, color)
        self._draw_key(painter)
        if not self._locked_hints or self.text():
            return
        left, right = px(60), self.width() - px(52)
        word_font = font(tokens, 16, QFont.Weight.DemiBold)
        painter.setFont(word_font)
        painter.setPen(color)
        word = text("frame.locked")
        painter.drawText(QRect(left, 0, right - left, self.height()), _LEFT, word)
        left += QFontMetrics(word_font).horizontalAdvance(word) + px(10)
        hint_font = font(tokens, 16)
        painter.setFont(hint_font)
        painter.setPen(tokens.color("secondary"))
        metrics, room = QFontMetrics(hint_font), max(0, right - left)
        fitting = (hint for hint in map(plain, self._locked_hints) if metrics.horizontalAdvance(hint) <= room)
        painter.drawText(QRect(left, 0, room, self.height()), _LEFT, next(fitting, ""))

    def take(self, text: str) -> None:
        """Take a text as if it had been entered here."""
        self.setText(text)
        self.focus()
        self._entered()

    def focus(self) -> None:
        """Focus the field; typing replaces its text."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def take_text(self) -> str:
        """Clear the field, and return its text."""
        text = self.text()
        self.clear()
        return text

    def leave_keys(self) -> None:
        """Leave some keys to the window. Called after the first paint, which it would slow down."""
        self.installEventFilter(_LeftKeys(self))

    def _draw_key(self, painter: QPainter) -> None:
        tokens, px = self._theme.tokens, self._theme.tokens.px
        face = font(tokens, 12, QFont.Weight.DemiBold)
        key = key_name(SCAN_KEY)
        width, height = QFontMetrics(face).horizontalAdvance(key) + px(14), px(20)
        cap = QRectF(self.width() - px(14) - width, (self.height() - height) / 2, width, height)
        painter.setPen(tokens.color("control"))
        painter.setBrush(tokens.color("quiet_soft"))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), px(5), px(5))
        painter.setFont(face)
        painter.setPen(tokens.color("text"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)

    def _fit_hint(self) -> None:
        if self._locked_hints:
            self.setPlaceholderText("")
            return
        hints = [text(hint) for hint in SCAN_HINTS]
        metrics, room = self.fontMetrics(), self.width() - self._theme.tokens.px(120)
        self.setPlaceholderText(next((hint for hint in hints if metrics.horizontalAdvance(hint) <= room), hints[-1]))

    def _entered(self) -> None:
        # While it is empty, Enter is an answer.
        text = self.take_text()
        if text.strip():
            self.scanned.emit(text)


class _LeftKeys(QObject):
    """Leaves Ctrl+Z to the window, and Ctrl+A where all is selected: then it packs all that is left."""

    def __init__(self, field: ScanField) -> None:
        super().__init__(field)
        self._field = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        from PySide6.QtGui import QKeySequence

        all_selected = self._field.selectedText() == self._field.text()
        is_left = event.matches(QKeySequence.StandardKey.Undo) or (
            event.matches(QKeySequence.StandardKey.SelectAll) and all_selected
        )
        if is_left:
            event.ignore()
        return is_left
