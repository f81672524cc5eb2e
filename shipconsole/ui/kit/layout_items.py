"""Keeps PySide from ending the program over the items of layouts.

For each item of a layout that is put into another one, and for what `QLayout.itemAt` returns, PySide makes a wrapper
and keeps it for as long as the layout. Qt deletes an item with its widget, without telling PySide. When a later object
has the same address and is deleted, PySide 6.11 takes the wrapper for that object's and uses freed memory. So wrappers
of items are forgotten at once, and nothing else in the program asks a layout for them.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import shiboken6
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget


def parts_of(layout: QLayout) -> list[QWidget | QLayout]:
    """Return the widgets and the inner layouts of a layout in their order, without its items."""
    owner = layout.parentWidget()
    parts: list[QWidget | QLayout] = [child for child in layout.children() if isinstance(child, QLayout)]
    if owner is not None:
        parts += [child for child in owner.children() if isinstance(child, QWidget) and layout.indexOf(child) >= 0]
    return sorted(parts, key=lambda part: layout.indexOf(part))


def forget_items(layout: QLayout) -> None:
    """Have PySide forget the wrappers of a layout's items, also those of the layouts in it."""
    for position in range(layout.count()):
        item = layout.itemAt(position)
        if isinstance(item, QLayout):
            forget_items(item)
        elif item is not None:
            shiboken6.invalidate(item)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete its widgets."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            # Deleted later than the next event: until then it must not be seen.
            widget.hide()
            widget.deleteLater()


def fix_layouts() -> None:
    """Forget the items of each layout that is put into a row or column from now on; done before the first window."""
    for name in ("addLayout", "insertLayout"):
        put = getattr(QBoxLayout, name)
        if not isinstance(put, FunctionType):
            setattr(QBoxLayout, name, _forgetting(put))


def _forgetting(put: Callable[..., None]) -> Callable[..., None]:
    # Without `functools.wraps`, which has PySide load all that describes functions, before the first paint.
    def put_and_forget(*args: Any, **kwargs: Any) -> None:
        put(*args, **kwargs)
        for inner in args[1:]:
            if isinstance(inner, QLayout):
                forget_items(inner)

    return put_and_forget
