"""A clock that the test sets."""

import uuid


class ManualClock:
    """A clock that stands still until it is advanced; it implements `shipconsole.station.clock.Clock`."""

    def __init__(self, now_ms: int = 1_790_000_000_000) -> None:
        """Begin at this wall time, with the monotonic clock at zero and a boot id of its own."""
        self._now_ms = now_ms
        self._monotonic_s = 0.0
        self._boot_id = uuid.uuid4().hex

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970, UTC."""
        return self._now_ms

    def monotonic_s(self) -> float:
        """Return the seconds by which the clock was advanced."""
        return self._monotonic_s

    def boot_id(self) -> str:
        """Return the ID of this run; `reboot` starts another."""
        return self._boot_id

    def computer_run(self) -> str:
        """Return the ID of this run of the computer; `reboot` starts another."""
        return self._boot_id

    def pass_s(self, seconds: float) -> None:
        """Advance both clocks."""
        self._monotonic_s += seconds
        self._now_ms += round(seconds * 1000)

    def set_wall_ms(self, now_ms: int) -> None:
        """Set the wall clock as a user would, without the monotonic clock."""
        self._now_ms = now_ms

    def reboot(self) -> None:
        """Start another run of the computer and the program: new IDs, and the monotonic clock at zero."""
        self._boot_id = uuid.uuid4().hex
        self._monotonic_s = 0.0
