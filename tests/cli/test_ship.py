"""ship and preview: each platform is notified once; rejected and unknown outcomes are resolved by hand."""

from typing import Any

from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support import local_http
from tests.support.bench import effects, fault
from tests.support.labels import usps

PACKAGES = tuple(usps(serial) for serial in range(111, 114))
PREVIEWED, LATER, TRIED, REFUSED, UNKNOWN = (usps(serial) for serial in range(101, 106))


def vendors_state(shop: SimulatorServer) -> dict[str, Any]:
    return local_http.get(f"{shop.url}/_simulator/state").json()


def test_each_platform_is_sent_what_was_previewed_once(program: Program, shop: SimulatorServer) -> None:
    words = ("10001", "--item", "MOBILE-CASE-BLK=2", "--tracking", PREVIEWED)
    shown = program.json("preview", *words)
    assert shown["order"] == "10001"
    assert [request["connection"] for request in shown["requests"]] == ["ShipEngine", "Starshipit", "Shipup"]
    keys = [
        value for request in shown["requests"] for name, value in request["headers"].items() if "key" in name.lower()
    ]
    assert keys == ["********"] * 3
    assert effects(shop, "10001") == []

    shipped = program.json("ship", *words, "--wait", "120")
    assert (shipped["state"], shipped["left"]) == ("partly_shipped", 3)
    assert [call["state"] for call in shipped["calls"]] == ["confirmed"] * 3

    sent = effects(shop, "10001")
    assert len(sent) == 3
    assert {entry["vendor"]: entry["body"] for entry in sent} == {
        request["vendor"]: request["body"] for request in shown["requests"]
    }
    assert {entry["call"] for entry in sent} == {request["call"] for request in shown["requests"]}


def test_an_order_of_five_items_ships_in_three_packages(program: Program, shop: SimulatorServer) -> None:
    contents = (
        ("--item", "MOBILE=1", "--item", "CHARGER-USB-C=1"),
        ("--item", "CHARGER-USB-C=1", "--item", "CABLE-USB-C-2M=1", "--item", "MOBILE-CASE-BLK=1"),
        ("--all-left",),
    )
    left: list[tuple[str, int]] = []
    for items, number in zip(contents, PACKAGES, strict=True):
        shipped = program.json("ship", "10005", *items, "--tracking", number, "--wait", "120")
        assert [call["state"] for call in shipped["calls"]] == ["confirmed"] * 3, shipped
        left.append((shipped["state"], shipped["left"]))
    assert left == [("partly_shipped", 5), ("partly_shipped", 2), ("shipped", 0)]

    order = program.json("order", "10005")
    ordered = {line["sku"]: line["ordered"] for line in order["lines"]}
    assert order["state"] == "shipped"
    assert [line["left"] for line in order["lines"]] == [0] * 5
    assert {line["sku"]: line["shipped"] for line in order["lines"]} == ordered
    packages = [package for shipment in order["shipments"] for package in shipment["packages"]]
    assert [package["tracking_number"] for package in packages] == list(PACKAGES)
    assert [package["carrier"] for package in packages] == ["usps"] * 3
    assert sum_by_sku(packages, "lines", "sku", "quantity") == ordered
    assert [track["tracking_number"] for track in order["tracks"]] == list(PACKAGES)

    sent = {vendor: [] for vendor in ("shipengine", "starshipit", "shipup")}
    for effect in effects(shop, "10005"):
        assert effect["duplicate_of"] is None
        sent[effect["vendor"]].append(effect["body"])
    assert [len(bodies) for bodies in sent.values()] == [3, 3, 3]

    assert [body["tracking_number"] for body in sent["shipengine"]] == list(PACKAGES)
    units = sum_by_sku(sent["shipengine"], "sales_order_items", "sales_order_item_id", "quantity")
    assert sorted(units.values()) == sorted(ordered.values())

    known_there = vendors_state(shop)
    trackers = [
        tracker
        for order in known_there["shipup"]
        if order["order_number"] == "10005"
        for fulfillment in order["fulfillments"]["data"]
        for tracker in fulfillment["trackers"]["data"]
    ]
    assert [tracker["tracking_number"] for tracker in trackers] == list(PACKAGES)
    packed = [{"lines": tracker["line_items"]["data"]} for tracker in trackers]
    assert sum_by_sku(packed, "lines", "sku", "shipped_quantity") == ordered
    (copy,) = [order for order in known_there["starshipit"] if order["order_number"] == "10005"]
    assert [package["tracking_number"] for package in copy["packages"]] == list(PACKAGES)


def sum_by_sku(parts: list[Any], lines: str, sku: str, units: str) -> dict[str, int]:
    """How many units all parts have of each thing."""
    total: dict[str, int] = {}
    for part in parts:
        for line in part[lines]:
            total[line[sku]] = total.get(line[sku], 0) + line[units]
    return total


def test_without_waiting_updates_are_queued_and_flush_sends_them(program: Program, shop: SimulatorServer) -> None:
    shipped = program.json(
        "ship", "10007", "--item", "GLASS-6-1=4", "--tracking", LATER, "--to", "ShipEngine", "Shipup"
    )
    ids = [call["id"] for call in shipped["calls"]]
    assert [(call["connection"], call["state"]) for call in shipped["calls"]] == [
        ("ShipEngine", "pending"),
        ("Shipup", "pending"),
    ]
    assert effects(shop, "10007") == []
    waiting = [call for call in program.json("outbox", "--state", "pending") if call["order"] == "10007"]
    assert sorted(call["id"] for call in waiting) == ids
    assert waiting[0].keys() >= {
        "id",
        "order",
        "connection",
        "vendor",
        "state",
        "attempts",
        "next_at",
        "problems",
    }

    delivered = program.done("flush", "--until-empty")
    assert "10007  ShipEngine: confirmed" in delivered.out
    assert [effect["vendor"] for effect in effects(shop, "10007")] in (
        ["shipengine", "shipup"],
        ["shipup", "shipengine"],
    )
    states = {call["id"]: call["state"] for call in program.json("outbox")}
    assert [states[id_] for id_ in ids] == ["confirmed", "confirmed"]


def test_flush_lists_only_the_updates_that_it_sent(program: Program, shop: SimulatorServer) -> None:
    fault(shop, "shipup", "refuse", call="create_order")
    shipped = program.json("ship", "10011", "--all-left", "--tracking", TRIED, "--to", "ShipEngine", "Shipup")
    assert len(shipped["calls"]) == 2
    first = program.run("flush", "--until-empty")
    assert first.code == 3
    assert sorted(line.split(" ", 3)[:3] for line in first.out.splitlines() if line.startswith("10011")) == [
        ["10011", "", "ShipEngine:"],
        ["10011", "", "Shipup:"],
    ]
    second = program.run("flush", "--until-empty")
    assert (second.code, second.out) == (0, "")


def test_a_rejection_ends_in_3_and_is_retried_by_a_person(program: Program, shop: SimulatorServer) -> None:
    fault(shop, "shipengine", "refuse", call="notify_shipped")
    words = ("ship", "10003", "--all-left", "--tracking", REFUSED, "--to", "ShipEngine", "--wait", "120", "--json")
    refused = program.run(*words)
    assert refused.code == 3
    (call,) = refused.json["calls"]
    assert call["state"] == "rejected"
    assert call["problems"][0]["message"]
    assert effects(shop, "10003") == []

    assert program.run("resolve", str(call["id"]), "--retry", "--reason", "  ").code == 2
    program.done("resolve", str(call["id"]), "--retry", "--reason", "asked ShipEngine")
    program.done("flush")
    sent = effects(shop, "10003")
    assert [entry["call"] for entry in sent] == ["notify_shipped"]
    order = program.json("order", "10003")
    states = [(entry["id"] == call["id"], entry["state"]) for entry in order["shipments"][0]["calls"]]
    assert sorted(states) == [(False, "confirmed"), (True, "superseded")]


def test_an_unknown_outcome_ends_in_4_and_is_never_sent_again_automatically(
    program: Program, shop: SimulatorServer
) -> None:
    fault(shop, "shipengine", "drop_after", call="notify_shipped")
    words = ("ship", "10002", "--all-left", "--tracking", UNKNOWN, "--to", "ShipEngine", "--wait", "120", "--json")
    ended = program.run(*words)
    assert ended.code == 4
    (call,) = ended.json["calls"]
    assert call["state"] == "unknown"
    assert call["message"]
    program.run("flush", "--until-empty")
    assert len(effects(shop, "10002")) == 1
    program.done("resolve", str(call["id"]), "--mark-confirmed", "--reason", "seen at ShipEngine")
    (settled,) = program.json("order", "10002")["shipments"][0]["calls"]
    assert settled["state"] == "confirmed"
    assert "seen at ShipEngine" in settled["message"]
