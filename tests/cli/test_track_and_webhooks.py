"""track and webhooks: what they print, and their exit codes."""

from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program, line
from tests.support.bench import fault

NUMBER = "9405511899223197428490"
AT = ("track", NUMBER, "--connection", "ShipEngine")


def test_a_package_is_queried_subscribed_and_unsubscribed(program: Program) -> None:
    in_json, in_words, started, no_carrier, not_able = program.run_together(
        [
            (*AT, "--json"),
            AT,
            (*AT, "--carrier", "usps", "--subscribe"),
            ("track", "N1", "--connection", "ShipEngine"),
            ("track", NUMBER, "--connection", "Shipup", "--json"),
        ]
    )
    tracked = in_json.json
    assert (tracked["tracking_number"], tracked["status"], tracked["code"], tracked["events"]) == (
        NUMBER,
        "not_yet",
        "NY",
        [],
    )
    assert tracked["shipped"] == {"text": "", "at": None}
    assert (in_words.code, in_words.out) == (0, f"{NUMBER}  {line('tracking.not_in_system')}")
    assert (started.code, started.out) == (0, "done\n")
    assert (no_carrier.code, no_carrier.out) == (2, "")
    assert no_carrier.err == line("track.no_carrier", number="N1")
    assert (not_able.code, not_able.out) == (2, "")
    assert program.json(*AT, "--unsubscribe") == {
        "outcome": "accepted",
        "code": "",
        "message": "",
        "problems": [],
    }


def test_webhooks_are_registered_listed_and_removed(program: Program, shop: SimulatorServer) -> None:
    url = "https://example.com/hook"
    (made,) = program.json("webhooks", "ShipEngine", "--register", "track", "--url", url)
    assert (made["event"], made["url"]) == ("track", url)
    again, listed, stray, no_event, changed = program.run_together(
        [
            ("webhooks", "ShipEngine", "--register", "track", "--url", url, "--json"),
            ("webhooks", "ShipEngine"),
            ("webhooks", "ShipEngine", "--url", url),
            ("webhooks", "ShipEngine", "--register", "all", "--url", url),
            ("webhooks", "ShipEngine", "--change", made["id"], "--url", url),
        ]
    )
    assert (again.code, again.json["outcome"]) == (3, "refused")
    assert again.json["problems"][0]["path"] == "event"
    assert (listed.code, listed.out.split()) == (0, [made["id"], "track", url, "Shipconsole"])
    assert (stray.code, no_event.code, changed.code) == (2, 2, 0)
    assert "sales_orders_imported" in no_event.err
    for options in (("--register", "", "--url", url), ("--url", "")):
        empty = program.run("webhooks", "ShipEngine", *options)
        assert (empty.code, empty.out) == (2, ""), options
    assert program.done("webhooks", "ShipEngine", "--remove", made["id"]).out == "done\n"
    fault(shop, "shipengine", "drop_before", call="list_webhooks")
    assert program.run("webhooks", "ShipEngine").code == 4
    none = program.done("webhooks", "ShipEngine")
    assert none.out == ""
    assert none.err.startswith("No webhooks are registered. Events: batch, ")
