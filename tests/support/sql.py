"""Open a database beside the program, as another program would.

Never use Python's `sqlite3` for this: two copies of SQLite in one process do not see each other's locks, and the first
to close deletes the other's write-ahead log.
"""

from contextlib import closing
from pathlib import Path

import apsw

Connection = apsw.Connection
ConstraintError = apsw.ConstraintError


def connect(file: Path, wait_s: float = 10) -> apsw.Connection:
    """Open or create a file; each statement is a transaction, unless one is begun."""
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(round(wait_s * 1_000))
    return connection


def have_just_read(file: Path) -> None:
    """Mark the orders as synced a day in the future, so that they are not requested again before sending.

    Otherwise a slow test, which compares the database before and after, would request printed orders after a minute.
    """
    with closing(connect(file)) as opened:
        opened.execute("UPDATE link SET seen_at_ms = seen_at_ms + 86400000")
