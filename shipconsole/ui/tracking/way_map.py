"""A small picture of where a package was, drawn here: no map service hears of it."""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, radians
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.land import outlines

HEIGHT_PX = 118
LEAST_SPAN_DEG = 34.0
MARGIN = 1.5
NORTH_DEG, SOUTH_DEG = 84.0, -60.0


class Place(NamedTuple):
    """Where a package was, in degrees, and what the place is called."""

    latitude: float
    longitude: float
    name: str = ""


class WayMap(QWidget):
    """The land around, the places joined by a line, the last one a dot that stands out."""

    def __init__(self, theme: Theme, places: Sequence[Place]) -> None:
        """Show the places, the newest first."""
        super().__init__()
        self._theme = theme
        self._places = _unrolled(places)
        self.setObjectName("way_map")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(kit.plain(whereabouts(places[0].name if places else "", len(places))))
        kit.set_tooltip(self, "\n".join(one.name for one in places if one.name))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A strip."""
        px = self._theme.tokens.px
        return QSize(px(160), px(HEIGHT_PX))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw land, way and dots."""
        if not self._places:
            return
        tokens = self._theme.tokens
        px = tokens.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground = QPainterPath()
        ground.addRoundedRect(frame, px(8), px(8))
        painter.fillPath(ground, tokens.color("window"))
        painter.setClipPath(ground)
        to_screen = self._to_screen(frame)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("track"))
        # Once more at either side, for ways that cross the edge of the world.
        for turn in (-360.0, 0.0, 360.0):
            painter.drawPath((QTransform.fromTranslate(turn, 0) * to_screen).map(_land()))
        points = [to_screen.map(QPointF(one.longitude, -one.latitude)) for one in self._places]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("accent"), px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(tokens.color("accent"), px(1.5)))
        painter.setBrush(tokens.color("card"))
        for point in reversed(points[1:]):
            painter.drawEllipse(point, px(3), px(3))
        halo = tokens.color("accent")
        halo.setAlphaF(0.22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(points[0], px(10), px(10))
        painter.setPen(QPen(tokens.color("card"), px(2)))
        painter.setBrush(tokens.color("accent"))
        painter.drawEllipse(points[0], px(6), px(6))
        painter.setClipping(False)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(ground)

    def _to_screen(self, frame: QRectF) -> QTransform:
        """From degrees, south being down, to pixels: all places in sight, and enough land to know them by."""
        longitudes = [one.longitude for one in self._places]
        latitudes = [one.latitude for one in self._places]
        middle_x = (min(longitudes) + max(longitudes)) / 2
        middle_y = (min(latitudes) + max(latitudes)) / 2
        # A degree of longitude is shorter the farther it is from the equator.
        narrow = max(0.35, cos(radians(middle_y)))
        wide = (max(longitudes) - min(longitudes)) * narrow * MARGIN
        high = (max(latitudes) - min(latitudes)) * MARGIN
        shape = frame.width() / max(1.0, frame.height())
        high = min(NORTH_DEG - SOUTH_DEG, max(LEAST_SPAN_DEG, high, wide / shape))
        scale = frame.height() / high
        middle_y = min(max(middle_y, SOUTH_DEG + high / 2), NORTH_DEG - high / 2)
        made = QTransform()
        made.translate(frame.center().x(), frame.center().y())
        made.scale(scale * narrow, scale)
        made.translate(-middle_x, middle_y)
        return made


def whereabouts(place: str, count: int) -> str:
    """Return what the picture of the way shows."""
    newest = text("track_panel.last_seen_at", place=place) if place else text("track_panel.last_seen")
    return f"{newest} · {text('track_panel.places', count=count)}" if count > 1 else newest


@lru_cache(maxsize=1)
def _land() -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for outline in outlines():
        path.addPolygon(QPolygonF([QPointF(longitude, -latitude) for longitude, latitude in outline]))
        path.closeSubpath()
    return path


def _unrolled(places: Sequence[Place]) -> tuple[Place, ...]:
    """The places with longitudes that go on beyond 180 degrees where the way crosses it: the short way round."""
    made: list[Place] = []
    for one in places:
        longitude = one.longitude
        if made:
            longitude -= 360.0 * round((longitude - made[-1].longitude) / 360.0)
        made.append(one._replace(longitude=longitude))
    return tuple(made)
