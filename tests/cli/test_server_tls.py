"""A server with the access rules of the guide: encrypted, verified by name, and only with a password."""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest
import trustme

from shipconsole.station.keys import MemoryKeys
from tests.cli.in_process import Here
from tests.support.postgresql import ADMIN, PostgresqlServer

RULES = Path(__file__).parents[2] / "packaging" / "postgresql" / "pg_hba.conf"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The warehouse's own authority."""
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Generator[PostgresqlServer]:
    """A server as the guide sets it up, with durable settings and a certificate for the address 127.0.0.1."""
    files = {"ssl_cert_file": "server.crt", "ssl_key_file": "server.key"}
    made = PostgresqlServer(settings={"ssl": "on", "password_encryption": "scram-sha-256", **files})
    try:
        certificate = authority.issue_cert("127.0.0.1")
        certificate.cert_chain_pems[0].write_to_path(made.data / "server.crt")
        certificate.private_key_pem.write_to_path(made.data / "server.key")
        owner = made.data.stat()
        for name in files.values():
            (made.data / name).chmod(0o600)
            os.chown(made.data / name, owner.st_uid, owner.st_gid)
        made.start()
        made.admin("CREATE DATABASE shipconsole")
        script = Here(Path("/nonexistent"), MemoryKeys()).done("database", "--role-script").out
        made.admin(script, database="shipconsole")
        made.admin("ALTER ROLE shipconsole_owner PASSWORD 'of the owner'")
        made.admin("CREATE ROLE station_1 LOGIN PASSWORD 'of station 1' IN ROLE shipconsole_stations")
        # The first line is for this computer's user postgres; as who the tests run, it does not matter.
        (made.data / "pg_hba.conf").write_text(RULES.read_text())
        made.admin("SELECT pg_reload_conf()")
        yield made
    finally:
        made.remove()


def test_the_guide_s_server_is_verified_and_in_order(
    here: Here, server: PostgresqlServer, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots, other = tmp_path / "ca.crt", tmp_path / "other.crt"
    authority.cert_pem.write_to_path(roots)
    trustme.CA().cert_pem.write_to_path(other)
    plain = f"postgresql://station_1@127.0.0.1:{server.port}/shipconsole"
    verified = f"{plain}?sslmode=verify-full&sslrootcert={roots}"
    monkeypatch.setenv("PGPASSWORD", "of the owner")
    here.done("database", "--create", "--database", verified.replace("station_1", "shipconsole_owner"))
    monkeypatch.delenv("PGPASSWORD")
    (here.profile / "settings.toml").write_text(f'database = "{verified}"\n')
    here.done("database", "--set-password", typed="of station 1\n")
    assert json.loads(here.done("orders", "--json").out) == []
    found = {row["what_code"]: row for row in json.loads(here.run("doctor", "--json").out)}
    assert found["health.server_encryption"]["code"] == "health.server_verified"
    assert found["health.server_durability"]["ok"]
    assert found["health.rights"]["ok"]
    wrong = here.run("orders", "--database", verified.replace(str(roots), str(other)))
    assert (wrong.code, wrong.out) == (5, "")
    assert "certificate verify failed" in wrong.err
    # Another name than the certificate's.
    assert here.run("orders", "--database", verified.replace("127.0.0.1", "localhost")).code == 5
    # The rules let no one in unencrypted, nor the administrator over the network.
    assert here.run("orders", "--database", f"{plain}?sslmode=disable").code == 5
    assert here.run("orders", "--database", verified.replace("station_1", ADMIN)).code == 5
    written = "".join(file.read_text("utf-8", "replace") for file in here.profile.rglob("*") if file.is_file())
    assert "of station 1" not in written
