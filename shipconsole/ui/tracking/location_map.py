"""A small map of where a package was, drawn without a map service."""

from collections.abc import Sequence
from functools import cache
from math import cos, radians
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import Theme

HEIGHT_PX = 118
LEAST_SPAN_DEG = 34.0
MARGIN = 1.5
NORTH_DEG, SOUTH_DEG = 84.0, -60.0


class Location(NamedTuple):
    """Where a package was, in degrees, and the name of the location."""

    latitude: float
    longitude: float
    name: str = ""


class LocationMap(QWidget):
    """The coasts around, the locations joined by a line, and a larger dot for the last one."""

    def __init__(self, theme: Theme, locations: Sequence[Location]) -> None:
        """Show locations, the newest first."""
        super().__init__()
        self._theme = theme
        self._locations = _unrolled(locations)
        self.setObjectName("location_map")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(plain(map_label(locations[0].name if locations else "", len(locations))))
        widgets.set_tooltip(self, "\n".join(location.name for location in locations if location.name))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return a strip of a fixed height."""
        px = self._theme.tokens.px
        return QSize(px(160), px(HEIGHT_PX))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the coasts, the line and the dots."""
        if not self._locations:
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
        to_screen = screen_transform(self._locations, frame)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("track"))
        # Drawn again at either side, for routes that cross 180 degrees.
        for turn in (-360.0, 0.0, 360.0):
            painter.drawPath((QTransform.fromTranslate(turn, 0) * to_screen).map(_coasts()))
        points = [to_screen.map(QPointF(location.longitude, -location.latitude)) for location in self._locations]
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

    @property
    def locations(self) -> tuple[Location, ...]:
        """The locations as they are drawn: longitudes continue beyond 180 degrees where the route crosses that."""
        return self._locations


def screen_transform(locations: Sequence[Location], frame: QRectF) -> QTransform:
    """Return the way from degrees, south down, to pixels of a frame that shows all locations and some coast."""
    longitudes = [location.longitude for location in locations]
    latitudes = [location.latitude for location in locations]
    middle_x = (min(longitudes) + max(longitudes)) / 2
    middle_y = (min(latitudes) + max(latitudes)) / 2
    # A degree of longitude is shorter farther from the equator.
    narrowing = max(0.35, cos(radians(middle_y)))
    width = (max(longitudes) - min(longitudes)) * narrowing * MARGIN
    height = (max(latitudes) - min(latitudes)) * MARGIN
    aspect = frame.width() / max(1.0, frame.height())
    height = min(NORTH_DEG - SOUTH_DEG, max(LEAST_SPAN_DEG, height, width / aspect))
    scale = frame.height() / height
    middle_y = min(max(middle_y, SOUTH_DEG + height / 2), NORTH_DEG - height / 2)
    transform = QTransform()
    transform.translate(frame.center().x(), frame.center().y())
    transform.scale(scale * narrowing, scale)
    transform.translate(-middle_x, middle_y)
    return transform


def map_label(name: str, count: int) -> str:
    """Return the label of a map for screen readers: its last location and the number of locations."""
    newest = text("track_panel.last_seen_at", location=name) if name else text("track_panel.last_seen")
    return f"{newest} · {text('track_panel.places', count=count)}" if count > 1 else newest


@cache
def _coasts() -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for line in _OUTLINES.replace("\n    ", " ").strip().splitlines():
        points = [_point(pair) for pair in line.partition(": ")[2].split(", ")]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    return path


def _point(pair: str) -> QPointF:
    longitude, latitude = pair.split()
    return QPointF(float(longitude), -float(latitude))


def _unrolled(locations: Sequence[Location]) -> tuple[Location, ...]:
    """Return the locations with longitudes that continue beyond 180 degrees where that is the shorter way."""
    unrolled: list[Location] = []
    for location in locations:
        longitude = location.longitude
        if unrolled:
            longitude -= 360.0 * round((longitude - unrolled[-1].longitude) / 360.0)
        unrolled.append(location._replace(longitude=longitude))
    return tuple(unrolled)


_OUTLINES = """
North America: -168 66, -162 70, -156 71, -141 70, -128 70, -115 68, -108 68, -96 68, -94 72, -88 69, -82 69, -86
    66, -94 61, -94 58, -88 57, -82 55, -82 52, -79 51, -79 55, -77 58, -78 62, -73 62, -70 59, -65 59, -61 56, -56
    52, -60 50, -66 50, -65 48, -61 46, -66 44, -70 43, -70 42, -74 40, -76 37, -76 35, -81 31, -80 26, -82 28, -84
    30, -89 30, -94 29, -97 28, -97 22, -94 18, -90 21, -87 21, -88 16, -83 15, -83 10, -79 9, -77 8, -80 7, -86 11,
    -92 14, -96 16, -105 20, -106 23, -112 29, -114 31, -110 24, -113 27, -117 33, -121 35, -124 40, -124 47, -128
    51, -133 56, -140 60, -149 60, -154 58, -162 55, -158 58, -165 61, -161 65
Greenland: -73 78, -60 82, -32 83, -20 80, -20 74, -24 70, -40 65, -44 60, -50 62, -53 67, -54 71, -60 76
Baffin Island: -80 73, -70 70, -62 66, -66 62, -74 65, -73 68, -85 70, -90 73
Victoria Island: -117 73, -106 73, -102 69, -114 69
Ellesmere Island: -90 77, -80 76, -75 79, -62 82, -75 83, -92 81
Newfoundland: -59 48, -56 51.5, -53 48, -55 47
Vancouver Island: -128 50.5, -125 50, -123.5 48.5, -126 49
Hawaii: -156 20, -155 19.5, -156 19
Cuba: -85 22, -81 23, -74 20, -78 20
Hispaniola: -74 18.5, -72 20, -68.5 18.5, -71 18
South America: -77 8, -72 12, -62 10.5, -52 5, -50 0, -44 -3, -35 -6, -35 -9, -39 -13, -39 -18, -41 -22, -48 -26,
    -48 -28, -53 -34, -57 -35, -57 -38, -62 -39, -65 -41, -65 -45, -68 -50, -68 -53, -72 -54, -75 -50, -73 -42, -73
    -37, -71 -30, -70 -18, -76 -14, -81 -6, -80 -2, -77 3
Africa: -6 36, 3 37, 10 37, 11 34, 20 31, 22 33, 32 31, 34 27, 37 21, 39 15, 43 12, 51 12, 48 5, 42 -2, 39 -6, 41
    -15, 35 -20, 35 -24, 32 -28, 28 -33, 20 -35, 18 -33, 15 -27, 12 -18, 14 -11, 9 -1, 9 4, 4 6, -8 4, -13 8, -17
    13, -17 21, -13 28, -9 32
Madagascar: 49 -12, 50 -16, 47 -25, 44 -25, 44 -17
Europe and Asia: -9 43, -9 37, -6 36.5, -2 37, 0 39, 3 42, 7 43.5, 10 44, 12 42, 16 39, 16 38, 18 40, 13 44, 14
    45.5, 19 42, 20 39.5, 22 37, 24 38, 23 40.5, 27 41, 27 37, 31 36.5, 36 36.5, 35 32, 34 28, 39 21, 43 13, 52 16,
    60 22, 56 25, 51 24, 48 30, 51 28, 57 26, 66 25, 70 21, 73 18, 77 8, 80 13, 82 17, 88 22, 92 22, 94 16, 98 16,
    98 9, 103 1.5, 103 5, 100 8, 100 13, 105 9, 109 12, 106 19, 108 22, 114 22, 120 26, 122 31, 119 36, 122 37, 118
    39, 121 41, 125 40, 126 35, 129 35, 128 39, 132 43, 140 49, 141 53, 136 55, 143 59, 155 59, 163 62, 156 57, 157
    51, 162 56, 170 60, 178 63, 180 65, 180 69, 170 70, 160 70, 140 73, 128 72, 113 74, 104 78, 87 75, 80 73, 72 73,
    67 69, 60 69, 54 68, 44 68, 42 66, 35 64, 34 66.5, 41 67, 32 69.5, 25 71, 18 69.5, 12 65, 5 62, 5 59, 8 58, 11
    59, 13 55.5, 16 56, 18 60, 17 62, 22 65.5, 25 65, 21 62, 23 60, 30 60, 24 59.3, 24 57, 21 57, 20 54.5, 14 54, 11
    54, 10.5 57.5, 8 57, 8.5 54, 5 53, 3 51, -2 49.5, -5 48.3, -1 46, -2 43.5
Novaya Zemlya: 52 71, 56 74, 68 77, 60 75, 57 71
Iceland: -24 65, -22 66.3, -16 66.3, -14 65, -19 63.4
Great Britain: -5 58.5, -2 57.5, 0 53.5, 1.7 52.5, 1 51, -5.5 50, -3 51.5, -5 52, -3 54, -6 56.5
Ireland: -8 55.2, -5.7 54.5, -6.3 52.2, -10 51.7, -10 54
Svalbard: 11 79.5, 20 80.3, 25 80, 17 77
Sicily: 12.5 38, 15.5 38.2, 15 36.7
Sardinia: 8.3 41, 9.7 41, 9.5 39.2, 8.5 39
Cyprus: 32.3 35, 34.4 35.6, 33 34.6
Sri Lanka: 80 9.6, 81.8 7.5, 80.5 6, 79.8 8
Sakhalin: 142 54, 144 49, 142.5 46.2, 142 50
Hokkaido: 141 45.3, 145 43.5, 141 42, 140 43
Honshu and Kyushu: 141 41.3, 142 39.5, 140.7 35.7, 136 33.6, 131.5 31.3, 130 33, 133 35.5, 137 37, 139.7 39
Taiwan: 121.5 25.2, 120.8 22, 120.1 23.5
Hainan: 109 20, 111 20, 109.5 18.3
Luzon: 120.5 18.5, 122.2 18.4, 121.7 15, 124 12.7, 120.2 14.5
Mindanao: 122 7, 125.5 9.7, 126.4 7, 125.3 5.7
Sumatra: 95.3 5.5, 100 2.5, 106 -3, 105.7 -5.8, 102 -4, 98 1.5
Java: 105.3 -6.8, 111 -6.5, 114.4 -8, 110 -8, 106.5 -7.4
Borneo: 109 1.5, 113 3.2, 117 7, 119 5, 117.5 0.8, 116 -4, 111 -3.2, 109.2 0
Sulawesi: 119 0.5, 125 1.5, 120.5 0.3, 123 -1, 121 -2.5, 122.5 -5, 120.3 -5.5, 119 -3.5
New Guinea: 131 -1, 137 -1.7, 145 -4.5, 148 -8, 150.5 -10.5, 143 -8.7, 138 -8.2, 133 -4
Australia: 114 -22, 122 -18, 126 -14, 131 -12, 136 -12, 136 -15, 140 -17.5, 142 -11, 145 -15, 147 -19, 153 -25, 153
    -30, 150 -37, 144 -38.5, 140 -37.5, 138 -33.5, 136 -35, 131 -31.5, 124 -33.5, 118 -35, 115 -34, 116 -30
Tasmania: 144.7 -40.8, 148.2 -41, 147 -43.5, 145.5 -42.8
North Island: 173 -34.5, 175.5 -37, 178.3 -37.8, 177 -39.5, 175 -41.5, 173.8 -39.3, 174.7 -37.5
South Island: 172.7 -40.6, 174.2 -41.7, 171 -44.5, 169 -46.6, 166.5 -46, 170 -43.2
New Caledonia: 164 -20.2, 167 -22.3, 165 -21.5
"""
"""The coasts as longitude and latitude in degrees, drawn by hand to about two degrees."""
