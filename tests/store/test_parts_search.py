"""The same orders are found in the same order on both databases, whichever way the server takes for a text."""

from array import array
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from shipconsole.store import browse, connections, parts_search, search_text
from shipconsole.store.database import Db, Engine, Row
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.orders import match_key, number_key
from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.db import PostgresqlDb
from tests.support.engines import NewStore, fresh_database
from tests.support.postgresql import PostgresqlServer

ORDERS = 2_600
PAGE = 40
TEXTS = (
    "a",  # all orders
    "smith",  # the newest
    "weber",  # the oldest
    "smith weber",  # no order, and both words in many
    "smith sydney",
    "sydney",  # one in eight
    "smith sydn 25",
    "500",
    "7",  # an old order's number, and the beginning of many
    "#7",
    "W-1",
    "w-17",
    "AB-0",  # not its dash, but all of its trigrams in all orders
    "940010000",
    "9400100000",
    "9400 1000 00",
    "94001000001200",
    "ab00",  # a number that only a connection has for an order
    "zoë",
    "zoë-1",
    "50%",
    "a_b",
    "nothing",
    "nothing at all",
    "zzzz",
    "",
)


def _numbers(index: int) -> tuple[str, ...]:
    if index == 3:
        return "7", "AB00"
    if index == 5:
        return ("#Zoë-1",)
    return (f"W-{index + 1}" if index % 5 == 2 else f"{70_000 + index}",)


def _texts(index: int) -> Iterator[str]:
    yield "a. smith" if index >= ORDERS - 1_100 else "a. weber"
    yield "sydney" if index % 8 == 0 else "ab 0 perth"
    yield f"zoe-{index}"
    if index < ORDERS // 2:
        yield f"94001{'0' * (index % 9)}1{'0' * (8 - index % 9)}{index:05}"


SEARCH_TEXTS = [search_text.of(_numbers(index), _texts(index)) for index in range(ORDERS)]
ROWS = [
    (id_, _numbers(id_ - 1)[0], match_key(_numbers(id_ - 1)[0]), number_key(_numbers(id_ - 1)[0]), text)
    for id_, text in enumerate(SEARCH_TEXTS, 1)
]


def _fill(db: Db) -> None:
    for start in range(0, ORDERS, 100):
        rows = ROWS[start : start + 100]
        places = ", ".join(["(?, ?, ?, ?, 'open', 1, ?)"] * len(rows))
        db.connection.execute(
            "INSERT INTO orders (id, number, match_key, number_key, state, changed_at_ms, search_text) "
            f"{'OVERRIDING SYSTEM VALUE ' if db.engine == 'postgresql' else ''}VALUES {places}",
            [value for row in rows for value in row],
        )
    home = connections.put(db, name="C", vendor="shipengine", base_url="", options={})
    db.connection.execute(
        "INSERT INTO link (order_id, connection_id, remote_id, remote_number, match_key, document, seen_at_ms) "
        "VALUES (4, ?, 'r', 'AB00', ?, '{}', 1)",
        [home, match_key("AB00")],
    )


def expected(text: str, most: int) -> list[int]:
    """Return what is found, by comparing every order."""
    exact = search_text.number_pattern(text).strip("%")
    wanted = [[pattern[1:-1].replace("\\", "") for pattern in parts] for parts in search_text.patterns(text)]
    found = [
        id_ for id_, has in enumerate(SEARCH_TEXTS, 1) if any(all(part in has for part in parts) for parts in wanted)
    ]
    return sorted(found, key=lambda id_: (exact not in SEARCH_TEXTS[id_ - 1], -id_))[:most]


@pytest.mark.both_engines
def test_each_way_finds_the_same(new_store: NewStore, database_engine: Engine) -> None:
    store = new_store()
    store.write(_fill).result()
    for text in TEXTS:
        for most in (1, PAGE, 1_000, browse.NO_LIMIT):
            assert store.read(browse.found, text, most).result() == array("q", expected(text, most)), (text, most)


@pytest.mark.both_engines
def test_a_number_typed_without_its_accents_is_first_where_all_are_found(new_store: NewStore) -> None:
    """On a server, more orders than asked for may hide that one of them has exactly that number."""
    store = new_store()
    store.write(_fill).result()
    assert store.read(browse.found, "zoe-1", browse.NO_LIMIT).result() == array("q", expected("zoe-1", ORDERS))


class _Told(PostgresqlDb):
    """Notes which statements find orders, and how many of the newest are compared."""

    def __init__(self, connection: engine.Connection) -> None:
        self.told: list[str] = []
        super().__init__(connection)

    def rows(self, name: str, /, **values: Any) -> list[Row]:
        self.told.append(f"{name.removeprefix('browse.')} {values.get('newest', '')}".strip())
        return super().rows(name, **values)


FIRST = f"containing_first {parts_search.NEWEST}"


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        # Common: the newest are enough.
        ("a", [FIRST, "with_number"]),
        ("smith", [FIRST, "with_number"]),
        # Only the older ones have it, as one of the sample in the middle tells.
        ("weber", [FIRST, f"containing_among_newest {ORDERS}", "with_number"]),
        # Rare.
        ("nothing", [FIRST, "containing"]),
        ("smith weber", [FIRST, "containing_both"]),
    ],
)
def test_the_way_follows_from_how_many_have_a_text(filled: engine.Connection, text: str, ways: list[str]) -> None:
    db = _Told(filled)
    assert parts_search.containing(db, text, 200) == expected(text, 200)
    assert db.told == ways


@pytest.fixture(scope="module")
def filled(postgresql_server: PostgresqlServer) -> Iterator[engine.Connection]:
    name = fresh_database(postgresql_server)
    create_or_upgrade(postgresql_server.url(name))
    with closing(engine.connect(postgresql_server.url(name))) as opened:
        opened.execute("BEGIN")
        _fill(PostgresqlDb(opened))
        opened.execute("COMMIT")
        opened.execute("VACUUM ANALYZE orders")
        yield opened
    postgresql_server.admin(f'DROP DATABASE "{name}"')
