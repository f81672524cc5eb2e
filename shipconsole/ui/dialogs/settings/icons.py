"""The icons of the pages: lines on a grid of 24."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtGui import QIcon, QPixmap

from shipconsole.station.settings import Page
from shipconsole.ui.kit.theme import Theme

SIDE_PX = 18
_LINES: Mapping[Page, str] = MappingProxyType(
    {
        "appearance": "M3 4h18v12H3z M9 20h6 M12 16v4",
        "language": "M12 3a9 9 0 1 0 .01 0z M3 12h18 M12 3c4 4 4 14 0 18 M12 3c-4 4-4 14 0 18",
        "station": "M3 8h18 M5 8v12 M19 8v12 M8 8V4h8v4",
        "scanner": "M4 8V4h4 M16 4h4v4 M20 16v4h-4 M8 20H4v-4 M8 8.5v7 M11 8.5v7 M13.5 8.5v7 M16.5 8.5v7",
        "sounds": "M4 9h4l5-4v14l-5-4H4z M16.5 8.5c2 2 2 5 0 7 M19 6c3.3 3.3 3.3 8.7 0 12",
        "shipping": "M4 17H2V6h12v11H9 M14 10h4l4 4v3h-2 M16 17h-2 M6.5 15a2 2 0 1 0 .01 0z M17.5 15a2 2 0 1 0 .01 0z",
        "printing": "M7 9V3h10v6 M7 17H3v-6q0-2 2-2h14q2 0 2 2v6h-4 M7 14h10v7H7z",
        "webhooks": "M4 7h14 M14 3l4 4-4 4 M20 17H6 M10 13l-4 4 4 4",
        "data": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z M9 12h6",
        "backups": "M3 4h18v5H3z M5 9v11h14V9 M9 13h6",
        "versions": "M12 3v11 M8 10l4 4 4-4 M4 17v4h16v-4",
    }
)


def page_icon(page: Page, theme: Theme) -> QIcon:
    """Return the icon of a page in the theme's colors, also for the chosen page."""
    made = QIcon()
    for mode, color in ((QIcon.Mode.Normal, theme.tokens.text), (QIcon.Mode.Selected, theme.tokens.accent_text)):
        made.addPixmap(_drawn(_LINES[page], color, theme.tokens.px(SIDE_PX)), mode)
    return made


def _drawn(lines: str, color: str, side_px: int) -> QPixmap:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side_px}" height="{side_px}" viewBox="0 0 24 24">'
        f'<path d="{lines}" fill="none" stroke="{color}" stroke-width="2" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )
    made = QPixmap()
    made.loadFromData(svg.encode(), "SVG")
    return made
