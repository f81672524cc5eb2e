"""The owner's password: asked for at a terminal, given by libpq's variable, and never that of the station."""

import os
import sys
from collections.abc import Generator

import pytest

from tests.cli.in_process import Here
from tests.cli.program import ROOT
from tests.support.postgresql import PostgresqlServer, database_name
from tests.support.terminal import at_terminal

OWNER, PASSWORD = "owner_of_words", "of the owner"


@pytest.fixture
def address(postgresql_database: str, postgresql_server: PostgresqlServer) -> Generator[str]:
    """The address of an empty database whose owner has to give a password."""
    name = database_name(postgresql_database)
    rules = postgresql_server.data / "pg_hba.conf"
    before = rules.read_text()
    postgresql_server.admin(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
    postgresql_server.admin(f'ALTER DATABASE "{name}" OWNER TO {OWNER}')
    rules.write_text(f"host all {OWNER} 127.0.0.1/32 scram-sha-256\n{before}")
    postgresql_server.admin("SELECT pg_reload_conf()")
    yield postgresql_server.url(name, OWNER)
    rules.write_text(before)
    postgresql_server.admin("SELECT pg_reload_conf()")
    postgresql_server.admin(f'DROP DATABASE "{name}" WITH (FORCE)')
    postgresql_server.admin(f"DROP ROLE {OWNER}")


@pytest.fixture
def here(here: Here) -> Here:
    """Commands on a profile whose keyring has a station's password."""
    server = "postgresql://station_1@db.example.org/shipconsole"
    here.done("database", "--set-password", "--database", server, typed="of the station\n")
    return here


def test_the_variable_of_a_run_goes_before_the_station_s_password(
    here: Here, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = here.run("database", "--create", "--database", address)
    assert (refused.code, refused.out) == (5, "")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    here.done("database", "--create", "--database", address)
    assert "Nothing was changed" in here.done("database", "--upgrade", "--database", address).err
    secret = here.keys.get("database", "password").result()
    assert secret is not None
    assert secret.reveal() == "of the station"


@pytest.mark.parametrize("words", [("database", "--create", "--database"), ("move", "--to")])
def test_at_a_terminal_the_owner_s_password_is_asked_for_and_not_shown(
    here: Here, address: str, words: tuple[str, ...]
) -> None:
    env = {**os.environ, "SHIPCONSOLE_PROFILE": str(here.profile)}
    if words[0] == "move":
        here.done("create-order", "N-1", "--item", "MUG=2", "--name", "Ada", "--street", "1 Road", "--city", "Bath",
                  "--post-code", "BA1 1AA", "--country", "GB")  # fmt: skip
    shown = at_terminal([sys.executable, "-m", "shipconsole", *words, address], [PASSWORD], env, ROOT)
    assert PASSWORD not in shown
    assert address in shown
    files = [file.read_text("utf-8", "replace") for file in here.profile.rglob("*") if file.is_file()]
    assert not [text for text in files if PASSWORD in text]
