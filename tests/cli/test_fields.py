"""Commands about an order's fields: fields, change; what they print, send, and how they end."""

from shipconsole.practice.server import PracticeServer
from tests.cli.program import Program
from tests.kit.bench import effects

NUMBER = "10012"
AT = ("change", NUMBER, "--connection", "Starshipit")


def test_fields_are_shown_changed_and_shown_as_changed(program: Program, shop: PracticeServer) -> None:
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
        "1 to 100 characters",
        True,
    )
    (date,) = [one for one in section["fields"] if one["path"] == "order_date"]
    assert "." in date["value"]
    assert len(date["value"].rstrip("Z").partition(".")[2]) == 7
    assert in_words.out.startswith("ShipEngine (takes no changes)\n")
    assert f"external_order_number {NUMBER} Order number" in " ".join(in_words.out.split())

    (request,) = program.json(*AT, "--set", "destination.street=1 Test Street", "--preview")["requests"]
    assert request["body"]["order"]["destination"]["street"] == "1 Test Street"
    assert effects(shop, NUMBER) == []
    changed = program.json(*AT, "--set", "destination.street=1 Test Street", "--wait", "10")
    assert [call["state"] for call in changed["calls"]] == ["confirmed"]
    (effect,) = effects(shop, NUMBER)
    assert effect["body"]["order"] == request["body"]["order"]
    after = program.json("fields", NUMBER, "--connection", "Starshipit")
    assert "1 Test Street" in [one["value"] for one in after["connections"][0]["fields"]]
    assert [one["what"] for one in after["differences"]] == ["Street"]


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
    assert too_long.err == "Post code has 11 characters; Starshipit takes 10.\n"
    assert "destination.planet is no field of Starshipit" in no_field.err
    assert "PATH=VALUE" in no_form.err
    assert "Nothing to change" in nothing.err
    assert "does not let orders be changed" in read_only.err
