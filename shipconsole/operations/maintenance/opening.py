"""Where a profile's database is, a file on this computer or a server, and the store that opens it.

Nothing of the driver of PostgreSQL is loaded before a server is really the database.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from shipconsole.domain.database_address import DatabaseAddress, database_address, is_server
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.keys import Keys, OsKeys, Secret
from shipconsole.station.profile import Profile, sqlite_file
from shipconsole.station.root_certificates import root_certificates
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore

KEY, FIELD = "database", "password"
"""The name under which the keyring holds the password: ``shipconsole/<profile id>/database/password``."""

Where = Path | DatabaseAddress


def where_is(profile: Profile, env: Mapping[str, str], arg: str | None) -> Where:
    """Return the file or the server of a profile's database; raises `EnvironmentFailure` for an unusable URL."""
    url = profile.database_url(env, arg)
    if not is_server(url):
        return sqlite_file(url)
    address = database_address(url)
    if address.password is not None:
        # From now on it is masked in the log and wherever else a text leaves the program.
        Secret(address.password.get_secret_value())
    return address


def file_only(where: Where) -> Path:
    """Return the database's file; raises `EnvironmentFailure` for a server, whose own backups count."""
    if isinstance(where, Path):
        return where
    raise EnvironmentFailure(Message("server_backup.not_here", database=where.text))


class ServerAccess:
    """How to connect to a server; called on the threads that connect, since the keyring may take a while."""

    def __init__(self, profile: Profile, address: DatabaseAddress, keys: Keys | None = None) -> None:
        """Take the password from these keys, by default the system's keyring, where the address has none."""
        self.address = address
        self.keyring_failure = NO_MESSAGE
        """Why the keyring could not be asked at the last connection; empty if it was."""
        self._profile = profile
        self._keys = keys

    def parameters(self) -> dict[str, str]:
        """Return libpq's parameters, with the password that the keyring holds; blocks, and fails for no keyring."""
        try:
            roots = root_certificates(self._profile.folder)
        except OSError as error:
            raise EnvironmentFailure(
                Message("database_server.no_certificates", reason=error.strerror or str(error))
            ) from error
        return self.address.connection_parameters(password=self._password(), root_certificates=roots)

    def _password(self) -> str:
        if self.address.password is not None:
            return ""
        keys = self._keys
        if keys is None:
            # A profile without an id has stored no password, and gets its id from the database.
            if not self._profile.stored_id:
                return ""
            keys = OsKeys(self._profile.stored_id)
        self.keyring_failure = NO_MESSAGE
        try:
            secret = keys.get(KEY, FIELD).result()
        except EnvironmentFailure as error:
            # libpq has ways of its own: a password file, a certificate, or no password at all.
            self.keyring_failure = error.message
            return ""
        return secret.reveal() if secret is not None else ""


def make_store(profile: Profile, where: Where, keys: Keys | None = None) -> Store:
    """Return the store of a file or a server, not opened yet; `keys` replace the system's keyring."""
    if isinstance(where, Path):
        return SqliteStore(where, expected=profile.had_database(where))
    from shipconsole.store.postgresql.store import PostgresqlStore

    return PostgresqlStore(where, ServerAccess(profile, where, keys).parameters, folder=profile.folder)
