"""Packages that a carrier picks up, and whether the carrier has reported anything since."""

from typing import NamedTuple


class HandOverPackage(NamedTuple):
    """A shipped package for a hand-over list.

    `carrier` is its id or name as it was entered. `handed_over_at_ms` is None while it is on no list. `is_scanned`
    means that a platform reported at least one event of the carrier.
    """

    package_id: int
    order_id: int
    order_number: str
    recipient: str
    tracking_number: str
    carrier: str
    service: str
    weight_g: int | None
    shipped_at_ms: int
    station: str
    operator: str
    handed_over_at_ms: int | None
    is_scanned: bool


class HandOver(NamedTuple):
    """A hand-over that was recorded; `packages` is how many it has."""

    id: int
    at_ms: int
    station: str
    operator: str
    packages: int
