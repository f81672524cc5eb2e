"""Every named query prepares on PostgreSQL, with values of any type and with none."""

import re
from collections.abc import Generator
from importlib.resources import files

import pytest

from shipconsole.store import search_text
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.postgresql.statements import for_driver
from shipconsole.store.queries import query
from tests.support.engines import fresh_database
from tests.support.postgresql import PostgresqlServer

# What no transaction runs: scripts for the server, and statements that cannot be prepared.
SCRIPTS = ("rights", "roles")
SQL = files("shipconsole.store") / "sql"
NAMES = sorted(
    f"{entry.name.partition('.')[0]}.{name}"
    for entry in SQL.iterdir()
    if entry.name.endswith(".sql")
    and not entry.name.endswith(".sqlite.sql")
    and entry.name.partition(".")[0] not in SCRIPTS
    for name in re.findall(r"^-- name: (\w+)", entry.read_text("utf-8"), re.MULTILINE)
)


@pytest.fixture(scope="module")
def connection(postgresql_server: PostgresqlServer) -> Generator[Connection]:
    name = fresh_database(postgresql_server)
    create_or_upgrade(postgresql_server.url(name))
    opened = engine.connect(postgresql_server.url(name))
    yield opened
    opened.close()
    postgresql_server.admin(f'DROP DATABASE "{name}"')


@pytest.mark.parametrize("name", NAMES)
def test_each_query_prepares_without_types(connection: Connection, name: str) -> None:
    numbered: dict[str, str] = {}
    text = re.sub(
        r"%\((\w+)\)s",
        lambda found: numbered.setdefault(found[1], f"${len(numbered) + 1}"),
        for_driver(query(name, "postgresql").text),
    ).replace("%%", "%")
    connection.execute(f"PREPARE tried AS {text}; DEALLOCATE tried")


def test_what_is_quoted_is_no_value() -> None:
    text = "SELECT ':a %' || :b::text -- not :c ?\nFROM t WHERE x IN :ids AND y NOT IN :others AND \"z:z\" = ?"
    assert for_driver(text) == (
        "SELECT ':a %%' || %(b)s::text  \nFROM t WHERE x = ANY (%(ids)s) AND y <> ALL (%(others)s) AND \"z:z\" = %s"
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("müller", "Frau MÜLLER, Köln"),
        ("muller", "Frau Müller, Köln"),
        ("strasse", "Hauptstraße 5"),
        ("hauptstraße", "HAUPTSTRASSE 5"),
        ("9400 1001", "tracking 94001001"),
        ("94001001", "tracking 9400-1001 x"),
        ("ｆｕｌｌ", "full width"),
        ("łódź", "LODZ"),
        ("two  words", "has two words"),
        ("東京", "東京都 港区"),
        ("absent", "present"),
        ("a_b", "axb"),
        ("50%", "50% off"),
        ("o'brien", "O’Brien"),
    ],
)
def test_the_audit_log_is_searched_as_in_a_file(connection: Connection, typed: str, text: str) -> None:
    find, together = search_text.typed(typed)
    ((found,),) = connection.execute("SELECT is_found(?, ?, ?)", (find, together, text)).fetchall()
    assert bool(found) == search_text.is_found(find, together, text)
