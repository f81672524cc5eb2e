"""push of many orders: in one request where the platform takes batches."""

from pathlib import Path

from shipconsole.simulator.server import running_simulator
from tests.cli.program import Program
from tests.support.bench import NAMES, SECRETS, effects


def test_all_open_orders_are_pushed_in_one_batch_job_and_never_twice(program: Program, tmp_path: Path) -> None:
    with running_simulator() as server:
        bench = program.on(tmp_path / "profile")
        for vendor in ("shipengine", "shipup"):
            fields = [word for field in SECRETS[vendor] for word in ("--secret", field)]
            typed = "".join(f"{key}\n" for key in SECRETS[vendor].values())
            bench.done(
                "connect", vendor, "--name", NAMES[vendor], "--url", f"{server.url}/{vendor}", *fields, typed=typed
            )
        bench.done("sync")
        sent = bench.done("push", "--all-open", "--to", "Shipup", "--wait", "120", "--json").json
        states = [call["state"] for call in sent["calls"]]
        assert states == ["confirmed"] * 12
        sent_orders = effects(server)
        assert [effect["call"] for effect in sent_orders] == ["batch_create"] * 12
        assert len({effect["order_number"] for effect in sent_orders}) == 12
        again = bench.run("push", "--all-open", "--to", "Shipup", "--wait", "5", "--json")
        assert again.json["calls"] == []
        assert len(again.json["not_updated"]) == 24
        # A person reads how many, not a line for each.
        repeated = bench.run("push", "--all-open", "--to", "Shipup")
        assert (repeated.code, repeated.out, repeated.err) == (3, "", "Shipup: 24 of 24 orders are left out.\n")
        named = bench.run("push", "10001", "--to", "Shipup")
        assert (named.code, named.err.count("10001")) == (3, 2)
        assert len(effects(server)) == 12
