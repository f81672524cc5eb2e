"""Draw the program's icon in all sizes and formats, from the SVG file in `resources/icons`."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

PICTURE = Path(__file__).resolve().parents[1] / "resources" / "icons" / "shipconsole.svg"
SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_ICO_SIZES_PX = (16, 24, 32, 48, 64, 128, 256)
# Apple's names for PNG pictures by size, from its header `IconServices`.
_ICNS_NAMES = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}


def png(size_px: int, picture: Path = PICTURE) -> bytes:
    """Return the icon as a square PNG."""
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(picture)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType] - PySide's stubs want bytes there
    return bytes(data.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Combine PNG pictures, keyed by size, into one Windows icon."""
    start = 6 + 16 * len(pictures)
    entries, body = b"", b""
    for size_px, picture in sorted(pictures.items()):
        side = size_px % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), start + len(body))
        body += picture
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + body


def icns(pictures: dict[int, bytes]) -> bytes:
    """Combine PNG pictures, keyed by size, into one macOS icon."""
    parts = [
        _ICNS_NAMES[size_px] + struct.pack(">I", 8 + len(picture)) + picture
        for size_px, picture in sorted(pictures.items())
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def write_all(folder: Path) -> None:
    """Write `NxN.png` of each size, `shipconsole.ico` and `shipconsole.icns`."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {size_px: png(size_px) for size_px in SIZES_PX}
    for size_px, picture in pictures.items():
        (folder / f"{size_px}x{size_px}.png").write_bytes(picture)
    (folder / "shipconsole.ico").write_bytes(ico({size_px: pictures[size_px] for size_px in _ICO_SIZES_PX}))
    (folder / "shipconsole.icns").write_bytes(icns({size_px: pictures[size_px] for size_px in _ICNS_NAMES}))
