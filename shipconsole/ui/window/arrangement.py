"""How the window's parts are arranged, by its size, the text scale, and bench mode."""

from typing import NamedTuple

FOUR_COLUMNS_PX = 1_700
FOLDS_BELOW_PX = 1_100
BAR_BELOW_PX = 900
BRAND_FROM_PX = 900
ORDERS_PX, WIDE_ORDERS_PX = 264, 344
RIGHT_PX, WIDE_RIGHT_PX, FOURTH_PX = 344, 384, 336
CHROME_ROOM_PX = (800, 500)
"""The window has so many logical pixels at least where bar and strip take the whole text scale."""


class Arrangement(NamedTuple):
    """Lengths are logical pixels, at a text scale of 1, but for `chrome`: the scale of the top bar and the strip."""

    width: int = 1_280
    is_folded: bool = False
    """The orders are folded to a button."""
    has_bar: bool = False
    """The packages are a bar at the bottom, and open as a sheet."""
    has_fourth: bool = False
    """Tracking and activity have a column of their own."""
    is_bench: bool = False
    chrome: float = 1.0

    @property
    def orders_px(self) -> int:
        """The width of the orders."""
        return WIDE_ORDERS_PX if self.has_fourth else ORDERS_PX

    @property
    def right_px(self) -> int:
        """The width of the packages."""
        return WIDE_RIGHT_PX if self.has_fourth else RIGHT_PX

    @property
    def has_brand(self) -> bool:
        """Whether the bar has room for the program's and the station's name."""
        return not self.is_bench and self.width >= BRAND_FROM_PX


def arrangement(width: int, height: int, scale: float, *, is_bench: bool = False) -> Arrangement:
    """Return the arrangement of a window of so many pixels."""
    logical = round(width / scale)
    chrome = min(scale, max(1.0, min(width / CHROME_ROOM_PX[0], height / CHROME_ROOM_PX[1])))
    return Arrangement(
        logical,
        is_folded=is_bench or logical < FOLDS_BELOW_PX,
        has_bar=is_bench or logical < BAR_BELOW_PX,
        has_fourth=not is_bench and logical >= FOUR_COLUMNS_PX,
        is_bench=is_bench,
        chrome=chrome,
    )
