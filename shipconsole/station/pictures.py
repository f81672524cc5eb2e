"""Pictures of items: downloaded once, and kept in the profile as long as there is room for them."""

import hashlib
import http.client
import os
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from shipconsole.station.announcement import plain_opener

LARGEST_BYTES = 2_000_000
KEPT_MOST = 1_000
WAIT_S = 10.0


def picture(folder: Path, address: str, tls: Callable[[], ssl.SSLContext]) -> bytes | None:
    """Return a picture from the folder, else from its address; None where there is none. Blocks for seconds.

    Redirects are not followed. A picture that is too large, or that could not be downloaded, is not kept.
    """
    file = folder / hashlib.sha256(address.encode()).hexdigest()
    try:
        return file.read_bytes()
    except OSError:
        found = _download(address, tls)
    if found is not None:
        _keep(file, found)
    return found


def _download(address: str, tls: Callable[[], ssl.SSLContext]) -> bytes | None:
    try:
        with plain_opener(tls).open(address, timeout=WAIT_S) as answer:
            found = cast("IO[bytes]", answer).read(LARGEST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return found if found and len(found) <= LARGEST_BYTES else None


def _keep(file: Path, content: bytes) -> None:
    """Write a file at once, and remove the oldest ones; a full disk only means that nothing is kept."""
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        kept = sorted(file.parent.iterdir(), key=lambda other: other.stat().st_mtime)
        for old in kept[: max(0, len(kept) - KEPT_MOST + 1)]:
            old.unlink()
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as written:
            written.write(content)
        Path(name).replace(file)
    except OSError:
        return
