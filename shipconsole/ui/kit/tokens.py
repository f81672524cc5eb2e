"""The window's colors and sizes: light, dark, and high contrast."""

import math
from functools import lru_cache
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
    good_solid: str
    on_good: str
    control: str
    """The edges of what a person acts on; `line` is decoration."""
    raised: str
    tile: str
    """Behind pictures."""
    scale: float = 1.0
    still: bool = False
    """Reduced motion: nothing moves or fades."""
    text_px: int = 13
    secondary_px: int = 12
    button_px: int = 15
    target_px: int = 32
    row_px: int = 46
    gap_px: int = 12
    margin_px: int = 16

    def px(self, size: float) -> int:
        """Return a length at this text scale, in whole pixels."""
        return max(1, math.floor(size * self.scale + 0.5))

    def between(self, at_100: float, at_150: float, at_200: float) -> int:
        """Return a length that is designed for three text scales, and proportional between and beyond them."""
        if self.scale <= 1:
            size = at_100 * self.scale
        elif self.scale <= 1.5:
            size = at_100 + (at_150 - at_100) * (self.scale - 1) * 2
        elif self.scale <= 2:
            size = at_150 + (at_200 - at_150) * (self.scale - 1.5) * 2
        else:
            size = at_200 * self.scale / 2
        return math.floor(size + 0.5)

    def color(self, name: str) -> QColor:
        """Return a color by its name, for painting."""
        # A copy: the caller may change it.
        return QColor(_color(getattr(self, name)))


@lru_cache(maxsize=256)
def _color(value: str) -> QColor:
    """Return a color, read from its text once."""
    return QColor(value)


LIGHT = Tokens(
    dark=False,
    window="#f4f6f9",
    card="#ffffff",
    field="#ffffff",
    line="#e1e4ea",
    track="#e1e4ea",
    text="#171b26",
    secondary="#5a6377",
    accent="#2457e6",
    accent_hover="#1c49c9",
    accent_soft="#e8eeff",
    accent_text="#1f4ed0",
    on_accent="#ffffff",
    selection="#e8eeff",
    hover="#f4f6f9",
    glow="#fff0d2",
    good="#0b6f4d",
    good_soft="#e2f5ec",
    wait="#855000",
    wait_soft="#fff0d2",
    bad="#b3231b",
    bad_soft="#fde9e7",
    quiet_soft="#eef0f4",
    wait_solid="#ffc145",
    on_wait="#2b1a00",
    bad_solid="#b9251c",
    on_bad="#ffffff",
    good_solid="#0f7a56",
    on_good="#ffffff",
    control="#848da0",
    raised="#f6f8fb",
    tile="#eef1f6",
)
DARK = Tokens(
    dark=True,
    window="#11141a",
    card="#1a1e27",
    field="#141821",
    line="#2d3340",
    track="#2d3340",
    text="#eef1f7",
    secondary="#a3adbf",
    accent="#5b8cff",
    accent_hover="#79a1ff",
    accent_soft="#1e2c4e",
    accent_text="#9bb8ff",
    on_accent="#0a1020",
    selection="#1e2c4e",
    hover="#20252f",
    glow="#3a2c10",
    good="#57d7a6",
    good_soft="#12352a",
    wait="#f5b84b",
    wait_soft="#3a2c10",
    bad="#ff8f87",
    bad_soft="#42191a",
    quiet_soft="#252a35",
    wait_solid="#f5b84b",
    on_wait="#2b1a00",
    bad_solid="#c2342b",
    on_bad="#ffffff",
    good_solid="#4cd3a0",
    on_good="#052016",
    control="#6f7a90",
    raised="#21262f",
    tile="#c9d0dc",
)
HIGH_CONTRAST = Tokens(
    dark=True,
    window="#000000",
    card="#000000",
    field="#000000",
    line="#8c8c8c",
    track="#595959",
    text="#ffffff",
    secondary="#e4e4e4",
    accent="#ffe14d",
    accent_hover="#fff3a6",
    accent_soft="#332d00",
    accent_text="#ffe14d",
    on_accent="#000000",
    selection="#332d00",
    hover="#262626",
    glow="#3d2c00",
    good="#5dffb0",
    good_soft="#00361f",
    wait="#ffd166",
    wait_soft="#3d2c00",
    bad="#ffa9a3",
    bad_soft="#4d0a06",
    quiet_soft="#2b2b2b",
    wait_solid="#ffd166",
    on_wait="#000000",
    bad_solid="#ffffff",
    on_bad="#7a0b04",
    good_solid="#5dffb0",
    on_good="#000000",
    control="#ffffff",
    raised="#1c1c1c",
    tile="#ffffff",
)


def scaled(tokens: Tokens, factor: float) -> Tokens:
    """Return tokens with another text scale."""
    return tokens._replace(scale=factor)
