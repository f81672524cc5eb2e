"""What a profile knows of databases on servers, in small files in its folder.

How far a database was is kept under the database's id, so that neither another name of the server nor a restored copy
at another address escapes the check. Which database an address has is kept under the address, so that another database
that took its place is noticed.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from shipconsole.store import mark
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.postgresql.address import Address

TOKEN_LENGTH = 32


class Known(NamedTuple):
    """The id of the database at an address, empty if it was never used; and the last commit of each one, by its id."""

    here: str
    commits: Mapping[str, int]


class Place(NamedTuple):
    """Where a profile keeps what it knows of a database on a server."""

    folder: Path
    address: Address

    @property
    def base(self) -> Path:
        """Return the name beside which the id of the address's database is kept."""
        return self.folder / f"server-at-{crc32('|'.join(self.address).encode()):08x}"

    def known(self) -> Known:
        """Return what the profile knows, read anew; what cannot be read counts as not known."""
        here = mark.read(self.base)
        found = (mark.read(_store_of(file)) for file in self.folder.glob(mark.file_of(Path("server-id-*")).name))
        return Known("" if here is None else here.database_id, {one.database_id: one.commits for one in found if one})

    def marker(self, database_id: str) -> Marker:
        """Return what writes how far a database is; raises OSError."""
        return Marker(self.folder / f"server-id-{database_id}")

    def keep(self, database_id: str) -> None:
        """Keep that the address has this database from now on; raises OSError."""
        found = mark.read(self.base)
        if found is not None and found.database_id == database_id:
            return
        self.forget()
        marker = Marker(self.base)
        marker.reached(Mark(database_id, 0))
        marker.close()

    def forget(self) -> None:
        """Forget which database the address has."""
        mark.file_of(self.base).unlink(missing_ok=True)

    def token(self) -> str:
        """Return the token of this profile among the writers of a database, created once; raises OSError."""
        file = self.folder / "server-writer"
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            found = file.read_text("ascii", "replace").strip()
            if len(found) == TOKEN_LENGTH:
                return found
            descriptor = os.open(file, os.O_WRONLY | os.O_TRUNC)
        token = os.urandom(TOKEN_LENGTH // 2).hex()
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"{token}\n")
        return token


def _store_of(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(mark.file_of(Path("x")).name[1:]))
