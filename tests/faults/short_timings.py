"""Time that runs many times faster: hours of waiting within seconds."""

import time
import uuid
from dataclasses import dataclass, replace

from shipconsole.operations.timings import USUAL

SPEED = 100
"""Seconds of the clock in one real second: a lease of a minute ends after 0.6 s, a quarantine after 1.2 s."""
LEASE_S = 60 / SPEED
"""How long a claim holds, in real seconds."""
ANSWER_WITHIN_S = 0.2
"""The longest wait for an answer, in real seconds: shorter than a lease, as the product's own is."""
JUMPS_S = (0, 86_400, 3_600, -86_400, 0, -3_600, 0, 30 * 86_400)
"""How far a clock that jumps is off, one after the other."""
JUMP_EVERY_S = 0.13
"""How long it stays so, in real seconds."""
HURRY = replace(
    USUAL,
    # Real seconds, which no clock makes shorter.
    refresh_pauses_s=(0.1,) * 3,
    round_s=0.05,
    # As long as the computer may need when it has much else to do.
    claim_fresh_s=0.1 * SPEED,
    keep_trying_s=5.0 * SPEED,
)
"""The outbox's times where one of them is not told by the clock; all others are the usual ones."""


@dataclass(frozen=True, slots=True)
class HurriedClock:
    """A clock that runs `speed` times as fast as the computer's since `began_s`, a wall time.

    Processes that are given the same start agree about the time. Each clock is a run of its own.
    """

    began_s: float
    speed: float = SPEED
    run_id: str = ""
    jumps: bool = False

    def now_ms(self) -> int:
        """Give the wall time in milliseconds; one that jumps is set ahead and back for all processes alike."""
        off_s = JUMPS_S[int(time.monotonic() / JUMP_EVERY_S) % len(JUMPS_S)] if self.jumps else 0
        return round((self.now_s() + off_s) * 1_000)

    def now_s(self) -> float:
        """Give the wall time in seconds, as the simulated platforms want it."""
        return self.began_s + (time.time() - self.began_s) * self.speed

    def monotonic_s(self) -> float:
        """Give seconds that only ever grow, of the same hurry."""
        return time.monotonic() * self.speed

    def computer_run(self) -> str:
        """Name the run of the computer, which processes of the same start share."""
        return f"hurried since {self.began_s}"

    def boot_id(self) -> str:
        """Name this run of the process."""
        return self.run_id


def hurried_clock(began_s: float, speed: float = SPEED, *, jumps: bool = False) -> HurriedClock:
    """A clock for one run of a process."""
    return HurriedClock(began_s, speed, uuid.uuid4().hex, jumps)
