"""Claims: who packs an order at present, and at which station."""

from pydantic import ConfigDict

from shipconsole.domain.frozen import Frozen

STALE_AFTER_MIN = 60
"""After how many minutes without work on the order a claim no longer counts, unless the settings say otherwise."""


class Claim(Frozen):
    """An order that a packer packs at a station since `at_ms`; its station last worked on it at `seen_at_ms`.

    Both are steady times, since the clocks of stations differ; a claim that is to be shown has `at_ms` as the clock of
    the station that shows it.
    """

    # Built at the first claim: the settings, which are read before the first paint, need this module.
    model_config = ConfigDict(defer_build=True)

    order_id: int
    station: str
    operator: str = ""
    at_ms: int
    seen_at_ms: int

    def counts(self, steady_ms: int, stale_after_s: int) -> bool:
        """Return whether the claim still counts at a steady time: its station worked on the order lately."""
        return self.seen_at_ms >= steady_ms - stale_after_s * 1_000
