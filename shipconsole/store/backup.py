"""Copies of the store: made while it works, and checked before they count; `store.restoring` puts them back.

A copy shows one moment: it is read inside one transaction, so that writers neither wait for it nor change it.
It has its name only once it is whole, checked and on the disk.
"""

import contextlib
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.store import engine, fitness, migrations
from shipconsole.store.database import Db
from shipconsole.store.engine import Connection, connect
from shipconsole.store.errors import StoreDamagedError, StoreError, StoreUnfitError, unusable
from shipconsole.store.files import part_of, put_in_place
from shipconsole.store.fitness import folder_of_backups as folder_of

KEPT_DAILY = 7
DAY_MS = 86_400_000
STEP_PAGES = 256
BETWEEN_STEPS_S = 0.001
LOOKS_AT_ONCE = 10_000
TIME = "%Y%m%dT%H%M%SZ"


class Copy(NamedTuple):
    """One copy of a store; `before` is the migration that it was made for, or 0 for one of the daily ones."""

    file: Path
    at_ms: int
    before: int = 0


def every(store: Path, now_ms: int | None = None) -> tuple[Copy, ...]:
    """Return the copies that there are of a store, newest first; `now_ms` is by default that of the computer's clock.

    Those that were made under a clock that was ahead come last: how old they are is not known.
    """
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    found: list[Copy] = []
    for file in fitness.backups_of(store):
        name = fitness.BACKUP_NAME.fullmatch(file.name.removeprefix(store.stem))
        assert name is not None
        # Digits that are no time are a person's file, and not one of ours.
        with contextlib.suppress(ValueError):
            made_at = datetime.strptime(name[1], TIME).replace(tzinfo=UTC)
            found.append(Copy(file, int(made_at.timestamp() * 1_000), int(name[2] or 0)))
    return tuple(sorted(found, key=lambda copy: (copy.at_ms <= now_ms, copy.at_ms), reverse=True))


def is_due(store: Path, now_ms: int) -> bool:
    """Whether there is no copy yet of the present day, in UTC."""
    day_ms = now_ms // DAY_MS * DAY_MS
    return not any(day_ms <= copy.at_ms <= now_ms for copy in every(store, now_ms) if not copy.before)


def make(store: Path, *, now_ms: int, before: int = 0, stop: threading.Event | None = None) -> Copy:
    """Copy the store into its folder of copies and drop those that are not kept any longer."""
    stamp = datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(TIME)
    ending = f"-before-{before:04}" if before else ""
    made = Copy(folder_of(store) / f"{store.stem}-{stamp}{ending}.db", now_ms, before)
    make_at(store, made.file, stop=stop)
    _drop_old(store, now_ms)
    return made


def make_before(store: Path, migration: int) -> Copy:
    """Copy the store before a migration changes it."""
    return make(store, now_ms=time.time_ns() // 1_000_000, before=migration)


def make_at(store: Path, target: Path, *, stop: threading.Event | None = None) -> None:
    """Copy the store to a file. Raises `StoreError` in words; `StoreDamagedError` where the store is damaged."""
    if not store.exists():
        raise StoreError(Message("database.no_database", file=str(store)))
    try:
        # Not the parents: a folder of copies that is gone with its disk must not seem to be there.
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with part_of(target) as part:
            _copy(store, part, stop or threading.Event())
            put_in_place(part, target)
    except (OSError, engine.Error) as error:
        raise StoreError(Message("backup.not_made", folder=str(target.parent), reason=engine.reason(error))) from error


def check(copy: Path) -> int:
    """Look at a whole file and tell how many orders are in it; raises `StoreError` where it is no good store."""
    if not copy.is_file():
        raise StoreError(Message("backup.no_file", file=str(copy)))
    with contextlib.closing(engine.open_unchanging(copy)) as connection:
        try:
            _refuse_damaged(connection, copy)
            migrations.refuse_other_layout(connection, copy)
            return int(Db(connection).value("backup.orders"))
        except engine.Error as error:
            raise StoreDamagedError(Message("backup.not_whole", file=copy.name, reason=engine.reason(error))) from error


def last_good(store: Path) -> tuple[Copy, int] | None:
    """The newest copy that is whole, with how many orders are in it."""
    for copy in every(store):
        with contextlib.suppress(StoreError):
            return copy, check(copy.file)
    return None


def verify_database(store: Path, *, limit_s: float) -> bool:
    """Look whether a store is whole and as new as it was, and tell whether the time sufficed for all of it.

    Raises `StoreUnfitError` where it is not. What else stands in the way is told by those who use it.
    """
    fitness.refuse_lost(store)
    if not store.exists():
        return True
    deadline_s = time.monotonic() + limit_s
    known = fitness.last_known(store)
    try:
        connection = connect(store, writing=False)
        try:
            if migrations.is_blank(connection):
                fitness.refuse_blank(store)
            migrations.refuse_other_layout(connection, store)
            fitness.refuse_behind(connection, store, known)
            engine.limit_time(connection, deadline_s, look_every=LOOKS_AT_ONCE)
            _refuse_damaged(connection, store)
        except BaseException:
            engine.close_untouched(connection, store)
            raise
        connection.close()
    except (OSError, engine.Error, StoreError) as error:
        found = engine.as_failure(error, store)
        if isinstance(found, StoreUnfitError):
            raise found from error
        return False
    return True


def _copy(store: Path, part: Path, stop: threading.Event) -> None:
    def step() -> None:
        if stop.is_set():
            raise StoreError(Message("backup.closing"))
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
                raise StoreError(Message("backup.differs"))
    finally:
        source.close()


def _refuse_damaged(connection: Connection, file: Path) -> None:
    """Raise `StoreDamagedError` where SQLite finds a database's pages, rows and indexes at odds."""
    found = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != [("ok",)]:
        what = str(found[0][0]).splitlines()[-1] if found else ""
        raise StoreDamagedError(unusable(file, Message("database.damaged_detail", detail=what)))


def _drop_old(store: Path, now_ms: int) -> None:
    """Drop all but the last copies and the last of each of the last days, all but the last before each migration.

    So those that are made on demand, however many, leave those of the days before. What a crash left of one goes too.
    """
    daily = 0
    days: set[int] = set()
    before: set[int] = set()
    for copy in every(store, now_ms):
        if copy.before:
            is_kept = copy.before not in before
            before.add(copy.before)
        else:
            daily += 1
            is_last_of_day = copy.at_ms // DAY_MS not in days
            days.add(copy.at_ms // DAY_MS)
            is_kept = daily <= KEPT_DAILY or (is_last_of_day and len(days) <= KEPT_DAILY)
        if not is_kept:
            copy.file.unlink(missing_ok=True)
    for part in folder_of(store).glob(f".{store.stem}-*.part*"):
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_mtime < time.time() - DAY_MS / 1_000:
                part.unlink()
