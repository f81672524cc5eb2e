"""What a station that works on a server has left on its own disk: the database that was moved, and its backups.

They go by the station's own `personal_days`, but only once the server's database is the one that they were moved to.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages
from shipconsole.store import left_file, moves


class LeftBehind(NamedTuple):
    """The files of a moved database, when it was left, and whether the server's database is that one."""

    files: tuple[Path, ...]
    left_at_ms: int
    is_there: bool


async def find(ctx: Context, folder: Path) -> LeftBehind | None:
    """Return what is left in a profile's folder; None where nothing is, or where its own database is in use."""
    if ctx.store.file is not None:
        return None
    file = moved_file(folder)
    here = await asyncio.to_thread(left_file.move_of, file)
    if here is None:
        return None
    there = await ctx.read(moves.of)
    is_there = there is not None and (there.move_id, there.state) == (here.move_id, "arrived")
    return LeftBehind(left_file.files(file), here.ended_at_ms or here.began_at_ms, is_there)


async def drop_older(ctx: Context, folder: Path, days: int) -> int:
    """Delete what is left and older than some days; return how many files. Raises `EnvironmentFailure`."""
    found = await find(ctx, folder)
    if found is None or not found.is_there:
        return 0
    before_ms, now_ms = await ages.before_ms(ctx, days), ctx.clock.now_ms()
    try:
        return await asyncio.to_thread(left_file.drop_older, moved_file(folder), found.left_at_ms, before_ms, now_ms)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentFailure(Message("left_behind.not_deleted", folder=str(folder), reason=reason)) from error


def moved_file(folder: Path) -> Path:
    """Return the profile's own database file."""
    return folder / "shipconsole.db"
