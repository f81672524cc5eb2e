"""Carrier codes and filters on the command line: shown, changed, taken back, refused."""

from shipconsole.messages import text
from tests.cli.program import Program, line


def test_codes_are_shown_changed_and_reset(program: Program) -> None:
    shown = program.done("carriers", "--connection", "Starshipit").out.splitlines()
    assert shown[0].split() == ["carrier", "Starshipit"]
    assert ["Australia", "Post", "AusPost"] in [line.split() for line in shown]
    changed = program.json(
        "carriers",
        "--connection",
        "ShipEngine",
        "--set",
        "usps=endicia",
        "--set",
        "Joe's van=other",
        "--default",
        "ups",
    )
    (engine,) = changed["connections"]
    assert (engine["name"], engine["default"]) == ("ShipEngine", {"own": "ups", "usual": "other"})
    assert "stamps_com" in engine["offered"]
    codes = {carrier["id"]: carrier["codes"]["ShipEngine"] for carrier in changed["carriers"]}
    assert codes["usps"] == {"own": "endicia", "usual": "stamps_com"}
    assert codes["joe's van"] == {"own": "other", "usual": ""}
    back = program.done(
        "carriers", "--connection", "ShipEngine", "--set", "usps=", "--set", "joe's van=", "--default", ""
    )
    assert "(own)" not in back.out


def test_codes_that_cannot_be_are_refused(program: Program) -> None:
    commands = (("--set", "usps=endicia"), ("--connection", "ShipEngine", "--set", "usps"))
    unnamed, no_pair = program.run_together([("carriers", *words) for words in commands])
    assert (unnamed.code, unnamed.err) == (2, f"{text('cli.whose_codes')}\n")
    assert (no_pair.code, no_pair.err) == (2, "--set usps is not of the form CARRIER=CODE.\n")


def test_some_orders_are_asked_for_by_filters_that_can_be_listed(program: Program) -> None:
    commands = (
        ("sync", "--filters", "--connection", "Shipup"),
        ("sync", "--filters", "--json"),
        ("sync", "--connection", "ShipEngine", "--filter", "external_order_number=10002", "--json"),
        ("sync", "--connection", "ShipEngine", "--filter", "payment_status=half"),
        ("sync", "--filter", "external_order_number=10002"),
        ("sync", "--filter", "external_order_number"),
        ("sync", "--filter", "email=a", "--filter", "email=b"),
    )
    listed, every, some, wrong, not_all, no_pair, twice = program.run_together(commands)
    assert "  order_number    " in listed.out
    assert "  ordered_at.gte  A date and time" in listed.out
    names = {connection["connection"]: [each["name"] for each in connection["filters"]] for connection in every.json}
    assert "fulfillment_status" in names["ShipEngine"]
    assert names["Starshipit"] == ["since_order_date", "since_last_updated"]
    assert [(entry["connection"], entry["orders"], entry["new"]) for entry in some.json] == [("ShipEngine", 1, 0)]
    choice = line("field.choice", value="half", count=4, title="Payment", platform="ShipEngine")
    assert (wrong.code, wrong.err) == (2, choice)
    assert not_all.code == 2
    assert "Starshipit has no filter “external_order_number”" in not_all.err
    assert (no_pair.code, twice.code) == (2, 2)
    assert twice.err == line("cli.filter_twice", filter="email")
