"""The store of the first release, kept as text: it is what the first migration makes, and later ones open it."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import backup, browse, migrations, orders
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreLayoutError
from shipconsole.store.migrations import Migration
from shipconsole.store.sqlite import SqliteStore
from tests.store import write_fixture
from tests.support import sql

EMPTY = Migration(2, "empty", "")
ADDED = Migration(2, "added", "ALTER TABLE packer ADD COLUMN shift TEXT NOT NULL DEFAULT '';\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    store = tmp_path / "shipconsole.db"
    write_fixture.load(store)
    return store


@pytest.fixture
def stores(file: Path) -> Generator[list[SqliteStore]]:
    opened: list[SqliteStore] = []
    yield opened
    for store in opened:
        store.close()


def dump(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sql.connect(file)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: opened.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall() for table in tables}


def opened(stores: list[SqliteStore], file: Path, *more: Migration) -> SqliteStore:
    store = SqliteStore(file, [*migrations.known(), *more])
    stores.append(store)
    store.open(before_migration=backup.make_before)
    store.read(lambda db: db.value("changes.newest")).result()
    return store


def test_the_first_migration_is_that_of_the_kept_store() -> None:
    assert write_fixture.FILE.read_text("utf-8") == write_fixture.text(), (
        "0001_first makes other tables than the kept store has. Until the first release: run poe store-fixture."
        " After it: that migration never changes; add another one."
    )


def test_it_opens_unchanged_with_the_migrations_of_today(file: Path, stores: list[SqliteStore]) -> None:
    before = dump(file)
    store = opened(stores, file)
    assert store.read(browse.counts).result().all == len(before["orders"]) == 17
    store.close()
    assert dump(file) == before
    assert backup.every(file) == ()


def test_it_opens_unchanged_after_an_empty_second_migration(file: Path, stores: list[SqliteStore]) -> None:
    before = dump(file)
    store = opened(stores, file, EMPTY)
    states = {order.state for order in (store.read(orders.get, id_).result() for id_ in range(1, 18))}
    assert states == {"open", "partly_shipped", "shipped", "cancelled"}
    store.close()
    after = dump(file)
    assert [row[0] for row in after.pop("migration")] == [1, 2]
    assert before.pop("migration")[0][0] == 1
    # Nothing but the list of migrations differs, the fingerprint of the tables neither.
    assert after == before
    (copy,) = backup.every(file)
    assert copy.before == 2
    assert backup.check(copy.file) == 17
    assert [row[0] for row in dump(copy.file)["migration"]] == [1]
    # It opens again, and a program without that migration leaves it alone.
    opened(stores, file, EMPTY).close()
    assert len(backup.every(file)) == 1
    with pytest.raises(EnvironmentFailure, match="newer"):
        opened(stores, file)


def test_a_second_migration_that_adds_something_has_its_own_fingerprint(file: Path, stores: list[SqliteStore]) -> None:
    before = dump(file)["database_info"][0]
    opened(stores, file, ADDED).close()
    after = dump(file)["database_info"][0]
    assert (after[0], after[1], after[3] == before[3]) == (before[0], before[1], False)
    opened(stores, file, ADDED).close()
    with closing(sql.connect(file)) as other:
        other.execute("DROP INDEX orders_by_number")
    with pytest.raises(StoreLayoutError):
        opened(stores, file, ADDED)


def test_counts_and_search_fit_the_rows(file: Path, stores: list[SqliteStore]) -> None:
    store = opened(stores, file)

    def counted(db: Db) -> list[tuple[str, int]]:
        return db.connection.execute(
            "SELECT 'to_ship', SUM(left_units > 0) FROM orders UNION ALL SELECT 'all', COUNT(*) FROM orders"
        ).fetchall()

    counts = store.read(browse.counts).result()
    assert dict(store.read(counted).result()) == {"to_ship": counts.to_ship, "all": counts.all}
    found = store.read(lambda db: db.connection.execute(
        "SELECT COUNT(*) FROM order_search WHERE order_search MATCH '\"byron\"'").fetchall()).result()  # fmt: skip
    assert found == [(17,)]
