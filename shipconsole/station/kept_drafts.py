"""Drafts that are kept on this station while its database is away: a file for each order, until the database has it.

The files belong to one database, since another one has other orders under the same ids.
"""

from pathlib import Path
from zlib import crc32

from shipconsole.station.private_file import whole_text


class KeptDrafts:
    """The drafts of one database in a profile's folder, by the id of their order, each as JSON."""

    def __init__(self, folder: Path, database: str) -> None:
        """Store where they are kept; `database` names the database."""
        self._folder = folder / "kept-drafts"
        self._prefix = f"{crc32(database.encode()):08x}-"

    def keep(self, order_id: int, draft: str) -> None:
        """Keep an order's draft in place of an earlier one; raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_text(self._file(order_id)) as file:
            file.write(draft)

    def drop(self, order_id: int) -> None:
        """Forget an order's draft; raises OSError."""
        self._file(order_id).unlink(missing_ok=True)

    def has(self, order_id: int) -> bool:
        """Return whether an order's draft is kept."""
        return self._file(order_id).exists()

    def every(self) -> dict[int, str]:
        """Return the drafts; raises OSError."""
        found: dict[int, str] = {}
        for file in sorted(self._folder.glob(f"{self._prefix}*.json")):
            order_id = file.stem.removeprefix(self._prefix)
            if order_id.isdecimal():
                found[int(order_id)] = file.read_text("utf-8", "replace")
        return found

    def _file(self, order_id: int) -> Path:
        return self._folder / f"{self._prefix}{order_id}.json"
