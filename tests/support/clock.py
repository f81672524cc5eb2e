"""A clock whose hands the test turns."""

import uuid


class ManualClock:
    """Stands still until told; it satisfies `shipconsole.station.clock.Clock`."""

    def __init__(self, now_ms: int = 1_790_000_000_000) -> None:
        """Begin at this wall time, with the monotonic clock at zero and a boot id of its own."""
        self._now_ms = now_ms
        self._monotonic_s = 0.0
        self._boot_id = uuid.uuid4().hex

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970, UTC."""
        return self._now_ms

    def monotonic_s(self) -> float:
        """Return the seconds that were let pass."""
        return self._monotonic_s

    def boot_id(self) -> str:
        """Name this run; `reboot` begins another."""
        return self._boot_id

    def computer_run(self) -> str:
        """Name this run of the computer; `reboot` begins another."""
        return self._boot_id

    def pass_s(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self._monotonic_s += seconds
        self._now_ms += round(seconds * 1000)

    def set_wall_ms(self, now_ms: int) -> None:
        """Set the wall clock as a person would; the monotonic one does not notice."""
        self._now_ms = now_ms

    def reboot(self) -> None:
        """Begin another run of the computer and the program: new names, the monotonic clock at zero again."""
        self._boot_id = uuid.uuid4().hex
        self._monotonic_s = 0.0
