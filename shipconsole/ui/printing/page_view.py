"""Shows one page at a time, as it will be printed; it is drawn on another thread."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing import painter, printers
from shipconsole.ui.printing.page import MM, Page


class PageView(QWidget):
    """A sheet of paper with a page on it; Page Up and Page Down show the others. Signal: turned(position)."""

    turned = Signal(int)

    def __init__(self, theme: Theme, tasks: Tasks, name: str, title: str) -> None:
        """Begin without pages; `title` is what a screen reader says before there are some."""
        super().__init__()
        self._theme, self._tasks = theme, tasks
        self._title = title
        self._pages: tuple[Page, ...] = ()
        self._position = 0
        self._image: QImage | None = None
        self._drawn: tuple[int, float] | None = None
        """The position and the resolution that the picture has, or will have."""
        self._gone: list[bool] = []
        """Not empty once the widget was deleted, while a page may still be drawn."""
        self.setObjectName(name)
        self.setAccessibleName(plain(title))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(theme.tokens.px(220), theme.tokens.px(220))
        gone = self._gone
        self.destroyed.connect(lambda: gone.append(True))

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages."""
        return self._pages

    @property
    def position(self) -> int:
        """The position of the page that is shown, counted from 0."""
        return self._position

    @property
    def is_drawn(self) -> bool:
        """Whether the page is on the screen."""
        return self._image is not None

    def set_pages(self, pages: Sequence[Page]) -> None:
        """Show the first of some pages."""
        self._pages = tuple(pages)
        self._image = self._drawn = None
        self._position = 0
        self.turn_to(0)
        self.update()

    def turn_to(self, position: int) -> None:
        """Show another page."""
        if not self._pages:
            self.setAccessibleName(plain(self._title))
            return
        self._position = max(0, min(position, len(self._pages) - 1))
        page = self._pages[self._position]
        self.setAccessibleName(plain(page.label or self._title))
        # A screen reader reads the page's own lines.
        self.setAccessibleDescription(plain("\n".join(page.texts), lines=True))
        self.turned.emit(self._position)
        self._draw()

    def sizeHint(self) -> QSize:
        """Return the size of a page on the screen."""
        px = self._theme.tokens.px
        return QSize(px(480), px(640))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the page for the new size."""
        super().resizeEvent(event)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages."""
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._pages) - 1}
        key = Qt.Key(event.key())
        if key in steps:
            self.turn_to(self._position + steps[key])
        elif key in ends:
            self.turn_to(ends[key])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sheet, with the page once it is there, and a ring while it has the focus."""
        tokens = self._theme.tokens
        canvas = QPainter(self)
        sheet = self._sheet()
        if sheet is None:
            return
        canvas.fillRect(sheet, Qt.GlobalColor.white)
        if self._image is not None:
            canvas.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            canvas.drawImage(sheet, self._image)
        focused = self.hasFocus()
        canvas.setPen(QPen(tokens.color("accent" if focused else "line"), 2 if focused else 1))
        canvas.drawRect(sheet)

    def _sheet(self) -> QRectF | None:
        """Return where the paper lies."""
        if not self._pages:
            return None
        paper = self._pages[self._position].paper
        margin = self._theme.tokens.px(10)
        room = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        factor = min(room.width() / paper.width, room.height() / paper.height)
        width, height = paper.width * factor, paper.height * factor
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    def _draw(self) -> None:
        sheet = self._sheet()
        if sheet is None or sheet.width() < 10:
            return
        page = self._pages[self._position]
        dpi = sheet.width() * self.devicePixelRatioF() / page.paper.width * MM * painter.INCH_MM
        wanted = (self._position, round(dpi, 1))
        if wanted == self._drawn:
            return
        if self._drawn is not None and self._drawn[0] != self._position:
            self._image = None
        self._drawn = wanted
        self._tasks.spawn("draw a page", self._show(page, wanted))

    async def _show(self, page: Page, wanted: tuple[int, float]) -> None:
        image = await printers.in_thread(painter.as_image, page, wanted[1])
        if not self._gone and wanted == self._drawn:
            self._image = image
            self.update()
