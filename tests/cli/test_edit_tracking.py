"""edit-tracking and void: what is possible, which updates are sent, and the exit codes."""

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support.bench import effects
from tests.support.labels import usps

OLD, NEW, OF_ANOTHER, NEW_OF_ANOTHER = (usps(serial) for serial in range(201, 205))


def test_tracking_is_edited_and_the_shipment_voided(program: Program, shop: SimulatorServer) -> None:
    number = "10016"
    (line, *_) = program.json("order", number)["lines"]
    ship = ("ship", number, "--item", f"{line['sku']}=1", "--tracking", OLD, "--wait", "120")
    updated = {call["connection"] for call in program.json(*ship)["calls"]}
    at = ("edit-tracking", number, "--tracking", OLD)
    guide = program.json(*at)
    assert {entry["connection"] for entry in guide["edit_tracking"]} == updated
    assert {entry["connection"]: entry["by_default"] for entry in guide["edit_tracking"]}["ShipEngine"] is False
    assert "can't withdraw a notification" in program.done(*at).out
    no_reason, both, unknown = program.run_together(
        [
            (*at, "--new", NEW),
            ("void", number, "--tracking", OLD, "--new", NEW, "--reason", "x"),
            ("edit-tracking", number, "--tracking", NEW, "--new", OLD, "--reason", "x"),
        ]
    )
    assert [ended.code for ended in (no_reason, both, unknown)] == [2, 2, 2]
    assert no_reason.err == f"{Message('reason.missing_order')}\n"
    assert unknown.err == f"{Message('cli.has_packages', number=number, package=NEW, packages=(OLD,))}\n"
    corrected = program.json(*at, "--new", NEW, "--reason", "wrong label", "--wait", "120")
    assert corrected["packages"] == [NEW]
    assert {(call["connection"], call["state"]) for call in corrected["calls"]} == {
        (name, "confirmed") for name in updated - {"ShipEngine"}
    }
    assert [
        previou["tracking_number"] for previou in program.json("edit-tracking", number, "--tracking", NEW)["previous"]
    ] == [OLD]
    before = text("cli.was_until", number=OLD, time="|", packer="", reason="").partition("|")[0]
    assert before in program.done("edit-tracking", number, "--tracking", NEW).out
    back = program.json("void", number, "--tracking", NEW, "--reason", "damaged", "--wait", "120")
    assert (back["packages"], back["left"]) == (
        [],
        sum(line["left"] for line in program.json("order", number)["lines"]),
    )
    assert {call["state"] for call in back["calls"]} == {"confirmed"}
    assert len([effect for effect in effects(shop, number) if effect["vendor"] == "shipengine"]) == 1


def test_only_the_named_connection_is_updated(program: Program, shop: SimulatorServer) -> None:
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
    assert [call["connection"] for call in program.json(*at, "--wait", "120")["calls"]] == ["Starshipit"]
