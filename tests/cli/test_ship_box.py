"""ship-box: several orders with one number, each notified once; edited and voided whole or one alone."""

from collections.abc import Iterator

import pytest

from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.cli.conftest import connected
from tests.cli.program import Program
from tests.support.bench import effects
from tests.support.labels import usps
from tests.support.secret_service import SecretService

A, B, C = (usps(serial) for serial in range(2_901, 2_904))
FIRST, SECOND = "10018", "10019"


@pytest.fixture(scope="module")
def shop() -> Iterator[SimulatorServer]:
    """Simulated platforms whose orders no other file ships."""
    with running_simulator() as server:
        yield server


@pytest.fixture(scope="module")
def program(shop: SimulatorServer, keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a profile of its own."""
    return connected(shop, keyring, tmp_path_factory.mktemp("own") / "profile")


def numbers_of(program: Program, order: str) -> list[str]:
    shipments = program.json("order", order)["shipments"]
    return [package["tracking_number"] for shipment in shipments for package in shipment["packages"]]


def test_two_orders_ship_in_one_box_and_are_changed_together(program: Program, shop: SimulatorServer) -> None:
    sku = program.json("order", FIRST)["lines"][0]["sku"]
    words = ("ship-box", f"{FIRST}:{sku}=1", SECOND, "--tracking", A)
    for wrong in (words, (*words[:2], *words[3:]), ("ship-box", f"{FIRST}:{sku}=99", SECOND, "--tracking", A)):
        assert program.run(*wrong, "--json").code == 2
    assert numbers_of(program, FIRST) == numbers_of(program, SECOND) == []

    shipped = program.json(*words, "--reason", "one family", "--wait", "120")
    assert [(one["order"], [call["state"] for call in one["calls"]]) for one in shipped["orders"]] == [
        (FIRST, ["confirmed"] * len(shipped["orders"][0]["calls"])),
        (SECOND, ["confirmed"] * len(shipped["orders"][1]["calls"])),
    ]
    for order in (FIRST, SECOND):
        assert numbers_of(program, order) == [A]
        sent = effects(shop, order)
        assert sent
        assert [effect["duplicate_of"] for effect in sent] == [None] * len(sent)
        (package,) = program.json("order", order)["shipments"][0]["packages"]
        assert package["box"] == shipped["box"]

    assert program.run("ship", "10020", "--all-left", "--tracking", A).code == 2
    edit = ("edit-tracking", SECOND, "--tracking", A, "--new", B, "--reason", "wrong label")
    refused = program.run(*edit)
    assert (refused.code, FIRST in refused.err, "--whole-box" in refused.err) == (2, True, True)
    program.done(*edit, "--whole-box", "--wait", "120")
    assert numbers_of(program, FIRST) == numbers_of(program, SECOND) == [B]

    void = ("void", FIRST, "--tracking", B, "--reason", "damaged")
    assert program.run(*void).code == 2
    program.done(*void, "--whole-box", "--wait", "120")
    assert numbers_of(program, FIRST) == numbers_of(program, SECOND) == []
