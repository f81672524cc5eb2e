"""pause and resume: a person stops sending to one connection, whichever program runs, and continues it."""

from collections.abc import Iterator

import pytest

from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.cli.conftest import connected
from tests.cli.program import Program
from tests.support.bench import effects
from tests.support.labels import usps
from tests.support.secret_service import SecretService


@pytest.fixture(scope="module")
def shop() -> Iterator[SimulatorServer]:
    """Simulated platforms of this file alone."""
    with running_simulator() as server:
        yield server


@pytest.fixture(scope="module")
def program(shop: SimulatorServer, keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a profile of its own."""
    return connected(shop, keyring, tmp_path_factory.mktemp("own") / "profile")


def test_sending_is_paused_and_resumed(program: Program, shop: SimulatorServer) -> None:
    program.done("pause", "shipup", "--reason", "maintenance")
    (shown,) = [row for row in program.json("connections") if row["paused"]]
    assert (shown["name"], shown["state"]) == ("Shipup", "ok")
    assert shown["paused"]["station"]
    ship = ("ship", "10001", "--item", "MOBILE-CASE-BLK=1", "--tracking", usps(1_901), "--to", "Shipup")
    program.run(*ship)
    assert program.done("flush", "--until-empty").out == ""
    assert [call["state"] for call in program.json("outbox")] == ["pending"]
    assert effects(shop, "10001") == []
    program.done("resume", "Shipup")
    program.done("flush", "--until-empty")
    assert [call["state"] for call in program.json("outbox")] == ["confirmed"]
    assert len(effects(shop, "10001")) == 1
    assert [row["paused"] for row in program.json("connections")] == [None] * 3


def test_connections_say_who_sends_for_each(program: Program) -> None:
    """Nothing runs beside the commands: this station sends when it is asked to."""
    row = program.json("connections")[0]
    assert row["senders"] == []
    here = row["this_station"]
    assert here["station"]
    assert (here["serve"], here["state"], here["since"]) == (False, "unchecked", None)
    assert "sent by" not in program.done("connections").err
