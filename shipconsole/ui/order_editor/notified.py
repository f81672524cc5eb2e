"""Who is notified, in one line: the connections before shipping, and afterwards each with what became of it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import LEFT
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Severity, Theme, typeface
from shipconsole.ui.order_editor import signs
from shipconsole.ui.order_editor.updates import UpdateLine

_MARKS: dict[str, str] = {"good": "✓", "bad": "✕"}


class NotifiedSign(QWidget):
    """A tick, a cross, a question mark or a dot beside a connection's name."""

    def __init__(self, theme: Theme) -> None:
        """Begin with a dot."""
        super().__init__()
        self._theme = theme
        self._severity: Severity = "quiet"
        self._is_unknown = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_severity(self, severity: Severity, *, is_unknown: bool) -> None:
        """Show the sign of an update."""
        self._severity, self._is_unknown = severity, is_unknown
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the sign."""
        return QSize(self._theme.tokens.px(16), self._theme.tokens.px(16))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = self.rect().toRectF()
        if self._is_unknown:
            painter.setFont(typeface(tokens, 15, QFont.Weight.Bold))
            painter.setPen(tokens.color("wait"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "?")
        elif self._severity == "good":
            signs.tick(painter, square, tokens.color("good"))
        elif self._severity == "bad":
            signs.cross(painter, square, tokens.color("bad"))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("wait" if self._severity == "wait" else "secondary"))
            painter.drawEllipse(square.center(), square.width() / 6, square.width() / 6)


class NotifiedLine(QAbstractButton):
    """One line: "Notifies ShipEngine, Starshipit, Shipup", afterwards each connection with a tick or a cross.

    A press shows what is sent, or what became of it.
    """

    def __init__(self, theme: Theme) -> None:
        """Begin without connections."""
        super().__init__()
        self._theme = theme
        self._connections: tuple[str, ...] = ()
        self._lines: tuple[UpdateLine, ...] = ()
        self.setObjectName("preview_button")
        self.hide()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text("order_editor.preview"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_planned(self, connections: Sequence[str], details: str = "") -> None:
        """Show who will be notified."""
        self._show(tuple(connections), ())
        widgets.set_tooltip(self, details)

    def show_sent(self, lines: Sequence[UpdateLine]) -> None:
        """Show what became of each update."""
        self._show((), tuple(lines))
        widgets.set_tooltip(self, "\n".join(f"{line.connection}: {line.state}" for line in lines))

    def _show(self, connections: tuple[str, ...], lines: tuple[UpdateLine, ...]) -> None:
        if (connections, lines) == (self._connections, self._lines):
            return
        self._connections, self._lines = connections, lines
        spoken = ", ".join(f"{line.connection}: {line.state}" for line in lines)
        name = spoken or text("notified.notifies", connections=connections)
        self.setAccessibleName(plain(name if lines or connections else text("order_editor.preview")))
        self.setVisible(bool(lines or connections))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(self._theme.tokens.px(200), self._theme.tokens.px(32))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the line and its key."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(8), px(8))
        if not self.isEnabled():
            painter.setOpacity(0.6)
        regular, strong = (
            typeface(tokens, tokens.text_px, weight) for weight in (QFont.Weight.Normal, QFont.Weight.DemiBold)
        )
        side, sign = px(4), px(14)
        right = self.width() - side - sign
        middle = self.height() / 2
        signs.chevron_right(
            painter,
            QRectF(QPointF(right, middle - sign / 2), QPointF(right + sign, middle + sign / 2)),
            tokens.color("accent_text"),
        )
        key = key_name("Alt+P")
        key_font = typeface(tokens, tokens.secondary_px)
        key_px = QFontMetrics(key_font).horizontalAdvance(key) + px(6)
        left, parts = side, self._parts(regular, strong)
        needed = sum(QFontMetrics(font).horizontalAdvance(plain(shown)) for shown, font, _ in parts)
        if left + needed + px(8) <= right - key_px:
            right -= key_px
            painter.setFont(key_font)
            painter.setPen(tokens.color("secondary"))
            painter.drawText(QRect(right, 0, self.width(), self.height()), LEFT, key)
        for shown, font, color in parts:
            metrics = QFontMetrics(font)
            room = right - px(8) - left
            if room <= 0:
                return
            elided = metrics.elidedText(plain(shown), Qt.TextElideMode.ElideRight, room)
            painter.setFont(font)
            painter.setPen(tokens.color(color))
            painter.drawText(QRect(left, 0, room + 2, self.height()), LEFT, elided)
            left += metrics.horizontalAdvance(elided)

    def _parts(self, regular: QFont, strong: QFont) -> list[tuple[str, QFont, str]]:
        """Return the parts of the line, each with its font and color."""
        if not self._lines:
            notifies = text("notified.notifies_label")
            return [(f"{notifies}  ", regular, "secondary"), (", ".join(self._connections), strong, "text")]
        parts: list[tuple[str, QFont, str]] = []
        for line in self._lines:
            mark = "?" if line.may_be_confirmed else _MARKS.get(line.severity, "…")
            color = "wait" if line.may_be_confirmed else line.severity if line.severity in _MARKS else "secondary"
            parts += [(f"{line.connection} ", strong, "text"), (f"{mark}   ", strong, color)]
        return parts
