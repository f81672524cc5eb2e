"""Orders of one number, and items without whole units, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from tests.cli.program import Program, line
from tests.cli.two_platforms import Shops, engine_order, post_order, running_shops
from tests.support.bench import SECRETS

LABEL, OTHER = "9400100109361129278357", "9400111206206406260787"


@pytest.fixture
def shops() -> Iterator[Shops]:
    with running_shops() as running:
        yield running


@pytest.fixture
def here(program: Program, shops: Shops, tmp_path: Path) -> Program:
    """The program on a new profile with ShipEngine and Starshipit connected."""
    made = program.on(tmp_path / "profile")
    for vendor, part in (("shipengine", "engine"), ("starshipit", "post")):
        fields = [word for field in SECRETS[vendor] for word in ("--secret", field)]
        typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
        name = {"shipengine": "ShipEngine", "starshipit": "Starshipit"}[vendor]
        made.done("connect", vendor, "--name", name, "--url", f"{shops.url}/{part}", *fields, typed=typed)
    return made


def test_one_number_of_two_shops_is_two_orders(here: Program, shops: Shops) -> None:
    shops.engine = [engine_order("1001", ("MUG", 2)), engine_order("0001001", ("MUG", 1))]
    shops.post = [post_order("1001", ("MUG", 2))]
    assert [result["new"] for result in here.json("sync")] == [2, 1]
    listed = here.json("orders")
    assert sorted((row["number"], row["known_to"]) for row in listed) == [
        ("0001001", ""),
        ("1001", "ShipEngine"),
        ("1001", "Starshipit"),
    ]
    assert "1001@Starshipit" in here.done("orders").out
    for command in (("order", "1001"), ("ship", "1001", "--all-left", "--tracking", LABEL), ("link", "1001")):
        refused = here.run(*command)
        assert refused.code == 2
        assert "1001@ShipEngine (A. Byron · Sydney AU) or 1001@Starshipit (B. Stone · " in refused.err
    assert shops.sent == []
    ada, bob = here.json("order", "1001@ShipEngine"), here.json("order", "1001@Starshipit")
    assert (ada["ship_to"]["name"], bob["ship_to"]["name"]) == ("Ada Byron", "Bob Stone")
    assert [(other["id"], other["connections"]) for other in ada["may_be_same"]] == [(bob["id"], ["Starshipit"])]
    assert (ada["linked"], ada["connections"]) == ([], ["ShipEngine"])
    assert f"may be the same as: id:{bob['id']} 1001  Starshipit" in here.done("order", "1001@ShipEngine").out
    here.done("ship", "1001@Starshipit", "--all-left", "--tracking", LABEL, "--wait", "120")
    assert {path.partition("/")[2].partition("/")[0] for path, _ in shops.sent} == {"post"}
    kept = here.json("link", "1001@ShipEngine", "1001@Starshipit", "--keep-separate")
    assert (kept["may_be_same"], kept["manual_changes"][0]["what_code"]) == ([], "audit.kept_separate")
    assert f"#{bob['id']}" in kept["manual_changes"][0]["what"]
    assert {result["new"] for result in here.json("sync")} == {0}
    assert here.json("order", "1001@Starshipit")["may_be_same"] == []
    assert here.json("order", "0001001")["lines"][0]["ordered"] == 1


def test_what_was_joined_is_shown_and_a_changed_recipient_differs(here: Program, shops: Shops) -> None:
    shops.engine = [engine_order("1001", ("MUG", 2))]
    shops.post = [post_order("1001", ("MUG", 2), name="ADA BYRON", post_code="2000")]
    assert [result["new"] for result in here.json("sync")] == [1, 0]
    joined = here.json("order", "1001")["linked"]
    assert [(entry["connection"], entry["number"], entry["differs"]) for entry in joined] == [
        ("ShipEngine", "1001", False),
        ("Starshipit", "1001", False),
    ]
    shops.post = [post_order("1001", ("MUG", 2))]
    here.done("sync")
    order = here.json("order", "1001")
    assert [part["differs"] for part in order["linked"]] == [False, True]
    assert (order["ship_to"]["name"], order["connections"]) == ("Ada Byron", ["ShipEngine", "Starshipit"])
    assert str(Message("cli.recipient_differs")) in here.done("order", "1001").out


def test_an_item_without_whole_units_waits_for_a_person(here: Program, shops: Shops) -> None:
    shops.engine = [engine_order("1001", ("CLOTH", 2.5), ("MUG", 2), ("PIN", None), ("TAPE", -1), ("BAG", True))]
    pulled = here.json("sync", "--connection", "ShipEngine")
    notes = [(note["code"], note["message"]) for note in pulled[0]["notes"]]
    assert ("sync.order_note", "1001: CLOTH: the quantity 2.5 is not a whole number of units.") in notes
    order = here.json("order", "1001")
    assert {line["sku"]: (line["quantity"], line["left"], line["unresolved"]) for line in order["lines"]} == {
        "CLOTH": (2.5, None, True),
        "MUG": (2, 2, False),
        "PIN": (None, None, True),
        "TAPE": (-1, None, True),
        "BAG": (True, None, True),
    }
    assert "CLOTH  2.5" in here.done("order", "1001").out
    here.done("ship", "1001", "--all-left", "--tracking", LABEL, "--wait", "120")
    ((_, body),) = shops.sent
    assert body["sales_order_items"] == [{"sales_order_item_id": "1001-MUG", "quantity": 2}]
    assert here.json("order", "1001")["state"] == "partly_shipped"
    (row,) = here.json("orders", "--state", "to_ship")
    assert (row["unresolved"], row["left"]) == (4, 4)
    refused = here.run("ship", "1001", "--item", "CLOTH=2", "--tracking", OTHER)
    assert (refused.code, refused.err) == (2, line("ship.not_counted", sku="CLOTH", quantity="2.5"))
    for sku, became in (("CLOTH", "--shipped"), ("PIN", "--cancelled"), ("TAPE", "--cancelled"), ("BAG", "--shipped")):
        assert here.json("orders", "--state", "to_ship"), sku
        order = here.json("resolve-item", "1001", "--item", sku, became, "--reason", "cut by hand")
    assert (order["state"], here.json("orders", "--state", "to_ship")) == ("shipped", [])
    assert [(change["what_code"], change["what"]) for change in order["manual_changes"]][:2] == [
        ("audit.item_shipped", str(Message("audit.item_shipped", sku="CLOTH", quantity="2.5"))),
        ("audit.item_cancelled", str(Message("audit.item_cancelled", sku="PIN", quantity="null"))),
    ]
    again, counted, unnamed, unreasoned = here.run_together(
        [
            ("resolve-item", "1001", "--item", "CLOTH", "--shipped", "--reason", "x"),
            ("resolve-item", "1001", "--item", "MUG", "--shipped", "--reason", "x"),
            ("resolve-item", "1001", "--item", "NONE", "--shipped", "--reason", "x"),
            ("resolve-item", "1001", "--item", "CLOTH", "--shipped", "--reason", " "),
        ]
    )
    assert [ended.code for ended in (again, counted, unnamed, unreasoned)] == [2, 2, 2, 2]
    assert (
        here.json("resolve-item", "1001", "--item", "CLOTH", "--reopen", "--reason", "x")["state"] == "partly_shipped"
    )
