"""The database engine: connections to PostgreSQL through the driver, in the form that the store works with.

Values are the same as from SQLite: whole numbers and booleans are integers, sums too, texts are never empty of meaning
for a NUL that only SQLite keeps. Nothing waits without a limit: a server that is silent counts as gone.
"""

import logging
import re
import struct
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import Any, LiteralString, TypeVar, cast

import psycopg
import psycopg.conninfo
from psycopg import errors, pq, waiting
from psycopg.abc import AdaptContext, Buffer, PQGen
from psycopg.adapt import AdaptersMap, Dumper, Loader
from psycopg.errors import DataError, IntegrityError, OperationalError

from shipconsole.domain.database_address import database_address
from shipconsole.store.postgresql.statements import for_driver

# What it "ignored" while a connection ended, as it logs, is the failure that it raises.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)

RV = TypeVar("RV")
Password = str | Callable[[], str] | None
"""A password, or the function that asks for it whenever a connection is made, on the thread that connects."""
Row = tuple[Any, ...]
Error = psycopg.Error
ERRORS = (psycopg.Error,)
VALUE_ERRORS = (
    IntegrityError,
    DataError,
    OverflowError,
    struct.error,
    UnicodeEncodeError,
    errors.ProgramLimitExceeded,
    errors.DatatypeMismatch,
    errors.UndefinedFunction,
    errors.IndeterminateDatatype,
    errors.CannotCoerce,
)
"""A fault in one statement's values, not in the database; the schema's own rules raise IntegrityError.

Too long for an index, or of a type that the statement does not take: what else is in the group has nothing to do with
it.
"""

CONNECT_TIMEOUT_S = 5
SILENCE_S = 30.0
"""How long a statement may take: no statement of a station takes as long, unless the server or the network is gone."""
CHECK_S = 0.05
PREPARED_MAX = 500
_KEEP_ALIVE = {
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
_TRACED_CODE = re.compile(rb'\tErrorResponse\t.* C "(\w{5})"')
_GONE_CLASSES = ("08", "57")
_WRONG_PASSWORD = "28P01"
_TRIED_AGAIN = ("40001", "40P01")
_CANCELLED = "57014"


class Rows:
    """The rows of one statement, all of which were read."""

    __slots__ = ("_next", "_rows")

    def __init__(self, rows: list[Row]) -> None:
        """Begin before the first row."""
        self._rows = rows
        self._next = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self.fetchall())

    def fetchone(self) -> Row | None:
        """Return the next row, None at the end."""
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        left, self._next = self._rows[self._next :], len(self._rows)
        return left

    def close(self) -> None:
        """Forget the rows."""
        self._rows = []


class _Driver(psycopg.Connection[Row]):
    """The driver's connection, which gives up on a server that is silent, and whose statements can be interrupted."""

    silence_s = SILENCE_S
    is_interrupted: Callable[[], bool] | None = None

    def wait(self, gen: PQGen[RV], interval: float = CHECK_S, timeout: float | None = None) -> RV:
        """Wait for an operation, as the driver does, within limits."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        interval = CHECK_S if self.is_interrupted else interval
        return waiting.wait(self._within_limits(gen), self.pgconn.socket, interval)

    def _within_limits(self, gen: PQGen[RV]) -> PQGen[RV]:
        until_s = monotonic() + self.silence_s
        has_cancelled = False
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                wanted = gen.send(ready)
                if ready:
                    continue
                if not has_cancelled and self.is_interrupted is not None and self.is_interrupted():
                    has_cancelled = True
                    self.cancel_safe(timeout=CONNECT_TIMEOUT_S)
                if monotonic() > until_s:
                    self.pgconn.finish()
                    raise OperationalError("the server does not respond")
        except StopIteration as ended:
            result: RV = ended.value
            return result


class Connection:
    """One connection; transactions are begun and ended by explicit statements."""

    def __init__(self, driver: _Driver) -> None:
        """Work on the driver's connection."""
        self._driver = driver
        self._changes = 0
        self._total = 0
        self._prepared: dict[str, str] = {}
        self._times_forgotten = 0
        self.replaces_another = False
        """Whether another connection was read from before, and no one has taken note of that."""

    def prepared(self, name: str, text: str) -> str:
        """Have the server prepare a statement, once; returns the name by which `EXECUTE` runs it."""
        if name not in self._prepared:
            numbered = f"{name}_{self._times_forgotten}"
            self.execute(f"PREPARE {numbered} AS {text}")
            self._prepared[name] = numbered
        return self._prepared[name]

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended, also a failed one."""
        return self._driver.info.transaction_status in (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)

    @property
    def is_gone(self) -> bool:
        """Whether the connection has ended, by whichever side."""
        return self._driver.closed

    @property
    def server_version(self) -> int:
        """Return the server's version, as in 150004."""
        return self._driver.info.server_version

    @property
    def backend_pid(self) -> int:
        """Return the id of the server's process, as the server gave it when the connection was made."""
        return self._driver.info.backend_pid

    @property
    def silence_s(self) -> float:
        """Return after how long without a response the server counts as gone."""
        return self._driver.silence_s

    @silence_s.setter
    def silence_s(self, limit_s: float) -> None:
        self._driver.silence_s = limit_s

    def interrupt_when(self, is_interrupted: Callable[[], bool] | None) -> None:
        """Have statements fail soon after a function returns True; it is called on their thread while they wait."""
        self._driver.is_interrupted = is_interrupted

    def execute(
        self,
        statements: str,
        bindings: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        is_planned_anew: bool = False,
        is_binary: bool = False,
    ) -> Rows:
        """Run a statement with its values, or several without any; returns the rows of the last one.

        One that `is_planned_anew` gets a plan for just these values, which takes the server part of a millisecond.
        With `is_binary` its rows come as bytes, of which a large value needs half as many as its text.
        """
        if bindings is None:
            cursor = self._driver.execute(cast("LiteralString", statements), prepare=False)
            while cursor.nextset():
                pass
        else:
            prepare = False if is_planned_anew else None
            statement = cast("LiteralString", for_driver(statements))
            cursor = self._driver.execute(statement, bindings, prepare=prepare, binary=is_binary)
        self._count(cursor)
        return Rows(cursor.fetchall() if cursor.description is not None else [])

    def execute_all(self, statements: str) -> list[Rows]:
        """Run several statements without values in one round trip; returns the rows of each."""
        cursor = self._driver.execute(cast("LiteralString", statements), prepare=False)
        found: list[Rows] = []
        while True:
            self._count(cursor)
            found.append(Rows(cursor.fetchall() if cursor.description is not None else []))
            if not cursor.nextset():
                return found

    def notifications(self, timeout_s: float) -> list[int]:
        """Wait for notifications and return the ids of the server's processes that sent them; none after the time."""
        return [notification.pid for notification in self._driver.notifies(timeout=timeout_s, stop_after=1)]

    def copy_in(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a COPY from the client with these rows, which are taken one by one."""
        with self._driver.cursor().copy(cast("LiteralString", statement)) as copying:
            for row in rows:
                copying.write_row(row)

    def copy_out(self, statement: str, types: Sequence[str]) -> Iterator[Row]:
        """Run a COPY to the client and yield its rows, whose columns have these types, a few at a time."""
        with self._driver.cursor().copy(cast("LiteralString", statement)) as copying:
            copying.set_types(types)
            yield from copying.rows()

    def changes(self) -> int:
        """Return how many rows the last statement changed."""
        return self._changes

    def total_changes(self) -> int:
        """Return how many rows all statements changed."""
        return self._total

    def close(self) -> None:
        """Close; a transaction that was not committed is rolled back."""
        self._driver.close()

    def _count(self, cursor: psycopg.Cursor[Row]) -> None:
        did = cursor.statusmessage or ""
        if did.startswith("ROLLBACK"):
            # The driver has the server forget all that was prepared.
            self._prepared.clear()
            self._times_forgotten += 1
        self._changes = max(0, cursor.rowcount) if did.startswith(_CHANGING) else 0
        self._total += self._changes


_CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE")


def connect(url: str, *, password: Password = None, name: str = "shipconsole") -> Connection:
    """Connect to a database; raises the driver's errors.

    A server on another computer has to prove who it is, unless the URL says otherwise.
    """
    driver = _Driver.connect(
        "", autocommit=True, prepare_threshold=0, context=_ADAPTERS, **_parameters(url, password, name)
    )
    driver.prepared_max = PREPARED_MAX
    return Connection(driver)


def _parameters(url: str, password: Password, name: str) -> dict[str, Any]:
    """Return libpq's parameters; a server on another computer has to prove who it is, unless the URL says otherwise."""
    usual: dict[str, Any] = {**_KEEP_ALIVE, "connect_timeout": CONNECT_TIMEOUT_S, "application_name": name}
    secret = password() if callable(password) else password
    given = database_address(url).connection_parameters(password=secret or "")
    return {**usual, **given, "client_encoding": "utf-8"}


def refusal(error: BaseException, url: str, *, password: Password = None) -> str:
    """Return the SQLSTATE with which a server refused a connection; empty if there is none, or it cannot be seen.

    libpq keeps it to itself, so that it is read from a trace of another attempt, which only Linux can write.
    """
    if not isinstance(error, Error):
        return ""
    if error.pgconn is not None and error.pgconn.needs_password:
        return _WRONG_PASSWORD
    if sys.platform != "linux":
        return ""
    conninfo = psycopg.conninfo.make_conninfo("", **_parameters(url, password, "shipconsole"))
    connection = pq.PGconn.connect_start(conninfo.encode())
    until_s = monotonic() + CONNECT_TIMEOUT_S
    with tempfile.TemporaryFile() as trace, DefaultSelector() as selector:
        try:
            connection.trace(trace.fileno())
            while (polled := connection.connect_poll()) in (pq.PollingStatus.READING, pq.PollingStatus.WRITING):
                reads = polled == pq.PollingStatus.READING
                key = selector.register(connection.socket, EVENT_READ if reads else EVENT_WRITE)
                found = selector.select(max(0.0, until_s - monotonic()))
                selector.unregister(key.fileobj)
                if not found:
                    break
            connection.untrace()
        finally:
            connection.finish()
        trace.seek(0)
        code = _TRACED_CODE.search(trace.read())
    return code[1].decode() if code is not None else ""


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of a driver's error; empty for one that the server did not report."""
    return (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""


def context(error: BaseException) -> str:
    """Return where in its work the server was when it reported an error, such as in which row."""
    return (error.diag.context or "") if isinstance(error, psycopg.Error) else ""


def sentence(error: BaseException) -> str:
    """Return the server's own sentence about an error, in its language."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or (str(error).strip().splitlines() or [type(error).__name__])[0]


def is_gone(error: BaseException, connection: Connection) -> bool:
    """Return whether a statement failed because the connection to the server has ended."""
    return isinstance(error, Error) and (connection.is_gone or sqlstate(error)[:2] in _GONE_CLASSES)


def is_cancelled(error: BaseException) -> bool:
    """Return whether a statement failed because it was interrupted."""
    return sqlstate(error) == _CANCELLED


def is_to_be_repeated(error: BaseException) -> bool:
    """Return whether the server rolled a transaction back for the sake of another one."""
    return sqlstate(error) in _TRIED_AGAIN


class _WholeNumber(Dumper):
    """Send every whole number as a BIGINT, so that a statement is prepared once whatever its values."""

    oid = psycopg.postgres.types["int8"].oid

    def dump(self, obj: Any) -> Buffer:
        number = int(obj)
        if not -(2**63) <= number < 2**63:
            raise OverflowError("a number is too great for the database")
        return str(number).encode()


class _PlainText(Dumper):
    """Send a text without a type, so that the server takes that of its column; it keeps no NUL, which is replaced."""

    def dump(self, obj: str) -> Buffer:
        return obj.replace("\0", "\ufffd").encode()


class _Truth(Loader):
    """Read a boolean as SQLite has it."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


class _Number(Loader):
    """Read a sum of whole numbers as a whole number."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


class _Adapters:
    """How values go to the server and come from it."""

    def __init__(self) -> None:
        self.adapters = AdaptersMap(psycopg.adapters)
        self.connection = None
        self.adapters.register_dumper(int, _WholeNumber)
        self.adapters.register_dumper(bool, _WholeNumber)
        self.adapters.register_dumper(str, _PlainText)
        self.adapters.register_loader("bool", _Truth)
        self.adapters.register_loader("numeric", _Number)


_ADAPTERS = cast("AdaptContext", _Adapters())
