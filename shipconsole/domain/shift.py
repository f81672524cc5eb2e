"""What one packer did at one packing station in a span of time."""

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
