"""Loads the pictures of the items that are on the screen."""

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from shipconsole.operations.context import Context
from shipconsole.operations.orders import pictures
from shipconsole.ui.kit.tasks import Tasks

SIDE_MAX_PX = 256
FORMATS = (b"png", b"jpeg", b"webp", b"gif")
"""Other formats, such as drawings in SVG, may name files of this computer or never end."""
_MEMORY_MB = 64
_KEPT_MOST = 300


class PictureLoader(QObject):
    """Loads each picture once. Signal: loaded() after each."""

    loaded = Signal()

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks) -> None:
        """Begin without pictures."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._requested: set[str] = set()
        self.pixmaps: dict[str, QPixmap] = {}
        """Pictures by their address, as far as they have been loaded."""

    def request(self, address: str) -> None:
        """Load a picture, unless that was tried before."""
        if address not in self._requested:
            self._requested.add(address)
            self._tasks.spawn("load a picture", self._load(address))

    async def _load(self, address: str) -> None:
        image = await pictures.picture(self._ctx, address, decoded)
        if image is None or image.isNull():
            return
        while len(self.pixmaps) >= _KEPT_MOST:
            self._requested.discard(oldest := next(iter(self.pixmaps)))
            del self.pixmaps[oldest]
        self.pixmaps[address] = QPixmap.fromImage(image)
        self.loaded.emit()


def decoded(content: bytes) -> QImage:
    """Return a picture at the size at which it is shown; a null image where it is none. For any thread."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer)
    reader.setAllocationLimit(_MEMORY_MB)
    if bytes(reader.format().data()) not in FORMATS:
        return QImage()
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > SIDE_MAX_PX:
        reader.setScaledSize(size.scaled(QSize(SIDE_MAX_PX, SIDE_MAX_PX), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
