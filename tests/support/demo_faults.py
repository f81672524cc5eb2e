"""Faults of a demo that has no simulated platforms: kept in memory, so that the dialog can be shown."""

from shipconsole.domain.simulated_fault import SimulatedFault


class KeptFaults:
    """Keeps what is set."""

    def __init__(self, *active: SimulatedFault) -> None:
        self._active = active

    async def add(self, fault: SimulatedFault) -> tuple[SimulatedFault, ...]:
        self._active = (*self._active, fault)
        return self._active

    async def active(self) -> tuple[SimulatedFault, ...]:
        return self._active

    async def clear(self) -> tuple[SimulatedFault, ...]:
        self._active = ()
        return ()


SAMPLE = (SimulatedFault("slow", "shipup", 3, 20), SimulatedFault("drop_after", "shipengine", 1))
