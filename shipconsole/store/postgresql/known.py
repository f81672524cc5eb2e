"""What a profile knows of databases on servers, in small files in its folder.

How far a database was is kept under the database's id, so that neither another name of the server nor a restored copy
at another address escapes the check. Which database an address has is kept under the address, so that another database
that took its place is noticed.

There are two marks of how far it was: the last commit of this profile's own, under its token among the writers too,
and the last one of anybody that it saw and that was safe, on disk and where else the server keeps it. Who lacks its own
token's file gets another token, and is held to the second mark alone.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from shipconsole.store import mark
from shipconsole.store.files import part_of, sync_folder
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.postgresql.address import Address

TOKEN_LENGTH = 32
_TOKENS_MOST = 100


class Known(NamedTuple):
    """The id of the database at an address, empty if it was never used; and how far each one was, by its id.

    `commits` is the last one that was seen, `own` the last one of the profile's own token.
    """

    here: str
    commits: Mapping[str, int]
    own: Mapping[str, int] = MappingProxyType({})


class Place(NamedTuple):
    """Where a profile keeps what it knows of a database on a server."""

    folder: Path
    address: Address

    @property
    def base(self) -> Path:
        """Return the name beside which the id of the address's database is kept."""
        return self.folder / f"server-at-{crc32('|'.join(self.address).encode()):08x}"

    def known(self, token: str = "") -> Known:
        """Return what the profile knows, read anew; what cannot be read counts as not known."""
        here = mark.read(self.base)
        commits: dict[str, int] = {}
        own: dict[str, int] = {}
        for file in self.folder.glob(mark.file_of(Path("server-id-*")).name):
            store = _store_of(file)
            if (found := mark.read(store)) is not None:
                id_ = found.database_id
                commits[id_] = max(commits.get(id_, 0), found.commits)
                if token and store == self._store(id_, token):
                    own[id_] = found.commits
        return Known("" if here is None else here.database_id, commits, own)

    def marker(self, database_id: str, token: str = "") -> Marker:
        """Return what writes how far a database is, or how far a token's own commits in it go; raises OSError."""
        return Marker(self._store(database_id, token))

    def _store(self, database_id: str, token: str) -> Path:
        return self.folder / f"server-id-{database_id}{'-' if token else ''}{token}"

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
        """Return the token of this profile among the writers of a database, created once; raises OSError.

        Its file is complete and on disk before it has its name. One that is damaged all the same is left, and the next
        name is taken: another program may just be doing so.
        """
        for number in range(_TOKENS_MOST):
            file = self.folder / f"server-writer{f'-{number}' if number else ''}"
            if not file.exists():
                _create(file, f"{os.urandom(TOKEN_LENGTH // 2).hex()}\n")
            found = file.read_text("ascii", "replace").strip()
            if len(found) == TOKEN_LENGTH and found.isalnum():
                return found
        raise OSError("the profile's token can't be kept")


def _create(file: Path, text: str) -> None:
    """Create a file that is on disk before it has its name, unless another program has just done so."""
    with part_of(file) as part:
        with part.open("w", encoding="ascii") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        try:
            if sys.platform == "win32":
                part.rename(file)
            else:
                os.link(part, file)
        except FileExistsError:
            return
        except OSError:
            # A file system without links.
            part.replace(file)
        sync_folder(file.parent)


def _store_of(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(mark.file_of(Path("x")).name[1:]))
