"""What a simulated platform of the demo does wrong."""

from typing import NamedTuple

ALL_PLATFORMS = "*"


class SimulatedFault(NamedTuple):
    """One fault; `times` is how often it still occurs, None is until it is cleared.

    `kind` is the simulator's name for it, and `platform` the vendor's or `ALL_PLATFORMS`.
    """

    kind: str
    platform: str = ALL_PLATFORMS
    times: int | None = None
    seconds: int = 0
