"""Backups of the database, made while it is in use; `store.restoring` restores them.

A backup is read inside one transaction, so that writers neither wait for it nor change it. It gets its name only once
it is complete, checked and synced to disk.
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
STEPS_BETWEEN_TIME_CHECKS = 10_000
TIME = "%Y%m%dT%H%M%SZ"


class Copy(NamedTuple):
    """One backup; `before` is the migration that it was made for, or 0 for a daily backup."""

    file: Path
    at_ms: int
    before: int = 0


def every(store: Path, now_ms: int | None = None) -> tuple[Copy, ...]:
    """Return the backups of a database, newest first; `now_ms` is the computer's clock by default.

    Backups from the future come last: the clock was ahead when they were made, so their age is unknown.
    """
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    found: list[Copy] = []
    for file in fitness.backups_of(store):
        name = fitness.BACKUP_NAME.fullmatch(file.name.removeprefix(store.stem))
        assert name is not None
        # Digits that are not a time: a file that a person named.
        with contextlib.suppress(ValueError):
            made_at = datetime.strptime(name[1], TIME).replace(tzinfo=UTC)
            found.append(Copy(file, int(made_at.timestamp() * 1_000), int(name[2] or 0)))
    return tuple(sorted(found, key=lambda copy: (copy.at_ms <= now_ms, copy.at_ms), reverse=True))


def is_due(store: Path, now_ms: int) -> bool:
    """Return whether there is no daily backup of the current day (UTC) yet."""
    day_ms = now_ms // DAY_MS * DAY_MS
    return not any(day_ms <= copy.at_ms <= now_ms for copy in every(store, now_ms) if not copy.before)


def make(store: Path, *, now_ms: int, before: int = 0, stop: threading.Event | None = None) -> Copy:
    """Back up a database into its backups folder, and delete the backups that are no longer needed."""
    stamp = datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(TIME)
    ending = f"-before-{before:04}" if before else ""
    made = Copy(folder_of(store) / f"{store.stem}-{stamp}{ending}.db", now_ms, before)
    make_at(store, made.file, stop=stop)
    _drop_old(store, now_ms)
    return made


def make_before(store: Path, migration: int) -> Copy:
    """Back up a database before a migration changes it."""
    return make(store, now_ms=time.time_ns() // 1_000_000, before=migration)


def make_at(store: Path, target: Path, *, stop: threading.Event | None = None) -> None:
    """Back up a database to a file; raises `StoreError`, or `StoreDamagedError` if the database is damaged."""
    if not store.exists():
        raise StoreError(Message("database.no_database", file=str(store)))
    try:
        # Without parents: a backups folder whose disk is gone must not be created again.
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with part_of(target) as part:
            _copy(store, part, stop or threading.Event())
            put_in_place(part, target)
    except (OSError, engine.Error) as error:
        raise StoreError(Message("backup.not_made", folder=str(target.parent), reason=engine.reason(error))) from error


def check(copy: Path) -> int:
    """Check a backup and return how many orders it has; raises `StoreError` if it cannot be restored."""
    if not copy.is_file():
        raise StoreError(Message("backup.no_file", file=str(copy)))
    with contextlib.closing(engine.open_unchanging(copy)) as connection:
        try:
            refuse_damaged(connection, copy)
            migrations.refuse_other_layout(connection, copy)
            return int(Db(connection).value("backup.orders"))
        except engine.Error as error:
            raise StoreDamagedError(Message("backup.not_whole", file=copy.name, reason=engine.reason(error))) from error


def last_good(store: Path, now_ms: int | None = None) -> tuple[Copy, int] | None:
    """Return the newest backup that can be restored, with the number of its orders; None if there is none."""
    for copy in every(store, now_ms):
        with contextlib.suppress(StoreError):
            return copy, check(copy.file)
    return None


def drop_older(store: Path, before_ms: int, now_ms: int) -> int:
    """Delete backups and set-aside databases older than a time, if a newer backup can be restored; return how many."""
    old = [copy.file for copy in every(store, now_ms) if copy.at_ms < before_ms]
    old += [file for file in fitness.aside_of(store) if file.stat().st_mtime * 1_000 < before_ms]
    if not old:
        return 0
    newest = last_good(store, now_ms)
    if newest is None or newest[0].at_ms < before_ms:
        return 0
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def empty_log(store: Path) -> bool:
    """Empty the write-ahead file; return False where the database is in use at this moment. Raises `StoreError`."""
    try:
        return engine.empty_log(store)
    except (OSError, engine.Error) as error:
        raise engine.as_failure(error, store) from error


def verify_database(store: Path, *, limit_s: float) -> bool:
    """Verify that a database is intact and not older than it was; return False if the time did not suffice.

    Raises `StoreUnfitError` if it must not be used. Any other failure also returns False; opening reports it.
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
            engine.limit_time(connection, deadline_s, every_steps=STEPS_BETWEEN_TIME_CHECKS)
            refuse_damaged(connection, store)
        except BaseException:
            engine.close_untouched(connection, store)
            raise
        connection.close()
    except (OSError, engine.Error, StoreError) as error:
        failure = engine.as_failure(error, store)
        if isinstance(failure, StoreUnfitError):
            raise failure from error
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
            refuse_damaged(target, store)
            if Db(target).row("backup.counts") != counts:
                raise StoreError(Message("backup.differs"))
    finally:
        source.close()


def refuse_damaged(connection: Connection, file: Path) -> None:
    """Raise `StoreDamagedError` if SQLite finds pages, rows or indexes inconsistent."""
    found = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != [("ok",)]:
        what = str(found[0][0]).splitlines()[-1] if found else ""
        raise StoreDamagedError(unusable(file, Message("database.damaged_detail", detail=what)))


def _drop_old(store: Path, now_ms: int) -> None:
    """Keep the last backups, the last of each of the last days, and the last before each migration; delete the rest.

    So backups made on demand, however many, do not push out those of earlier days. Leftovers of a crash are deleted.
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
