"""A timeline: dots on a line, each with what happened, newest on top."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import Severity, Theme, typeface

LEFT_PX, TOP_PX, TITLE_PX, WHERE_PX, GAP_PX = 26, 4, 19, 18, 9


class Step(NamedTuple):
    """One thing that happened: a title, where and when, and the platform's own text (`received`)."""

    title: str
    where: str
    when: str = ""
    received: str = ""
    severity: Severity = "good"

    @property
    def where_and_when(self) -> str:
        """Where and when in one line."""
        return " · ".join(part for part in (self.where, self.when) if part)

    @property
    def full_text(self) -> str:
        """The step in up to three lines, with the text as received."""
        received = text("track_panel.as_received", text=self.received) if self.received else ""
        return "\n".join(part for part in (self.title, self.where_and_when, received) if part)


class StepLayout(NamedTuple):
    """A step on the screen: its top and bottom in pixels, and the lines of its title and of where and when."""

    top: int
    bottom: int
    title: list[str]
    where: list[str]


class Timeline(QWidget):
    """Steps as dots on a line, newest on top, each with its title, where and when."""

    def __init__(self, theme: Theme, steps: Sequence[Step]) -> None:
        """Show these steps."""
        super().__init__()
        self._theme = theme
        self.steps = tuple(steps)
        self._layout: tuple[tuple[object, ...], list[StepLayout]] = ((), [])
        self.setObjectName("timeline")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(plain("; ".join(f"{step.title}, {step.where_and_when}" for step in self.steps)))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return room for all steps in the present width."""
        return QSize(self._theme.tokens.px(160), self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """Return the height of all steps; a long title takes a second line."""
        layouts = self.step_layouts(width)
        return layouts[-1].bottom if layouts else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the new width needs."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Show the step under the mouse in full in a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), widgets.tooltip(self.text_at(event.pos().y())), self)
            return True
        return super().event(event)

    def text_at(self, y: int) -> str:
        """Return the full text of the step at a height in pixels; empty where there is none."""
        layouts = zip(self.steps, self.step_layouts(self.width()), strict=True)
        return next((step.full_text for step, layout in layouts if layout.top <= y < layout.bottom), "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and the dots and texts of the steps that are visible."""
        tokens = self._theme.tokens
        px = tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layouts = self.step_layouts(self.width())
        x, visible = px(7), event.rect()
        if len(layouts) > 1:
            painter.setPen(QPen(tokens.color("line"), px(2)))
            painter.drawLine(QPointF(x, px(14)), QPointF(x, px(14) + layouts[-1].top))
        for position, (step, layout) in enumerate(zip(self.steps, layouts, strict=True)):
            if layout.bottom >= visible.top() and layout.top <= visible.bottom():
                is_newest = position == 0 and len(layouts) > 1
                self._draw_dot(painter, QPointF(x, layout.top + px(14)), step, is_newest=is_newest)
                self._draw_text(painter, step, layout)

    def _draw_dot(self, painter: QPainter, center: QPointF, step: Step, *, is_newest: bool) -> None:
        tokens = self._theme.tokens
        severity = "accent" if is_newest and step.severity == "good" else step.severity
        painter.setPen(Qt.PenStyle.NoPen)
        if is_newest:
            painter.setBrush(tokens.color(f"{severity}_soft"))
            painter.drawEllipse(center, tokens.px(7), tokens.px(7))
        painter.setBrush(tokens.color("secondary" if severity == "quiet" else severity))
        painter.drawEllipse(center, tokens.px(5), tokens.px(5))

    def _draw_text(self, painter: QPainter, step: Step, layout: StepLayout) -> None:
        tokens = self._theme.tokens
        px = tokens.px
        title_font, where_font = self._fonts()
        line = QRectF(px(LEFT_PX), layout.top + px(TOP_PX), max(0, self.width() - px(LEFT_PX)), px(20))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for texts, font, color, height in (
            (layout.title, title_font, "bad" if step.severity == "bad" else "text", px(TITLE_PX)),
            (layout.where, where_font, "secondary", px(WHERE_PX)),
        ):
            painter.setFont(font)
            painter.setPen(tokens.color(color))
            for part in texts:
                painter.drawText(line, flags, part)
                line.translate(0, height)

    def step_layouts(self, widget_width: int) -> list[StepLayout]:
        """Return the layout of each step in a width in pixels; computed once for a width and a theme."""
        tokens = self._theme.tokens
        key = (widget_width, tokens)
        if self._layout[0] != key:
            px, (title_font, where_font) = tokens.px, self._fonts()
            width, top = max(1, widget_width - px(LEFT_PX)), 0
            layouts: list[StepLayout] = []
            for step in self.steps:
                title = widgets.two_lines(plain(step.title), title_font, width)
                where = _where_lines(step, where_font, width)
                bottom = top + px(TOP_PX) + px(TITLE_PX) * len(title) + px(WHERE_PX) * len(where) + px(GAP_PX)
                layouts.append(StepLayout(top, bottom, title, where))
                top = bottom
            self._layout = key, layouts
        return self._layout[1]

    def _fonts(self) -> tuple[QFont, QFont]:
        tokens = self._theme.tokens
        return typeface(tokens, tokens.text_px, QFont.Weight.DemiBold), typeface(tokens, tokens.secondary_px)


def _where_lines(step: Step, font: QFont, width: int) -> list[str]:
    """Return where and when in one line, or in two where one is too narrow."""
    metrics = QFontMetrics(font)
    line = plain(step.where_and_when)
    if metrics.horizontalAdvance(line) <= width or not (step.where and step.when):
        return widgets.two_lines(line, font, width) if line else []
    elide = Qt.TextElideMode.ElideRight
    return [metrics.elidedText(plain(part), elide, width) for part in (step.where, step.when)]
