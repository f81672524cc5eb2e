"""Reads back what Qt wrote into a PDF file: the texts of each page, and its black bars as a picture for a decoder.

It knows the few operators that Qt writes for texts and rectangles, and nothing else.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import zxingcpp
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

PT_MM = 25.4 / 72
UNIT_MM = 0.01
"""Qt writes rectangles in hundredths of a millimeter: a page's own unit."""
_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TOKEN = re.compile(
    rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj|(ET)\n|([\d.]+ [\d.]+ [\d.]+) scn|(-?[\d.]+ -?[\d.]+ -?[\d.]+ -?[\d.]+) re"
)
_BLACK = b"0 0 0"


class Bar(NamedTuple):
    """A black rectangle, in millimeters."""

    x: float
    y: float
    width: float
    height: float


class PdfPage(NamedTuple):
    """One page: its size in millimeters, its lines of text as they were written, and its black bars."""

    width: float
    height: float
    texts: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self.texts)

    def as_image(self, dpi: float = 300) -> QImage:
        """Return the bars as a picture."""
        scale = dpi / 25.4
        image = QImage(round(self.width * scale), round(self.height * scale), QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        for bar in self.bars:
            box = QRectF(bar.x * scale, bar.y * scale, bar.width * scale, bar.height * scale)
            painter.fillRect(box, Qt.GlobalColor.black)
        painter.end()
        return image

    def codes(self) -> list[str]:
        """Return what a decoder reads, from top to bottom and from left to right."""
        return codes_in(self.as_image())


def codes_in(image: QImage) -> list[str]:
    """Return what a decoder reads in a picture, from top to bottom and from left to right."""
    # The binding takes one format as well.
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.Code128)  # pyright: ignore[reportArgumentType]
    found.sort(key=lambda code: (code.position.top_left.y // 20, code.position.top_left.x))
    return [code.text for code in found]


def read(content: bytes) -> list[PdfPage]:
    """Return the pages of a file."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    return [_page(objects, body) for _, body in sorted(objects.items()) if re.search(rb"/Type /Page\b", body)]


def _page(objects: dict[int, bytes], body: bytes) -> PdfPage:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", body)
    assert box
    fonts = _fonts(objects, objects[_reference(body, b"Resources")])
    texts: list[str] = []
    bars: list[Bar] = []
    font: dict[str, str] = {}
    written, color = "", b""
    for name, glyphs, end, paint, rectangle in _TOKEN.findall(_inflated(objects[_reference(body, b"Contents")])):
        if name:
            font = fonts[name.decode()]
        elif glyphs:
            text = glyphs.decode()
            written += "".join(font.get(text[at : at + 4], "\ufffd") for at in range(0, len(text), 4))
        elif end:
            texts.append(written)
            written = ""
        elif paint:
            color = paint
        elif color == _BLACK:
            x, y, width, height = (float(value) * UNIT_MM for value in rectangle.split())
            bars.append(Bar(x, y, width, height))
    return PdfPage(float(box[1]) * PT_MM, float(box[2]) * PT_MM, tuple(texts), tuple(bars))


def _fonts(objects: dict[int, bytes], resources: bytes) -> dict[str, dict[str, str]]:
    return {name: dict(_characters(objects, number)) for name, number in _named(resources)}


def _named(resources: bytes) -> Iterator[tuple[str, int]]:
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", resources):
        yield name.decode(), int(number)


def _characters(objects: dict[int, bytes], font: int) -> Iterator[tuple[str, str]]:
    """Yield each glyph of a font with the text that it stands for."""
    table = _inflated(objects[_reference(objects[font], b"ToUnicode")]).decode()
    lists = r"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> \[([^\]]*)\]"
    for first, last, texts in re.findall(lists, table):
        for offset, text in enumerate(re.findall(r"<([0-9A-Fa-f]+)>", texts)):
            assert int(first, 16) + offset <= int(last, 16)
            yield f"{int(first, 16) + offset:04X}", _text(text)
    for first, last, text in re.findall(
        r"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>", re.sub(lists, "", table)
    ):
        for offset in range(int(last, 16) - int(first, 16) + 1):
            yield f"{int(first, 16) + offset:04X}", _text(f"{int(text, 16) + offset:0{len(text)}x}")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(r"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>", block):
            yield glyph.upper(), _text(text)


def _text(digits: str) -> str:
    """Return the text of hexadecimal digits. Qt writes a space as a tab where both have the same glyph."""
    return bytes.fromhex(digits.zfill(4)).decode("utf-16-be").replace("\t", " ")


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, (name, body[:200])
    return int(found[1])


def _inflated(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    try:
        return zlib.decompress(found[1])
    except zlib.error:
        return found[1]
