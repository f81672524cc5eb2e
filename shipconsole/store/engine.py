"""The database engine: opens SQLite files through the driver, which only this module imports, and maps its errors.

The driver brings its own SQLite, so that the engine is the same on every computer. Errors are identified by SQLite's
result codes.
"""

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote

import apsw

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import search_text
from shipconsole.store.errors import StoreDamagedError, StoreError, StoreHeldError, unusable

Value = str | int | float | bytes | None
Error = apsw.Error
# A statement names a table or column that the database does not have.
StatementError = apsw.SQLError
# A fault in one statement's values, not in the database.
VALUE_ERRORS = (apsw.ConstraintError, apsw.TooBigError, apsw.MismatchError)
is_whole_statement = apsw.complete

BUSY_TIMEOUT_S = 5.0
LONG_CACHE_KB = 500
STATEMENTS_KEPT = 256
STEPS_BETWEEN_CHECKS = 20_000
"""Steps of SQLite's machine between two checks whether a statement is interrupted: less than a millisecond."""
# SQLite 3.7.0 to 3.51.2 may lose commits or corrupt the file when two connections write and checkpoint at the same
# moment: https://sqlite.org/wal.html, "The WAL-Reset Bug".
OLDEST_SAFE = (3, 51, 3)


class Cursor(Protocol):
    """The rows of one statement."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def close(self) -> None: ...


class Connection(Protocol):
    """What the store uses of the driver's connections; transactions are begun and ended by explicit statements."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, statements: str, bindings: Mapping[str, Any] | Sequence[Value] | None = None) -> Cursor: ...
    def changes(self) -> int: ...
    def total_changes(self) -> int: ...
    def close(self) -> None: ...


class FileConnection(Connection, Protocol):
    """A connection to a file, which runs a statement for many rows without a round trip each."""

    def executemany(self, statements: str, sequenceofbindings: Iterable[Mapping[str, Any]]) -> Cursor: ...


def version() -> str:
    """Return SQLite's version, as in 3.54.1."""
    return apsw.sqlite_lib_version()


def refuse_unsafe(found: str) -> None:
    """Raise `StoreError` for a version of SQLite that can lose commits."""
    if tuple(int(part) for part in found.split(".")[:3]) < OLDEST_SAFE:
        oldest = ".".join(map(str, OLDEST_SAFE))
        raise StoreError(Message("database.old_sqlite", found=found, oldest=oldest))


def connect(file: Path, *, writing: bool) -> Connection:
    """Open a database for use, with every safety setting set and read back; raises `StoreError` if one fails.

    Raises `StoreDamagedError` if a program ended without closing the database and the write-ahead file with the last
    commits was removed since: the database would seem intact and be old.
    """
    refuse_unsafe(version())
    if _lacks_wal(file):
        raise StoreDamagedError(unusable(file, Message("database.no_wal", file=file.name)))
    if writing:
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_private(file)
    connection = _opened(file, "mode=rw", apsw.SQLITE_OPEN_READWRITE)
    try:
        driver_connection(connection).set_busy_timeout(round(BUSY_TIMEOUT_S * 1_000))
        _set_safely(connection, file, writing=writing)
    except BaseException:
        connection.close()
        raise
    return connection


def open_unchanging(file: Path) -> Connection:
    """Open a file that no program uses, to read it without creating files beside it."""
    return _opened(file, "mode=ro&immutable=1", apsw.SQLITE_OPEN_READONLY)


def open_alone(file: Path) -> Connection:
    """Open a file that only this connection uses, to fill it; the caller syncs it once at the end."""
    connection = _opened(file, "mode=rw", apsw.SQLITE_OPEN_READWRITE)
    connection.execute("PRAGMA synchronous = off")
    return connection


def open_exclusively(file: Path) -> Connection:
    """Open a database so that no other connection can open it until this one is closed, or its process ends.

    Raises `StoreHeldError` if another connection has it open.
    """
    connection = _opened(file, "mode=rw", apsw.SQLITE_OPEN_READWRITE)
    try:
        # Before the first read: then the write-ahead file is used without the -shm file that all users share.
        connection.execute("PRAGMA locking_mode = exclusive").fetchall()
        connection.execute("PRAGMA synchronous = full").fetchall()
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
        connection.execute("COMMIT")
    except BaseException as error:
        connection.close()
        if isinstance(error, apsw.Error):
            raise as_failure(error, file) from error
        raise
    return connection


def close_untouched(connection: Connection, file: Path) -> None:
    """Close a connection and leave the write-ahead file as it is, even as the last user of the database."""
    log = file.with_name(f"{file.name}-wal")
    # An empty one may be this connection's own; SQLite deletes it.
    if log.exists() and log.stat().st_size:
        driver_connection(connection).config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    connection.close()


def refuse_held(file: Path) -> None:
    """Raise `StoreHeldError` if another connection has a database open; a damaged one counts as free."""
    connection = _opened(file, "mode=rw", apsw.SQLITE_OPEN_READWRITE)
    try:
        # Exclusive, so that the write-ahead file is read without the -shm file that all users share.
        connection.execute("PRAGMA locking_mode = exclusive").fetchall()
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
    except (apsw.BusyError, apsw.LockedError) as error:
        raise as_failure(error, file) from error
    except apsw.Error:
        return
    finally:
        close_untouched(connection, file)


def copy(
    source: Connection, target: Connection, *, pages: int = -1, after_step: Callable[[], object] | None = None
) -> None:
    """Copy a whole database, `pages` at a time (-1: all at once)."""
    with driver_connection(target).backup("main", driver_connection(source), "main") as copying:
        while not copying.done:
            copying.step(pages)
            if after_step is not None:
                after_step()


def empty_log(file: Path) -> bool:
    """Write the write-ahead file into the database and empty it; return False where a reader or writer is at work."""
    connection = connect(file, writing=True)
    try:
        ((is_busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
    return not is_busy


def limit_time(connection: Connection, until_s: float, *, every_steps: int) -> None:
    """Interrupt a connection's statement once the monotonic clock passes a time, checked every so many steps."""
    driver_connection(connection).set_progress_handler(lambda: time.monotonic() > until_s, every_steps)


def as_failure(error: Exception, file: Path) -> EnvironmentFailure:
    """Return an error of the driver or the system as a failure with a message; a failure is returned unchanged."""
    if isinstance(error, EnvironmentFailure):
        return error
    code = _code(error)
    kind = StoreHeldError if code in _HELD else StoreDamagedError if code in _DAMAGED else StoreError
    return kind(unusable(file, reason(error)))


def reason(error: Exception) -> Message:
    """Return the message of an error of the driver or the system, to follow a colon."""
    if (code := _code(error)) is not None:
        return _REASONS.get(code) or verbatim(str(error))
    if isinstance(error, OSError) and error.errno is not None:
        return _SYSTEM_REASONS.get(error.errno) or verbatim(error.strerror or str(error))
    return verbatim(str(error))


def undecodable(connection: Connection) -> StoreDamagedError:
    """Return the error for a text column that is not UTF-8, which this program never stores."""
    return StoreDamagedError(
        unusable(Path(driver_connection(connection).db_filename("main")), Message("database.damaged_text"))
    )


def _code(error: Exception) -> int | None:
    """Return SQLite's result code of a driver error; None for other errors."""
    return getattr(error, "result", apsw.SQLITE_ERROR) if isinstance(error, apsw.Error) else None


_NOT_WRITABLE = Message("database.read_only")
_FULL = Message("database.disk_full")
_HELD = frozenset({apsw.SQLITE_BUSY, apsw.SQLITE_LOCKED, apsw.SQLITE_PROTOCOL})
_DAMAGED = frozenset({apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB})
_REASONS = {
    **dict.fromkeys(_HELD, Message("database.in_use")),
    **dict.fromkeys(_DAMAGED, Message("database.damaged")),
    apsw.SQLITE_FULL: _FULL,
    apsw.SQLITE_READONLY: _NOT_WRITABLE,
    apsw.SQLITE_PERM: _NOT_WRITABLE,
    apsw.SQLITE_IOERR: Message("database.disk_error"),
    apsw.SQLITE_CANTOPEN: Message("database.not_opened"),
    apsw.SQLITE_NOMEM: Message("database.no_memory"),
    apsw.SQLITE_INTERRUPT: Message("database.interrupted"),
}
_SYSTEM_REASONS = {
    errno.EROFS: _NOT_WRITABLE,
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
}


def _opened(file: Path, query: str, flags: int) -> Connection:
    """Open by URI, whose `mode` keeps SQLite from creating an empty file."""
    path = file.absolute().as_posix()
    address = f"file://{'' if path.startswith('/') else '/'}{quote(os.fsencode(path))}?{query}"
    opened = apsw.Connection(address, flags=flags | apsw.SQLITE_OPEN_URI, statementcachesize=STATEMENTS_KEPT)
    # One plan per statement, whatever its values: otherwise SQLite compiles statements again for other values, at eight
    # times the cost of running some of them.
    opened.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    opened.create_scalar_function(  # pyright: ignore[reportUnknownMemberType] - half typed
        "is_found", search_text.is_found, 3, deterministic=True
    )
    return cast("Connection", opened)


def interrupt_when(connection: Connection, is_interrupted: Callable[[], bool]) -> None:
    """Have a connection's statements fail as soon as a function returns True; it is called on their thread."""
    driver_connection(connection).set_progress_handler(is_interrupted, STEPS_BETWEEN_CHECKS)


def driver_connection(connection: Connection) -> apsw.Connection:
    """Return the driver's own type of a connection."""
    return cast("apsw.Connection", connection)


def _make_private(file: Path) -> None:
    """Create the file before SQLite does, closed to other users: the -wal and -shm files inherit its mode.

    An existing file is not opened here: closing it would drop the locks that this process holds on it.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(file, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file)) from None


def _lacks_wal(file: Path) -> bool:
    """Return whether a database has a -shm file beside it and no -wal file.

    SQLite creates the -wal first and deletes it last, so it never leaves that state. Another program may open or close
    the database between the checks, so they are made twice.
    """
    wal, shm = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
    for wait_s in (0.0, 0.05):
        time.sleep(wait_s)
        if wal.exists() or not (file.exists() and shm.exists()) or wal.exists():
            return False
    return True


def _set_safely(connection: Connection, file: Path, *, writing: bool) -> None:
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": int(not writing)}
    if writing:
        # What is removed is overwritten with zeros, so that no name is left in the unused parts of the file.
        settings["secure_delete"] = 1
    for name, value in settings.items():
        _set(connection, name, value)
        ((found,),) = connection.execute(f"PRAGMA {name}").fetchall()
        if found != value:
            raise StoreError(
                Message("database.unsafe", file=file.name, setting=name, found=str(found), wanted=str(value))
            )


def keep_few_pages(connection: Connection) -> None:
    """Have a connection that reads much, and little of it twice, keep a quarter of the usual pages in memory."""
    _set(connection, "cache_size", -LONG_CACHE_KB)


def _set(connection: Connection, name: str, value: str | int) -> None:
    """Set a pragma, retrying while the file is busy: SQLite does not wait by itself when it changes to WAL mode."""
    until_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute(f"PRAGMA {name} = {value}").fetchall()
        except (apsw.BusyError, apsw.LockedError):
            if time.monotonic() >= until_s:
                raise
            time.sleep(0.01)
        else:
            return
