"""Checks before use: whether a database is the one that was here before, and has all commits that were made here.

Nothing is written before these checks, and a refused database is left unchanged.
"""

import os
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.store import engine, mark
from shipconsole.store.engine import Connection
from shipconsole.store.errors import StoreBehindError, StoreError, StoreLostError, StoreMovedError, unusable
from shipconsole.store.mark import Mark

BACKUP_NAME = re.compile(r"-(\d{8}T\d{6}Z)(?:-before-(\d{4}))?\.db$")
"""The end of a backup's name, after the database's name: its time, and the migration that followed it."""
RESTORED = "-restoring-"
"""Stands in the name of a restored database between the database's name and the tag of the restore."""


def folder_of_backups(store: Path) -> Path:
    """Return the folder of a database's backups, which is beside it."""
    return store.parent / "backups"


def backups_of(store: Path) -> tuple[Path, ...]:
    """Return the files of a database's backups."""
    found = _named(folder_of_backups(store), f"{store.stem}-")
    return tuple(file for file in found if BACKUP_NAME.fullmatch(file.name.removeprefix(store.stem)))


def restored_of(store: Path) -> Path | None:
    """Return the complete database that is about to replace this one, None if there is none."""
    return next(iter(_named(store.parent, f"{store.name}{RESTORED}")), None)


def aside_of(store: Path) -> tuple[Path, ...]:
    """Return the files of databases that a restore set aside, with their side files."""
    return tuple(_named(store.parent, f"{store.name}.damaged-"))


def parts_of(store: Path) -> tuple[Path, ...]:
    """Return the unfinished files of an interrupted restore, with their side files."""
    return tuple(file for file in _named(store.parent, f".{store.name}-") if ".part" in file.name)


def is_restore_unfinished(store: Path) -> bool:
    """Return whether a restore is running, or was interrupted."""
    return restored_of(store) is not None or bool(parts_of(store))


def refuse_lost(store: Path, *, expected: bool = False) -> None:
    """Raise `StoreLostError` if a database that was here before is missing or empty.

    Its mark, its backups or a write-ahead file that is not empty show that it existed; so does `expected`, the caller's
    own knowledge. Call this before SQLite opens the file: beside an empty one it deletes the -wal.
    """
    size = _size(store)
    if size:
        return
    if expected or mark.file_of(store).exists() or backups_of(store) or _size(store.with_name(f"{store.name}-wal")):
        reason = Message("database.missing") if size is None else Message("database.empty")
        raise StoreLostError(unusable(store, Message("database.had_orders", reason=reason)))


def refuse_blank(store: Path, *, expected: bool = False) -> None:
    """Raise `StoreLostError` for a database without tables, if there was one with tables before."""
    if expected or mark.file_of(store).exists() or backups_of(store):
        raise StoreLostError(unusable(store, Message("database.holds_nothing")))


def last_known(store: Path) -> Mark | None:
    """Return the last known commit of a database: from its mark or, if that is lost, from its backups."""
    return mark.read(store) or max(filter(None, map(_reached_in, backups_of(store))), key=_commits, default=None)


def refuse_behind(connection: Connection, store: Path, known: Mark | None) -> None:
    """Raise `StoreBehindError` if a database lacks commits of `known`, which was read before it was opened."""
    found = reached(connection)
    if known is None or found is None:
        return
    if found.database_id != known.database_id:
        raise StoreBehindError(unusable(store, Message("database.other")))
    if found.commits < known.commits:
        missing = known.commits - found.commits
        reason = Message("database.change_missing", count=missing)
        raise StoreBehindError(unusable(store, reason))


def refuse_moved(connection: Connection, store: Path, *, unless_left: bool = False) -> None:
    """Raise `StoreMovedError` for a database that was moved to a server, or is being moved.

    With `unless_left` one whose move has ended passes.
    """
    rows = connection.execute("SELECT state, other, began_at_ms, ended_at_ms FROM move").fetchall()
    for state, other, began_at_ms, ended_at_ms in rows:
        if state == "left":
            if unless_left:
                return
            raise StoreMovedError(
                Message("database.left", file=store.name, to=other, time=_local_time(ended_at_ms or began_at_ms))
            )
        raise StoreMovedError(Message("database.leaving", file=store.name, to=other, time=_local_time(began_at_ms)))


def _local_time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def reached(connection: Connection) -> Mark | None:
    """Return the last commit of a database; None if it has no such table."""
    try:
        rows = connection.execute("SELECT database_id, commits FROM database_info").fetchall()
    except engine.StatementError:
        return None
    return Mark(*rows[0]) if rows else None


def _reached_in(file: Path) -> Mark | None:
    try:
        with closing(engine.open_unchanging(file)) as connection:
            return reached(connection)
    except (engine.Error, OSError, StoreError):
        return None


def _commits(known: Mark) -> int:
    return known.commits


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return None


def _named(folder: Path, start: str) -> tuple[Path, ...]:
    """Return the files of a folder whose names begin with a text; none if there is no folder."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(Path(entry.path) for entry in entries if entry.name.startswith(start)))
    except (FileNotFoundError, NotADirectoryError):
        return ()
