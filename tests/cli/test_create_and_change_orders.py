"""create-order, push, cancel, link and unlink: what they send, what they print, and their exit codes."""

from collections.abc import Iterator

import pytest

from shipconsole.messages import text
from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.cli.program import Program, line
from tests.support.bench import NAMES, SECRETS, effects
from tests.support.secret_service import SecretService

ADDRESS = ("--name", "John Smith", "--street", "20 George Street", "--city", "Sydney", "--country", "Australia")


@pytest.fixture(scope="module")
def shop() -> Iterator[SimulatorServer]:
    """Simulated platforms of their own, as orders are added to them."""
    with running_simulator(orders=8) as server:
        yield server


@pytest.fixture(scope="module")
def program(shop: SimulatorServer, keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a profile that is connected to them and has synced."""
    made = Program(tmp_path_factory.mktemp("by_hand") / "profile", keyring.env)
    for vendor, name in NAMES.items():
        fields = [word for field in SECRETS[vendor] for word in ("--secret", field)]
        typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
        made.done("connect", vendor, "--name", name, "--url", f"{shop.url}/{vendor}", *fields, typed=typed)
    made.done("sync")
    return made


def test_an_order_is_created_pushed_and_shipped(program: Program, shop: SimulatorServer) -> None:
    new = ("create-order", "B-1", "--item", "CABLE=3", "--weight", "CABLE=0.12", *ADDRESS)
    (request,) = program.json(*new, "--to", "Starshipit", "--preview")["requests"]
    assert request["body"]["order"]["items"] == [{"sku": "CABLE", "quantity": 3, "weight": 0.12}]
    assert effects(shop, "B-1") == []
    made = program.json(*new, "--to", "Starshipit", "Shipup", "--wait", "120")
    assert sorted((call["connection"], call["state"]) for call in made["calls"]) == [
        ("Shipup", "confirmed"),
        ("Starshipit", "confirmed"),
    ]
    (effect,) = [effect for effect in effects(shop, "B-1") if effect["vendor"] == "starshipit"]
    # Apart from the second in which it was entered it is what the preview showed.
    for value in (effect, request):
        del value["body"]["order"]["order_date"]
    assert effect["body"] == request["body"]
    twice = program.run(*new)
    assert (twice.code, twice.err) == (2, line("create_order.exists", number="B-1"))
    ship = ("ship", "B-1", "--item", "CABLE=1", "--tracking", "9400100109361129278357", "--wait", "120")
    assert {call["state"] for call in program.json(*ship)["calls"]} == {"confirmed"}


def test_an_order_is_pushed_only_to_connections_that_lack_it(program: Program, shop: SimulatorServer) -> None:
    program.done("create-order", "B-2", "--item", "CASE=1", *ADDRESS)
    sent = program.json("push", "B-2", "10003", "--to", "Starshipit", "--wait", "120")
    assert [call["state"] for call in sent["calls"]] == ["confirmed"]
    (left_out,) = sent["not_updated"]
    assert (left_out["order"], left_out["connection"], left_out["code"]) == (
        "10003",
        "Starshipit",
        "push.already_there",
    )
    assert len(effects(shop, "B-2")) == 1
    nobody = program.run("push", "B-2", "--to", "Starshipit")
    assert (nobody.code, nobody.out) == (3, "")
    assert nobody.err.endswith(line("push.already_there", connection="Starshipit", number="B-2"))


def test_units_are_cancelled_and_restored(program: Program, shop: SimulatorServer) -> None:
    order = program.json("order", "10004")
    item = order["lines"][0]
    at = ("cancel", "10004", "--item", f"{item['sku']}=1", "--reason", "out of stock")
    requests = program.json(*at, "--preview")["requests"]
    assert "Starshipit" in [request["connection"] for request in requests]
    done = program.json(*at, "--wait", "120")
    assert {call["state"] for call in done["calls"]} == {"confirmed"}
    assert [(missing["connection"], missing["code"]) for missing in done["not_updated"]] == [
        ("ShipEngine", "cancel.no_update")
    ]
    assert program.json("order", "10004")["lines"][0]["left"] == item["left"] - 1
    program.json(*at, "--restore", "--wait", "120")
    after = program.json("order", "10004")
    assert after["lines"] == order["lines"]
    assert [(change["what_code"], change["what"], change["reason"]) for change in after["manual_changes"]] == [
        ("audit.cancelled", f"Cancelled 1 × {item['sku']}.", "out of stock"),
        ("audit.restored", f"Restored 1 × {item['sku']}.", "out of stock"),
    ]
    assert text("cli.manual_change", change=f"Restored 1 × {item['sku']}.") in program.done("order", "10004").out
    logged = [event for event in program.json("audit-log", "--order", "10004") if "what_code" in event]
    assert sorted((event["what_code"], event["what"], event["code"], event["message"]) for event in logged) == [
        (change["what_code"], change["what"], "verbatim", "out of stock") for change in after["manual_changes"]
    ]
    too_many, no_item, no_reason = program.run_together(
        [
            ("cancel", "10004", "--item", f"{item['sku']}=999", "--reason", "x"),
            ("cancel", "10004", "--item", "NOTHING=1", "--reason", "x"),
            ("cancel", "10004", "--item", f"{item['sku']}=1"),
        ]
    )
    assert [ended.code for ended in (too_many, no_item, no_reason)] == [2, 2, 2]
    assert "can't be cancelled. Units left to ship: " in too_many.err
    assert no_item.err == line("ship.unknown_item", sku="NOTHING", number="10004")


def test_orders_are_unlinked_and_linked_again(program: Program) -> None:
    apart = program.json("unlink", "10005", "--connection", "Starshipit", "--reason", "another buyer")
    assert "Starshipit" in apart["connections"]
    both = program.run("order", "10005")
    assert (both.code, "2 orders have the number" in both.err) == (2, True)
    (first,) = [order["id"] for order in program.json("orders", "--find", "10005") if order["id"] != apart["id"]]
    assert apart["id"] in [candidate["id"] for candidate in program.json("link", f"#{first}")]
    linked = program.json("link", f"#{first}", f"#{apart['id']}", "--reason", "one after all")
    assert "Starshipit" in linked["connections"]
    pulled = program.json("sync")
    assert {result["new"] for result in pulled} == {0}
    assert program.json("order", "10005")["id"] == program.json("order", f"#{apart['id']}")["id"] == first
    alone = program.done("link", "10006")
    assert (alone.out, alone.err) == ("", line("cli.no_similar_order", number="10006"))
