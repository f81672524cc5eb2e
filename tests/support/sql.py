"""Open a store's file beside the program, as another program would.

Never with Python's own `sqlite3`: two copies of SQLite in one process do not see each other's locks, and the one that
closes first takes the other's write-ahead file away.
"""

from contextlib import closing
from pathlib import Path

import apsw

Connection = apsw.Connection
ConstraintError = apsw.ConstraintError


def connect(file: Path, wait_s: float = 10) -> apsw.Connection:
    """Open a file that is there or begin one; every statement is a transaction of its own unless one is begun."""
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(round(wait_s * 1_000))
    return connection


def have_just_read(file: Path) -> None:
    """Let a store's orders be read from their platforms tomorrow.

    A printed order is read again before sending where the last reading is a minute old: not where what is stored before
    and after is compared, however long the machine takes.
    """
    with closing(connect(file)) as opened:
        opened.execute("UPDATE link SET seen_at_ms = seen_at_ms + 86400000")
