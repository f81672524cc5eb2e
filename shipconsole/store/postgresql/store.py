"""The store on a PostgreSQL server, for many stations.

Each station has a connection for writing, one for reading, and one that listens; long reads open another one while they
are needed. A group of writes is one transaction that first takes an advisory lock: writers of all stations go one after
another, as in a file.

While the server is away, reads and writes fail at once and nothing is queued; the listening thread comes back by
itself.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

from shipconsole.store import migrations
from shipconsole.store.postgresql.engine import Password
from shipconsole.store.postgresql.listening import Listening
from shipconsole.store.postgresql.reading import Reading
from shipconsole.store.postgresql.writing import Writing


class PostgresqlStore(Writing, Reading, Listening):
    """The open database on a server."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        password: Password = None,
        steps: Sequence[migrations.Migration] | None = None,
    ) -> None:
        """Prepare to open, with a thread more than for a file."""
        super().__init__(url, folder, password=password, steps=steps)
        self._listener = threading.Thread(target=self._listen_to_others, name="store-listener", daemon=True)
        self._threads.append(self._listener)

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what waits, then close, within a time limit; later reads and writes raise `StoreError`."""
        super().close(timeout_s)
        if self._listener.is_alive():
            self._listener.join(timeout_s)
