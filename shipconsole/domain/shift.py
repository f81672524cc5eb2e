"""What packers did at packing stations in a span of time."""

from typing import NamedTuple


class Shift(NamedTuple):
    """What one packer shipped at one station; `operator` is empty if unknown.

    `rejected` and `open_updates` count updates about those shipments; `undone` counts shipments.
    """

    operator: str
    station: str
    shipments: int
    packages: int
    units: int
    undone: int
    rejected: int
    open_updates: int


class Amount(NamedTuple):
    """Packages and units under a name: of an hour, a packer, a platform."""

    name: str
    packages: int
    units: int


class Hour(NamedTuple):
    """Packages and units of one hour by the station's clock; `is_running` while it lasts."""

    begins_at_ms: int
    packages: int
    units: int
    is_running: bool = False


class ShiftReport(NamedTuple):
    """A shift report: by packer and station, by hour, by platform, and which errors scans had.

    `hours` are from the first with a package to the last, also those without any. For more than two days they are days.
    """

    since_ms: int
    until_ms: int
    shifts: tuple[Shift, ...]
    hours: tuple[Hour, ...] = ()
    platforms: tuple[Amount, ...] = ()
    errors: tuple[tuple[str, int], ...] = ()
    is_by_day: bool = False
