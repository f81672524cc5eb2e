"""Looks before use: whether a database is the one that was here, as new as it was, with the tables that it should have.

Nothing is written before these looks are done, and what is refused is left as it is.
"""

import re
from pathlib import Path

from shipconsole.store import engine, mark
from shipconsole.store.engine import Connection
from shipconsole.store.errors import StoreBehindError, StoreLostError, unusable
from shipconsole.store.mark import Mark

BACKUP_NAME = re.compile(r"-(\d{8}T\d{6}Z)(?:-before-(\d{4}))?\.db$")
"""What a backup is called after the database's own name: when it was made, and before which migration."""
_RESTORED = "-restoring"


def folder_of_backups(store: Path) -> Path:
    """Return where a database's backups are: beside it."""
    return store.parent / "backups"


def backups_of(store: Path) -> tuple[Path, ...]:
    """Return the files of a database's backups."""
    found = folder_of_backups(store).glob(f"{store.stem}-*.db")
    return tuple(file for file in found if BACKUP_NAME.fullmatch(file.name.removeprefix(store.stem)))


def restored_of(store: Path) -> Path:
    """Return the name of a database that is whole and about to take the store's place."""
    return store.with_name(store.name + _RESTORED)


def parts_of(store: Path) -> tuple[Path, ...]:
    """Return the files that an interrupted restore was still filling, with what belongs to them."""
    return tuple(store.parent.glob(f".{store.name}-*.part*"))


def is_restore_unfinished(store: Path) -> bool:
    """Say whether a restore is under way, or was when its program ended."""
    return restored_of(store).exists() or bool(parts_of(store))


def refuse_lost(store: Path, *, expected: bool = False) -> None:
    """Raise `StoreLostError` where a database is missing or empty that was here before.

    Its mark, its backups, or a write-ahead file that is not empty show that it was; so does `expected`, which is what
    the caller knows of it. To be called before SQLite sees the file: beside an empty one it deletes the -wal.
    """
    size = _size(store)
    if size:
        return
    if expected or mark.file_of(store).exists() or backups_of(store) or _size(store.with_name(f"{store.name}-wal")):
        reason = "its file is missing" if size is None else "its file is empty"
        raise StoreLostError(unusable(store, f"{reason}, and orders were saved in it before"))


def refuse_blank(store: Path, *, expected: bool = False) -> None:
    """Raise `StoreLostError` for a database without tables where there was one with some."""
    if expected or mark.file_of(store).exists() or backups_of(store):
        raise StoreLostError(unusable(store, "it holds nothing, and orders were saved in it before"))


def refuse_behind(connection: Connection, store: Path, known: Mark | None) -> None:
    """Raise `StoreBehindError` where a database has not committed all that its mark, read before it, says."""
    found = reached(connection)
    if known is None or found is None:
        return
    if found.database_id != known.database_id:
        raise StoreBehindError(unusable(store, "it is not the one that was used here before"))
    if found.commits < known.commits:
        missing = known.commits - found.commits
        reason = "the last change that was saved in it is missing"
        if missing > 1:
            reason = f"the last {missing:,} changes that were saved in it are missing"
        raise StoreBehindError(unusable(store, reason))


def reached(connection: Connection) -> Mark | None:
    """Return how far a database has committed; None where it does not say."""
    try:
        rows = connection.execute("SELECT database_id, commits FROM database_info").fetchall()
    except engine.StatementError:
        return None
    return Mark(*rows[0]) if rows else None


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return None
