"""Safekeeping: copies of the store once a day and on demand, a look whether it is whole, and a copy put back."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import backup, fitness, restoring
from shipconsole.store.backup import Copy, every
from shipconsole.store.errors import StoreBehindError, StoreLayoutError, StoreLostError, StoreUnfitError
from shipconsole.store.restoring import Restored

__all__ = ["Copy", "Restored", "every"]

T = TypeVar("T")

DAILY_LOOK_S = 600.0
FIRST_COPY_AFTER_S = 20.0
LOOK_LIMIT_S = 60.0
FINISHED = Message("restore.resumed")


async def copy_now(ctx: Context, to: Path | None = None) -> Copy:
    """Copy the store, into its folder of backups or to a file; raises `EnvironmentFailure` where that fails."""
    store, now_ms = ctx.store.file, ctx.clock.now_ms()
    if to is None:
        return await _beside(lambda stop: backup.make(store, now_ms=now_ms, stop=stop))
    target = _new_file(to)
    await _beside(lambda stop: backup.make_at(store, target, stop=stop))
    return Copy(target, now_ms)


async def copy_daily(ctx: Context, tell: Callable[[Message], object]) -> None:
    """Copy the store once a day for as long as this runs. What went wrong is told once, and does not end it."""
    said = NO_MESSAGE
    if ctx.store.backup_failure:
        tell(ctx.store.backup_failure)
    # The first minutes belong to whoever opened the window.
    await asyncio.sleep(FIRST_COPY_AFTER_S)
    while True:
        message = await copy_if_due(ctx)
        if message and message != said:
            tell(message)
        said = message
        await asyncio.sleep(DAILY_LOOK_S)


async def copy_if_due(ctx: Context) -> Message:
    """Copy the store unless that was done today; tell in words what went wrong, or nothing."""
    if not backup.is_due(ctx.store.file, ctx.clock.now_ms()):
        return NO_MESSAGE
    try:
        await copy_now(ctx)
    except EnvironmentFailure as error:
        return error.message
    return NO_MESSAGE


async def verify_database(ctx: Context, *, limit_s: float = LOOK_LIMIT_S) -> bool:
    """Look whether the whole store is sound, and tell whether the time sufficed; raises `EnvironmentFailure` if not."""
    return await _beside(lambda _: backup.verify_database(ctx.store.file, limit_s=limit_s))


def restore(store: Path, copy: Path, *, now_ms: int) -> Restored:
    """Put a copy in the place of a store that nobody has open; raises `EnvironmentFailure` where the copy is bad."""
    return restoring.restore(store, copy, now_ms=now_ms)


def start_empty(store: Path, *, now_ms: int) -> Restored:
    """Begin with an empty database where there is none that can be used; `ValidationFailed` where there is one."""
    try:
        whole = backup.verify_database(store, limit_s=LOOK_LIMIT_S)
    except StoreUnfitError:
        whole = False
    if store.exists() and whole:
        message = Message("database.usable", name=store.name)
        raise ValidationFailed(Problem(("new",), message))
    return restoring.start_empty(store, now_ms=now_ms)


def accept_older(store: Path, *, now_ms: int) -> Restored:
    """Go on with a database that is older than it was; `ValidationFailed` where it is none of those."""
    try:
        backup.verify_database(store, limit_s=LOOK_LIMIT_S)
    except (StoreLostError, StoreLayoutError):
        raise
    except StoreUnfitError:
        return restoring.accept_older(store, now_ms=now_ms)
    raise ValidationFailed(Problem(("accept_older",), Message("database.not_older", name=store.name)))


def is_restore_unfinished(store: Path) -> bool:
    """Say whether a restore is under way, or was when its program ended."""
    return fitness.is_restore_unfinished(store)


def finish_restore(store: Path) -> Message:
    """Finish a restore that was interrupted, and tell that in a sentence; empty where there was none to finish."""
    return FINISHED if restoring.finish(store) else NO_MESSAGE


def with_advice(error: EnvironmentFailure, store: Path) -> EnvironmentFailure:
    """Add what a person can do to the error of a database that must not be used as it is."""
    if not isinstance(error, StoreUnfitError):
        return error
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
    """Await what takes long on a thread of its own; who is cancelled has it stop."""
    future: Future[T] = Future()
    stop = threading.Event()

    def work() -> None:
        try:
            future.set_result(do(stop))
        except BaseException as error:  # noqa: BLE001 - the caller gets it from the future, whatever it is
            future.set_exception(error)

    threading.Thread(target=work, name="safekeeping", daemon=True).start()
    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        stop.set()
        raise
