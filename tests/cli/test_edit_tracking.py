"""Correcting a package and calling its shipment back from a script: the guide, what is told, and how it ends."""

from shipconsole.domain.message import Message
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support.bench import effects
from tests.support.labels import usps

OLD, NEW, OF_ANOTHER, NEW_OF_ANOTHER = (usps(serial) for serial in range(201, 205))


def test_a_parcel_is_corrected_and_its_shipment_called_back(program: Program, shop: SimulatorServer) -> None:
    number = "10016"
    (line, *_) = program.json("order", number)["lines"]
    ship = ("ship", number, "--item", f"{line['sku']}=1", "--tracking", OLD, "--wait", "120")
    told = {call["connection"] for call in program.json(*ship)["calls"]}
    at = ("edit-tracking", number, "--tracking", OLD)
    guide = program.json(*at)
    assert {one["connection"] for one in guide["edit_tracking"]} == told
    assert {one["connection"]: one["by_default"] for one in guide["edit_tracking"]}["ShipEngine"] is False
    assert "can't withdraw a notification" in program.done(*at).out
    no_reason, both, unknown = program.run_together(
        [
            (*at, "--new", NEW),
            ("void", number, "--tracking", OLD, "--new", NEW, "--reason", "x"),
            ("edit-tracking", number, "--tracking", NEW, "--new", OLD, "--reason", "x"),
        ]
    )
    assert [one.code for one in (no_reason, both, unknown)] == [2, 2, 2]
    assert no_reason.err == f"{Message('reason.missing_order')}\n"
    assert unknown.err == f"{Message('cli.has_packages', number=number, package=NEW, packages=(OLD,))}\n"
    corrected = program.json(*at, "--new", NEW, "--reason", "wrong label", "--wait", "120")
    assert corrected["packages"] == [NEW]
    assert {(one["connection"], one["state"]) for one in corrected["calls"]} == {
        (name, "confirmed") for name in told - {"ShipEngine"}
    }
    assert [one["tracking_number"] for one in program.json("edit-tracking", number, "--tracking", NEW)["previous"]] == [
        OLD
    ]
    assert f"was {OLD} until" in program.done("edit-tracking", number, "--tracking", NEW).out
    back = program.json("void", number, "--tracking", NEW, "--reason", "damaged", "--wait", "120")
    assert (back["packages"], back["left"]) == ([], sum(one["left"] for one in program.json("order", number)["lines"]))
    assert {one["state"] for one in back["calls"]} == {"confirmed"}
    assert len([one for one in effects(shop, number) if one["vendor"] == "shipengine"]) == 1


def test_a_name_tells_whom_it_names(program: Program, shop: SimulatorServer) -> None:
    number = "10023"
    (line, *_) = program.json("order", number)["lines"]
    program.done("ship", number, "--item", f"{line['sku']}=1", "--tracking", OF_ANOTHER, "--wait", "120")
    at = (
        "edit-tracking",
        number,
        "--tracking",
        OF_ANOTHER,
        "--new",
        NEW_OF_ANOTHER,
        "--reason",
        "x",
        "--to",
        "Starshipit",
    )
    assert [one["connection"] for one in program.json(*at, "--wait", "120")["calls"]] == ["Starshipit"]
