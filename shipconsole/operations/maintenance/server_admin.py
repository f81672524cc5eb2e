"""The administration of a database on a server: its tables, its password, its roles, and who is connected."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.maintenance.opening import FIELD, KEY, ServerAccess
from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store import engine, manual_changes, roles
from shipconsole.store import opening as store_opening
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreBehindError, StoreLayoutError
from shipconsole.store.restoring import Restored

if TYPE_CHECKING:
    from shipconsole.store.postgresql.facts import ServerFacts

__all__ = ["ServerAccess"]

State = Literal["complete", "blank", "older", "newer", "behind", "other", "unusable"]


_STATES: dict[str, State] = {"server.blank": "blank", "server.older": "older", "server.newer": "newer"}


class OfFile(NamedTuple):
    """A database in a file: the version of SQLite, and the file's size."""

    version: str
    size_bytes: int


class OfServer(NamedTuple):
    """A database on a server: the state of its tables, and what the server says of itself."""

    state: State
    facts: "ServerFacts"
    failure: EnvironmentFailure | None = None
    """Why a station can't use it; None if it can."""


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


def create(access: ServerAccess) -> list[int]:
    """Create the tables in an empty database, and return the steps; raises `ValidationFailed` where there are some."""
    found = describe(access, None).facts.migrations
    if found is not None:
        raise ValidationFailed(Problem(("create",), Message("cli.database_not_empty", database=access.address.text)))
    return store_opening.create_or_upgrade(access.url, password=access.password)


def upgrade(access: ServerAccess) -> list[int]:
    """Upgrade the tables, and return the missing steps; raises `ValidationFailed` where there are no tables."""
    if describe(access, None).facts.migrations is None:
        raise ValidationFailed(Problem(("upgrade",), Message("cli.database_blank", database=access.address.text)))
    return store_opening.create_or_upgrade(access.url, password=access.password)


def accept(access: ServerAccess, reason: str, *, station: str, now_ms: int) -> Restored:
    """Use a database that lacks changes, for the reason that a person gives, which the audit log keeps.

    Every unfinished update waits for a person then. Raises `ValidationFailed` where nothing is missing.
    """
    if describe(access, None).state != "behind":
        raise ValidationFailed(Problem(("accept",), Message("cli.database_not_behind", database=access.address.text)))

    def note(db: Db) -> None:
        what = Message("manual_change.server_accepted")
        manual_changes.add(db, 0, station=station, operator="", what=what, reason=reason, now_ms=now_ms)

    updates, rules = store_opening.accept_behind(
        access.url, access.folder, now_ms=now_ms, password=access.password, note=note
    )
    return Restored(0, updates, rules)


def describe(access: ServerAccess, clock: Clock | None) -> OfServer:
    """Return the state of a database on a server and what the server says; raises `EnvironmentFailure` for none."""
    from shipconsole.store.postgresql import facts, upgrading

    found = facts.facts(access.url, clock.now_ms if clock is not None else int, password=access.password)
    failure = upgrading.failure_of(access.url, access.folder, password=access.password)
    return OfServer(_state(failure), found, failure)


def _state(failure: EnvironmentFailure | None) -> State:
    if failure is None:
        return "complete"
    if isinstance(failure, StoreBehindError):
        return "behind"
    if isinstance(failure, StoreLayoutError):
        return "other"
    return _STATES.get(failure.message.id, "unusable")
