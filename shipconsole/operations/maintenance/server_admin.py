"""The administration of a database on a server: its tables, its password, its roles, and who is connected."""

from pathlib import Path
from typing import Literal, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance.opening import FIELD, KEY, ServerAccess
from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store import engine, roles, server
from shipconsole.store.restoring import Restored
from shipconsole.store.server import ServerFacts

__all__ = ["ServerAccess"]

State = Literal["complete", "blank", "older", "newer", "behind"]


class OfFile(NamedTuple):
    """A database in a file: the version of SQLite, and the file's size."""

    version: str
    size_bytes: int


class OfServer(NamedTuple):
    """A database on a server: the state of its tables, and what the server says of itself."""

    state: State
    facts: ServerFacts


def of_file(file: Path) -> OfFile:
    """Return what there is to know of a database in a file, also of one that does not exist yet."""
    return OfFile(engine.version(), file.stat().st_size if file.exists() else 0)


def role_script() -> str:
    """Return the SQL that an administrator runs once: the roles of owner and stations, and their rights."""
    return roles.script()


def set_password(keys: Keys, password: str) -> None:
    """Store the password of a server in the keyring; blocks, and raises `EnvironmentFailure`."""
    if not password:
        raise ValidationFailed(Problem(("set_password",), Message("cli.no_password_line")))
    keys.put(KEY, FIELD, password).result()
