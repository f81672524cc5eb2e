"""A station's settings for labels; apart from `label`, since settings are read before the window is painted."""

from typing import NamedTuple


class LabelRules(NamedTuple):
    """How long a tracking number stops after it shipped, and whose numbers are accepted without a question.

    `carriers_used` are the ids of the carriers whose numbers are accepted although only the shape is known.
    """

    number_reuse_days: int = 180
    carriers_used: tuple[str, ...] = ()


USUAL = LabelRules()
