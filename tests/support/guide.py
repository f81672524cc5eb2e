"""Follow a guide of the documentation: its own code blocks are run, so that it cannot rot.

What a person replaces by their own is replaced here: folders of the system, the server's name, and its port. The
server's name stays in certificates and addresses, and leads to this computer.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.postgresql import ADMIN, PostgresqlServer, binaries
from tests.support.terminal import at_terminal

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^( *)```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# As the system's own: another user's command, without what a test cannot do (packages, owners without rights).
_SUDO = """#!/bin/sh
case "$1" in
-iu) shift 2; cd /; unset PGHOSTADDR; export PATH={binaries}:$PATH PGHOST={folder} PGPORT={port}; exec {as_admin} "$@";;
apt) exit 0;;
systemctl) touch {folder}/restart; exit 0;;
install) [ "$(id -u)" = 0 ] || {{ shift 5; exec install "$@"; }};;
esac
exec "$@"
"""
_PROGRAM = """#!/bin/sh
cd {root} && exec {python} -m shipconsole "$@"
"""


def blocks(page: str, heading: str) -> list[str]:
    """Return the code blocks of a page under a heading, up to the next heading, without their indentation."""
    lines = (ROOT / "docs" / page).read_text("utf-8").splitlines(keepends=True)
    level = heading.split()[0]
    begin = lines.index(f"{heading}\n") + 1
    end = next((n for n in range(begin, len(lines)) if re.match(rf"#{{2,{len(level)}}} ", lines[n])), len(lines))
    found = _BLOCK.findall("".join(lines[begin:end]))
    return ["".join(line.removeprefix(indent) for line in code.splitlines(keepends=True)) for indent, code in found]


@dataclass(frozen=True)
class Reader:
    """A person who follows the guide of PostgreSQL in a folder, with a server that was just installed."""

    folder: Path
    server: PostgresqlServer
    env: Mapping[str, str]
    errors: list[str] = field(default_factory=list[str])
    """What commands wrote to standard error."""

    def prepare(self) -> None:
        """Have the commands that the guide names, and let the administrator in as Debian does: by the socket."""
        programs = self.folder / "bin"
        programs.mkdir()
        is_root = os.geteuid() == 0
        as_admin = f"setpriv --reuid {ADMIN} --regid {ADMIN} --clear-groups --" if is_root else ""
        values = {"binaries": binaries(), "folder": self.server.folder, "port": self.server.port, "as_admin": as_admin}
        (programs / "sudo").write_text(_SUDO.format(**values))
        (programs / "shipconsole").write_text(_PROGRAM.format(root=ROOT, python=sys.executable))
        for file in programs.iterdir():
            file.chmod(0o755)
        if is_root:
            shutil.chown(self.server.folder, ADMIN, ADMIN)

    def own(self, code: str, number: int = 1) -> str:
        """Return a block with what this person replaces: folders, the port, and the station's number."""
        code = code.replace("/etc/postgresql/15/main", str(self.server.data))
        code = code.replace("/etc/shipconsole-ca.crt", str(self.folder / "ca.crt"))
        code = code.replace("db.example.org/", f"db.example.org:{self.server.port}/")
        return code.replace("station_1", f"station_{number}").replace("Station 1", f"Station {number}")

    def run(self, code: str, typed: str = "", **env: str) -> str:
        """Run a block in the person's folder, and return its output; each line has to succeed."""
        ran = subprocess.run(
            ["bash", "-e", "-c", code],
            cwd=self.folder,
            env=self._env(env),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            # Without a terminal, passwords are read from standard input.
            start_new_session=True,
        )
        self.errors.append(ran.stderr)
        assert ran.returncode == 0, f"{code}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def run_and_type(self, block: str, passwords: Mapping[str, str]) -> str:
        """Run the first line of a block, and type its other lines there; a role's password is typed twice."""
        command, *lines = block.splitlines()
        typed = ""
        for line in lines:
            typed += f"{line}\n"
            if line.startswith("\\password "):
                typed += 2 * f"{passwords[line.split()[1]]}\n"
        return self.run(command, typed)

    def run_at_terminal(self, code: str, answers: Sequence[str], **env: str) -> str:
        """Run a block at a terminal, answer each question, and return what the terminal shows."""
        return at_terminal(["bash", "-e", "-c", code], answers, self._env(env), self.folder)

    def _env(self, more: Mapping[str, str]) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{self.env.get('PATH', os.defpath)}"
        return {**self.env, "PATH": path, **more}

    def restart_is_asked(self) -> bool:
        """Return whether a command restarted the system's service."""
        return (self.server.folder / "restart").exists()
