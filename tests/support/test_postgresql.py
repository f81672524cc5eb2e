"""The test server starts, keeps its data over a restart, and is reached by its URL."""

import psycopg
import pytest

from tests.support.postgresql import GUARDED, GUARDED_PASSWORD, PostgresqlServer


def test_a_database_keeps_its_rows_over_a_restart(
    postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    with psycopg.connect(postgresql_database) as connection:
        connection.execute("CREATE TABLE kept (text TEXT)")
        connection.execute("INSERT INTO kept VALUES ('大阪市')")
    postgresql_server.restart()
    with psycopg.connect(postgresql_database) as connection:
        assert connection.execute("SELECT text FROM kept").fetchall() == [("大阪市",)]


def test_one_role_has_to_give_its_password(postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.url("postgres", user=GUARDED)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, password="wrong")
    psycopg.connect(url, password=GUARDED_PASSWORD).close()
