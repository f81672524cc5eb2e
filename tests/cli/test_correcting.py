"""Correcting a parcel and calling its shipment back from a script: the guide, what is told, and how it ends."""

from shipconsole.practice.server import PracticeServer
from tests.cli.program import Program
from tests.kit.bench import effects
from tests.kit.labels import usps

OLD, NEW, OF_ANOTHER, NEW_OF_ANOTHER = (usps(serial) for serial in range(201, 205))


def test_a_parcel_is_corrected_and_its_shipment_called_back(program: Program, shop: PracticeServer) -> None:
    number = "10016"
    (line, *_) = program.json("order", number)["lines"]
    ship = ("ship", number, "--item", f"{line['sku']}=1", "--tracking", OLD, "--wait", "120")
    told = {call["connection"] for call in program.json(*ship)["calls"]}
    at = ("correct", number, "--tracking", OLD)
    guide = program.json(*at)
    assert {one["connection"] for one in guide["correct"]} == told
    assert {one["connection"]: one["told_by_default"] for one in guide["correct"]}["ShipEngine"] is False
    assert "cannot take a notification back" in program.done(*at).out
    no_reason, both, unknown = program.run_together(
        [
            (*at, "--new", NEW),
            (*at, "--new", NEW, "--call-back"),
            ("correct", number, "--tracking", NEW, "--new", OLD, "--why", "x"),
        ]
    )
    assert [one.code for one in (no_reason, both, unknown)] == [2, 2, 2]
    assert "Say why" in no_reason.err
    assert unknown.err == f"Order {number} has no parcel {NEW}. It has {OLD}.\n"
    corrected = program.json(*at, "--new", NEW, "--why", "wrong label", "--wait", "120")
    assert corrected["parcels"] == [NEW]
    assert {(one["connection"], one["state"]) for one in corrected["calls"]} == {
        (name, "confirmed") for name in told - {"ShipEngine"}
    }
    assert [one["tracking_number"] for one in program.json("correct", number, "--tracking", NEW)["was"]] == [OLD]
    assert f"was {OLD} until" in program.done("correct", number, "--tracking", NEW).out
    back = program.json("correct", number, "--tracking", NEW, "--call-back", "--why", "damaged", "--wait", "120")
    assert (back["parcels"], back["left"]) == ([], sum(one["left"] for one in program.json("order", number)["lines"]))
    assert {one["state"] for one in back["calls"]} == {"confirmed"}
    assert len([one for one in effects(shop, number) if one["vendor"] == "shipengine"]) == 1


def test_a_name_tells_whom_it_names(program: Program, shop: PracticeServer) -> None:
    number = "10023"
    (line, *_) = program.json("order", number)["lines"]
    program.done("ship", number, "--item", f"{line['sku']}=1", "--tracking", OF_ANOTHER, "--wait", "120")
    at = ("correct", number, "--tracking", OF_ANOTHER, "--new", NEW_OF_ANOTHER, "--why", "x", "--to", "Starshipit")
    assert [one["connection"] for one in program.json(*at, "--wait", "120")["calls"]] == ["Starshipit"]
