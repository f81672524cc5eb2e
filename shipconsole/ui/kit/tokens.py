"""The window's colors and sizes, light and dark."""

import math
from typing import NamedTuple

from PySide6.QtGui import QColor


class Tokens(NamedTuple):
    """Every color and size of the window.

    Sizes are pixels at a text scale of 1; `px` gives them at this one.
    """

    dark: bool
    window: str
    card: str
    field: str
    line: str
    track: str
    text: str
    secondary: str
    accent: str
    accent_hover: str
    accent_soft: str
    accent_text: str
    on_accent: str
    selection: str
    hover: str
    glow: str
    good: str
    good_soft: str
    wait: str
    wait_soft: str
    bad: str
    bad_soft: str
    quiet_soft: str
    wait_solid: str
    on_wait: str
    bad_solid: str
    on_bad: str
    control: str
    good_solid: str
    on_good: str
    tile: str
    scale: float = 1.0
    still: bool = False
    """Reduced motion: nothing moves or fades."""
    text_px: int = 13
    secondary_px: int = 12
    button_px: int = 15
    target_px: int = 32
    row_px: int = 46
    gap_px: int = 14

    def px(self, size: float) -> int:
        """Return a length at this text scale, in whole pixels."""
        return max(1, math.floor(size * self.scale + 0.5))

    def color(self, name: str) -> QColor:
        """Return a color by its name, for painting."""
        return QColor(getattr(self, name))


LIGHT = Tokens(
    dark=False,
    window="#f5f6f8",
    card="#ffffff",
    field="#ffffff",
    line="#e1e4ea",
    track="#e1e4ea",
    text="#171b26",
    secondary="#5f687b",
    accent="#2457e6",
    accent_hover="#1c49c9",
    accent_soft="#e6edff",
    accent_text="#2457e6",
    on_accent="#ffffff",
    selection="#eef3ff",
    hover="#f5f6f8",
    glow="#fff1d6",
    good="#0f7a56",
    good_soft="#e3f6ee",
    wait="#9a5b00",
    wait_soft="#fff1d6",
    bad="#c0271e",
    bad_soft="#fde7e5",
    quiet_soft="#eef0f4",
    wait_solid="#ffc145",
    on_wait="#2b1a00",
    bad_solid="#b9251c",
    on_bad="#ffffff",
    control="#848da0",
    good_solid="#0f7a56",
    on_good="#ffffff",
    tile="#eef1f6",
)
DARK = Tokens(
    dark=True,
    window="#12151c",
    card="#1a1e27",
    field="#141821",
    line="#2b313d",
    track="#2b313d",
    text="#edf0f6",
    secondary="#98a2b3",
    accent="#5b8cff",
    accent_hover="#79a1ff",
    accent_soft="#1b2a4f",
    accent_text="#8fb0ff",
    on_accent="#0b1020",
    selection="#22304f",
    hover="#20252f",
    glow="#3a2c10",
    good="#4cd3a0",
    good_soft="#12362b",
    wait="#f5b84b",
    wait_soft="#3a2c10",
    bad="#ff8078",
    bad_soft="#42191a",
    quiet_soft="#252a35",
    wait_solid="#f5b84b",
    on_wait="#2b1a00",
    bad_solid="#c2342b",
    on_bad="#ffffff",
    control="#6f7a90",
    good_solid="#4cd3a0",
    on_good="#052016",
    tile="#c9d0dc",
)


def scaled(tokens: Tokens, factor: float) -> Tokens:
    """Return tokens with another text scale."""
    return tokens._replace(scale=factor)
