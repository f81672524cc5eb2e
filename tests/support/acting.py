"""Finds what a person acts on in a window, how Tab goes through it, and what is wrong for someone without a mouse."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

from shipconsole.ui.dialogs.cancel_items.items import Stepper

KINDS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
QT_PARTS = (QHeaderView, QScrollBar)
"""Parts of Qt's own widgets, which those act for."""
EDGE_PX = 4
TAB_MOST = 300


def acting(window: QWidget) -> list[QWidget]:
    """Return the visible and enabled widgets of a window that a person acts on."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, KINDS)
        and not isinstance(widget, QT_PARTS)
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QHeaderView | QTabBar)
        and not widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        and widget.window() is window
        and widget.isVisible()
        and widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
    ]


def name_of(widget: QWidget) -> str:
    """Return what a failure calls a widget."""
    around = widget.parentWidget()
    own = f"{type(widget).__name__} {widget.objectName()}"
    return f"{own} in {around.objectName() or type(around).__name__}" if around is not None else own


def spoken(widget: QWidget) -> str:
    """Return the name that a screen reader reads."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def nameless(window: QWidget) -> list[str]:
    """Return what has no object name, or no accessible name in words."""
    return [
        f"{name_of(widget)}: {spoken(widget)!r}"
        for widget in acting(window)
        if not widget.objectName() or not any(map(str.isalpha, spoken(widget))) or spoken(widget) == widget.objectName()
    ]


def tab_walk(window: QWidget) -> tuple[list[QWidget], list[str]]:
    """Press Tab until it is back; return what it reaches, in that order, and what does not show that it is reached."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    seen: list[QWidget] = []
    hidden: list[str] = []
    focused = window.focusWidget()
    if focused is None or not focused.isVisible() or not focused.focusPolicy() & Qt.FocusPolicy.TabFocus:
        # A page is read from its title on, before any of its parts has the focus.
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focused = window.focusWidget()
    while focused is not None and focused not in seen:
        assert len(seen) < TAB_MOST, "Tab does not come back"
        seen.append(focused)
        with_focus = _picture(window, focused)
        following = _after(window, focused)
        if following is not focused and _picture(window, focused) == with_focus:
            hidden.append(name_of(focused))
        focused = following
    return seen, hidden


def _after(window: QWidget, focused: QWidget) -> QWidget | None:
    """Press Tab until the focus leaves a widget: in a date it goes through the parts, in a page through the links."""
    following: QWidget | None = focused
    for _ in range(TAB_MOST):
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        following = window.focusWidget()
        if following is not focused:
            break
    return following


def _picture(window: QWidget, widget: QWidget) -> QImage:
    edges = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
    return window.grab(edges.adjusted(-EDGE_PX, -EDGE_PX, EDGE_PX, EDGE_PX)).toImage()


def unreached(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Return what a person acts on and Tab does not reach, itself or as one of a group that arrows go through.

    The buttons of a stepper do what the up and down keys do in its number.
    """
    around = {*reached, *(proxy for widget in reached if (proxy := widget.focusProxy()) is not None)}
    return [
        name_of(widget)
        for widget in acting(window)
        if widget not in around
        and widget.focusProxy() not in around
        and not any(other.isAncestorOf(widget) for other in reached if isinstance(other, QAbstractItemView))
        and not isinstance(widget.parentWidget(), Stepper)
        and not (isinstance(widget, QAbstractButton) and any(_is_group(widget, other) for other in reached))
    ]


def _is_group(button: QAbstractButton, other: QWidget) -> bool:
    if not isinstance(other, QAbstractButton):
        return False
    if button.group() is not None and button.group() is other.group():
        return True
    return button.autoExclusive() and other.autoExclusive() and button.parentWidget() is other.parentWidget()


def out_of_order(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Return the steps of Tab that go back up, or left in a row; to the top of the next column is no way back.

    One of them leads around from the end to the beginning.
    """
    found = [
        f"{name_of(before)} -> {name_of(after)}"
        for before, after in zip(reached, [*reached[1:], *reached[:1]], strict=True)
        if _is_back(*_parts(window, before, after))
    ]
    return found if len(found) > 1 else []


def _is_back(before: QRect, after: QRect) -> bool:
    if after.bottom() <= before.top():
        return after.left() <= before.right()
    overlap = min(before.bottom(), after.bottom()) - max(before.top(), after.top())
    is_row = overlap > min(before.height(), after.height()) / 2
    return is_row and after.right() <= before.left()


def _parts(window: QWidget, before: QWidget, after: QWidget) -> tuple[QRect, QRect]:
    """Return the places of the parts of their nearest common ancestor that the two are in."""
    above = list(_ancestors(before))
    common = next(widget for widget in _ancestors(after) if widget in above)
    return _place(window, _child(common, before)), _place(window, _child(common, after))


def _ancestors(widget: QWidget) -> Iterator[QWidget]:
    above: QWidget | None = widget
    while above is not None:
        yield above
        above = above.parentWidget()


def _child(ancestor: QWidget, widget: QWidget) -> QWidget:
    return next((part for part in _ancestors(widget) if part.parentWidget() is ancestor), widget)


def _place(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
