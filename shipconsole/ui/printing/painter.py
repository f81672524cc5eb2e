"""Draws pages: on a picture for the screen, in a PDF file, on a printer."""

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QPagedPaintDevice,
    QPageLayout,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from shipconsole import __version__
from shipconsole.domain import code128
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.ui.printing.page import (
    MM,
    MODULE,
    Align,
    BarsItem,
    BoxItem,
    IconItem,
    Item,
    LineItem,
    Page,
    PictureItem,
    TextItem,
    font,
    line_height,
    page_size,
)

INCH_MM = 25.4
PDF_DPI = round(MM * INCH_MM)
"""One unit of a page is one dot."""
FINE_DOTS = 2.0
"""A device with at least so many dots to the narrowest bar gets bars of whole dots: 150 dpi and more."""
PICTURE_SIDE_MAX = 2_000
_ALIGNMENTS = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight,
    Align.CENTER: Qt.AlignmentFlag.AlignHCenter,
}


def as_image(page: Page, dpi: float) -> QImage:
    """Return a page as a picture, black on white."""
    scale = dpi / INCH_MM / MM
    image = QImage(
        QSize(math.ceil(page.paper.width * scale), math.ceil(page.paper.height * scale)), QImage.Format.Format_RGB32
    )
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    try:
        draw(painter, page, scale)
    finally:
        painter.end()
    return image


def as_pdf(pages: Sequence[Page], title: str) -> bytes:
    """Return pages as a PDF file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator(f"Shipconsole {__version__}")
    writer.setResolution(PDF_DPI)
    paint_on(writer, pages, 1.0)
    buffer.close()
    return bytes(content.data())


def save_pdf(pages: Sequence[Page], title: str, file: Path) -> None:
    """Write pages as a PDF file, whole or not at all; raise `EnvironmentFailure` where it can't be written."""
    content = as_pdf(pages, title)
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise EnvironmentFailure(Message("file.not_written", path=str(file), reason=reason)) from error


def paint_on(device: QPagedPaintDevice, pages: Sequence[Page], scale: float | None = None) -> None:
    """Draw pages on a device of pages; `scale` is dots a unit, by default the device's.

    Raises `EnvironmentFailure` where the device can't be used.
    """
    painter: QPainter | None = None
    try:
        for number, page in enumerate(pages):
            device.setPageSize(page_size(page.paper))
            device.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
            if painter is None:
                painter = QPainter()
                if not painter.begin(device):
                    raise EnvironmentFailure(Message("printing.not_started"))
            elif number:
                device.newPage()
            draw(painter, page, scale or painter.device().logicalDpiX() / INCH_MM / MM)
    finally:
        if painter is not None:
            painter.end()


def paint_picture(device: QPagedPaintDevice, image: QImage) -> None:
    """Draw a picture on one page, turned to the page's direction and as large as fits.

    Raises `EnvironmentFailure` where the device can't be used.
    """
    wide = image.width() > image.height()
    device.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)
    painter = QPainter()
    if not painter.begin(device):
        raise EnvironmentFailure(Message("printing.not_started"))
    try:
        room = painter.viewport()
        size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        # No smoothing: the bars of a label stay as sharp as they came.
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
    finally:
        painter.end()


def draw(painter: QPainter, page: Page, scale: float) -> None:
    """Draw a page; `scale` is the device's dots a unit, to which bars are aligned."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.save()
    painter.scale(scale, scale)
    for item in page.items:
        if isinstance(item, BarsItem):
            painter.restore()
            _bars(painter, item, scale)
            painter.save()
            painter.scale(scale, scale)
        else:
            _draw(painter, item)
    painter.restore()


def _draw(painter: QPainter, item: Item) -> None:
    match item:
        case TextItem():
            _text(painter, item)
        case LineItem():
            painter.setPen(_pen(item.width, item.color, dashed=item.dashed))
            painter.drawLine(QPointF(item.x1, item.y1), QPointF(item.x2, item.y2))
        case BoxItem():
            _box(painter, item)
        case PictureItem():
            _picture(painter, item)
        case IconItem():
            _icon(painter, item)
        case _:
            pass


def _text(painter: QPainter, item: TextItem) -> None:
    if not item.text:
        return
    layout = QTextLayout(item.text, font(item.style))
    option = QTextOption(_ALIGNMENTS[item.align] | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    direction = Qt.LayoutDirection.RightToLeft if item.right_to_left else Qt.LayoutDirection.LeftToRight
    option.setTextDirection(direction)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(item.width)
    layout.endLayout()
    painter.setPen(QColor(item.style.color))
    # A line is as high as its tallest typeface, which may be another for Thai; the baseline stays where it is.
    baseline = item.y + line_height(item.style) * 0.76
    layout.draw(painter, QPointF(item.x, baseline - line.ascent()))


def _pen(width: float, color: str, *, dashed: bool) -> QPen:
    pen = QPen(QColor(color), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([6, 5])
    return pen


def _box(painter: QPainter, item: BoxItem) -> None:
    painter.setPen(_pen(item.border, item.color, dashed=item.dashed) if item.border else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(item.fill) if item.fill else Qt.BrushStyle.NoBrush)
    box = QRectF(item.x, item.y, item.width, item.height)
    if item.radius:
        painter.drawRoundedRect(box, item.radius, item.radius)
    else:
        painter.drawRect(box)


def _bars(painter: QPainter, item: BarsItem, scale: float) -> None:
    """Draw the bars in whole dots, none narrower than allowed, so that no driver makes one of them narrower.

    A screen has too few dots for that: there they are as wide as they will be on paper.
    """
    widths = code128.modules(item.code)
    modules = sum(widths) + 2 * code128.QUIET_MODULES
    wanted = max(MODULE, min(item.width / modules, item.widest)) * scale
    is_fine = MODULE * scale >= FINE_DOTS
    module = max(math.ceil(MODULE * scale - 1e-6), math.floor(wanted)) if is_fine else wanted
    top, bottom = round(item.y * scale), round((item.y + item.height) * scale)
    at = round((item.x + item.width / 2) * scale - module * sum(widths) / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_fine)
    for position, width in enumerate(widths):
        if position % 2 == 0:
            painter.fillRect(QRectF(at, top, width * module, bottom - top), Qt.GlobalColor.black)
        at += width * module
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _picture(painter: QPainter, item: PictureItem) -> None:
    image = picture(item.file)
    if image is None:
        return
    size = image.size().scaled(QSize(round(item.width), round(item.height)), Qt.AspectRatioMode.KeepAspectRatio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(item.x, item.y, size.width(), size.height()), image)


def picture(file: str) -> QImage | None:
    """Return the picture in a file, no larger than a page needs it; None where there is none."""
    reader = QImageReader(file)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return None
    is_drawing = bytes(reader.format().data()) == b"svg"
    if is_drawing or max(size.width(), size.height()) > PICTURE_SIDE_MAX:
        most = QSize(PICTURE_SIDE_MAX, PICTURE_SIDE_MAX)
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _icon(painter: QPainter, item: IconItem) -> None:
    painter.save()
    painter.translate(item.x, item.y)
    painter.scale(item.size / 24, item.size / 24)
    pen = QPen(QColor(item.color), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path_of(item.path))
    painter.restore()


def path_of(text: str) -> QPainterPath:
    """Return a path of M, L, H, V and Z commands, absolute or relative, one letter before each pair or number."""
    path = QPainterPath()
    at = QPointF(0, 0)
    words = text.split()
    position = 0
    while position < len(words):
        command = words[position]
        count = {"Z": 0, "H": 1, "V": 1}.get(command.upper(), 2)
        values = [float(word) for word in words[position + 1 : position + 1 + count]]
        position += 1 + count
        x0, y0 = (at.x(), at.y()) if command.islower() else (0.0, 0.0)
        match command.upper():
            case "Z":
                path.closeSubpath()
                continue
            case "H":
                at = QPointF(x0 + values[0], at.y())
            case "V":
                at = QPointF(at.x(), y0 + values[0])
            case _:
                at = QPointF(x0 + values[0], y0 + values[1])
        if command.upper() == "M":
            path.moveTo(at)
        else:
            path.lineTo(at)
    return path
