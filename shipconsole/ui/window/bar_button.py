"""A button of the top bar: an icon, a label, and its key or a chevron; narrow, it has an icon and a number."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyleOptionButton

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import icons
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.theme import typeface as font
from shipconsole.ui.kit.widgets import button_text, set_severity, set_tooltip

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_SIDE_PX, _GAP_PX, _ICON_PX, _CHEVRON_PX = 12, 9, 18, 12


class BarButton(QPushButton):
    """A button that is reached by Tab. `severity` decides its ground; `mark` the color of its icon, if another."""

    def __init__(
        self, theme: Theme, name: str, icon: str, *, key: str = "", has_list: bool = False, severity: Severity = ""
    ) -> None:
        """Take the object name and the icon; with `has_list` a chevron says that a list opens."""
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._key = key
        self._has_list = has_list
        self._has_dot = False
        self._mark: Severity = ""
        self._long = self._short = ""
        self._is_short = self._is_bare = False
        self.setObjectName(name)
        self.setProperty("variant", "top")
        self.setProperty("severity", severity)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_text(self, label: str, short: str, spoken: str, *, mark: Severity = "", severity: Severity = "") -> None:
        """Show a label, or the short one where room is scarce; `spoken` is the accessible name."""
        self._long, self._short = plain(label), plain(short)
        self._mark = mark
        set_severity(self, severity)
        self.setAccessibleName(plain(spoken))
        self._show()

    def set_short(self, is_short: bool) -> None:
        """Show the short label, and neither key nor chevron."""
        if is_short != self._is_short:
            self._is_short = is_short
            self._show()

    def set_dot(self, has_dot: bool) -> None:
        """Show at the icon that there is more behind the button, or remove the mark."""
        self._has_dot = has_dot
        self.update()

    def label(self) -> str:
        """Return the label as it is shown."""
        return self._short if self._is_short else self._long

    def long_width(self) -> int:
        """Return the width with the long label."""
        return self._width(self._long, self._key, has_list=self._has_list)

    def sizeHint(self) -> QSize:
        """Return room for the parts."""
        height = max(super().sizeHint().height(), self.minimumHeight())
        if self._is_short:
            return QSize(max(self._width(self._short, "", has_list=False), height), height)
        return QSize(self.long_width(), height)

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Omit the label, which is drawn with the other parts."""
        super().initStyleOption(option)
        if self._is_bare:
            option.text = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then its parts from left to right."""
        self._is_bare = True
        super().paintEvent(event)
        self._is_bare = False
        tokens, px = self._theme.tokens, self._theme.tokens.px
        severity = self.property("severity") or ""
        color = tokens.color("secondary" if not self.isEnabled() else severity or "text")
        mark = tokens.color("secondary" if self._mark == "quiet" else self._mark) if self._mark else color
        painter = QPainter(self)
        width = self._width(
            self.label(), "" if self._is_short else self._key, has_list=not self._is_short and self._has_list
        )
        left = px(_SIDE_PX) + max(0, (self.width() - width) // 2)
        side = px(_ICON_PX)
        icons.draw(painter, self._icon, QRectF(left, (self.height() - side) / 2, side, side), mark)
        if self._has_dot:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("wait"))
            painter.drawEllipse(QRectF(left + side - px(4), (self.height() - side) / 2 - px(3), px(8), px(8)))
        left += side + px(_GAP_PX)
        left = self._draw(painter, left, self.label(), self._label_font(), severity or "text")
        if self._is_short:
            return
        if self._key:
            self._draw(painter, left, key_name(self._key), font(tokens, 12), severity or "secondary")
        if self._has_list:
            side = px(_CHEVRON_PX)
            rect = QRectF(left, (self.height() - side) / 2 + 1, side, side)
            icons.draw(painter, "chevron", rect, tokens.color("secondary"))

    def _draw(self, painter: QPainter, left: int, text: str, face: QFont, token: str) -> int:
        if not text:
            return left
        painter.setFont(face)
        painter.setPen(self._theme.tokens.color(token))
        width = QFontMetrics(face).horizontalAdvance(text)
        painter.drawText(QRect(left, 0, width + 1, self.height()), _LEFT, text)
        return left + width + self._theme.tokens.px(_GAP_PX)

    def _width(self, label: str, key: str, *, has_list: bool) -> int:
        px = self._theme.tokens.px
        width = 2 * px(_SIDE_PX) + px(_ICON_PX)
        if label:
            width += px(_GAP_PX) + QFontMetrics(self._label_font()).horizontalAdvance(label)
        if key:
            width += px(_GAP_PX) + QFontMetrics(font(self._theme.tokens, 12)).horizontalAdvance(key_name(key))
        return width + (px(_GAP_PX) + px(_CHEVRON_PX) if has_list else 0)

    def _label_font(self) -> QFont:
        return font(self._theme.tokens, 13, QFont.Weight.DemiBold)

    def _show(self) -> None:
        self.setText(button_text(self.label()))
        set_tooltip(self, f"{self._long}   {key_name(self._key)}" if self._is_short and self._key else "")
        self.updateGeometry()
        self.update()
