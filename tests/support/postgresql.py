"""Run a real PostgreSQL server for tests, in a folder of its own and on a free port of this computer.

The server is a child of the test process and ends with it, even if that is killed. It refuses to run as root, so that
root starts it as the user `postgres`, whom the system's package creates.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit

import psycopg
import pytest

from shipconsole.store import roles

_READY_WITHIN_S = 60.0
_STOP_WITHIN_S = 60.0
ADMIN = "postgres"
"""The server's superuser."""
GUARDED = "guarded"
"""A role that has to give its password; all others are trusted."""
GUARDED_PASSWORD = "open sesame"
OWNER = "shipconsole_owner"
"""The role that owns the tables."""
STATION = "station_of_tests"
"""A role with the rights of a station and no others."""
# Nothing here has to survive a power cut; a test that needs it starts a server of its own.
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on"}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "lc_messages": "C",
}
_HBA = f"""local all all trust
host all {GUARDED} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
"""


def binaries() -> Path:
    """Return the folder with PostgreSQL's programs; the newest version on Debian, else that of `pg_config`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    config = shutil.which("pg_config")
    assert config, "the tests need PostgreSQL: install the package postgresql"
    return Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())


def database_name(url: str) -> str:
    """Return the name of the database in a URL."""
    return urlsplit(url).path.removeprefix("/")


_STARTER = ThreadPoolExecutor(1, "postgresql-starter")
"""The thread that starts servers. The system ends a server with the thread that started it, so this one never ends."""


def as_owner(command: list[str]) -> list[str]:
    """Return a command that runs as a user whom PostgreSQL accepts and ends with this process."""
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        prefix += ["--reuid", ADMIN, "--regid", ADMIN, "--clear-groups"]
    return [*prefix, "--", *command]


def free_port() -> int:
    """Return a port of this computer that no one listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresqlServer:
    """A server in a folder: `start`, `stop`, `kill`, and `restart` it; `url` and `admin` reach it."""

    def __init__(self, folder: Path | None = None, *, settings: Mapping[str, str] | None = None) -> None:
        """Create the cluster, or take the one that is in the folder; `settings` are added to those of the tests.

        Without settings of the caller the server is fast and not durable.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="shipconsole-pg-", dir="/tmp")) if folder is None else folder
        self.data = self.folder / "data"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {**_SETTINGS, **(_FAST if settings is None else settings)}
        if not self.data.exists():
            self._create()

    def _create(self) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam(ADMIN)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        make = [str(binaries() / "initdb"), "-D", str(self.data), "-U", ADMIN, "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            as_owner([*make, "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        (self.data / "pg_hba.conf").write_text(_HBA, encoding="utf-8")

    @property
    def log(self) -> Path:
        """Return the file of the server's log."""
        return self.folder / "log"

    @property
    def pid(self) -> int:
        """Return the id of the server's main process."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether the server's main process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server on its port and wait until it accepts connections, or follows its primary."""
        options = {**self._settings, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        command = [str(binaries() / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self._process = _STARTER.submit(
                partial(
                    subprocess.Popen[bytes],
                    as_owner(command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                )
            ).result()
        until_s = time.monotonic() + _READY_WITHIN_S
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if "no pg_hba.conf entry" in str(error):
                    # It answers; who may connect is the test's own decision.
                    return
                assert self.is_running, self.log.read_text("utf-8", "replace")
                assert time.monotonic() < until_s, self.log.read_text("utf-8", "replace")
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends its connections, SIGTERM waits for them, SIGQUIT stops without a checkpoint."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(_STOP_WITHIN_S)
        finally:
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop and start the server, on the same port."""
        self.stop(how)
        self.start()

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a superuser's connection, outside a transaction."""
        named = {"host": "127.0.0.1", "port": self.port, "user": ADMIN, "dbname": database, **options}
        return psycopg.connect(autocommit=True, **named)

    def admin(self, statement: str, *values: object, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as superuser and return its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(cast("LiteralString", statement), values or None)
            return cursor.fetchall() if cursor.description else []

    def create_roles(self) -> None:
        """Create the roles of the program, as its script does, and that of a station; again does nothing."""
        if not self.has_role(STATION):
            self.admin("CREATE DATABASE roles_of_tests")
            self.set_up(self.url("roles_of_tests"))

    def set_up(self, url: str) -> tuple[str, str]:
        """Run the script of the roles in a database; return the database's URL for its owner and for a station."""
        name = database_name(url)
        self.admin(roles.script(), database=name)
        if not self.has_role(STATION):
            self.admin(f"CREATE ROLE {STATION} LOGIN IN ROLE shipconsole_stations")
        return self.url(name, OWNER), self.url(name, STATION)

    def has_role(self, name: str) -> bool:
        """Return whether a role exists."""
        return bool(self.admin("SELECT 1 FROM pg_roles WHERE rolname = %s", name))

    def url(self, database: str, user: str = ADMIN, **options: str) -> str:
        """Return the URL of a database."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}" + (f"?{query}" if query else "")

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Generator[PostgresqlServer]:
    """Run one server for all tests of this process; a test that stops it starts it again."""
    server = PostgresqlServer()
    try:
        server.start()
        server.admin(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{GUARDED_PASSWORD}'")
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgresql_database(postgresql_server: PostgresqlServer, request: pytest.FixtureRequest) -> Generator[str]:
    """Return the URL of an empty database, which is dropped after the test."""
    if not postgresql_server.is_running:
        postgresql_server.start()
    words = re.sub(r"\W+", "_", request.node.name.lower())[:30]
    name = f"{words}_{time.monotonic_ns()}"
    postgresql_server.admin(f'CREATE DATABASE "{name}" STRATEGY file_copy')
    yield postgresql_server.url(name)
    if not postgresql_server.is_running:
        postgresql_server.start()
    postgresql_server.admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
