"""What is known of the open order's parcels on their way, newest first."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.tracking import Track, TrackEvent
from shipconsole.operations.orders import OrderSheet
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.carrier_names import carrier_name
from shipconsole.ui.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.look import Look
from shipconsole.ui.tracking.links import safe_link


class TrackingPanel(QFrame):
    """A timeline for each parcel."""

    def __init__(self, look: Look) -> None:
        """Begin with no order."""
        super().__init__()
        self.setProperty("look", "card")
        self.setObjectName("tracking_panel")
        self.setAccessibleName(words.TRACKING)
        self._look = look
        self._shown: tuple[Track, ...] | None = None
        self._parcels: list[TrackView] = []
        self._state = looks.pill("", "quiet")
        self._state.hide()
        self._nothing = looks.label(words.NO_PARCELS)
        self._nothing_hint = looks.label(words.NO_PARCELS_HINT, "secondary")
        self._nothing_hint.setWordWrap(True)
        px = look.tokens.px
        top = QHBoxLayout()
        top.addWidget(looks.label(words.TRACKING, "heading"))
        top.addStretch(1)
        top.addWidget(self._state)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._column.setSpacing(px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(12), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._nothing)
        column.addWidget(self._nothing_hint)
        column.addWidget(FittingScrollArea(content, least_px=px(80)))
        column.addStretch(1)

    def show_sheet(self, sheet: OrderSheet | None) -> None:
        """Show an order's parcels, or that there are none."""
        tracks = sheet.tracks if sheet is not None else ()
        if tracks == self._shown:
            return
        self._shown = tracks
        for view in self._parcels:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        # The last parcel is the one that is asked about.
        numbered = list(enumerate(tracks, 1))[::-1]
        self._parcels = [TrackView(self._look, number, track) for number, track in numbered]
        for view in self._parcels:
            self._column.addWidget(view)
        self._nothing.setVisible(not tracks)
        self._nothing_hint.setVisible(not tracks)
        self._state.setVisible(bool(tracks))
        if tracks:
            word, tone = words.TRACK_STATES.get(tracks[-1].status, (tracks[-1].status, "quiet"))
            self._state.setText(looks.plain(word))
            looks.set_tone(self._state, tone)


class TrackView(QWidget):
    """One parcel: its number and carrier, a link to the carrier, and what happened."""

    def __init__(self, look: Look, number: int, track: Track) -> None:
        """Show one track."""
        super().__init__()
        self._track = track
        title = ParcelTitle()
        title.setObjectName("parcel_title")
        brief = f"{carrier_name(track.carrier)} {shortened(track.tracking_number)}".strip()
        title.set_parcel(words.tracked_parcel(number, brief), brief, track.tracking_number)
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_action = QAction(words.COPY_NUMBER, self)
        self.copy_action.triggered.connect(self._on_copy_triggered)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        title.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        copy = CopyButton(look)
        copy.clicked.connect(self._on_copy_triggered)
        self._link = safe_link(carriers.tracking_link(track.carrier, track.tracking_number))
        px = look.tokens.px
        top = QHBoxLayout()
        top.setSpacing(px(2))
        top.addWidget(title, 1)
        top.addWidget(copy)
        if self._link is not None:
            link = looks.button(words.OPEN_LINK, "quiet")
            link.setObjectName("open_link")
            link.setAccessibleName(words.open_at(self._link.host()))
            looks.set_tooltip(link, words.open_at(self._link.host()))
            # The title needs the room more than the link's margins do.
            link.setStyleSheet(f"QPushButton {{ padding: 0 {look.tokens.px(4)}px; font-weight: 400; }}")
            link.clicked.connect(self._on_link_clicked)
            top.addWidget(link)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(Timeline(look, track.events))

    def _on_copy_triggered(self) -> None:
        QGuiApplication.clipboard().setText(self._track.tracking_number)

    def _on_link_clicked(self) -> None:
        if self._link is not None:
            QDesktopServices.openUrl(self._link)


class ParcelTitle(looks.Elided):
    """A parcel's number, shortened; the whole of it is in the tooltip, whether there is room or not."""

    _title = _brief = _number = ""

    def set_parcel(self, title: str, brief: str, number: str) -> None:
        """Show the title, or where there is little room only carrier and number."""
        self._title, self._brief, self._number = title, brief, number
        self._choose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        roomy = self.fontMetrics().horizontalAdvance(self._title) <= self.width()
        self.set_text(self._title if roomy else self._brief)
        self.setAccessibleName(f"{self._title}: {self._number}")
        looks.set_tooltip(self, self._number)


class CopyButton(QToolButton):
    """Two sheets, one behind the other: copies the whole number."""

    def __init__(self, look: Look) -> None:
        """Draw with the tokens of a look."""
        super().__init__()
        self._look = look
        self.setObjectName("copy_number")
        self.setAccessibleName(words.COPY_NUMBER)
        looks.set_tooltip(self, words.COPY_NUMBER)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """A target that is easily hit."""
        side = self._look.tokens.px(self._look.tokens.target_px)
        return QSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it, with a ring where the focus is."""
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(tokens.colour("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.px(8), tokens.px(8))
        painter.setPen(QPen(tokens.colour("secondary"), max(1.2, 1.3 * tokens.scale)))
        painter.setBrush(tokens.colour("card"))
        centre, side = QRectF(self.rect()).center(), tokens.px(8)
        painter.drawRoundedRect(QRectF(centre.x() - side + 2, centre.y() - side + 1, side, side + 2), 2, 2)
        painter.drawRoundedRect(QRectF(centre.x() - 2, centre.y() - 3, side, side + 2), 2, 2)


class Timeline(QWidget):
    """Dots on a line, newest on top, each with what happened, where and when."""

    def __init__(self, look: Look, events: Sequence[TrackEvent]) -> None:
        """Show these events."""
        super().__init__()
        self._look = look
        self._events = tuple(events)
        self._today = date.today()  # noqa: DTZ011 - the day at this bench
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        told = [f"{event.words}, {self._where(event)}" for event in self._events]
        self.setAccessibleName("; ".join(told))
        looks.set_tooltip(self, "\n".join(told))
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A step for each event."""
        return QSize(self._look.tokens.px(160), self._look.tokens.px(50) * len(self._events))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the line, the dots and the words."""
        tokens = self._look.tokens
        px, step = tokens.px, tokens.px(50)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = looks.font(tokens, tokens.text_px, QFont.Weight.DemiBold)
        small = looks.font(tokens, tokens.secondary_px)
        x, radius, left = px(7), px(5), px(26)
        if len(self._events) > 1:
            painter.setPen(QPen(tokens.colour("line"), px(2)))
            painter.drawLine(QPointF(x, px(14)), QPointF(x, px(14) + step * (len(self._events) - 1)))
        for place, happened in enumerate(self._events):
            top = place * step
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("accent" if place == 0 and len(self._events) > 1 else "good"))
            painter.drawEllipse(QPointF(x, top + px(14)), radius, radius)
            width = max(0, self.width() - left)
            for text, face, colour, y in (
                (happened.words, strong, "text", px(4)),
                (self._where(happened), small, "secondary", px(23)),
            ):
                painter.setFont(face)
                painter.setPen(tokens.colour(colour))
                shown = QFontMetrics(face).elidedText(looks.plain(text), Qt.TextElideMode.ElideRight, width)
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(QRectF(left, top + y, width, px(20)), flags, shown)

    def _where(self, event: TrackEvent) -> str:
        return " · ".join(part for part in (event.place, words.when(event.at_ms, self._today)) if part)


def shortened(number: str) -> str:
    """A long number by its two ends: 9400…8357."""
    return number if len(number) <= 12 else f"{number[:4]}…{number[-4:]}"
