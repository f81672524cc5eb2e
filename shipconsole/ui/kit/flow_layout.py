"""A row that goes on in the next line where there is no more room."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget, QWidgetItem

from shipconsole.ui.kit.layout_items import parts_of


class FlowLayout(QHBoxLayout):
    """Places widgets from left to right at their preferred sizes, in as many lines as that takes.

    With `is_right`, each line ends at the right.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8, is_right: bool = False) -> None:
        """Begin empty."""
        if parent is None:
            super().__init__()
        else:
            super().__init__(parent)
        self._is_right = is_right
        self.setSpacing(spacing)
        self.setContentsMargins(QMargins())

    def expandingDirections(self) -> Qt.Orientation:
        """Return that it takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Return that its height depends on its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self._place(QRect(0, 0, width, 0), moves=False)

    def minimumHeightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self.heightForWidth(width)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        QLayout.setGeometry(self, rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        """Return the size of the widest widget."""
        shown = self._shown()
        widest = max((item.minimumSize().width() for item in shown), default=0)
        return QSize(widest, max((item.minimumSize().height() for item in shown), default=0))

    def maximumSize(self) -> QSize:
        """Return that it may have any size."""
        return QLayout.maximumSize(self)

    def _shown(self) -> list[QWidgetItem]:
        """Return items of its own for the widgets that are shown."""
        items = (QWidgetItem(part) for part in parts_of(self) if isinstance(part, QWidget))
        return [item for item in items if not item.isEmpty()]

    def _place(self, rect: QRect, *, moves: bool) -> int:
        """Place the widgets in a rectangle, or only find its height; return that."""
        top, gap = rect.top(), self.spacing()
        for line in self._lines(rect.width()):
            sizes = [QSize(min(item.sizeHint().width(), rect.width()), item.sizeHint().height()) for item in line]
            used = sum(size.width() for size in sizes) + gap * (len(sizes) - 1)
            left = rect.left() + (rect.width() - used if self._is_right else 0)
            for item, size in zip(line, sizes, strict=True):
                if moves:
                    item.setGeometry(QRect(QPoint(left, top), size))
                left += size.width() + gap
            top += max(size.height() for size in sizes) + gap
        return max(0, top - gap - rect.top())

    def _lines(self, width: int) -> list[list[QWidgetItem]]:
        """Return the widgets of each line at a width."""
        lines: list[list[QWidgetItem]] = []
        used = 0
        for item in self._shown():
            needed = item.sizeHint().width()
            if not lines or used + needed > width:
                lines.append([])
                used = 0
            lines[-1].append(item)
            used += needed + self.spacing()
        return lines
