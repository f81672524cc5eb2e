"""The order in which Tab goes through a window: as it is read, rows from top to bottom, in each from left to right.

Qt's own order is that in which widgets were made, and several are made late or moved between columns. Parts that stand
side by side, such as columns, are gone through one after the other.
"""

from collections.abc import Iterator, Sequence
from functools import cmp_to_key

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def neighbor(areas: Sequence[QWidget], current: QWidget | None, *, forward: bool) -> QWidget | None:
    """Return the widget after the current one, or before it, around the end; None where there is none to go to.

    `areas` are the parts of the window in reading order; of those that lie over one another the innermost counts.
    """
    reached = reading_order(areas)
    if not reached:
        return None
    if current is not None and current not in reached:
        inside = [widget for widget in reached if current.isAncestorOf(widget)]
        if inside and forward:
            return inside[0]
        # A part of what Tab reaches, such as the line of a number field; or what Tab does not reach, as a step's page.
        around = [widget for widget in reached if widget.isAncestorOf(current)]
        current = inside[0] if inside else around[-1] if around else None
    if current is None:
        return reached[0 if forward else -1]
    return reached[(reached.index(current) + (1 if forward else -1)) % len(reached)]


def go_to_neighbor(window: QWidget, areas: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus of a window to the next widget in reading order, or back; return whether there is one."""
    current = window.focusWidget()
    if current is not None and not current.isEnabled():
        # Qt asks when a button is disabled while it works: around the end is a list, which would choose a row.
        last = reading_order(areas)[-1:]
        for widget in last:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(last)
    found = neighbor(areas, current, forward=forward)
    if found is not None:
        found.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return found is not None


def reading_order(areas: Sequence[QWidget]) -> list[QWidget]:
    """Return what Tab reaches."""
    reached: list[QWidget] = []
    for position, area in enumerate(areas):
        later = [other for other in areas[position + 1 :] if area.isAncestorOf(other)]
        reached += [
            widget
            for widget in _reached_in(area)
            if not any(other is widget or other.isAncestorOf(widget) for other in later)
        ]
    return reached


def _reached_in(part: QWidget) -> Iterator[QWidget]:
    children = [
        child for child in part.children() if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]
    for child in sorted(children, key=cmp_to_key(_compare)):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled() and child.focusProxy() is None:
            yield child
        yield from _reached_in(child)


def _compare(one: QWidget, other: QWidget) -> int:
    """Compare two parts of a widget by their places, as for sorting."""
    first, second = one.geometry(), other.geometry()
    overlap = min(first.bottom(), second.bottom()) - max(first.top(), second.top())
    if overlap > min(first.height(), second.height()) / 2:
        return first.left() - second.left()
    return first.top() - second.top()
