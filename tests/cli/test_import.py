"""import: exit codes, one JSON document, the result file, mappings, and refused files."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.cli.conftest import connected
from tests.cli.program import Program
from tests.support.labels import usps
from tests.support.secret_service import SecretService

A, B = usps(1_801), usps(1_802)


@pytest.fixture(scope="module")
def shop() -> Iterator[SimulatorServer]:
    """Simulated platforms whose orders no other file ships."""
    with running_simulator() as server:
        yield server


@pytest.fixture(scope="module")
def program(shop: SimulatorServer, keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a profile of its own."""
    return connected(shop, keyring, tmp_path_factory.mktemp("own") / "profile")


def written(path: Path, *rows: str, header: str = "Order,SKU,Quantity,Tracking number") -> str:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return str(path)


def test_a_dry_run_ships_nothing_a_run_ships_the_good_and_a_second_run_nothing(
    program: Program, tmp_path: Path
) -> None:
    file = written(tmp_path / "s.csv", f"10021,NONE,1,{A}", f"99999,MOBILE,1,{B}")
    sku = program.json("order", "10021")["lines"][0]["sku"]
    file = written(tmp_path / "s.csv", f"10021,{sku},1,{A}", f"99999,{sku},1,{B}")
    dry = program.run("import", file, "--dry-run", "--json")
    assert dry.code == 2
    assert [(row["row"], row["status"], row["code"]) for row in dry.json["rows"]] == [
        (2, "ready", ""),
        (3, "refused", "order.unknown"),
    ]
    assert dry.json["counts"] == {
        "shipped": 0, "created": 0, "ready": 1, "done_before": 0, "refused": 1, "stopped": 0,
    }  # fmt: skip
    assert program.json("order", "10021")["shipments"] == []
    assert list(tmp_path.iterdir()) == [tmp_path / "s.csv"]

    ran = program.run("import", file, "--json")
    assert (ran.code, [row["status"] for row in ran.json["rows"]]) == (2, ["shipped", "refused"])
    (shipment,) = program.json("order", "10021")["shipments"]
    assert [package["tracking_number"] for package in shipment["packages"]] == [A]
    assert [call["id"] for call in shipment["calls"]] == ran.json["rows"][0]["calls"]
    with Path(ran.json["result_file"]).open(encoding="utf-8-sig", newline="") as result:
        assert [(row["row"], row["status"]) for row in csv.DictReader(result)] == [("2", "shipped"), ("3", "refused")]

    again = program.run("import", written(tmp_path / "s.csv", f"10021,{sku},1,{A}"), "--json")
    assert (again.code, [row["status"] for row in again.json["rows"]]) == (0, ["done_before"])
    assert len(program.json("order", "10021")["shipments"]) == 1


def test_the_updates_are_sent_and_waited_for(program: Program, tmp_path: Path) -> None:
    sku = program.json("order", "10024")["lines"][0]["sku"]
    number = usps(1_803)
    ended = program.run("import", written(tmp_path / "s.csv", f"10024,{sku},1,{number}"), "--json", "--wait", "120")
    assert (ended.code, [row["status"] for row in ended.json["rows"]]) == (0, ["shipped"])
    (shipment,) = program.json("order", "10024")["shipments"]
    assert {call["state"] for call in shipment["calls"]} == {"confirmed"}


def test_a_mapping_is_given_once(program: Program, tmp_path: Path) -> None:
    sku = program.json("order", "10022")["lines"][0]["sku"]
    file = written(tmp_path / "m.csv", f"10022,{sku},1,{B}", header="Ref,What,Many,Label")
    refused = program.run("import", file, "--dry-run", "--json")
    assert (refused.code, refused.out) == (2, "")
    maps = [f"--map={field}={title}" for field, title in zip(
        ("order", "sku", "quantity", "tracking_number"), ("Ref", "What", "Many", "Label"), strict=True
    )]  # fmt: skip
    assert program.run("import", file, "--dry-run", *maps).code == 0
    assert program.run("import", file, "--dry-run").code == 2, "a dry run stores nothing"
    assert program.run("import", file, *maps).code == 0
    assert program.json("import", file, "--dry-run")["rows"][0]["status"] == "done_before"


def test_what_cannot_be_imported_stores_nothing(program: Program, tmp_path: Path) -> None:
    file = written(tmp_path / "s.csv", f"10023,X,1,{A}")
    for words, code in (
        ((str(tmp_path / "missing.csv"),), 2),
        ((str(tmp_path),), 2),
        ((file, "--map", "order"), 2),
        ((file, "--map", "size=Order"), 2),
        ((file, "--as", "orders"), 2),
        ((file, "--result", str(tmp_path / "none" / "r.csv")), 5),
        ((file, "--to", "Nowhere"), 2),
    ):
        ended = program.run("import", *words, "--json")
        assert ended.code == code, ended
        assert ended.err
    assert program.json("order", "10023")["shipments"] == []
