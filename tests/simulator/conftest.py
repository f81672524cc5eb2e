"""A simulator for each test, with a clock that only the test moves, and a client for each platform."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from shipconsole import simulator as keys
from shipconsole.simulator.server import SimulatorServer, running_simulator


@dataclass
class Clock:
    """The simulated platforms' clock, in Unix seconds."""

    now_s: float = 1_796_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock) -> Iterator[SimulatorServer]:
    with running_simulator(now=clock) as server:
        yield server


def _client(base_url: str, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=base_url, headers=headers, trust_env=False, verify=False, timeout=60)


@pytest.fixture
def switches(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    with _client(simulator.url, {}) as client:
        yield client


@pytest.fixture
def shipengine(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    with _client(f"{simulator.url}/shipengine", {"API-Key": keys.SHIPENGINE_API_KEY}) as client:
        yield client


@pytest.fixture
def starshipit(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    headers = {
        "StarShipIT-Api-Key": keys.STARSHIPIT_API_KEY,
        "Ocp-Apim-Subscription-Key": keys.STARSHIPIT_SUBSCRIPTION_KEY,
    }
    with _client(f"{simulator.url}/starshipit", headers) as client:
        yield client


@pytest.fixture
def shipup(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    with _client(f"{simulator.url}/shipup", {"Authorization": f"Bearer {keys.SHIPUP_API_KEY}"}) as client:
        yield client
