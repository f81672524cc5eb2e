"""Backups: one a day, failures reported once, and a damaged store answered with the command that helps."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups, health
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store import backup
from shipconsole.store.errors import StoreDamagedError, StoreError
from tests.support import sql
from tests.support.bench import open_context
from tests.support.clock import ManualClock

pytestmark = pytest.mark.of_a_file("backups are of a file")


async def first_write(ctx: Context) -> None:
    await ctx.write(lambda db: db.note("order", 1))


async def test_one_copy_a_day(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await first_write(ctx)
        for _ in range(3):
            assert not await backups.back_up_if_due(ctx)
        assert len(backups.every(ctx.store.file)) == 1
        clock.pass_s(86_400)
        assert not await backups.back_up_if_due(ctx)
        assert len(backups.every(ctx.store.file)) == 2


async def test_a_failed_backup_is_reported_and_packing_continues(ctx: Context) -> None:
    await first_write(ctx)
    backup.folder_of(ctx.store.file).write_text("a file where the folder should be")
    assert "No backup could be made" in str(await backups.back_up_if_due(ctx))
    await first_write(ctx)


async def test_a_copy_goes_to_a_file_that_is_not_there_yet(ctx: Context, tmp_path: Path) -> None:
    await first_write(ctx)
    made = await backups.back_up(ctx, tmp_path / "kept.db")
    assert backup.check(made.file) == 0
    for taken in (tmp_path / "kept.db", tmp_path):
        with pytest.raises(ValidationFailed):
            await backups.back_up(ctx, taken)


async def test_who_stops_waiting_stops_the_copy(ctx: Context) -> None:
    await first_write(ctx)
    with closing(sql.connect(ctx.store.file)) as connection, connection:
        changes = [(number,) for number in range(300_000)]
        connection.executemany("INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', ?, 0)", changes)
    copying = asyncio.create_task(backups.back_up(ctx))
    folder = backup.folder_of(ctx.store.file)
    async with asyncio.timeout(60):
        while not list(folder.glob(".*.part")):
            await asyncio.sleep(0.001)
        copying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await copying
        while list(folder.iterdir()):
            await asyncio.sleep(0.005)


async def test_the_health_checks_report_the_latest_backup_and_when_it_is_old(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await first_write(ctx)
        assert str((await last_backup(ctx)).message).startswith("None yet")
        await backups.back_up(ctx)
        assert (await last_backup(ctx)).ok
        clock.pass_s(8 * 86_400)
        found = await last_backup(ctx)
        assert not found.ok
        assert "shipconsole backup" in str(found.message)


async def last_backup(ctx: Context) -> health.Finding:
    found = await health.run_checks(ctx, Profile(ctx.store.file.parent), Settings())
    return next(row for row in found if str(row.what) == "latest backup")


async def test_only_damage_is_answered_with_the_command_that_puts_a_copy_back(ctx: Context) -> None:
    await first_write(ctx)
    store = ctx.store.file
    full, damaged = StoreError(verbatim("The disk is full.")), StoreDamagedError(verbatim("It is damaged."))
    assert backups.with_advice(full, store) is full
    assert "shipconsole restore FILE" in str(backups.with_advice(damaged, store).message)
    made = await backups.back_up(ctx)
    advised = backups.with_advice(damaged, store)
    assert isinstance(advised, EnvironmentFailure)
    assert str(advised.message).endswith(f"shipconsole restore {made.file}")
