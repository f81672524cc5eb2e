"""What cannot be is refused in a sentence that names it, and stores nothing; keys stay in the keyring."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support import sql
from tests.support.bench import SECRETS, effects

UPS = "1Z999AA10123456784"
ITEM = ("--item", "POWER-BANK-20K=1")
TRACKED = ("--tracking", UPS)
TO_OTHERS = "420787459400111206206406260787"
WRONG = {
    "more than left": (("ship", "10006", "--item", "POWER-BANK-20K=2", *TRACKED), "POWER-BANK-20K: 2"),
    "far more than left": (("ship", "10006", "--item", f"POWER-BANK-20K={10**30}", *TRACKED), "POWER-BANK-20K"),
    "nothing": (("ship", "10006", *TRACKED), "Nothing to ship"),
    "unknown SKU": (("ship", "10006", "--item", "MOBILE=1", *TRACKED), "MOBILE is not on order 10006"),
    "unknown order": (("ship", "99999", "--all-left", *TRACKED), "no order 99999"),
    "no tracking number": (("ship", "10006", "--all-left"), "no tracking number"),
    "none of it": (("ship", "10006", "--item", "POWER-BANK-20K=0", *TRACKED), "POWER-BANK-20K: 0"),
    "less than none": (("ship", "10006", "--item", "POWER-BANK-20K=-1", *TRACKED), "POWER-BANK-20K: -1"),
    "no number": (("ship", "10006", "--item", "POWER-BANK-20K=abc", *TRACKED), "POWER-BANK-20K=abc"),
    "an underscore": (("ship", "10006", "--item", "POWER-BANK-20K=1_0", *TRACKED), "POWER-BANK-20K=1_0"),
    "an article in GS1": (("ship", "10006", *ITEM, "--tracking", "]C10104006381333931"), "GTIN"),
    "no quantity": (("preview", "10006", "--item", "POWER-BANK-20K=--1", *TRACKED), "POWER-BANK-20K=--1"),
    "unknown connection": (("ship", "10006", *ITEM, *TRACKED, "--to", "Nobody"), "“Nobody”"),
    "no wait": (("ship", "10006", *ITEM, *TRACKED, "--wait", "nan"), "nan is not a number of seconds"),
    "until before since": (
        ("audit-log", "--since", "2026-02-01", "--until", "2026-01-01"),
        "--until is before --since",
    ),
    "record of no order": (("audit-log", "--order", ""), "order number"),
    "carriers of no connection": (("carriers", "--connection", ""), "“”"),
    "stores of no connection": (("stores", "--connection", ""), "“”"),
    "fields of no connection": (("fields", "10006", "--connection", ""), "“”"),
    "forwarding from no connection": (("forwarding", "--from", "", "--to", "Shipup"), "“”"),
    "linked with no order": (("link", "10006", "", "--reason", "x"), "order number"),
    "separate from nothing": (("link", "10006", "--keep-separate", "--reason", "x"), "--keep-separate requires OTHER"),
    "a pair of nothing": (("link", "10006", "--pair", "A=B"), "--pair requires OTHER"),
    "forwarding to but not from": (("forwarding", "--to", "Shipup"), "--to requires --from"),
    "a mode of nothing": (("forwarding", "--mode", "auto"), "--mode requires --from"),
    "identified on no order": (("identify", "--order", "", UPS), "order number"),
    "no state": (("outbox", "--state", ""), "“”"),
    "unknown call": (("resolve", "4711", "--discard", "--reason", "x"), "no update 4711"),
    "no call": (("resolve", str(10**20), "--discard", "--reason", "x"), str(10**20)),
    "not a state": (("outbox", "--state", "lost"), "“lost”"),
    "unknown platform": (("connect", "acme", "--name", "A"), "“acme”"),
    "no key came": (("connect", "shipup", "--name", "A", "--secret", "api_key"), "api_key"),
    "no database": (("orders", "--database", "mysql://x"), "“mysql”"),
    "no command": (("--json",), "usage"),
    "not text": (("ship", "10006", *ITEM, "--tracking", "\udcff"), "not text"),
    "only hidden characters": (("ship", "10006", *ITEM, "--tracking", "\u202e\u200b"), "no tracking number"),
    "wrong check digit": (("ship", "10006", *ITEM, "--tracking", "1Z999AA10123456785"), "it should be 4"),
    "another postal code": (("ship", "10006", *ITEM, "--tracking", TO_OTHERS), "goes to postal code 78745"),
    "an article's number": (("preview", "10006", *ITEM, "--tracking", "4006381333931"), "GTIN"),
    "a kept label, no reason": (
        ("ship", "10006", *ITEM, *TRACKED, "--keep-label"),
        str(Message("cli.needs_reason", option="--keep-label")),
    ),
    "a number again, no reason": (
        ("ship", "10006", *ITEM, *TRACKED, "--reuse-number", "--reason", " "),
        str(Message("cli.needs_reason", option="--reuse-number")),
    ),
}


# What an order's platform is asked once more before an update, where it was read some time ago, is kept as well.
READ_AGAIN = ('INSERT INTO "link"', 'INSERT INTO "rate_limit"', 'INSERT INTO "database_info"')


def everything_in(database: Path) -> list[str]:
    """All that is stored, as SQL, but for what reading an order again brings."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        return [line for line in opened.iterdump() if not line.startswith(READ_AGAIN)]


def test_what_is_wrong_is_named_and_nothing_is_stored(program: Program, shop: SimulatorServer) -> None:
    database = program.profile / "shipconsole.db"
    sql.have_just_read(database)
    before = everything_in(database), effects(shop)
    kinds = list(WRONG)
    for start in range(0, len(kinds), 6):
        group = kinds[start : start + 6]
        for kind, ended in zip(group, program.run_together([WRONG[entry][0] for entry in group]), strict=True):
            assert (ended.code, ended.out) == (5 if kind == "no database" else 2, ""), kind
            assert WRONG[kind][1] in ended.err, kind
    assert (everything_in(database), effects(shop)) == before


def test_without_a_keyring_nothing_is_connected(program: Program) -> None:
    database = program.profile / "shipconsole.db"
    before = everything_in(database)
    bare = program.on(program.profile, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus")
    connect = bare.start("connect", "shipup", "--name", "Second", "--secret", "api_key")
    test = bare.start("test-connection", "ShipEngine")
    ended = bare.end(connect, "a-key-that-stays-nowhere\n")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.startswith("This computer has no keyring that can store API keys securely")
    ended = bare.end(test)
    assert (ended.code, ended.out) == (5, "no keyring\n")
    assert everything_in(database) == before


def test_a_key_written_where_its_name_belongs_is_not_repeated(program: Program) -> None:
    ended = program.run("connect", "shipup", "--name", "Second", "--secret", "api_key=geheim-4711")
    assert ended.code == 2
    assert "geheim" not in ended.err
    assert "standard input" in ended.err


@pytest.mark.parametrize("vendor", SECRETS)
def test_keys_are_in_no_file_of_the_profile_and_in_no_output(
    program: Program, shop: SimulatorServer, vendor: str
) -> None:
    if vendor == "shipengine":
        words = ("10009", "--all-left", *TRACKED)
        program.done("ship", *words, "--wait", "120")
    files = [file for file in program.profile.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= {".db", ".log", ".toml"}
    for key in SECRETS[vendor].values():
        holding = [file.name for file in files if key.encode() in file.read_bytes()]
        assert holding == []
        assert not any(key in text for text in program.outputs)
