"""The verdict strip: one fixed place that answers every scan, readable from two metres."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import icons
from shipconsole.ui.kit.announce import announce
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import scaled
from shipconsole.ui.kit.widgets import label, set_tooltip
from shipconsole.ui.window.strip_parts import TARGET_PX, CodeView, CountLabel, HintButton, TwoLines, sized_font
from shipconsole.ui.window.strip_text import ENTER, ESCAPE, KEEP_KEY, KeyHint, StripText, Tone
from shipconsole.ui.window.verdict_sign import draw_sign

HEIGHT_PX = (80, 112, 164)
SIGN_PX = (96, 120, 176)
HEADLINE_PX = (28, 40, 60)
COUNT_PX = (44, 64, 100)
SECOND_PX = (15, 20, 28)
"""Sizes at text scales of 100, 150 and 200 %."""
_ICON_SHARE, _SHAPE_SHARE = 0.54, 0.72
_CODE_SHARE = 0.148
_LEAST_HEADLINE = 0.62
_SIDE_SHARE = 0.62
"""Of the width, at most, for what stands beside the texts."""
_NOTE_MOST_PX = 230
_SECOND_SHARES = (1.0, 0.9, 0.8)
"""The sizes of the second line that are tried before its end gives way."""
_CLOSE = 0.84
"""Of the headline's height, at least, before the second line begins."""
_SHADE = 38


class Colors(NamedTuple):
    """The tokens of a tone: the strip, its edge, the sign's ground (with a shade) and sign, texts, and key caps."""

    ground: str
    edge: str
    sign_ground: str
    is_shaded: bool
    sign: str
    headline: str
    second: str
    hint: str
    cap: str = "card"
    key: str = "text"


_ASKS = Colors("wait_solid", "wait_solid", "wait_solid", True, "on_wait", "on_wait", "on_wait", "on_wait")
COLORS: dict[Tone, Colors] = {
    "idle": Colors(
        "card", "line", "quiet_soft", False, "secondary", "text", "secondary", "secondary", "quiet_soft", "text"
    ),
    "good": Colors("good_soft", "good", "good_solid", False, "on_good", "good", "text", "text"),
    "notice": _ASKS,
    "confirm": _ASKS,
    "locked": Colors("bad_solid", "bad_solid", "bad_solid", True, "on_bad", "on_bad", "on_bad", "on_bad"),
}


class VerdictStrip(QFrame):
    """Shows one verdict at a time; its size never changes with it.

    Signals, for a hint that is pressed: acknowledged(), refused(), keep_requested(), chosen(number), and
    action_requested(name) for an action of the window.
    """

    acknowledged = Signal()
    refused = Signal()
    keep_requested = Signal()
    chosen = Signal(int)
    action_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin ready for a scan."""
        super().__init__()
        self.setObjectName("verdict")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._scale = theme.tokens.scale
        self.shown = StripText(text("strip.name"))
        """What is shown."""
        self.headline = QLabel(self)
        self.headline.setObjectName("verdict_headline")
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.second = TwoLines()
        self.second.setParent(self)
        self.second.setObjectName("verdict_second")
        self.count = CountLabel()
        self.count.setParent(self)
        self.code = CodeView()
        self.code.setParent(self)
        self._notes = [label(), label()]
        for note in self._notes:
            note.setParent(self)
            note.setObjectName("verdict_note")
        self._hints: list[HintButton] = []
        self._line_x = 0
        theme.changed.connect(self._on_theme_changed)
        self.show_text(StripText(text("verdict_title.ready"), text("strip.scan_order")))

    def show_text(self, shown: StripText) -> None:
        """Show a verdict, without a word to the screen reader."""
        before = self.shown
        if shown == before:
            return
        self.shown = shown
        self.setAccessibleName(plain(shown.spoken))
        if shown._replace(second=before.second) == before:
            self._place()
        else:
            self._show()

    def _show(self) -> None:
        """Show all parts of the verdict."""
        shown = self.shown
        colors = COLORS[shown.tone]
        self.setProperty("severity", shown.tone)
        self.code.show_code(shown.code)
        while len(self._hints) < len(shown.hints):
            self._hints.append(self._new_hint())
        for button, hint in zip(self._hints, shown.hints, strict=False):
            button.show_hint(hint, (colors.hint, colors.cap, colors.key), self._scale)
        for button in self._hints[len(shown.hints) :]:
            button.setObjectName("")
            button.hide()
        self._color(self.headline, colors.headline)
        self._color(self.second, colors.second)
        self._color(self.count, colors.headline)
        for position, note in enumerate(self._notes):
            is_tick = position == 1 and shown.tone == "idle"
            self._color(note, "good" if is_tick else colors.hint if shown.tone != "idle" else "text")
        self._place()
        self.update()

    def announce(self) -> None:
        """Have a screen reader read the verdict once; a red one interrupts what it reads."""
        announce(self, self.shown.spoken, is_urgent=self.shown.tone == "locked")

    def show_second(self, second: str) -> None:
        """Show another second line of the same verdict: a countdown."""
        if second != self.shown.second:
            self.shown = self.shown._replace(second=second)
            self._place()

    def buttons(self) -> Sequence[HintButton]:
        """Return the hints that are shown."""
        return self._hints[: len(self.shown.hints)]

    def arrange(self, scale: float) -> None:
        """Take a text scale of its own, which is smaller than the window's where there is little room."""
        self._scale = scale
        self.setFixedHeight(self._between(HEIGHT_PX))
        self._show()

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(640, self._between(HEIGHT_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ground, the sign, and the line before the keys."""
        tokens, colors = self._theme.tokens, COLORS[self.shown.tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(outline, self._px(12), self._px(12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color(colors.ground))
        painter.drawPath(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        sign_ground = QRectF(0, 0, self._sign_width(), self.height())
        painter.save()
        painter.setClipPath(shape)
        # Not by `fillRect`, for which PySide would make an enum of 169 named gradients first.
        for color in (tokens.color(colors.sign_ground), QColor(0, 0, 0, _SHADE))[: 2 if colors.is_shaded else 1]:
            painter.setBrush(color)
            painter.drawRect(sign_ground)
        painter.restore()
        painter.setPen(icons.pen(tokens.color(colors.edge), 1))
        painter.drawPath(shape)
        share = _SHAPE_SHARE if " " in self.shown.sign else _ICON_SHARE
        side = min(sign_ground.width(), sign_ground.height()) * share
        room = QRectF(0, 0, side, side)
        room.moveCenter(sign_ground.center())
        draw_sign(painter, self.shown.sign, room, tokens.color(colors.sign), QFont())
        if self._line_x:
            color = tokens.color(colors.second if self.shown.tone != "idle" else "line")
            color.setAlphaF(1.0 if self.shown.tone == "idle" else 0.4)
            painter.setPen(icons.pen(color, 1))
            painter.drawLine(
                QPointF(self._line_x + 0.5, self._px(12)), QPointF(self._line_x + 0.5, self.height() - self._px(12))
            )
        if self._has_tick():
            note = self._notes[1].geometry()
            side = self._px(12)
            tick = QRectF(note.left() - self._px(18), note.center().y() - side / 2 + 1, side, side)
            icons.draw(painter, "tick", tick, tokens.color("good"), 3)

    def _has_tick(self) -> bool:
        return self.shown.tone == "idle" and len(self.shown.notes) > 1 and not self._notes[1].isHidden()

    def _new_hint(self) -> HintButton:
        made = HintButton(self._theme)
        made.setParent(self)
        made.clicked.connect(lambda _=False: self._on_pressed(made.hint))
        return made

    def _on_pressed(self, hint: KeyHint) -> None:
        match hint.act:
            case "":
                return
            case _ if hint.act == ENTER:
                self.acknowledged.emit()
            case _ if hint.act == ESCAPE:
                self.refused.emit()
            case _ if hint.act == KEEP_KEY:
                self.keep_requested.emit()
            case _ if hint.act.isdecimal():
                self.chosen.emit(int(hint.act))
            case _:
                self.action_requested.emit(hint.act)

    def _color(self, widget: QLabel, token: str) -> None:
        colors = QPalette(widget.palette())
        colors.setColor(QPalette.ColorRole.WindowText, self._theme.tokens.color(token))
        widget.setPalette(colors)

    def _on_theme_changed(self) -> None:
        self.arrange(self._scale)

    def _px(self, size: float) -> int:
        return max(1, round(size * self._scale))

    def _between(self, sizes: tuple[float, float, float]) -> int:
        return scaled(self._theme.tokens, self._scale).between(*sizes)

    def _sign_width(self) -> int:
        return self._between(SIGN_PX)

    # Places: from the right the code, the keys, and the count; the texts get the rest.

    def _place(self) -> None:
        width, height, px = self.width(), self.height(), self._px
        left = self._sign_width() + px(20)
        right = width - px(20)
        if self.shown.code:
            wide = self.code.set_room(round(width * _CODE_SHARE))
            high = height - 2 * px(9)
            right = width - px(9)
            self.code.setGeometry(right - wide, px(9), wide, high)
            right -= wide + px(18)
        headline_font = sized_font(self._between(HEADLINE_PX), QFont.Weight.Bold)
        needed = QFontMetrics(headline_font).horizontalAdvance(plain(self.shown.headline))
        count_width = self._place_count(right)
        room = right - left - (count_width + px(24) if count_width else 0)
        side = self._place_side(right, room, needed)
        right -= side
        if count_width:
            self.count.move(right - count_width, (height - self.count.height()) // 2)
            right -= count_width + px(24)
        self._place_texts(QRect(left, 0, max(0, right - left), height), headline_font, needed)

    def _place_count(self, right: int) -> int:
        self.count.show_count(self.shown.packed, self.shown.total, self._between(COUNT_PX))
        if not self.shown.total:
            return 0
        size = self.count.sizeHint()
        self.count.resize(size)
        self.count.move(right - size.width(), 0)
        return size.width()

    def _place_side(self, right: int, room: int, needed: int) -> int:
        """Place notes and keys in columns of two or three, and return their width."""
        px = self._px
        face = sized_font(px(13))
        parts: list[QWidget] = []
        for note, line in zip(self._notes, (*self.shown.notes, "", ""), strict=False):
            note.setFont(face)
            metrics = QFontMetrics(face)
            note.setText(metrics.elidedText(plain(line), Qt.TextElideMode.ElideRight, px(_NOTE_MOST_PX)))
            set_tooltip(note, line if note.text() != plain(line) else "")
            note.setVisible(bool(line))
            note.resize(metrics.horizontalAdvance(note.text()) + 2, metrics.height())
            if line:
                parts.append(note)
        parts += self.buttons()
        for button in self.buttons():
            button.fit(0)
            button.resize(button.sizeHint())
            button.show()
        self._line_x = 0
        if not parts:
            return 0
        columns = _columns(parts)
        if self._width_of(columns) > room - needed - px(40):
            # A command that is not shown as a barcode is on the sheet of commands.
            commands = [part for part in parts if isinstance(part, HintButton) and not part.hint.act]
            if len(columns) > 1 and commands:
                for command in commands:
                    command.hide()
                columns = _columns([part for part in parts if part not in commands])
        side = self._fit_side(columns, room, needed)
        if not side:
            return 0
        self._line_x = right - side - px(20)
        x = right - side
        for column in columns:
            is_hit = any(isinstance(part, HintButton) and part.hint.act for part in column)
            step = px(TARGET_PX + 4) if is_hit else px(26) if len(column) < 3 else px(23)
            y = (self.height() - step * len(column)) // 2
            for part in column:
                indent = px(18) if part is self._notes[1] and self._has_tick() else 0
                nudge = 2 if isinstance(part, HintButton) else 0
                part.move(x - nudge + indent, y + (step - part.height()) // 2)
                y += step
            x += max(part.width() for part in column) + px(18)
        return side + px(40)

    def _fit_side(self, columns: list[list[QWidget]], room: int, needed: int) -> int:
        """Shorten the columns where there is no room for them beside the headline; return their width, 0 for none."""
        px = self._px
        gaps = px(18) * (len(columns) - 1)

        def width() -> int:
            return self._width_of(columns)

        most = round(room * _SIDE_SHARE)
        if width() <= min(most, max(room - needed - px(40), px(120))):
            return width()
        if not any(button.hint.act for button in self.buttons()) or (
            not self.shown.code
            and self.shown.tone
            in (
                "idle",
                "good",
            )
        ):
            # Nothing here is needed: every key is on the F1 sheet as well.
            if room - needed - px(40) < width():
                for column in columns:
                    for part in column:
                        part.hide()
                return 0
            return width()
        limit = max(px(44), (max(most, room - needed - px(40)) - gaps) // len(columns))
        limit = min(limit, (most - gaps) // len(columns)) if width() > most else limit
        if room - needed - px(40) < width():
            limit = max(px(44), (max(room - needed - px(40), round(room * 0.3)) - gaps) // len(columns))
        for button in self.buttons():
            button.fit(limit)
            button.resize(button.sizeHint())
        return width()

    def _width_of(self, columns: "list[list[QWidget]]") -> int:
        tick = self._px(18) if self._has_tick() else 0
        gaps = self._px(18) * (len(columns) - 1)
        return sum(max(part.width() for part in column) for column in columns) + gaps + tick

    def _place_texts(self, room: QRect, headline_font: QFont, needed: int) -> None:
        width = room.width()
        if needed > width > 0:
            # Words stay whole as long as they can be read from two metres; then the end gives way.
            size = max(round(headline_font.pixelSize() * _LEAST_HEADLINE), headline_font.pixelSize() * width // needed)
            headline_font = sized_font(size, QFont.Weight.Bold)
        self.headline.setFont(headline_font)
        full = plain(self.shown.headline)
        metrics = QFontMetrics(headline_font)
        shown = metrics.elidedText(full, Qt.TextElideMode.ElideRight, max(0, width))
        self.headline.setText(shown)
        self.headline.setAccessibleName(full)
        set_tooltip(self.headline, full if shown != full else "")
        high = metrics.height()
        used, is_two = self._fit_second(width, room.height() - round(high * _CLOSE))
        # Two lines move up into the empty space below the letters of the headline.
        step = min(high, max(round(high * _CLOSE), room.height() - used)) if is_two else high
        top = room.top() + max(0, (room.height() - step - used) // 2)
        self.headline.setGeometry(room.left(), top, width, high)
        self.second.setGeometry(room.left(), top + step, width, used)

    def _fit_second(self, width: int, room: int) -> tuple[int, bool]:
        """Fit the second line; return its height, and whether it takes two."""
        metrics, two = self.fontMetrics(), 0
        for share in _SECOND_SHARES:
            face = sized_font(round(self._between(SECOND_PX) * share))
            metrics = QFontMetrics(face)
            two = metrics.boundingRect(QRect(), 0, "X\nX").height()
            self.second.show_text(self.shown.second, face, width, 2 if room >= two else 1)
            if not self.second.is_cut:
                break
        is_two = "\n" in self.second.text()
        return (two if is_two else metrics.height()) if self.shown.second else 0, is_two


def _columns(parts: list[QWidget]) -> list[list[QWidget]]:
    """Return parts in columns of two, or of three where there are many and none can be pressed."""
    is_hit = any(isinstance(part, HintButton) and part.hint.act for part in parts)
    rows = 2 if is_hit or len(parts) <= 4 else 3
    return [parts[start : start + rows] for start in range(0, len(parts), rows)]
