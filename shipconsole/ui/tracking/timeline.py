"""What happened to a parcel, as dots on a line, newest on top."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from shipconsole.ui import look as looks
from shipconsole.ui.look import Look, Tone
from shipconsole.ui.tracking import words

STEP_PX, LEFT_PX = 50, 26


class Step(NamedTuple):
    """One thing that happened: plain words, where and when, and what the vendor wrote, for who asks."""

    words: str
    where: str
    raw: str = ""
    tone: Tone = "good"

    @property
    def told(self) -> str:
        """All of it as one text."""
        return "\n".join(part for part in (self.words, self.where, self.raw and words.as_told(self.raw)) if part)


class Timeline(QWidget):
    """Dots on a line, newest on top, each with what happened, where and when."""

    def __init__(self, look: Look, steps: Sequence[Step]) -> None:
        """Show these steps."""
        super().__init__()
        self._look = look
        self._steps = tuple(steps)
        self.setObjectName("timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("; ".join(f"{step.words}, {step.where}" for step in self._steps))
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A step for each thing that happened."""
        px = self._look.tokens.px
        return QSize(px(160), px(STEP_PX) * len(self._steps))

    def event(self, event: QEvent) -> bool:
        """Tell the whole of the step under the mouse, with the words as they came."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), looks.tooltip(self.told_at(event.pos().y())), self)
            return True
        return super().event(event)

    def told_at(self, y: int) -> str:
        """The whole of the step at a height; empty where there is none."""
        place = y // self._look.tokens.px(STEP_PX)
        return self._steps[place].told if 0 <= place < len(self._steps) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, the dots and the words of the steps that are in sight."""
        tokens = self._look.tokens
        px, step = tokens.px, tokens.px(STEP_PX)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = looks.font(tokens, tokens.text_px, QFont.Weight.DemiBold)
        small = looks.font(tokens, tokens.secondary_px)
        x, left, last = px(7), px(LEFT_PX), len(self._steps) - 1
        if last > 0:
            painter.setPen(QPen(tokens.colour("line"), px(2)))
            painter.drawLine(QPointF(x, px(14)), QPointF(x, px(14) + step * last))
        first = max(0, event.rect().top() // step)
        for place in range(first, min(last, event.rect().bottom() // step) + 1):
            happened, top = self._steps[place], place * step
            newest = place == 0 and last > 0
            tone = "accent" if newest and happened.tone == "good" else happened.tone
            painter.setPen(Qt.PenStyle.NoPen)
            if newest:
                painter.setBrush(tokens.colour(f"{tone}_soft"))
                painter.drawEllipse(QPointF(x, top + px(14)), px(7), px(7))
            painter.setBrush(tokens.colour({"quiet": "secondary"}.get(tone, tone)))
            painter.drawEllipse(QPointF(x, top + px(14)), px(5), px(5))
            width = max(0, self.width() - left)
            for text, face, colour, y in (
                (happened.words, strong, "bad" if happened.tone == "bad" else "text", px(4)),
                (happened.where, small, "secondary", px(23)),
            ):
                painter.setFont(face)
                painter.setPen(tokens.colour(colour))
                shown = QFontMetrics(face).elidedText(looks.plain(text), Qt.TextElideMode.ElideRight, width)
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(QRectF(left, top + y, width, px(20)), flags, shown)
