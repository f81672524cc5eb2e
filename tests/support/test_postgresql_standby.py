"""The standby of the tests itself."""

import signal

import psycopg
import pytest

from tests.support.postgresql_standby import pair


def test_a_synchronous_standby_has_what_was_committed_and_takes_over() -> None:
    with pair(synchronous=True) as servers:
        servers.primary.admin("CREATE TABLE kept (number INTEGER)")
        for number in range(50):
            servers.primary.admin("INSERT INTO kept VALUES (%s)", number)
        servers.primary.stop(signal.SIGQUIT)
        servers.promote()
        with psycopg.connect(servers.url("postgres")) as connection:
            assert connection.execute("SELECT COUNT(*) FROM kept").fetchone() == (50,)
            connection.execute("INSERT INTO kept VALUES (50)")


def test_one_that_is_behind_has_less() -> None:
    with pair(synchronous=False) as servers:
        servers.primary.admin("CREATE TABLE kept (number INTEGER)")
        servers.primary.admin("INSERT INTO kept VALUES (1)")
        at = servers.primary.admin("SELECT pg_current_wal_lsn()::text")[0][0]
        servers.wait_for(
            lambda: servers.standby.admin("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", at) == [(True,)]
        )
        servers.lag()
        servers.primary.admin("INSERT INTO kept VALUES (2)")
        servers.primary.stop(signal.SIGQUIT)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(servers.url("postgres"))
        servers.promote()
        assert servers.standby.admin("SELECT number FROM kept") == [(1,)]
