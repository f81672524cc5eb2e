"""fields and change, and stores: what they print, what they send, and their exit codes."""

from typing import Any

from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program, line
from tests.support import local_http
from tests.support.bench import effects, fault

NUMBER = "10012"
AT = ("change", NUMBER, "--connection", "Starshipit")


def test_fields_are_shown_changed_and_shown_as_changed(program: Program, shop: SimulatorServer) -> None:
    basic, everything, in_words = program.run_together(
        [
            ("fields", NUMBER, "--json"),
            ("fields", NUMBER, "--connection", "Starshipit", "--all", "--json"),
            ("fields", NUMBER, "--connection", "ShipEngine"),
        ]
    )
    shown = basic.json
    assert [(connection["connection"], connection["may_change"]) for connection in shown["connections"]][:2] == [
        ("ShipEngine", False),
        ("Starshipit", True),
    ]
    (section,) = everything.json["connections"]
    assert len(section["fields"]) > len(shown["connections"][1]["fields"])
    (street,) = [field for field in section["fields"] if field["path"] == "destination.street"]
    assert (street["title"], street["kind"], street["limits"], street["may_change"]) == (
        "Street",
        "text",
        "1 to 100 characters.",
        True,
    )
    (date,) = [field for field in section["fields"] if field["path"] == "order_date"]
    assert "." in date["value"]
    assert len(date["value"].rstrip("Z").partition(".")[2]) == 7
    assert in_words.out.startswith(line("cli.takes_no_changes", connection="ShipEngine"))
    assert f"external_order_number {NUMBER} Order number" in " ".join(in_words.out.split())

    (request,) = program.json(*AT, "--set", "destination.street=1 Test Street", "--preview")["requests"]
    assert request["body"]["order"]["destination"]["street"] == "1 Test Street"
    assert effects(shop, NUMBER) == []
    changed = program.json(*AT, "--set", "destination.street=1 Test Street", "--wait", "120")
    assert [call["state"] for call in changed["calls"]] == ["confirmed"]
    (effect,) = effects(shop, NUMBER)
    assert effect["body"]["order"] == request["body"]["order"]
    after = program.json("fields", NUMBER, "--connection", "Starshipit")
    assert "1 Test Street" in [field["value"] for field in after["connections"][0]["fields"]]
    assert [difference["what_code"] for difference in after["differences"]] == ["address.street"]


def test_a_change_that_is_not_possible_is_refused(program: Program) -> None:
    too_long, no_field, no_form, nothing, read_only = program.run_together(
        [
            (*AT, "--set", f"destination.post_code={'1' * 11}"),
            (*AT, "--set", "destination.planet=Mars"),
            (*AT, "--set", "destination.street"),
            AT,
            ("change", NUMBER, "--connection", "ShipEngine", "--set", "external_order_number=1"),
        ]
    )
    assert [ended.code for ended in (too_long, no_field, no_form, nothing, read_only)] == [2] * 5
    assert too_long.err == line("field.too_long", title="Postal code", count=11, most=10, platform="Starshipit")
    assert no_field.err == line("cli.not_a_field", field="destination.planet", connection="Starshipit")
    assert no_form.err == line("cli.not_field", text="destination.street")
    assert nothing.err == line("cli.nothing_to_change")
    assert read_only.err == line("change.not_supported", platform="ShipEngine")


LISTED = ("change", "10018", "--connection", "Starshipit")


def at_starshipit(shop: SimulatorServer, number: str) -> dict[str, Any]:
    """The order as the simulated platform has it."""
    orders = local_http.get(f"{shop.url}/_simulator/state").json()["starshipit"]
    return next(order for order in orders if order["order_number"] == number)


def test_list_entries_are_added_and_removed_at_the_platform(program: Program, shop: SimulatorServer) -> None:
    before = at_starshipit(shop, "10018")["items"]
    new = f"items.{len(before)}"
    gap, lacking, not_there = program.run_together(
        [
            (*LISTED, "--set", f"items.{len(before) + 1}.sku=GIFT-BOX"),
            (*LISTED, "--set", f"{new}.sku=GIFT-BOX"),
            (*LISTED, "--remove", new),
        ]
    )
    assert (gap.code, lacking.code, not_there.code) == (2, 2, 2)
    assert gap.err == line("change.not_next", entry=f"items.{len(before) + 1}", noun="item", next=new)
    assert lacking.err == line("field.needed_for_new", title="Quantity", noun="item")
    assert not_there.err == line("change.no_removing", path=new, platform="Starshipit")
    added = program.json(*LISTED, "--set", f"{new}.sku=GIFT-BOX", "--set", f"{new}.quantity=2", "--wait", "120")
    assert [(call["state"], call["summary"]) for call in added["calls"]] == [("confirmed", "SKU, Quantity, 1 added")]
    *same, box = at_starshipit(shop, "10018")["items"]
    assert same == before
    assert (box["sku"], box["quantity"]) == ("GIFT-BOX", 2)
    assert box["item_id"] not in [item["item_id"] for item in before]
    program.done(*LISTED, "--remove", "items.0", "--wait", "120")
    assert at_starshipit(shop, "10018")["items"] == [*before[1:], box]
    refused = program.run("change", "10019", "--connection", "Shipup", "--remove", "line_items.0")
    assert (refused.code, refused.err) == (2, line("shipup.deletes_nothing"))


def test_a_newer_change_replaces_a_rejected_one_and_drift_is_shown(program: Program, shop: SimulatorServer) -> None:
    at = ("change", "10019", "--connection", "Starshipit")
    fault(shop, "starshipit", "refuse_field", call="update_order", field="destination.street")
    refused = program.run(*at, "--set", "destination.street=1 Test Street", "--wait", "120", "--json")
    assert refused.code == 3
    (call,) = refused.json["calls"]
    assert call["problems"][0]["path"] == "fields.destination.street"
    fault(shop, "starshipit", "keep_other", call="update_order", field="post_code")
    changed = program.done(*at, "--set", "destination.post_code=2001", "--wait", "120", "--json")
    assert changed.json["replaced"] == [call["id"]]
    assert [call["state"] for call in changed.json["calls"]] == ["confirmed"]
    assert line("cli.rejected_change", summary="Street") in changed.err
    (section,) = program.json("fields", "10019", "--connection", "Starshipit")["connections"]
    assert [(change["path"], change["sent"], change["now"]) for change in section["vendor_changed"]] == [
        ("destination.post_code", "2001", "02001")
    ]
    calls = program.json("outbox")
    assert {call["id"]: call["state"] for call in calls}[call["id"]] == "cancelled"
    assert all("vendor_request_id" in call for call in calls)


def test_stores_are_listed_and_refreshed(program: Program) -> None:
    listed, in_json, again, unknown, unnamed, not_able = program.run_together(
        [
            ("stores",),
            ("stores", "--json"),
            ("stores", "--refresh", "shopify au", "--json"),
            ("stores", "--refresh", "no such shop"),
            ("stores", "--refresh", ""),
            ("stores", "--connection", "Shipup"),
        ]
    )
    assert "Shopify AU" in listed.out
    assert [entry["name"] for entry in in_json.json] == ["Shopify AU", "WooCommerce EU"]
    (source,) = again.json
    assert (source["name"], source["idle"]) == ("Shopify AU", False)
    assert (unknown.code, unnamed.code, not_able.code) == (2, 2, 2)
    for ended in (unknown, unnamed):
        assert "Existing stores: Shopify AU, WooCommerce EU." in ended.err
        assert ended.err.endswith(line("stores.name_by_id"))
    assert not_able.err == line("stores.no_refresh", platform="Shipup")
