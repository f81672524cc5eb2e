"""The backup of a server as the guide makes and restores it: the schema fits, and what is missing is noticed."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from tests.cli.in_process import Here
from tests.support.guide import blocks
from tests.support.postgresql import PostgresqlServer, binaries

ORDER = ("--item", "MUG=2", "--name", "Ada", "--street", "1 Road", "--city", "Bath", "--post-code", "BA1 1AA",
         "--country", "GB")  # fmt: skip


def run(command: str, folder: Path) -> None:
    """Run a command of the guide in a folder."""
    path = f"{binaries()}:{os.environ['PATH']}"
    made = subprocess.run(
        ["sh", "-c", command], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr


def test_a_restored_backup_is_used_once_a_person_has_decided(
    here: Here, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    owner, station = postgresql_server.set_up(postgresql_database)
    here.done("database", "--create", "--database", owner)
    (here.profile / "settings.toml").write_text(f'database = "{station}"\nremoves_old_data = true\n')
    here.done("create-order", "N-1", *ORDER)
    dump, restore, accept, *_ = blocks("postgresql.md", "## Backups")
    run(re.sub(r"postgresql://[^\"]+", owner, dump), here.profile)
    (file,) = here.profile.glob("shipconsole-*.dump")
    here.done("create-order", "N-2", *ORDER)
    admin = postgresql_server.url("postgres")
    restore = re.sub(r"shipconsole-\S+", file.name, restore.removeprefix("sudo -iu postgres "))
    run(restore.replace("--dbname postgres", f"--dbname {admin}"), here.profile)
    refused = here.run("orders")
    assert refused.code == 5
    assert "changes that were saved in it are missing" in refused.err or "latest change" in refused.err
    here.done(*shlex.split(accept)[1:])
    assert [order["number"] for order in here.done("orders", "--json").json] == ["N-1"]
    here.done("create-order", "N-2", *ORDER)
    assert "CHECK" not in [line.split()[0] for line in here.run("doctor").out.splitlines() if "database" in line]
