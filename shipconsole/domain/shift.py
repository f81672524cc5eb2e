"""What one packer did at one packing station in a span of time."""

from typing import NamedTuple


class Shift(NamedTuple):
    """What one packer did at one bench; `operator` is empty where nobody was named.

    `refusals` and `still_open` count calls to platforms about those shipments, the others what was packed.
    """

    operator: str
    station: str
    shipments: int
    packages: int
    pieces: int
    taken_back: int
    refusals: int
    still_open: int
