"""Labels on the command line: which are refused, which options accept them, and what is stored of that."""

import pytest

from shipconsole.domain.message import Message
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support.bench import effects
from tests.support.labels import usps

TO_TEXAS, ITS_NUMBER = "420787459400111206206406260787", "9400111206206406260787"
KEYS = {"raw", "kind", "number", "carriers", "certain", "check_digit", "postal_code", "reason"}


def first_item(program: Program, number: str) -> str:
    return program.json("order", number)["lines"][0]["sku"]


def packages(program: Program, number: str) -> list[dict[str, object]]:
    return [package for shipment in program.json("order", number)["shipments"] for package in shipment["packages"]]


def test_a_number_in_use_is_refused_names_its_package_and_is_used_again_with_a_reason(
    program: Program, shop: SimulatorServer
) -> None:
    number = usps(401)
    ship = ("ship", "10012", "--item", f"{first_item(program, '10012')}=1", "--tracking", number)
    program.done(*ship, "--to", "ShipEngine")
    again = ("10013", "--item", f"{first_item(program, '10013')}=1", "--tracking", f" {number[:4]} {number[4:]}")
    for words in (ship, ("preview", *again), ("ship", *again)):
        refused = program.run(*words)
        assert refused.code == 2
        assert refused.err.startswith(f"{Message('label.taken', number=number, order='10012')} It is package ")
        assert refused.err.endswith("To use it anyway, add --reuse-number --reason TEXT.\n")
    assert program.run("ship", *again, "--reuse-number").code == 2
    assert program.run("ship", *again, "--keep-label", "--reason", "x").code == 2, "that is not what is wrong with it"
    assert packages(program, "10013") == []
    assert len(packages(program, "10012")) == 1

    program.done("ship", *again, "--reuse-number", "--reason", "both in one box", "--wait", "120")
    (package,) = packages(program, "10013")
    assert (package["tracking_number"], package["accepted"], package["kept_reason"]) == (
        number,
        ["taken"],
        "both in one box",
    )
    assert {number in str(effect["body"]) for effect in effects(shop, "10013")} == {True}
    assert "both in one box" in program.done("audit-log", "--order", "10013", "--csv", "-").out


@pytest.mark.parametrize(
    ("tracking", "message", "kept"),
    [
        (TO_TEXAS, "The label goes to postal code 78745, the order to ", "postal_code"),
        ("1Z999AA10123456785", "is wrong for UPS: it should be 4.", "check_digit"),
        ("4006381333931", "is a valid item number (GTIN)", "article_number"),
    ],
)
def test_a_label_that_fails_a_check_needs_a_reason(program: Program, tracking: str, message: str, kept: str) -> None:
    order = {"postal_code": "10014", "check_digit": "10015", "article_number": "10018"}[kept]
    ship = (order, "--item", f"{first_item(program, order)}=1", "--tracking", tracking)
    for command in ("ship", "preview"):
        refused = program.run(command, *ship)
        assert refused.code == 2
        assert message in refused.err
        assert refused.err.endswith("To use it anyway, add --keep-label --reason TEXT.\n")
        assert program.run(command, *ship, "--keep-label").code == 2
        assert program.run(command, *ship, "--reuse-number", "--reason", "x").code == 2
    assert packages(program, order) == []
    assert program.done("preview", *ship, "--keep-label", "--reason", "as agreed").code == 0
    program.done("ship", *ship, "--keep-label", "--reason", "as agreed")
    (package,) = packages(program, order)
    assert (package["accepted"], package["kept_reason"]) == ([kept], "as agreed")


def test_a_typed_number_of_no_certain_format_is_taken_as_unverified(program: Program) -> None:
    ship = ("ship", "10019", "--item", f"{first_item(program, '10019')}=1", "--tracking", "LC/55/0001")
    program.done(*ship)
    (package,) = packages(program, "10019")
    assert (package["tracking_number"], package["unverified"], package["accepted"]) == ("LC/55/0001", True, [])


def test_an_edit_of_tracking_is_checked_the_same(program: Program) -> None:
    old, new, taken = usps(402), usps(403), usps(404)
    item = f"{first_item(program, '10020')}=1"
    program.done("ship", "10020", "--item", item, "--tracking", old)
    program.done("ship", "10022", "--item", f"{first_item(program, '10022')}=1", "--tracking", taken)
    correct = ("edit-tracking", "10020", "--tracking", old, "--reason", "torn label", "--new")
    for number, option, message in (
        (taken, "--reuse-number", "order 10022"),
        (TO_TEXAS, "--keep-label", "78745"),
        ("1Z999AA10123456785", "--keep-label", "should be 4"),
    ):
        refused = program.run(*correct, number)
        assert (refused.code, message in refused.err, option in refused.err) == (2, True, True), refused
    assert [package["tracking_number"] for package in packages(program, "10020")] == [old]
    program.done(*correct, f"]C1420{program.json('order', '10020')['ship_to']['postal_code']}{new}", "--keep-label")
    (package,) = packages(program, "10020")
    assert package["tracking_number"] == new
    program.done("edit-tracking", "10020", "--tracking", new, "--new", taken, "--reuse-number", "--reason", "one box")
    (package,) = packages(program, "10020")
    assert (package["tracking_number"], package["accepted"], package["kept_reason"]) == (taken, ["taken"], "one box")


def test_a_scan_is_identified_with_an_order_open(program: Program) -> None:
    own, other = first_item(program, "10001"), "10002"
    elsewhere = next(
        line["sku"]
        for order in program.json("orders")
        for line in program.json("order", order["number"])["lines"]
        if line["sku"] not in {line["sku"] for line in program.json("order", "10001")["lines"]}
    )
    scans = {
        own.lower(): ("item", "item_sku", own),
        elsewhere: ("wrong_item", "wrong_item", elsewhere),
        "10001": ("order", "open_order", "10001"),
        other: ("order", "other_order", other),
        TO_TEXAS: ("tracking", "label", ITS_NUMBER),
        "]E0036000291452": ("unknown", "unknown_item", "036000291452"),
        "%ok": ("command", "command", "OK"),
        "https://example.com/p?id=1234": ("unknown", "unknown", "https://example.com/p?id=1234"),
    }
    identified = program.json("identify", "--order", "10001", *scans)
    assert [(entry["kind"], entry["reason"], entry["number"]) for entry in identified] == list(scans.values())
    assert [entry["raw"] for entry in identified] == list(scans)
    assert all(entry.keys() >= KEYS for entry in identified)
    assert identified[4]["certain"] is True
    assert program.done("identify", "--order", "10001", elsewhere).out.startswith(f"{elsewhere}: wrong_item, ")
    assert program.run("identify", "--order", "99999", own).code == 2
