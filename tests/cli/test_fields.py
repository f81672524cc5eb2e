"""Commands about an order's fields: fields, change; what they print, send, and how they end."""

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
    told = basic.json
    assert [(one["connection"], one["may_change"]) for one in told["connections"]][:2] == [
        ("ShipEngine", False),
        ("Starshipit", True),
    ]
    (section,) = everything.json["connections"]
    assert len(section["fields"]) > len(told["connections"][1]["fields"])
    (street,) = [one for one in section["fields"] if one["path"] == "destination.street"]
    assert (street["title"], street["kind"], street["limits"], street["may_change"]) == (
        "Street",
        "text",
        "1 to 100 characters.",
        True,
    )
    (date,) = [one for one in section["fields"] if one["path"] == "order_date"]
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
    assert "1 Test Street" in [one["value"] for one in after["connections"][0]["fields"]]
    assert [one["what_code"] for one in after["differences"]] == ["order.field.street"]


def test_what_cannot_be_changed_is_refused_in_words(program: Program) -> None:
    too_long, no_field, no_form, nothing, read_only = program.run_together(
        [
            (*AT, "--set", f"destination.post_code={'1' * 11}"),
            (*AT, "--set", "destination.planet=Mars"),
            (*AT, "--set", "destination.street"),
            AT,
            ("change", NUMBER, "--connection", "ShipEngine", "--set", "external_order_number=1"),
        ]
    )
    assert [one.code for one in (too_long, no_field, no_form, nothing, read_only)] == [2] * 5
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


def test_entries_of_lists_come_and_go_at_the_vendor(program: Program, shop: SimulatorServer) -> None:
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


def test_a_newer_change_replaces_a_refused_one_and_what_the_vendor_made_of_it_is_said(
    program: Program, shop: SimulatorServer
) -> None:
    at = ("change", "10019", "--connection", "Starshipit")
    fault(shop, "starshipit", "refuse_field", call="update_order", field="destination.street")
    refused = program.run(*at, "--set", "destination.street=1 Test Street", "--wait", "120", "--json")
    assert refused.code == 3
    (call,) = refused.json["calls"]
    assert call["problems"][0]["path"] == "fields.destination.street"
    fault(shop, "starshipit", "keep_other", call="update_order", field="post_code")
    changed = program.done(*at, "--set", "destination.post_code=2001", "--wait", "120", "--json")
    assert changed.json["replaced"] == [call["id"]]
    assert [one["state"] for one in changed.json["calls"]] == ["confirmed"]
    assert line("cli.rejected_change", summary="Street") in changed.err
    (section,) = program.json("fields", "10019", "--connection", "Starshipit")["connections"]
    assert [(one["path"], one["sent"], one["now"]) for one in section["vendor_changed"]] == [
        ("destination.post_code", "2001", "02001")
    ]
    calls = program.json("outbox")
    assert {one["id"]: one["state"] for one in calls}[call["id"]] == "cancelled"
    assert all("vendor_request_id" in one for one in calls)


def test_the_shops_of_a_vendor_are_listed_and_read_again(program: Program) -> None:
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
    assert [one["name"] for one in in_json.json] == ["Shopify AU", "WooCommerce EU"]
    (source,) = again.json
    assert (source["name"], source["idle"]) == ("Shopify AU", False)
    assert (unknown.code, unnamed.code, not_able.code) == (2, 2, 2)
    for ended in (unknown, unnamed):
        assert "Existing stores: Shopify AU, WooCommerce EU." in ended.err
        assert ended.err.endswith(line("stores.name_by_id"))
    assert not_able.err == line("stores.no_refresh", platform="Shipup")
