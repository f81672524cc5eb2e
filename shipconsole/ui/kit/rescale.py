"""Gives the widgets of a window another text scale at once: what they were laid out with, in proportion.

Fonts and the style sheet come from the theme, and widgets that paint themselves follow `Theme.changed`. This is for the
lengths that were set when a widget was made: margins, spacings, and least and greatest sizes.
"""

import math

from PySide6.QtWidgets import QBoxLayout, QFormLayout, QGridLayout, QLayout, QWidget

_NO_MAXIMUM = 16_777_215
_BY_STYLE = ("_q_stylesheet_minw", "_q_stylesheet_minh", "_q_stylesheet_maxw", "_q_stylesheet_maxh")


def rescale(root: QWidget, before: float, after: float) -> None:
    """Change every length that was set in a widget and its children from one text scale to another.

    Called before the theme changes: what follows `Theme.changed` sets its own lengths then.
    """
    if before == after:
        return
    for layout in root.findChildren(QLayout):
        _rescale_layout(layout, before, after)
    for widget in (root, *root.findChildren(QWidget)):
        _rescale_widget(widget, before, after)


def _rescale_layout(layout: QLayout, before: float, after: float) -> None:
    margins = layout.contentsMargins()
    now = [margins.left(), margins.top(), margins.right(), margins.bottom()]
    if any(now):
        layout.setContentsMargins(*_scaled(layout, "margins", now, before, after))
    if isinstance(layout, QGridLayout | QFormLayout):
        spacing = [layout.horizontalSpacing(), layout.verticalSpacing()]
        across, down = _scaled(layout, "spacing", spacing, before, after)
        layout.setHorizontalSpacing(across)
        layout.setVerticalSpacing(down)
    elif isinstance(layout, QBoxLayout):
        layout.setSpacing(*_scaled(layout, "spacing", [layout.spacing()], before, after))


def _rescale_widget(widget: QWidget, before: float, after: float) -> None:
    if widget.isWindow():
        return
    lengths = [widget.minimumWidth(), widget.minimumHeight(), widget.maximumWidth(), widget.maximumHeight()]
    is_set = [
        not widget.property(by_style) and 1 < length < _NO_MAXIMUM
        for length, by_style in zip(lengths, _BY_STYLE, strict=True)
    ]
    if not any(is_set):
        return
    scaled = _scaled(widget, "lengths", lengths, before, after)
    # What limits a size from the other side comes first, so that no limit is in the way of another.
    for wanted, length, change in zip(
        is_set[2:] + is_set[:2],
        scaled[2:] + scaled[:2],
        (widget.setMaximumWidth, widget.setMaximumHeight, widget.setMinimumWidth, widget.setMinimumHeight),
        strict=True,
    ):
        if wanted:
            change(length)


def _scaled(owner: QLayout | QWidget, name: str, now: list[int], before: float, after: float) -> list[int]:
    """Return lengths at another scale, from the exact ones if they are known, so that no rounding adds up."""
    exact = owner.property(f"exact_{name}")
    if not isinstance(exact, list) or [_rounded(length * before) for length in exact] != now:
        exact = [length / before for length in now]
        owner.setProperty(f"exact_{name}", exact)
    return [_rounded(length * after) for length in exact]


def _rounded(length: float) -> int:
    return math.floor(length + 0.5)
