"""What happened to a package, as dots on a line, newest on top."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Severity, Theme

LEFT_PX, TOP_PX, WORDS_PX, WHERE_PX, GAP_PX = 26, 4, 19, 18, 9


class Step(NamedTuple):
    """One thing that happened: plain words, where and when, and what the platform wrote, for who asks."""

    words: str
    where: str
    when: str = ""
    raw: str = ""
    severity: Severity = "good"

    @property
    def place_and_time(self) -> str:
        """Where and when in one line."""
        return " · ".join(part for part in (self.where, self.when) if part)

    @property
    def told(self) -> str:
        """All of it as one text."""
        return "\n".join(
            part
            for part in (self.words, self.place_and_time, self.raw and text("track_panel.as_received", text=self.raw))
            if part
        )


class _Laid(NamedTuple):
    """A step as it stands on the screen: its lines, and where it begins and ends."""

    top: int
    bottom: int
    words: list[str]
    where: list[str]


class Timeline(QWidget):
    """Dots on a line, newest on top, each with what happened, where and when."""

    def __init__(self, theme: Theme, steps: Sequence[Step]) -> None:
        """Show these steps."""
        super().__init__()
        self._theme = theme
        self._steps = tuple(steps)
        self._laid: tuple[tuple[object, ...], list[_Laid]] = ((), [])
        self.setObjectName("timeline")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(kit.plain("; ".join(f"{step.words}, {step.place_and_time}" for step in self._steps)))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """All steps, in the width that there is."""
        return QSize(self._theme.tokens.px(160), self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """All steps; words that do not fit take a second line."""
        laid = self._laid_out(width)
        return laid[-1].bottom if laid else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Tell the whole of the step under the mouse, with the words as they came."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), kit.tooltip(self.told_at(event.pos().y())), self)
            return True
        return super().event(event)

    def told_at(self, y: int) -> str:
        """The whole of the step at a height; empty where there is none."""
        laid = self._laid_out(self.width())
        return next((step.told for step, at in zip(self._steps, laid, strict=True) if at.top <= y < at.bottom), "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, the dots and the words of the steps that are in sight."""
        tokens = self._theme.tokens
        px = tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        laid = self._laid_out(self.width())
        x, seen = px(7), event.rect()
        if len(laid) > 1:
            painter.setPen(QPen(tokens.color("line"), px(2)))
            painter.drawLine(QPointF(x, px(14)), QPointF(x, px(14) + laid[-1].top))
        for place, (step, at) in enumerate(zip(self._steps, laid, strict=True)):
            if at.bottom >= seen.top() and at.top <= seen.bottom():
                newest = place == 0 and len(laid) > 1
                self._draw_dot(painter, QPointF(x, at.top + px(14)), step, newest=newest)
                self._draw_words(painter, step, at)

    def _draw_dot(self, painter: QPainter, center: QPointF, step: Step, *, newest: bool) -> None:
        tokens = self._theme.tokens
        severity = "accent" if newest and step.severity == "good" else step.severity
        painter.setPen(Qt.PenStyle.NoPen)
        if newest:
            painter.setBrush(tokens.color(f"{severity}_soft"))
            painter.drawEllipse(center, tokens.px(7), tokens.px(7))
        painter.setBrush(tokens.color({"quiet": "secondary"}.get(severity, severity)))
        painter.drawEllipse(center, tokens.px(5), tokens.px(5))

    def _draw_words(self, painter: QPainter, step: Step, at: _Laid) -> None:
        tokens = self._theme.tokens
        px = tokens.px
        strong, small = self._fonts()
        line = QRectF(px(LEFT_PX), at.top + px(TOP_PX), max(0, self.width() - px(LEFT_PX)), px(20))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for texts, face, color, height in (
            (at.words, strong, "bad" if step.severity == "bad" else "text", px(WORDS_PX)),
            (at.where, small, "secondary", px(WHERE_PX)),
        ):
            painter.setFont(face)
            painter.setPen(tokens.color(color))
            for part in texts:
                painter.drawText(line, flags, part)
                line.translate(0, height)

    def _laid_out(self, whole_width: int) -> list[_Laid]:
        """Where each step stands; worked out once for a width and a look."""
        tokens = self._theme.tokens
        key = (whole_width, tokens)
        if self._laid[0] != key:
            px, (strong, small) = tokens.px, self._fonts()
            width, top = max(1, whole_width - px(LEFT_PX)), 0
            made: list[_Laid] = []
            for step in self._steps:
                said = kit.two_lines(kit.plain(step.words), strong, width)
                where = _where_lines(step, small, width)
                bottom = top + px(TOP_PX) + px(WORDS_PX) * len(said) + px(WHERE_PX) * len(where) + px(GAP_PX)
                made.append(_Laid(top, bottom, said, where))
                top = bottom
            self._laid = key, made
        return self._laid[1]

    def _fonts(self) -> tuple[QFont, QFont]:
        tokens = self._theme.tokens
        return kit.font(tokens, tokens.text_px, QFont.Weight.DemiBold), kit.font(tokens, tokens.secondary_px)


def _where_lines(step: Step, face: QFont, width: int) -> list[str]:
    """Place and time on one line; where they do not fit the time has a line of its own."""
    metrics = QFontMetrics(face)
    whole = kit.plain(step.place_and_time)
    if metrics.horizontalAdvance(whole) <= width or not (step.where and step.when):
        return kit.two_lines(whole, face, width) if whole else []
    elide = Qt.TextElideMode.ElideRight
    return [metrics.elidedText(kit.plain(part), elide, width) for part in (step.where, step.when)]
