"""The order in which Tab goes through the window: the areas as they are read, in each the order in which it was made.

Qt's own order is that in which widgets were made, and several are made late or moved between columns.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def neighbor(window: QWidget, areas: Sequence[QWidget], current: QWidget | None, *, forward: bool) -> QWidget | None:
    """Return the widget after the current one, or before it, around the end; None where there is none to go to."""
    reached = reading_order(window, areas)
    if not reached:
        return None
    if current is not None and current not in reached:
        # A part of what Tab reaches, such as the line of a number field.
        around = [widget for widget in reached if widget.isAncestorOf(current)]
        current = around[-1] if around else None
    if current is None:
        return reached[0 if forward else -1]
    return reached[(reached.index(current) + (1 if forward else -1)) % len(reached)]


def reading_order(window: QWidget, areas: Sequence[QWidget]) -> list[QWidget]:
    """Return what Tab reaches."""
    chain: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    found = [(_area(areas, widget), position, widget) for position, widget in enumerate(chain) if _is_reached(widget)]
    return [widget for area, _, widget in sorted(found, key=lambda entry: entry[:2]) if area < len(areas)]


def _is_reached(widget: QWidget) -> bool:
    has_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return has_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def _area(areas: Sequence[QWidget], widget: QWidget) -> int:
    inner = (position for position, area in enumerate(areas) if area.isAncestorOf(widget))
    # A sheet holds a column for a while: the innermost area counts.
    return max(inner, default=len(areas))
