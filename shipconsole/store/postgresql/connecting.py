"""What reading, writing and listening on a server share: connecting, the mark, and whether the server is away."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import migrations
from shipconsole.store.database import Store
from shipconsole.store.errors import StoreError
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.postgresql import checks, engine, reasons
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.checks import Lineage
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection, Password
from shipconsole.store.postgresql.known import Place
from shipconsole.store.postgresql.schema import SYNC

CHANNEL = "shipconsole_change"
NOTIFY = f"NOTIFY {CHANNEL}"
STEP_S = 0.1
RETRY_MAX_S = 1.0


class Writer(NamedTuple):
    """A connection for writing, the history of its server, and the fingerprint of the schema it was checked with.

    `own_commits` is the last commit of this program that its server had when it was checked.
    """

    connection: Connection
    lineage: Lineage
    fingerprint: str
    database_id: str
    own_commits: int


class Connecting(Store):
    """A store whose connections are made when they are needed, and made again after they ended."""

    engine = "postgresql"
    db_of: ClassVar[type[PostgresqlDb]] = PostgresqlDb
    """What the functions of this store get."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        password: Password = None,
        steps: Sequence[migrations.Migration] | None = None,
    ) -> None:
        """Prepare to open; `folder` is the profile's, where the mark of the database is kept.

        `password` is used unless the URL has one.
        """
        super().__init__()
        self.place = Place(folder, parsed(url))
        self.url = url
        self.password = password
        self._steps = steps
        self._token = ""
        self._marker: Marker | None = None
        self._writer: Writer | None = None
        self._synced: Mark | None = None
        """What this program's own last commit reached: all until there is safe."""
        self._state = threading.Lock()
        self._is_undecided = False
        """Whether a commit of this program may or may not be safe, so that nothing else is stored."""
        self._has_opened = False
        """Whether it was ever usable: then it comes back by itself."""
        self._has_read = False
        """Whether the reader had a connection before."""

    @property
    def file(self) -> None:
        """Return None: there is no file."""
        return None

    @property
    def label(self) -> str:
        """Return the database's name and its server."""
        return self.place.address.label

    def _connect(self, name: str) -> tuple[Connection, Lineage]:
        """Connect, and check what every connection needs; raises `EnvironmentFailure`."""
        if self._closing.is_set():
            raise StoreError(Message("database.closed"))
        address = self.place.address
        try:
            connection = engine.connect(self.url, password=self.password, name=f"shipconsole {name}")
        except (engine.Error, OSError, ValueError) as error:
            code = engine.refusal(error, self.url, password=self.password)
            raise reasons.as_failure(error, address, code) from error
        try:
            return connection, checks.prepare(connection, address)
        except engine.Error as error:
            connection.close()
            raise reasons.as_failure(error, address) from error
        except BaseException:
            connection.close()
            raise

    def _connect_checked(self, name: str) -> Writer:
        """Connect, and check the database itself; raises `EnvironmentFailure`."""
        # Read before the database, which other programs may change meanwhile.
        known = self.place.known(self._token)
        connection, lineage = self._connect(name)
        try:
            found = checks.refuse_unfit(connection, self.place.address, self._token, known, self._steps)
        except engine.Error as error:
            connection.close()
            raise reasons.as_failure(error, self.place.address) from error
        except BaseException:
            connection.close()
            raise
        reached, fingerprint, own_commits = found
        return Writer(connection, lineage, fingerprint, reached.database_id, own_commits)

    def _keep_token(self) -> None:
        with self._named_failures():
            self.place.folder.mkdir(parents=True, exist_ok=True)
            self._token = self.place.token()

    def _open_to_write(self) -> Writer:
        """Connect the writer, and have the mark of its database at hand; raises `EnvironmentFailure`."""
        writer = self._connect_checked("writer")
        try:
            with self._named_failures():
                self.place.keep(writer.database_id)
                self._close_marker()
                self._marker = self.place.marker(writer.database_id, self._token)
        except BaseException:
            writer.connection.close()
            raise
        return writer

    def _close_marker(self) -> None:
        if self._marker is not None:
            self._marker.close()
            self._marker = None

    @contextmanager
    def _named_failures(self) -> Generator[None]:
        """Have a folder that cannot be written named."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            text = Message("database.folder_not_writable", file=self.place.base.name, reason=reason)
            raise StoreError(Message("server.unusable", database=self.label, reason=text)) from error

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.connection.close()
            self._writer = None

    def _is_away(self, failure: EnvironmentFailure) -> None:
        """Refuse reads and writes at once until the server is back, and report it once."""
        with self._state:
            if self._closing.is_set():
                return
            is_new = self._failure is None or self._failure.message != failure.message
            self._failure = failure
        if is_new:
            self._say(failure)

    def _is_back(self) -> None:
        """Read and write again, unless a commit is still undecided: what waits for it says when it is over."""
        with self._state:
            if self._closing.is_set() or self._is_undecided:
                return
            was_away = self._failure is not None
            self._failure = None
        if was_away:
            self._say(None)
            self._tell()


def is_synced(connection: Connection, is_over: Callable[[], bool]) -> bool:
    """Wait until every commit so far is safe; return False if `is_over`, called meanwhile, returned True first.

    A wait that is interrupted ends like one that was fulfilled, so that only this decides. Interrupted and not just
    left: the server does not notice that no one waits any more, and would keep each connection.
    """
    was_over = False

    def is_interrupted() -> bool:
        nonlocal was_over
        was_over = was_over or is_over()
        return was_over

    connection.interrupt_when(is_interrupted)
    try:
        connection.execute(SYNC)
    except engine.Error as error:
        if not (was_over and engine.is_cancelled(error)):
            raise
    finally:
        connection.interrupt_when(None)
    return not was_over


def roll_back(connection: Connection) -> None:
    """Roll back a failed transaction; the connection may have ended."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except engine.Error:
        connection.close()
