"""The files that a database left behind when it moved to a server: itself, its backups, and what restores set aside.

They have the names and addresses of then. Once they are older than those of the server may be, they go.
"""

from contextlib import closing
from pathlib import Path

from shipconsole.store import backup, engine, fitness, moves
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreError
from shipconsole.store.moves import Move


def move_of(store: Path) -> Move | None:
    """Return the ended move of a database; None for one that is missing, unreadable, or in use here."""
    if not store.is_file():
        return None
    try:
        connection = engine.connect(store, writing=False)
    except (OSError, engine.Error, StoreError):
        return None
    try:
        with closing(connection):
            found = moves.of(Db(connection))
    except (OSError, engine.Error, StoreError):
        return None
    return found if found is not None and found.state == "left" else None


def files(store: Path) -> tuple[Path, ...]:
    """Return the files that a database left behind, itself last; its mark, which has no names, is none of them."""
    beside = [store.with_name(f"{store.name}{end}") for end in ("-wal", "-shm")]
    kept = [*(copy.file for copy in backup.every(store)), *fitness.aside_of(store), *beside, store]
    return tuple(file for file in kept if file.exists())


def drop_older(store: Path, left_at_ms: int, before_ms: int, now_ms: int) -> int:
    """Delete the files that are older than a time; return how many. Raises `OSError`.

    The database itself goes last: as long as it is there, a run that was interrupted goes on.
    """
    old = [copy.file for copy in backup.every(store, now_ms) if copy.at_ms < before_ms]
    old += [file for file in fitness.aside_of(store) if file.stat().st_mtime * 1_000 < before_ms]
    if left_at_ms < before_ms:
        old = list(files(store))
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
