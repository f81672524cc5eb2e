"""Measures a window: what is cut off, overlaps, lies outside, scrolls sideways, or is too small to be hit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTabBar,
    QTableView,
    QWidget,
)

from shipconsole.ui.kit.fields import Choice
from tests.support.shown_texts import QT_OWN, cut, name_of

TARGET_PX, BENCH_TARGET_PX = 32, 44
NEARLY_PX = 1.5
NARROW_LINES, NARROW_LARGE_LINES, LARGE_LINE_PX = 56, 62, 28
"""A window that is narrower than so many lines of text are high may scroll a table sideways: 150 % at 1280 pixels.

So may one with lines of at least `LARGE_LINE_PX`: 200 % at 1920 pixels.
"""
OVERLAYS = frozenset({"Sheet", "Banner", "Veil", "LockEdge"})
"""Classes of widgets that are laid over others on purpose."""
LEAVES = (
    QLabel,
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QAbstractItemView,
    QPlainTextEdit,
    QTabBar,
)
"""Widgets that show something of their own, and which no other widget may cover."""
TARGETS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QTabBar)


class Fault(NamedTuple):
    """What is wrong with a widget, which one it is, and what it shows."""

    kind: str
    where: str
    text: str


def faults(window: QWidget, *, target_px: int = TARGET_PX) -> list[Fault]:
    """Return everything that is wrong with a visible window."""
    shown = [widget for widget in window.findChildren(QWidget) if _is_shown(widget, window)]
    with painted_texts() as painted:
        window.grab()
    found = [
        *(Fault("cut", where, text) for where, _, text in cut(window)),
        *painted,
        *_outside(shown),
        *_overlapping(shown, window),
        *_sideways(shown),
        *_too_small(shown, target_px),
        *_without_arrow(shown),
    ]
    screen = window.screen().availableSize()
    if window.width() > screen.width() or window.height() > screen.height():
        text = f"{window.width()}x{window.height()} on {screen.width()}x{screen.height()}"
        found.append(Fault("larger than the screen", name_of(window), text))
    return list(dict.fromkeys(found))


def _is_shown(widget: QWidget, window: QWidget) -> bool:
    is_inner = widget.objectName().startswith("qt_") or widget.objectName() in QT_OWN
    return (
        widget.isVisible() and widget.window() is window and not is_inner and min(widget.width(), widget.height()) > 0
    )


@contextmanager
def painted_texts() -> Iterator[list[Fault]]:
    """Collect the texts that widgets of the program paint beyond their room, or shorten without a tooltip."""
    found: list[Fault] = []
    shortened: set[str] = set()
    draw, by_metrics, by_exact = QPainter.drawText, QFontMetrics.elidedText, QFontMetricsF.elidedText

    def drawn(painter: QPainter, *args: Any) -> Any:
        device = painter.device()
        if isinstance(device, QWidget):
            found.extend(_fault_of(painter, device, args, shortened))
        return draw(painter, *args)

    def elided(original: Any) -> Any:
        def shorten(metrics: Any, text: str, *args: Any) -> str:
            short = original(metrics, text, *args)
            if short != text:
                shortened.add(short)
            return short

        return shorten

    QPainter.drawText = drawn  # type: ignore[method-assign]
    QFontMetrics.elidedText = elided(by_metrics)  # type: ignore[method-assign]
    QFontMetricsF.elidedText = elided(by_exact)  # type: ignore[method-assign]
    try:
        yield found
    finally:
        QPainter.drawText = draw  # type: ignore[method-assign]
        QFontMetrics.elidedText = by_metrics  # type: ignore[method-assign]
        QFontMetricsF.elidedText = by_exact  # type: ignore[method-assign]


def _fault_of(painter: QPainter, device: QWidget, args: tuple[Any, ...], shortened: set[str]) -> Iterator[Fault]:
    text = next((arg for arg in args if isinstance(arg, str)), "")
    if not text.strip():
        return
    metrics = QFontMetricsF(painter.font(), device)
    first = args[0]
    flags = next((int(arg) for arg in args[1:] if isinstance(arg, int | Qt.AlignmentFlag | Qt.TextFlag)), 0)
    if isinstance(first, QRect | QRectF):
        room = QRectF(first)
        needed = metrics.boundingRect(room, flags, text) if flags & Qt.TextFlag.TextWordWrap.value else None
        width = needed.width() if needed is not None else metrics.horizontalAdvance(text)
        height = needed.height() if needed is not None else metrics.capHeight()
        if width > room.width() + NEARLY_PX or height > room.height() + NEARLY_PX:
            yield Fault("painted beyond its room", name_of(device), text)
            return
        middle = room.center()
        left = right = None
        if flags & Qt.AlignmentFlag.AlignRight.value:
            right, left = room.right(), room.right() - width
        elif flags & Qt.AlignmentFlag.AlignHCenter.value:
            left, right = middle.x() - width / 2, middle.x() + width / 2
        else:
            left, right = room.left(), room.left() + width
    elif isinstance(first, QPoint | QPointF):
        middle = QPointF(first)
        left, right = middle.x(), middle.x() + metrics.horizontalAdvance(text)
    else:
        return
    transform = painter.worldTransform()
    start, end = transform.map(QPointF(left, middle.y())), transform.map(QPointF(right, middle.y()))
    if min(start.x(), end.x()) < -NEARLY_PX or max(start.x(), end.x()) > device.width() + NEARLY_PX:
        yield Fault("painted outside the widget", name_of(device), text)
    if text in shortened and not _has_tooltip(device, middle.toPoint()):
        yield Fault("shortened without a tooltip", name_of(device), text)


def _has_tooltip(device: QWidget, at: QPoint) -> bool:
    view = device.parentWidget()
    if isinstance(view, QAbstractItemView) and view.viewport() is device:
        index = view.indexAt(at)
        if index.isValid() and index.data(Qt.ItemDataRole.ToolTipRole):
            return True
    inner: QWidget | None = device
    while inner is not None and not inner.isWindow():
        if inner.toolTip():
            return True
        inner = inner.parentWidget()
    return bool(device.accessibleName()) and device.property("shortens") is True


def _outside(shown: list[QWidget]) -> Iterator[Fault]:
    for widget in shown:
        parent = widget.parentWidget()
        if parent is None or widget.isWindow() or _is_viewport(parent) or type(widget).__name__ in OVERLAYS:
            continue
        if isinstance(parent, QLineEdit | QComboBox | QAbstractSpinBox | QAbstractScrollArea | QSplitter | QTabBar):
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            text = f"{_text_of(widget)} {_in_words(widget.geometry())} in {_in_words(parent.rect())}"
            yield Fault("outside", name_of(widget), text)


def _overlapping(shown: list[QWidget], window: QWidget) -> Iterator[Fault]:
    leaves = [(widget, _seen(widget, window), _layer(widget)) for widget in shown if _is_leaf(widget)]
    for position, (widget, area, layer) in enumerate(leaves):
        for other, other_area, other_layer in leaves[position + 1 :]:
            common = area.intersected(other_area)
            if layer is not other_layer or common.width() <= 1 or common.height() <= 1:
                continue
            if not widget.isAncestorOf(other) and not other.isAncestorOf(widget):
                text = f"{_text_of(widget)} | {_text_of(other)} ({name_of(other)}) by {_in_words(common)}"
                yield Fault("overlaps", name_of(widget), text)


def _is_leaf(widget: QWidget) -> bool:
    if not isinstance(widget, LEAVES) or isinstance(widget, QHeaderView):
        return False
    if widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
        return False
    return not isinstance(widget.parentWidget(), QLineEdit | QComboBox | QAbstractSpinBox)


def _seen(widget: QWidget, window: QWidget) -> QRect:
    """Return the part of the window in which a widget can be seen."""
    area = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    outer = widget.parentWidget()
    while outer is not None and outer is not window:
        area = area.intersected(QRect(outer.mapTo(window, QPoint(0, 0)), outer.size()))
        outer = outer.parentWidget()
    return area


def _layer(widget: QWidget) -> QWidget | None:
    outer: QWidget | None = widget
    while outer is not None and type(outer).__name__ not in OVERLAYS:
        outer = outer.parentWidget()
    return outer


def _sideways(shown: list[QWidget]) -> Iterator[Fault]:
    for widget in shown:
        if not isinstance(widget, QAbstractScrollArea) or isinstance(widget, QHeaderView | QPlainTextEdit):
            continue
        over = widget.horizontalScrollBar().maximum()
        if isinstance(widget, QTableView):
            # It scrolls by columns: a single one that is too wide cannot be scrolled at all.
            over = widget.horizontalHeader().length() - widget.viewport().width()
            line = widget.fontMetrics().height()
            if widget.window().width() / line < (NARROW_LARGE_LINES if line >= LARGE_LINE_PX else NARROW_LINES):
                over = 0
        if over > 0:
            yield Fault("scrolls sideways", name_of(widget), f"by {over}")


def _too_small(shown: list[QWidget], target_px: int) -> Iterator[Fault]:
    for widget in shown:
        if not isinstance(widget, TARGETS) or isinstance(
            widget.parentWidget(), QLineEdit | QComboBox | QAbstractSpinBox | QHeaderView | QTabBar
        ):
            continue
        if isinstance(widget, QLineEdit) and widget.isReadOnly() and not widget.hasFrame():
            continue
        if type(widget).__name__ == "QTableCornerButton":
            continue
        if widget.height() < target_px or widget.width() < target_px:
            text = f"{_text_of(widget)} {_in_words(widget.rect())}"
            yield Fault("too small a target", name_of(widget), text)


def _without_arrow(shown: list[QWidget]) -> Iterator[Fault]:
    for widget in shown:
        if isinstance(widget, QComboBox) and not isinstance(widget, Choice):
            yield Fault("a list without an arrow", name_of(widget), widget.currentText())


def _is_viewport(widget: QWidget) -> bool:
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is widget


def _text_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) else widget.accessibleName()


def _in_words(area: QRect) -> str:
    return f"{area.width()}x{area.height()} at {area.x()},{area.y()}"
