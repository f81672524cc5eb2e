"""The primary button: ships what is packed, and after that opens the next order."""

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import CENTER, LEFT
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.order_editor import signs

HEIGHT_PX, LOW_HEIGHT_PX = 60, 46
LEFT_PX = 54
"""Where the lines begin, after the sign."""
SHIP_KEY, NEXT_KEY = "Ctrl+Enter", "Alt+N"


class ShipMode(StrEnum):
    """What the button does."""

    SHIP = "ship"
    NEXT = "next"
    LOCKED = "locked"


class ShipLabel(NamedTuple):
    """What the button shows, and `spoken` what screen readers read; `reason` is why it is off, in full."""

    title: str
    second: str = ""
    spoken: str = ""
    is_enabled: bool = True
    mode: ShipMode = ShipMode.SHIP
    reason: str = ""


class ShipButton(QAbstractButton):
    """A button of two lines with a sign and its key. There is one in the window, in whichever part is shown."""

    def __init__(self, theme: Theme) -> None:
        """Begin disabled."""
        super().__init__()
        self._theme = theme
        self._label = ShipLabel(text("ship_button.ship"), is_enabled=False)
        self._height_px = HEIGHT_PX
        self._is_reason_above = False
        self.setObjectName("ship_button")
        self.setAccessibleName(text("ship_button.ship"))
        self.setEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def label(self) -> ShipLabel:
        """What it shows."""
        return self._label

    def show_label(self, label: ShipLabel) -> None:
        """Show another label."""
        self._label = label
        self.setEnabled(label.is_enabled)
        self.setAccessibleName(plain(label.spoken or label.title))
        self.setAccessibleDescription(plain(label.reason))
        widgets.set_tooltip(self, label.reason)
        self.updateGeometry()
        self.update()

    def set_low(self, is_low: bool) -> None:
        """Be as low as a bar at the bottom asks for, or as high as usual."""
        self._height_px = LOW_HEIGHT_PX if is_low else HEIGHT_PX
        self.updateGeometry()
        self.update()

    def show_reason_above(self, is_above: bool) -> None:
        """Leave the reason not to ship out of the button: it stands above."""
        if is_above != self._is_reason_above:
            self._is_reason_above = is_above
            self.update()

    def has_room_for(self, reason: str) -> bool:
        """Return whether a reason is whole in the button, in one line or two."""
        lines = widgets.two_lines(plain(reason), self._fonts()[1], self._room())
        return " ".join(lines) == plain(reason)

    def _room(self) -> int:
        """Return the width of the lines beside the sign, without the key."""
        return max(1, self.width() - self._theme.tokens.px(LEFT_PX + 12))

    def sizeHint(self) -> QSize:
        """Return room for both lines, the sign and the key."""
        px = self._theme.tokens.px
        title, second = self._fonts()
        lines = max(
            QFontMetrics(title).horizontalAdvance(self._label.title),
            min(QFontMetrics(second).horizontalAdvance(self._label.second), px(220)),
        )
        return QSize(lines + px(76), px(self._height_px))

    def minimumSizeHint(self) -> QSize:
        """Return room for the title and the sign."""
        px = self._theme.tokens.px
        title = QFontMetrics(self._fonts()[0]).horizontalAdvance(self._label.title)
        return QSize(min(title, px(200)) + px(64), px(self._height_px))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isEnabled()
        ground = "accent_hover" if on and self.underMouse() else "accent" if on else "quiet_soft"
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(tokens.color("line"), 1))
        painter.setBrush(tokens.color(ground))
        painter.drawRoundedRect(box, px(10), px(10))
        ink = tokens.color("on_accent" if on else "secondary")
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("on_accent" if on else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), px(7), px(7))
        left = self._paint_sign(painter, ink)
        self._paint_lines(painter, left, self._paint_key(painter, ink, left), ink)

    def _paint_sign(self, painter: QPainter, ink: QColor) -> int:
        px = self._theme.tokens.px
        size = px(24)
        corner = QPointF(px(17), (self.height() - size) / 2)
        paint = {ShipMode.SHIP: signs.box, ShipMode.NEXT: signs.chevron_right, ShipMode.LOCKED: signs.lock}
        paint[self._label.mode](painter, QRectF(corner, corner + QPointF(size, size)), ink)
        return px(LEFT_PX)

    def _paint_key(self, painter: QPainter, ink: QColor, left: int) -> tuple[int, int]:
        """Draw the key where there is room for it; return where the title ends and where the second line does."""
        px, end = self._theme.tokens.px, self.width() - self._theme.tokens.px(16)
        if self._label.mode is ShipMode.LOCKED or self._label.reason:
            return end + px(4), end + px(4)
        key = key_name(SHIP_KEY if self._label.mode is ShipMode.SHIP else NEXT_KEY)
        font = typeface(self._theme.tokens, self._theme.tokens.secondary_px, QFont.Weight.Medium)
        width = QFontMetrics(font).horizontalAdvance(key) + px(14)
        title = QFontMetrics(self._fonts()[0]).horizontalAdvance(self._label.title)
        second = QFontMetrics(self._fonts()[1]).horizontalAdvance(plain(self._label.second))
        height, middle = px(26), self.height() / 2
        if left + title + px(10) + width > end:
            # It stands below the title where that is wide, if the second line leaves it room.
            if self._height_px != HEIGHT_PX or left + second + px(10) + width > end:
                return end, end
            height, middle = px(20), self.height() - px(19)
        is_low = height < px(26)
        frame = QRectF(end - width, middle - height / 2, width, height)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, px(5), px(5))
        painter.setFont(font)
        painter.drawText(frame, CENTER, key)
        return end if is_low else end - width - px(8), end - width - px(8)

    def _paint_lines(self, painter: QPainter, left: int, ends: tuple[int, int], ink: QColor) -> None:
        title_room, room = (end - left for end in ends)
        title_font, second_font = self._fonts()
        px = self._theme.tokens.px
        second = [plain(self._label.second)]
        if self._label.reason and self._is_reason_above:
            second = []
        elif self._label.reason and self._height_px == HEIGHT_PX:
            second = widgets.two_lines(second[0], second_font, room)
        title_height, second_height = px(22), px(17 if len(second) == 1 else 15)
        if second == [""]:
            second = []
        top = (self.height() - title_height - second_height * len(second)) // 2
        painter.setPen(ink)
        is_cut = False
        lines = [(second_font, line, second_height, room) for line in second]
        for font, shown, height, width in [(title_font, self._label.title, title_height, title_room), *lines]:
            painter.setFont(font)
            elided = QFontMetrics(font).elidedText(plain(shown), Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(left, top, width + 2, height), LEFT, elided)
            top += height
            is_cut = is_cut or elided != plain(shown)
        full = (
            "\n".join(part for part in (self._label.title, self._label.second) if part)
            if is_cut
            else self._label.reason
        )
        if widgets.tooltip(full) != self.toolTip():
            widgets.set_tooltip(self, full)

    def _fonts(self) -> tuple[QFont, QFont]:
        tokens = self._theme.tokens
        return typeface(tokens, 17, QFont.Weight.Bold), typeface(tokens, tokens.secondary_px)


def ship_text(units: int, left: int, platforms: int) -> str:
    """Return what the button that ships does; `left` includes the units in the packages.

    Without platforms it is the short label.
    """
    if not units:
        return text("ship_button.ship")
    if left == 1:
        return text("ship_button.one_unit_notify", count=platforms) if platforms else text("ship_button.one_unit")
    if not platforms:
        return text("ship_button.units", units=units, left=left)
    return text("ship_button.units_notify", units=units, left=left, count=platforms)


def ship_label(units: int, left: int, platforms: int, reason: str = "") -> ShipLabel:
    """Return the label of the button that ships; a `reason` turns it off."""
    return ShipLabel(
        ship_text(units, left, 0),
        reason or (text("ship_button.notify", count=platforms) if platforms else ""),
        ship_text(units, left, platforms),
        is_enabled=not reason,
        reason=reason,
    )
