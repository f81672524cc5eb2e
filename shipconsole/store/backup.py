"""Copies of the store: made while it works, checked before they count, put back when the store is damaged.

A copy shows one moment: it is read inside one transaction, so that writers neither wait for it nor change it.
It has its name only once it is whole, checked and on the disk.
"""

import contextlib
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from shipconsole.store import engine, migrations
from shipconsole.store.database import Db
from shipconsole.store.engine import Connection, connect
from shipconsole.store.errors import StoreDamagedError, StoreError, unusable

KEPT_DAILY = 7
DAY_MS = 86_400_000
STEP_PAGES = 256
BETWEEN_STEPS_S = 0.001
LOOKS_AT_ONCE = 10_000
PUT_BACK = "Put back from a copy of the store: whether the vendor was told since is not known. Look there, then decide."
_NAME = re.compile(r"-(\d{8}T\d{6}Z)(?:-before-(\d{4}))?\.db$")
_TIME = "%Y%m%dT%H%M%SZ"


class Copy(NamedTuple):
    """One copy of a store; `before` is the migration that it was made for, or 0 for one of the daily ones."""

    file: Path
    at_ms: int
    before: int = 0


def folder_of(store: Path) -> Path:
    """Where a store's copies are: beside it."""
    return store.parent / "backups"


def every(store: Path) -> tuple[Copy, ...]:
    """The copies that there are of a store, newest first."""
    found: list[Copy] = []
    for file in folder_of(store).glob(f"{store.stem}-*.db"):
        name = _NAME.fullmatch(file.name.removeprefix(store.stem))
        if name is not None:
            made_at = datetime.strptime(name[1], _TIME).replace(tzinfo=UTC)
            found.append(Copy(file, int(made_at.timestamp() * 1_000), int(name[2] or 0)))
    return tuple(sorted(found, key=lambda copy: copy.at_ms, reverse=True))


def is_due(store: Path, now_ms: int) -> bool:
    """Whether there is no copy yet of the present day, in UTC."""
    return not any(copy.at_ms // DAY_MS == now_ms // DAY_MS for copy in every(store) if not copy.before)


def make(store: Path, *, now_ms: int, before: int = 0, stop: threading.Event | None = None) -> Copy:
    """Copy the store into its folder of copies and drop those that are not kept any longer."""
    stamp = datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(_TIME)
    ending = f"-before-{before:04}" if before else ""
    made = Copy(folder_of(store) / f"{store.stem}-{stamp}{ending}.db", now_ms, before)
    make_at(store, made.file, stop=stop)
    _drop_old(store)
    return made


def make_before(store: Path, migration: int) -> Copy:
    """Copy the store before a migration changes it."""
    return make(store, now_ms=time.time_ns() // 1_000_000, before=migration)


def make_at(store: Path, target: Path, *, stop: threading.Event | None = None) -> None:
    """Copy the store to a file. Raises `StoreError` in words; `StoreDamagedError` where the store is damaged."""
    if not store.exists():
        raise StoreError(f"There is no store {store} to copy.")
    try:
        # Not the parents: a folder of copies that is gone with its disk must not seem to be there.
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with _in_place_when_whole(target) as part:
            _copy(store, part, stop or threading.Event())
    except (OSError, engine.Error) as error:
        raise StoreError(f"No copy of the orders could be made in {target.parent}: {error}.") from error


def check(copy: Path) -> int:
    """Look at a whole file and tell how many orders are in it; raises `StoreError` where it is no good store."""
    if not copy.is_file():
        raise StoreError(f"There is no file {copy}.")
    with _opened(copy) as connection:
        try:
            _refuse_damaged(connection, copy)
            return int(Db(connection).value("backup.orders"))
        except engine.Error as error:
            raise StoreDamagedError(f"{copy.name} is no whole store of Shipconsole: {error}.") from error


def last_good(store: Path) -> tuple[Copy, int] | None:
    """The newest copy that is whole, with how many orders are in it."""
    for copy in every(store):
        with contextlib.suppress(StoreError):
            return copy, check(copy.file)
    return None


def look_over(store: Path, *, limit_s: float) -> bool:
    """Look whether a store is whole, and tell whether the time sufficed for all of it.

    Raises `StoreDamagedError` where it is not whole. What else stands in the way is told by those who use it.
    """
    if not store.exists():
        return True
    deadline_s = time.monotonic() + limit_s
    try:
        connection = connect(store, writing=False)
        try:
            engine.limit_time(connection, deadline_s, look_every=LOOKS_AT_ONCE)
            _refuse_damaged(connection, store)
        finally:
            connection.close()
    except (OSError, engine.Error, StoreError) as error:
        found = engine.in_words(error, store)
        if isinstance(found, StoreDamagedError):
            raise found from error
        return False
    return True


def put_back(store: Path, copy: Path, *, now_ms: int) -> Path | None:
    """Put a copy in the place of the store, which is set aside, and tell under which name it is kept.

    Nobody else may have the store open. Calls that had not ended in the copy wait for a person afterwards. The
    store stays as it is where the copy is no good: raises `StoreError` then.
    """
    check(copy)
    try:
        with _in_place_when_whole(store, replacing=lambda: set_aside(store, now_ms=now_ms)) as part:
            with _opened(copy) as source, contextlib.closing(engine.open_alone(part)) as target:
                engine.copy(source, target)
                migrations.migrate(target)
                _leave_undecided(Db(target), now_ms)
                target.execute("PRAGMA journal_mode = delete")
            check(part)
    except (OSError, engine.Error) as error:
        raise StoreError(f"{copy.name} could not be put back: {error}.") from error
    return next(iter(sorted(store.parent.glob(f"{store.name}.damaged-*"), reverse=True)), None)


def set_aside(store: Path, *, now_ms: int) -> Path | None:
    """Keep a store and what belongs to it under another name; None where there is none.

    Where the disk knows second names the old one stays until the caller puts another file there.
    """
    stamp = datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(_TIME)
    aside = store.with_name(f"{store.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = store.with_name(f"{store.name}.damaged-{stamp}-{number}")
    if not store.exists():
        return None
    # A second name first: at no moment is there no store, for one would be begun anew and look like all was lost.
    with contextlib.suppress(OSError):
        aside.hardlink_to(store)
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            store.with_name(store.name + end).rename(aside.with_name(aside.name + end))
    if not aside.exists():
        store.rename(aside)
    return aside


def _leave_undecided(db: Db, now_ms: int) -> None:
    for name in ("note_undecided", "leave_sending_open", "leave_unsent_open", "recount_needs_you"):
        query = f"backup.{name}"
        words = {} if name == "recount_needs_you" else {"words": PUT_BACK}
        db.change(query, now_ms=now_ms, **words)


def _copy(store: Path, part: Path, stop: threading.Event) -> None:
    def step() -> None:
        if stop.is_set():
            raise StoreError("The copy was not finished: the program is closing.")
        time.sleep(BETWEEN_STEPS_S)

    source = connect(store, writing=False)
    try:
        with contextlib.closing(engine.open_alone(part)) as target:
            source.execute("BEGIN")
            counts = Db(source).row("backup.counts")
            engine.copy(source, target, pages=STEP_PAGES, after_step=step)
            source.execute("COMMIT")
            target.execute("PRAGMA journal_mode = delete")
            _refuse_damaged(target, store)
            if Db(target).row("backup.counts") != counts:
                raise StoreError("The copy does not hold what the store holds.")
    finally:
        source.close()


def _refuse_damaged(connection: Connection, file: Path) -> None:
    """Raise `StoreDamagedError` where SQLite finds a database's pages, rows and indexes at odds."""
    found = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != [("ok",)]:
        what = str(found[0][0]).splitlines()[-1] if found else ""
        raise StoreDamagedError(unusable(file, f"it is damaged ({what})"))


@contextmanager
def _opened(copy: Path) -> Generator[Connection]:
    """A file that nobody else uses, read without writing anything beside it."""
    with contextlib.closing(engine.open_unchanging(copy)) as connection:
        yield connection


@contextmanager
def _in_place_when_whole(target: Path, replacing: Callable[[], object] | None = None) -> Generator[Path]:
    """A file to be filled, private, which gets its name once it is on the disk, or is gone if that fails."""
    part = target.with_name(f".{target.name}-{os.getpid()}-{threading.get_ident()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield part
        _sync(part, os.O_RDWR)
        if replacing is not None:
            replacing()
        part.replace(target)
        if sys.platform != "win32":
            _sync(target.parent, os.O_RDONLY)
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + end).unlink(missing_ok=True)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_old(store: Path) -> None:
    """Drop all but the last daily copies, all but the last before each migration, and what a crash left of one."""
    daily = 0
    before: set[int] = set()
    for copy in every(store):
        daily += not copy.before
        if (copy.before in before) if copy.before else (daily > KEPT_DAILY):
            copy.file.unlink(missing_ok=True)
        before.add(copy.before)
    for part in folder_of(store).glob(f".{store.stem}-*.part*"):
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_mtime < time.time() - DAY_MS / 1_000:
                part.unlink()
