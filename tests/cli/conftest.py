"""One set of simulated platforms, one keyring, and one connected profile with orders, shared by the folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.keys import MemoryKeys
from tests.cli.in_process import Here
from tests.cli.program import Program
from tests.support.bench import NAMES, SECRETS
from tests.support.secret_service import SecretService, running_bus


@pytest.fixture(scope="package")
def shop() -> Iterator[SimulatorServer]:
    """The simulated platforms; each test ships orders of its own."""
    with running_simulator() as server:
        yield server


@pytest.fixture(scope="package")
def keyring() -> Iterator[SecretService]:
    """A running, unlocked Secret Service."""
    with running_bus() as service:
        service.start()
        yield service


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Commands on a new profile, without the variables of libpq and of the program."""
    for name in [name for name in os.environ if name.startswith(("PG", "SHIPCONSOLE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "no-passwords"))
    profile = tmp_path / "profile"
    profile.mkdir(mode=0o700)
    return Here(profile, MemoryKeys())


@pytest.fixture(autouse=True)
def _keyring_goes_on(request: pytest.FixtureRequest) -> None:
    """Before each test that uses it: start a keyring that ended by itself again, and warn of that."""
    if "keyring" in request.fixturenames or "program" in request.fixturenames:
        service: SecretService = request.getfixturevalue("keyring")
        if how := service.watch():
            request.node.warn(KeyringEndedWarning(how))


class KeyringEndedWarning(pytest.PytestWarning):
    """The keyring of the tests ended by itself; no test failed because of it."""


@pytest.fixture(scope="package")
def program(shop: SimulatorServer, keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a profile with all three platforms connected, their API keys typed, and their orders synced."""
    return connected(shop, keyring, tmp_path_factory.mktemp("cli") / "profile")


def connected(shop: SimulatorServer, keyring: SecretService, profile: Path) -> Program:
    """Return the program on a new profile that is connected with all three platforms and has their orders."""
    made = Program(profile, keyring.env)
    for vendor, name in NAMES.items():
        fields = [word for field in SECRETS[vendor] for word in ("--secret", field)]
        typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
        made.done("connect", vendor, "--name", name, "--url", f"{shop.url}/{vendor}", *fields, typed=typed)
    pulled = made.done("sync", "--json")
    assert [(result["connection"], result["orders"], result["new"], result["message"]) for result in pulled.json] == [
        ("ShipEngine", 24, 24, ""),
        ("Starshipit", 24, 0, ""),
        ("Shipup", 12, 0, ""),
    ]
    assert "ShipEngine: 24 of 24" in pulled.err
    return made
