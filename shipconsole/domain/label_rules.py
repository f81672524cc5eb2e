"""What a station decided about labels; apart from `label`, since settings are read before a window is painted."""

from typing import NamedTuple


class LabelRules(NamedTuple):
    """How long a tracking number stops after it shipped, and whose numbers are taken unasked.

    `carriers_used` are the ids of the carriers whose numbers are taken where only their shape is known.
    """

    number_reuse_days: int = 180
    carriers_used: tuple[str, ...] = ()


USUAL = LabelRules()
