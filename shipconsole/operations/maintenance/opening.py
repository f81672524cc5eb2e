"""Where a profile's database is, a file on this computer or a server, and the store that opens it.

Neither the driver of PostgreSQL nor the keyring's module is loaded before a server is really the database.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shipconsole.domain.database_address import DatabaseAddress, database_address, is_server
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.station.profile import Profile, sqlite_file
from shipconsole.station.root_certificates import root_certificates
from shipconsole.store.database import Store
from shipconsole.store.opening import server_store
from shipconsole.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from shipconsole.station.keys import Keys

KEY, FIELD = "database", "password"
"""The name under which the keyring holds the password: ``shipconsole/<profile id>/database/password``."""
PASSWORD_VARIABLE = "PGPASSWORD"
"""The variable of libpq that has a password; as it is set for one run, it goes before the keyring."""

Where = Path | DatabaseAddress


def where_is(profile: Profile, env: Mapping[str, str], arg: str | None) -> Where:
    """Return the file or the server of a profile's database; raises `EnvironmentFailure` for an unusable URL."""
    url = profile.database_url(env, arg)
    if not is_server(url):
        return sqlite_file(url)
    address = database_address(url)
    if address.password is not None:
        from shipconsole.station.keys import Secret

        # From now on it is masked in the log and wherever else a text leaves the program.
        Secret(address.password.get_secret_value())
    return address


def file_only(where: Where) -> Path:
    """Return the database's file; raises `ValidationFailed` for a server, whose own backups count."""
    if isinstance(where, Path):
        return where
    raise ValidationFailed(Problem((), Message("server_backup.not_here", database=where.text)))


class ServerAccess:
    """How a profile connects to a server."""

    def __init__(self, profile: Profile, address: DatabaseAddress, keys: "Keys | None" = None) -> None:
        """Take the password from these keys, by default the system's keyring, where the address has none.

        Raises `EnvironmentFailure` if the system's certificates can't be read.
        """
        self.address = address
        self.folder = profile.folder
        self._profile = profile
        self._keys = keys
        try:
            roots = root_certificates(profile.folder) if address.needs_roots else ""
        except OSError as error:
            reason = error.strerror or str(error)
            raise EnvironmentFailure(Message("database_server.no_certificates", reason=reason)) from error
        self.url = address.with_roots(roots).text
        """The address without a password, and with the file of the certificates that its server is verified by."""

    def password(self) -> str:
        """Return the password; empty where libpq has to find one. Called on the threads that connect: it blocks."""
        if self.address.password is not None:
            return self.address.password.get_secret_value()
        if os.environ.get(PASSWORD_VARIABLE):
            # The keyring has the password of the station's role; a command for the owner's tables needs another one.
            return ""
        keys = self._keys
        if keys is None:
            # A profile without an id has stored no password, and gets its id from the database.
            if not self._profile.stored_id:
                return ""
            from shipconsole.station.keys import OsKeys

            keys = OsKeys(self._profile.stored_id)
        try:
            secret = keys.get(KEY, FIELD).result()
        except EnvironmentFailure as error:
            # libpq has ways of its own: a password file, a certificate, or no password at all.
            logging.getLogger(__name__).info("No password of the database from the keyring: %s", error)
            return ""
        return secret.reveal() if secret is not None else ""


def make_store(profile: Profile, where: Where, keys: "Keys | None" = None) -> Store:
    """Return the store of a file or a server, not opened yet; `keys` replace the system's keyring."""
    if isinstance(where, Path):
        return SqliteStore(where, expected=profile.had_database(where))
    access = ServerAccess(profile, where, keys)
    return server_store(access.url, access.folder, password=access.password)
