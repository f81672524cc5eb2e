"""Safekeeping: copies of the store once a day and on demand, a look whether it is whole, and a copy put back."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

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
FINISHED = (
    "A restore that was interrupted is finished now. Forwarding rules that were automatic are set to review, and"
    " updates that had not ended wait for you."
)


async def copy_now(ctx: Context, to: Path | None = None) -> Copy:
    """Copy the store, into its folder of backups or to a file; raises `EnvironmentFailure` where that fails."""
    store, now_ms = ctx.store.file, ctx.clock.now_ms()
    if to is None:
        return await _beside(lambda stop: backup.make(store, now_ms=now_ms, stop=stop))
    target = _new_file(to)
    await _beside(lambda stop: backup.make_at(store, target, stop=stop))
    return Copy(target, now_ms)


async def copy_daily(ctx: Context, tell: Callable[[str], object]) -> None:
    """Copy the store once a day for as long as this runs. What went wrong is told once, and does not end it."""
    said = ""
    if ctx.store.copy_trouble:
        tell(ctx.store.copy_trouble)
    # The first minutes belong to whoever opened the window.
    await asyncio.sleep(FIRST_COPY_AFTER_S)
    while True:
        words = await copy_if_due(ctx)
        if words and words != said:
            tell(words)
        said = words
        await asyncio.sleep(DAILY_LOOK_S)


async def copy_if_due(ctx: Context) -> str:
    """Copy the store unless that was done today; tell in words what went wrong, or nothing."""
    if not backup.is_due(ctx.store.file, ctx.clock.now_ms()):
        return ""
    try:
        await copy_now(ctx)
    except EnvironmentFailure as error:
        return error.words
    return ""


async def look_over(ctx: Context, *, limit_s: float = LOOK_LIMIT_S) -> bool:
    """Look whether the whole store is sound, and tell whether the time sufficed; raises `EnvironmentFailure` if not."""
    return await _beside(lambda _: backup.look_over(ctx.store.file, limit_s=limit_s))


def restore(store: Path, copy: Path, *, now_ms: int) -> Restored:
    """Put a copy in the place of a store that nobody has open; raises `EnvironmentFailure` where the copy is bad."""
    return restoring.put_back(store, copy, now_ms=now_ms)


def begin_anew(store: Path, *, now_ms: int) -> Restored:
    """Begin with an empty database where there is none that can be used; `ValidationFailed` where there is one."""
    try:
        whole = backup.look_over(store, limit_s=LOOK_LIMIT_S)
    except StoreUnfitError:
        whole = False
    if store.exists() and whole:
        message = f"{store.name} can be used, so no empty database takes its place. To have one, choose another file."
        raise ValidationFailed(Problem(("new",), message))
    return restoring.begin_anew(store, now_ms=now_ms)


def accept_older(store: Path, *, now_ms: int) -> Restored:
    """Go on with a database that is older than it was; `ValidationFailed` where it is none of those."""
    try:
        backup.look_over(store, limit_s=LOOK_LIMIT_S)
    except (StoreLostError, StoreLayoutError):
        raise
    except StoreUnfitError:
        return restoring.accept_older(store, now_ms=now_ms)
    raise ValidationFailed(Problem(("accept_older",), f"{store.name} is not older than it was; nothing was changed."))


def is_restore_unfinished(store: Path) -> bool:
    """Say whether a restore is under way, or was when its program ended."""
    return fitness.is_restore_unfinished(store)


def finish_restore(store: Path) -> str:
    """Finish a restore that was interrupted, and tell that in a sentence; empty where there was none to finish."""
    return FINISHED if restoring.finish(store) else ""


def with_advice(error: EnvironmentFailure, store: Path) -> EnvironmentFailure:
    """Add what a person can do to the error of a database that must not be used as it is."""
    if not isinstance(error, StoreUnfitError):
        return error
    copy = next(iter(every(store)), None)
    advice = (
        f"To put the newest copy in its place: shipconsole restore {copy.file}"
        if copy is not None
        else f"There is no copy in {backup.folder_of(store)}. One from elsewhere: shipconsole restore FILE"
    )
    if isinstance(error, StoreBehindError):
        advice += "\nTo use the database as it is: shipconsole database --accept-older"
    elif isinstance(error, StoreLostError | StoreLayoutError):
        advice += "\nTo start with an empty database: shipconsole database --new"
    return EnvironmentFailure(f"{error.words} Nothing was changed. {advice}")


def _new_file(named: Path) -> Path:
    target = named.expanduser().absolute()
    if target.is_dir():
        raise ValidationFailed(Problem(("to",), f"{target} is a folder; name a file in it."))
    if target.exists():
        raise ValidationFailed(Problem(("to",), f"{target} is there already; a copy takes no other file's place."))
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
