"""Backups: daily and on demand, integrity checks, and restoring."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages
from shipconsole.store import backup, browse, fitness, restoring
from shipconsole.store.backup import KEPT_DAILY, Copy, every, folder_of
from shipconsole.store.errors import StoreBehindError, StoreError, StoreLayoutError, StoreLostError, StoreUnfitError
from shipconsole.store.restoring import Restored

__all__ = ["KEPT_DAILY", "Copy", "Restored", "every", "folder_of"]

T = TypeVar("T")

DAILY_LOOK_S = 600.0
FIRST_COPY_AFTER_S = 20.0
LOOK_LIMIT_S = 60.0
FINISHED = Message("restore.resumed")


async def back_up(ctx: Context, to: Path | None = None) -> Copy:
    """Back up the database, into its backup folder or to a file; raise `EnvironmentFailure` on failure.

    Raises `ValidationFailed` for a database on a server.
    """
    store, now_ms = ctx.store.file, ctx.clock.now_ms()
    if store is None:
        raise ValidationFailed(Problem((), Message("server_backup.not_here", database=ctx.store.label)))
    if to is None:
        return await _beside(lambda stop: backup.make(store, now_ms=now_ms, stop=stop))
    target = _new_file(to)
    await _beside(lambda stop: backup.make_at(store, target, stop=stop))
    return Copy(target, now_ms)


async def back_up_daily(ctx: Context, report: Callable[[Message], object]) -> None:
    """Back up the database once a day for as long as this runs; report a failure once, and continue.

    A database on a server is backed up there, so that this ends at once.
    """
    if ctx.store.file is None:
        return
    reported = NO_MESSAGE
    if ctx.store.backup_failure:
        report(ctx.store.backup_failure)
    # The first minutes belong to the person who opened the window.
    await asyncio.sleep(FIRST_COPY_AFTER_S)
    while True:
        message = await back_up_if_due(ctx)
        if message and message != reported:
            report(message)
        reported = message
        await asyncio.sleep(DAILY_LOOK_S)


async def back_up_if_due(ctx: Context) -> Message:
    """Back up the database unless that was done today; return what failed, or an empty message."""
    if ctx.store.file is None or not backup.is_due(ctx.store.file, ctx.clock.now_ms()):
        return NO_MESSAGE
    try:
        await back_up(ctx)
    except EnvironmentFailure as error:
        return error.message
    return NO_MESSAGE


async def drop_older(ctx: Context, days: int) -> int:
    """Delete backups, and databases that a restore set aside, older than some days; return how many.

    They have the names and addresses that are removed from the database. None is deleted unless a newer backup can be
    restored.
    """
    file, now_ms = ctx.store.file, ctx.clock.now_ms()
    if file is None:
        return 0
    before_ms = await ages.before_ms(ctx, days)
    return await _beside(lambda _: backup.drop_older(file, before_ms, now_ms))


async def forget_for_good(ctx: Context) -> None:
    """Empty the write-ahead file, which still has what was removed; while a reader is at work, a later run does.

    A server has what was removed until it cleans up its tables and its log by itself.
    """
    file = ctx.store.file
    if file is not None:
        with contextlib.suppress(EnvironmentFailure):
            await _beside(lambda _: backup.empty_log(file))


async def verify_database(ctx: Context, *, limit_s: float = LOOK_LIMIT_S) -> bool:
    """Check the database; return False where the time did not suffice; raise `EnvironmentFailure` on damage."""
    file = ctx.store.file
    if file is None:
        # A server verifies its own pages, if they have checksums; here it is enough that it answers.
        await ctx.read(browse.counts)
        return True
    return await _beside(lambda _: backup.verify_database(file, limit_s=limit_s))


def restore(store: Path, copy: Path, *, now_ms: int) -> Restored:
    """Replace a database that no program has open with a backup; raise `EnvironmentFailure` for a bad backup."""
    return restoring.restore(store, copy, now_ms=now_ms)


def start_empty(store: Path, *, now_ms: int) -> Restored:
    """Start with an empty database where none can be used; raise `ValidationFailed` where one can."""
    try:
        is_usable = backup.verify_database(store, limit_s=LOOK_LIMIT_S)
    except StoreUnfitError:
        is_usable = False
    if store.exists() and is_usable:
        message = Message("database.usable", name=store.name)
        raise ValidationFailed(Problem(("new",), message))
    return restoring.start_empty(store, now_ms=now_ms)


def accept_older(store: Path, *, now_ms: int) -> Restored:
    """Use a database that is older than before or was moved to a server; raise `ValidationFailed` for another one."""
    try:
        backup.verify_database(store, limit_s=LOOK_LIMIT_S)
    except (StoreLostError, StoreLayoutError):
        raise
    except StoreUnfitError:
        return restoring.accept_older(store, now_ms=now_ms)
    if store.exists() and restoring.was_moved(store):
        return restoring.accept_older(store, now_ms=now_ms)
    raise ValidationFailed(Problem(("accept_older",), Message("database.not_older", name=store.name)))


def is_restore_unfinished(store: Path) -> bool:
    """Return whether a restore is running, or was when its program ended."""
    return fitness.is_restore_unfinished(store)


def finish_restore(store: Path) -> Message:
    """Finish an interrupted restore and return a message about it; empty where there was none."""
    return FINISHED if restoring.finish(store) else NO_MESSAGE


def with_advice(error: EnvironmentFailure, store: Path | None) -> EnvironmentFailure:
    """Add what a person can do to the error of a database that must not be used; `store` is None for a server."""
    if not isinstance(error, StoreUnfitError):
        return error
    if store is None:
        if not isinstance(error, StoreBehindError):
            return error
        return StoreError(sentences(error.message, Message("database_server.accept")))
    copy = next(iter(every(store)), None)
    advice = (
        Message("database.restore_newest", file=str(copy.file))
        if copy is not None
        else Message("database.no_backup", folder=str(backup.folder_of(store)))
    )
    if isinstance(error, StoreBehindError):
        advice = Message("advice.lines", first=advice, second=Message("database.use_older"))
    elif isinstance(error, StoreLostError | StoreLayoutError):
        advice = Message("advice.lines", first=advice, second=Message("database.start_empty"))
    return EnvironmentFailure(sentences(error.message, Message("database.nothing_changed"), advice))


def _new_file(named: Path) -> Path:
    target = named.expanduser().absolute()
    if target.is_dir():
        raise ValidationFailed(Problem(("to",), Message("backup.is_folder", target=str(target))))
    if target.exists():
        raise ValidationFailed(Problem(("to",), Message("backup.exists", target=str(target))))
    return target


async def _beside(do: Callable[[threading.Event], T]) -> T:
    """Await slow work on its own thread; cancelling stops the work."""
    future: Future[T] = Future()
    stop = threading.Event()

    def work() -> None:
        try:
            future.set_result(do(stop))
        except BaseException as error:  # noqa: BLE001 - the caller gets it from the future, whatever it is
            future.set_exception(error)

    threading.Thread(target=work, name="backup", daemon=True).start()
    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        stop.set()
        raise
