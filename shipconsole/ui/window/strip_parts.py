"""The parts of the verdict strip that paint themselves: key caps, the count, the barcode, and a line of two lines."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from shipconsole import messages
from shipconsole.domain.code128 import QUIET_MODULES, modules
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.theme import typeface as font
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.kit.widgets import button_text, set_tooltip, two_lines
from shipconsole.ui.window.strip_text import KeyHint

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CAP_PADDING_PX, _CAP_GAP_PX, _CAP_HEIGHT_PX = 7, 7, 22
TARGET_PX = 32
_LEAST_CHARACTERS = 4
_CODE_HEIGHT = 0.78
BLACK, WHITE = QColor("#000000"), QColor("#ffffff")


class HintButton(QPushButton):
    """What can be done now, and its key as a cap; pressing it does the same. Without an act it is text."""

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        self.setProperty("variant", "bare")
        self._theme = theme
        self.hint = KeyHint("", "")
        self._colors = ("text", "card", "text")
        self._scale = 1.0
        self._is_short = False
        self._room = 0
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_hint(self, hint: KeyHint, colors: tuple[str, str, str], scale: float) -> None:
        """Show a hint; `colors` are the tokens of the label, the cap, and the cap's text."""
        self.hint, self._colors, self._scale = hint, colors, scale
        self.setObjectName(f"verdict_{hint.key.lower().replace('+', '_').replace(' ', '_')}")
        cap = key_name(hint.key)
        self.setText(button_text(hint.label))
        code = "" if hint.act else text("strip.code", code=hint.key)
        self.setAccessibleName(plain(f"{hint.label} {code or cap}"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if hint.act else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not hint.act)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hint.act else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def fit(self, room: int) -> None:
        """Show as much of the label as fits in a width, the cap alone where that is nothing; 0 is any width."""
        self._room = room
        self._is_short = False
        self._is_short = 0 < room < self.sizeHint().width() and not self._label()
        set_tooltip(self, self.hint.label if self._label() != plain(self.hint.label) else "")
        self.update()

    def _label(self) -> str:
        label, metrics = plain(self.hint.label), QFontMetrics(self._fonts()[0])
        if self._is_short:
            return ""
        if not self._room:
            return label
        room = self._room - self._cap_width() - self._px(_CAP_GAP_PX) - 4
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, max(0, room))
        return shown if shown == label or len(shown) > _LEAST_CHARACTERS else ""

    def _cap_width(self) -> int:
        return QFontMetrics(self._fonts()[1]).horizontalAdvance(key_name(self.hint.key)) + 2 * self._px(_CAP_PADDING_PX)

    def sizeHint(self) -> QSize:
        """Return the size of the label and the cap."""
        label = QFontMetrics(self._fonts()[0]).horizontalAdvance(self._label())
        gap = self._px(_CAP_GAP_PX) if label else 0
        return QSize(label + gap + self._cap_width() + 4, self._px(TARGET_PX if self.hint.act else _CAP_HEIGHT_PX + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the label, the cap, and the focus."""
        tokens = self._theme.tokens
        label_color, cap_color, key_color = (tokens.color(name) for name in self._colors)
        label_font, cap_font = self._fonts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 2
        if label := self._label():
            painter.setFont(label_font)
            painter.setPen(label_color)
            painter.drawText(QRect(left, 0, self.width(), self.height()), _LEFT, label)
            left += QFontMetrics(label_font).horizontalAdvance(label) + self._px(_CAP_GAP_PX)
        cap = key_name(self.hint.key)
        width = self._cap_width()
        height = self._px(_CAP_HEIGHT_PX)
        ground = QRectF(left, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(cap_color)
        painter.drawRoundedRect(ground, self._px(5), self._px(5))
        painter.setFont(cap_font)
        painter.setPen(key_color)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, cap)
        if self.hasFocus():
            painter.setPen(label_color)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._px(6), self._px(6))

    def _px(self, size: float) -> int:
        return max(1, round(size * self._scale))

    def _fonts(self) -> tuple[QFont, QFont]:
        return sized_font(self._px(13)), sized_font(self._px(12), QFont.Weight.DemiBold)


class CountLabel(QLabel):
    """How many of how many units, the first number large."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("verdict_count")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._count = ""
        self._size = 44

    def show_count(self, count: int, total: int, size: int) -> None:
        """Show a count; a total of 0 shows none. `size` is that of the first number in pixels."""
        self._size = size
        self._count = messages.number(count)
        self.setText(text("strip.count", packed=count, total=total) if total else "")
        self.setVisible(bool(total))

    def sizeHint(self) -> QSize:
        """Return the room of the text."""
        width = sum(QFontMetrics(face).horizontalAdvance(part) for part, face in self._parts())
        return QSize(width + 2, round(self._size * 1.2))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the parts on one line."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        base = round((self.height() + self._size * 0.72) / 2)
        left = 0
        for part, face in self._parts():
            painter.setFont(face)
            painter.drawText(left, base, part)
            left += QFontMetrics(face).horizontalAdvance(part)

    def _parts(self) -> list[tuple[str, QFont]]:
        before, count, after = self.text().partition(self._count)
        large, small = (
            sized_font(self._size, QFont.Weight.Bold),
            sized_font(round(self._size * 0.66), QFont.Weight.Bold),
        )
        return [(part, face) for part, face in ((before, small), (count, large), (after, small)) if part]


class CodeView(QWidget):
    """A command as Code 128 that a scanner reads from the screen: black on white in every theme."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("verdict_code")
        self._widths: tuple[int, ...] = ()
        self._bar = 2

    def show_code(self, code: str) -> None:
        """Show a command, or nothing."""
        self._widths = modules(code) if code.isascii() and code.isprintable() and code else ()
        name = text("strip.code", code=code) if self._widths else ""
        self.setAccessibleName(name)
        set_tooltip(self, name)
        self.setVisible(bool(self._widths))
        self.update()

    def set_room(self, most: int) -> int:
        """Choose whole pixels for a module, at least two, in a width; return the width that this takes."""
        self._bar = max(2, most // self.modules)
        return self._bar * self.modules

    @property
    def modules(self) -> int:
        """The width in modules, with the space before and after that a scanner needs."""
        return sum(self._widths) + 2 * QUIET_MODULES

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ground and the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(WHITE)
        radius = self.height() / 9
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        height = round(self.height() * _CODE_HEIGHT)
        left, top = (self.width() - sum(self._widths) * self._bar) // 2, (self.height() - height) // 2
        for position, width in enumerate(self._widths):
            if position % 2 == 0:
                painter.fillRect(left, top, width * self._bar, height, BLACK)
            left += width * self._bar


class TwoLines(QLabel):
    """A text of one line, or two of which the second ends in an ellipsis; the tooltip shows all of it."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.full_text = ""
        self.is_cut = False
        """Whether the end of the text is not shown."""

    def show_text(self, full_text: str, face: QFont, width: int, lines: int) -> None:
        """Show a text in a width."""
        self.full_text = plain(full_text)
        self.setFont(face)
        self.setAccessibleName(self.full_text)
        metrics = QFontMetrics(face)
        shown = two_lines(self.full_text, face, width) if lines > 1 else []
        if not shown:
            shown = [metrics.elidedText(self.full_text, Qt.TextElideMode.ElideRight, width)]
        self.setText("\n".join(shown))
        # A space that does not break, as within a time, is a space on both sides.
        self.is_cut = " ".join(shown).split() != self.full_text.split()
        set_tooltip(self, self.full_text if self.is_cut else "")


def sized_font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the typeface in a size of real pixels."""
    return font(LIGHT, size, weight)
