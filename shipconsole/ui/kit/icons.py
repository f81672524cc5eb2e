"""Line icons on a grid of 24, painted in any color and size."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

GRID = 24
WIDTH = 2.0
_PATHS = {
    "bell": "M6 16V10.5Q6 4.5 12 4.5Q18 4.5 18 10.5V16L20 18.5H4Z M10 21H14",
    "box": "M12 2.5L20.5 7.2V16.8L12 21.5L3.5 16.8V7.2Z M3.5 7.2L12 12L20.5 7.2 M12 12V21.5",
    "bulb": "M12 3Q17.5 3 17.5 8.5Q17.5 12 14.5 14.5V17H9.5V14.5Q6.5 12 6.5 8.5Q6.5 3 12 3Z M10 20.5H14",
    "chevron": "M6 9L12 15L18 9",
    "clock": "O12 12 9.2 M12 7V12L15.5 14",
    "cross": "M6 6L18 18 M18 6L6 18",
    "exclamation": "M12 4V14 M12 19.5H12.01",
    "full_screen": "M4 9V4H9 M15 4H20V9 M20 15V20H15 M9 20H4V15",
    "keyboard": "M2.5 6H21.5V18H2.5Z M6.5 10H7 M10.2 10H10.7 M13.8 10H14.3 M17.2 10H17.7 M8 14.2H16",
    "list": "M9 6H21 M9 12H21 M9 18H21 M4 6H4.01 M4 12H4.01 M4 18H4.01",
    "lock": "M5 11H19V21H5Z M8 11V7.5Q8 3 12 3Q16 3 16 7.5V11",
    "menu": "M3 6H21 M3 12H21 M3 18H21",
    "minus": "M5 12H19",
    "no_signal": "M2 9Q5 6.4 8.4 5.3 M12.5 4.7Q17.8 5 22 9 M5.6 13Q7 11.7 9 11 M14.6 11Q17 11.7 18.4 13 "
    "M9.2 16.6Q12 14.6 14.8 16.6 M12 20H12.01 M3 3L21 21",
    "note": "M5 3.5H19V14L14 19.5H5Z M19 14H14V19.5",
    "octagon": "M8 2H16L22 8V16L16 22H8L2 16V8Z",
    "pin": "M12 21Q5 14 5 9.5Q5 3 12 3Q19 3 19 9.5Q19 14 12 21Z O12 9.5 2.4",
    "plug": "M9 2V7 M15 2V7 M6 7H18V11Q18 16 12 16Q6 16 6 11Z M12 16V22",
    "plus": "M5 12H19 M12 5V19",
    "printer": "M7 8.5V3H17V8.5 M7 17.5H3.5V8.5H20.5V17.5H17 M7 14H17V21H7Z",
    "question": "M7.5 8.2Q7.8 4 12 4Q16.5 4 16.5 8.2Q16.5 10.6 14 11.8Q12 12.8 12 15 M12 19.8H12.01",
    "refresh": "M20 5V10H15 M4 19V14H9 M5.2 9Q7.4 4.8 12 4.8Q16.2 4.8 19.4 9.6 "
    "M18.8 15Q16.6 19.2 12 19.2Q7.8 19.2 4.6 14.4",
    "scan": "M3 8V6Q3 3 6 3H8 M16 3H18Q21 3 21 6V8 M21 16V18Q21 21 18 21H16 M8 21H6Q3 21 3 18V16 "
    "M7.5 8.5V15.5 M10.5 8.5V15.5 M13.5 8.5V15.5 M16.5 8.5V15.5",
    "search": "O10.5 10.5 6.8 M15.5 15.5L21 21",
    "tag": "M3.5 3.5H11.5L21 13L13 21L3.5 11.5Z O8 8 1",
    "tick": "M4 12.5L9.5 18L20 6.5",
    "triangle": "M12 2.8L22.4 20.8H1.6Z",
    "truck": "M4.4 17.5H1.8V5.5H14V17.5H9.2 M14 9H18.4L22.2 12.8V17.5H20 M15.2 17.5H14 O6.8 17.8 2.2 O17.6 17.8 2.2",
    "warning": "M12 3L22 20.5H2Z M12 9.5V14.2 M12 17.3H12.01",
}


def draw(painter: QPainter, name: str, rect: QRectF, color: QColor, width: float = WIDTH) -> None:
    """Draw an icon to fill a square; `width` is that of its lines on the grid."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / GRID, rect.height() / GRID)
    painter.setPen(pen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_path(name))
    painter.restore()


def pen(color: QColor, width: float) -> QPen:
    """Return a pen for lines with round ends."""
    # Given a color, Qt's own initializer looks for gradients, whose classes PySide has to make first.
    made = QPen()
    made.setColor(color)
    made.setWidthF(width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return made


@cache
def _path(name: str) -> QPainterPath:
    """Return an icon's lines: the commands of SVG paths M, L, H, V, Q and Z, and O for a circle."""
    path = QPainterPath()
    for command, numbers in _commands(_PATHS[name]):
        at = path.currentPosition()
        match command:
            case "M":
                path.moveTo(*numbers)
            case "L":
                path.lineTo(*numbers)
            case "H":
                path.lineTo(numbers[0], at.y())
            case "V":
                path.lineTo(at.x(), numbers[0])
            case "Q":
                path.quadTo(*numbers)
            case "O":
                path.addEllipse(QPointF(numbers[0], numbers[1]), numbers[2], numbers[2])
            case _:
                path.closeSubpath()
    return path


def _commands(data: str) -> list[tuple[str, tuple[float, ...]]]:
    found: list[tuple[str, list[str]]] = []
    for character in data:
        if character.isalpha():
            found.append((character, [""]))
        else:
            found[-1][1][0] += character
    return [(command, tuple(map(float, numbers[0].split()))) for command, numbers in found]
