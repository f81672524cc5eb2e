"""A PostgreSQL server with a standby: synchronous, asynchronous and behind, and promoted when the primary is gone."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgresql import ADMIN, PostgresqlServer, as_owner, binaries

STANDBY = "standby"
"""The name by which the primary waits for its standby."""
# Durable, so that what was said to be stored survives a kill; the standby's word counts as well.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "wal_level": "replica", "max_wal_senders": "5"}
_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.05


class Pair:
    """A primary and the standby that follows it.

    With `synchronous`, a commit is answered only when the standby has it.
    """

    def __init__(self, *, synchronous: bool) -> None:
        """Start the primary, copy it, and start the standby."""
        self.primary = PostgresqlServer(settings=DURABLE)
        self.primary.start()
        self.standby = self.copied(self.primary)
        self.standby.start()
        self.wait_for(lambda: self.follows)
        if synchronous:
            self.make_synchronous(self.primary)

    def copied(self, primary: PostgresqlServer) -> PostgresqlServer:
        """Return a server with a copy of another, which follows it once it is started."""
        folder = Path(tempfile.mkdtemp(prefix="shipconsole-pg-", dir="/tmp"))
        shutil.chown(folder, *_owner(primary.folder))
        source = f"host=127.0.0.1 port={primary.port} user={ADMIN} application_name={STANDBY}"
        copy = [str(binaries() / "pg_basebackup"), "-D", str(folder / "data"), "-d", source, "-R", "-c", "fast"]
        made = subprocess.run(as_owner([*copy, "--no-sync"]), capture_output=True, text=True, check=False, cwd=folder)
        assert made.returncode == 0, made.stdout + made.stderr
        return PostgresqlServer(folder, settings={**DURABLE, "hot_standby": "on", "cluster_name": STANDBY})

    @property
    def follows(self) -> bool:
        """Return whether the standby streams from the primary."""
        return self.primary.admin("SELECT state FROM pg_stat_replication") == [("streaming",)]

    def make_synchronous(self, primary: PostgresqlServer) -> None:
        """Have each commit wait until the standby has it on its disk."""
        primary.admin(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
        primary.admin("SELECT pg_reload_conf()")
        self.wait_for(lambda: primary.admin("SELECT sync_state FROM pg_stat_replication") == [("sync",)])

    def url(self, database: str, **options: str) -> str:
        """Return the URL that reaches whichever of the two takes writes, as libpq tries several hosts."""
        both = ",".join(f"127.0.0.1:{server.port}" for server in (self.primary, self.standby))
        query = "&".join(f"{name}={value}" for name, value in {"target_session_attrs": "read-write", **options}.items())
        return f"postgresql://{ADMIN}@{both}/{database}?{query}"

    def lag(self) -> None:
        """Let the standby fall behind: it replays nothing that it receives from now on, and receives nothing either.

        What it has received would be replayed when it is promoted, so its way to the primary is closed as well.
        """
        self.standby.admin("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.admin("SELECT pg_reload_conf()")
        self.wait_for(lambda: not self.primary.admin("SELECT 1 FROM pg_stat_replication"))

    def promote(self) -> None:
        """Make the standby a server of its own that takes writes; waits until it does."""
        self.standby.admin("SELECT pg_promote()")
        self.wait_for(lambda: self.standby.admin("SELECT pg_is_in_recovery()") == [(False,)])

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds, however long that takes a busy computer."""
        until_s = time.monotonic() + _WITHIN_S
        while not condition():
            assert time.monotonic() < until_s, "the servers do not come to it"
            time.sleep(_LOOK_EVERY_S)

    def remove(self) -> None:
        """Stop both and delete their folders."""
        self.standby.remove()
        self.primary.remove()


def _owner(folder: Path) -> tuple[str, str]:
    return folder.owner(), folder.group()


@contextmanager
def pair(*, synchronous: bool) -> Generator[Pair]:
    """Have a primary and a standby while the block lasts."""
    servers = Pair(synchronous=synchronous)
    try:
        yield servers
    finally:
        servers.remove()
