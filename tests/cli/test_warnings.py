"""preview and ship warn of what a platform will drop or refuse."""

from tests.cli.program import Program


def test_preview_and_ship_warn_of_a_carrier_that_an_order_cannot_hold(program: Program) -> None:
    words = ("10017", "--all-left", "--tracking", "JOE-1", "--carrier", "Joe's van", "--service", "today")
    shown = program.json("preview", *words)
    warnings = {
        request["connection"]: [warning["path"] for warning in request["warnings"]] for request in shown["requests"]
    }
    assert warnings["ShipEngine"] == []
    assert warnings["Starshipit"] == ["packages.0.carrier"]
    assert warnings["Shipup"] == ["packages.0.service"]
    for_people = program.done("preview", *words)
    warning = shown["requests"][1]["warnings"][0]
    assert warning["code"] == "starshipit.keeps_carrier"
    assert f"Starshipit: {warning['message']}" in for_people.err
    assert warning["message"] not in for_people.out
    shipped = program.json("ship", *words)
    assert shipped["warnings"][0]["connection"] == "Starshipit"
    assert shipped["warnings"][0]["code"] == "starshipit.keeps_carrier"
