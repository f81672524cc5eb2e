"""What is old of a database that several stations share is removed by one of them, and by its settings alone."""

import threading
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import blanking, health, retention
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store import blanking as stored
from shipconsole.store.database import Engine
from shipconsole.store.sqlite import SqliteStore
from tests.operations.maintenance import random_orders
from tests.support.bench import open_context
from tests.support.engines import NewStore, beside

DAY_MS = 86_400_000
MOVE = (
    "INSERT INTO move (id, move_id, state, other, began_at_ms, ended_at_ms, database_id, commits)"
    " VALUES (1, 'm', '{}', 'x', {}, {}, 'd', 1)"
)


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blanking, "REST_S", 0)
    monkeypatch.setattr(retention, "REST_S", 0)


@pytest.fixture
async def shared(new_store: NewStore, tmp_path: Path) -> AsyncGenerator[Context]:
    """A database with an order that ended 190 days ago."""
    async with open_context(tmp_path, store=new_store(is_open=False)) as ctx:
        await ctx.write(random_orders.make, [random_orders.Made(age_days=190)], ctx.clock.now_ms())
        yield replace(ctx, station="Bench 1", profile_id="a", host="h")


def rules(folder: Path, **chosen: int | bool) -> retention.Rules:
    return retention.Rules.of(Settings.model_validate(chosen), folder)


async def said(ctx: Context, folder: Path, what: str = "health.kept", **chosen: int | bool) -> list[tuple[bool, str]]:
    found = await health.run_checks(ctx, Profile(folder), Settings.model_validate(chosen))
    return [(one.ok, one.message.id) for one in found if one.what.id == what]


@pytest.mark.both_engines
async def test_one_station_removes_what_is_old_and_its_days_hold_for_all(
    shared: Context, tmp_path: Path, database_engine: Engine
) -> None:
    if database_engine == "sqlite":
        # There is one station, whose settings hold as they always did.
        assert (await retention.remove_here(shared, rules(tmp_path))).blanked == 1
        return
    other = replace(shared, station="Bench 2", profile_id="b")
    assert await retention.remove_here(other, rules(tmp_path)) == retention.Removed()
    assert await said(other, tmp_path) == [(False, "health.kept_by_nobody")]
    # The one that is to do so keeps them for two years, and no one removes them before.
    assert (await retention.remove_here(shared, rules(tmp_path, personal_days=730, removes_old_data=True))).blanked == 0
    assert (await retention.remove_here(other, rules(tmp_path, personal_days=30, removes_old_data=True))).blanked == 0
    assert await said(other, tmp_path) == [(True, "health.kept_by")]
    assert await said(other, tmp_path, removes_old_data=True) == [(False, "health.kept_by_other")]
    assert await said(shared, tmp_path, personal_days=730, removes_old_data=True) == [(True, "health.kept_on")]
    # A command at another one that is to do so changes nothing.
    retention.announce(other)
    assert await said(other, tmp_path) == [(True, "health.kept_by")]
    # Once it has not done so for days, another one that is to do so follows.
    week_ago_ms = shared.clock.now_ms() - retention.GONE_DAYS * DAY_MS - 60_000
    await shared.write(stored.note_cleaner, shared.station_id, week_ago_ms)
    assert await said(other, tmp_path) == [(False, "health.kept_by_nobody")]
    assert (await retention.remove_here(other, rules(tmp_path, personal_days=30, removes_old_data=True))).blanked == 1
    # A person may say so at once.
    await retention.take_over(shared)
    assert (await shared.read(stored.cleaner) or stored.Cleaner("", "", 0)).station_id == shared.station_id


@pytest.mark.both_engines
async def test_the_station_that_is_to_remove_is_known_before_it_has_removed_anything(
    shared: Context, tmp_path: Path, database_engine: Engine
) -> None:
    retention.announce(shared)
    if database_engine == "sqlite":
        assert await shared.read(stored.cleaner) is None
        return
    other = replace(shared, station="Bench 2", profile_id="b")
    assert await said(other, tmp_path) == [(True, "health.kept_by")]
    assert await said(shared, tmp_path, personal_days=730, removes_old_data=True) == [(True, "health.kept_on")]


@pytest.mark.parametrize("database_engine", ["postgresql"], indirect=True)
async def test_a_command_does_not_wait_long_to_say_who_removes(
    shared: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ANNOUNCED_WITHIN_S", 1.0)
    assert await shared.read(stored.cleaner) is None
    is_over = threading.Event()
    # A commit that waits, as for a standby that is away.
    waiting = shared.store.write(lambda _: is_over.wait(60))
    try:
        with pytest.raises(TimeoutError):
            retention.announce(shared)
    finally:
        is_over.set()
    waiting.result()


def left_in(folder: Path, left_at_ms: int) -> list[str]:
    """Leave a moved database in a folder, with a backup and one that a restore set aside; return their names."""
    store = SqliteStore(folder / "shipconsole.db")
    store.open()
    store.write(lambda db: db.connection.execute(MOVE.format("left", left_at_ms, left_at_ms))).result()
    store.close()
    (folder / "backups").mkdir()
    (folder / "backups" / "shipconsole-20200101T000000Z.db").write_bytes(b"names")
    (folder / "shipconsole.db.damaged-20200101T000000Z").write_bytes(b"names")
    return names_in(folder)


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("shipconsole*") if "committed" not in file.name)


@pytest.mark.both_engines
async def test_what_a_move_left_behind_goes_by_its_age(
    shared: Context, tmp_path: Path, database_engine: Engine
) -> None:
    if database_engine == "sqlite":
        return
    folder, day_ms = tmp_path / "moved", shared.clock.now_ms() - 179 * DAY_MS
    folder.mkdir()
    before = left_in(folder, day_ms)
    # The server's database is not the one that it was moved to: nothing is known to be there.
    assert await retention.remove_here(shared, rules(folder)) == retention.Removed()
    assert await said(shared, folder, "health.left_behind_title") == [(False, "health.left_behind_stays")]
    assert names_in(folder) == before
    with beside(shared.store) as opened:
        opened.execute(MOVE.format("arrived", day_ms, day_ms))
    assert await said(shared, folder, "health.left_behind_title") == [(True, "health.left_behind_until")]
    assert await said(shared, folder, "health.left_behind_title", personal_days=0) == [
        (False, "health.left_behind_stays")
    ]
    # Those that are older go at once, and the database when it is.
    await retention.remove_here(shared, rules(folder))
    assert "shipconsole-20200101T000000Z.db" not in names_in(folder)
    assert "shipconsole.db" in names_in(folder)
    await retention.remove_here(shared, rules(folder, personal_days=178))
    assert names_in(folder) == []
    assert await said(shared, folder, "health.left_behind_title") == []
