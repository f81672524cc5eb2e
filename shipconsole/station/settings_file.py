"""Read and write ``settings.toml`` as a table, completely or not at all.

Two programs may have the same profile open (the window, and a command), and a person may edit the file meanwhile: every
change reads the current file, changes only its own keys and writes, under one lock, and keeps comments. A file that
can't be read is saved under another name and never stops the program.
"""

import contextlib
import os
import re
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import cast

from shipconsole.domain import text_bytes
from shipconsole.domain.message import NO_MESSAGE, Message, from_stored, sentences
from shipconsole.station import file_lock
from shipconsole.station.private_file import create_own

Table = dict[str, object]

PROFILE_ID = "profile_id"
NOTICE = "notice"
HAS_DATABASE = "has_database"
DATABASE = "database"
_ID_LINE = re.compile(rb'^\s*profile_id\s*=\s*"([0-9a-f]{32})"', re.MULTILINE)
_DATABASE_LINE = re.compile(rb'^\s*database\s*=\s*"([^"\\\x00-\x1f]*)"', re.MULTILINE)
_PLAIN = re.compile(r"\w*", re.ASCII)
_LARGEST_BYTES = 1 << 20
_WAIT_S = 1.0


def read(folder: Path) -> Table:
    """Return the settings of a folder; a broken file is set aside, which the new table reports under `NOTICE`."""
    table = _parse(_raw(folder))
    if table is not None:
        return table
    with file_lock.held(folder / "settings.lock", _WAIT_S):
        return _repaired(folder)


def change(folder: Path, values: Mapping[str, object], *, is_read: bool = True) -> None:
    """Write values into the settings file and keep everything else, except a notice that has been read."""
    dropped = (NOTICE,) if is_read else ()
    with file_lock.held(folder / "settings.lock", _WAIT_S):
        table = _repaired(folder)
        if any(key in table for key in dropped) or any(table.get(key) != value for key, value in values.items()):
            _write(folder, values, dropped)


def add_missing(folder: Path, key: str, value: str, notice: Message = NO_MESSAGE) -> str:
    """Return the text of a key; if it is missing, store this value first, exactly once, with a notice."""
    with file_lock.held(folder / "settings.lock", _WAIT_S):
        table = _repaired(folder)
        stored = table.get(key)
        if isinstance(stored, str) and stored:
            return stored
        before = table.get(NOTICE)
        message = sentences(from_stored(before), notice) if isinstance(before, str) else notice
        _write(folder, {key: value, **({NOTICE: message.stored()} if notice else {})})
        return value


def _file(folder: Path) -> Path:
    return folder / "settings.toml"


def _raw(folder: Path) -> bytes:
    try:
        with _file(folder).open("rb") as file:
            # The file may be endless, such as a link to a device.
            return file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        return b""


def _repaired(folder: Path) -> Table:
    """Read under the lock; if the file is broken, save a copy of it and start a new one.

    The profile id is recovered from the broken text: the keyring entries depend on it, and losing it would lose every
    key. So is the database: without it the station would work on another one.
    """
    raw = _raw(folder)
    table = _parse(raw)
    if table is not None:
        return table
    aside = _free_name(folder)
    if len(raw) > _LARGEST_BYTES:
        # Only its beginning was read.
        _file(folder).rename(aside)
    else:
        _write_bytes(aside, raw)
    found = _ID_LINE.search(_readable(raw))
    fresh: Table = {NOTICE: Message("settings.restarted", file=aside.name).stored()}
    if found:
        fresh[PROFILE_ID] = found[1].decode()
    if named := _DATABASE_LINE.search(_readable(raw)):
        fresh[DATABASE] = named[1].decode("utf-8", "replace")
    _write(folder, fresh, of=b"")
    return fresh


def _readable(raw: bytes) -> bytes:
    with contextlib.suppress(ValueError):
        return text_bytes.utf8(raw)
    return raw


def _parse(raw: bytes) -> Table | None:
    if len(raw) > _LARGEST_BYTES:
        return None
    if not raw:
        return {}
    import tomllib

    try:
        return tomllib.loads(text_bytes.decode(raw))
    except (ValueError, RecursionError):
        return None


def _write(folder: Path, values: Mapping[str, object], dropped: Sequence[str] = (), *, of: bytes | None = None) -> None:
    """Write the current file, or one `of` these bytes, with these values; the result must be readable."""
    fresh = folder / "settings.toml.new"
    _write_bytes(fresh, _changed(_raw(folder) if of is None else of, values, dropped).encode())
    fresh.replace(_file(folder))
    _sync_folder(folder)


def _changed(raw: bytes, values: Mapping[str, object], dropped: Sequence[str]) -> str:
    """Return the text of a file with these values in it, its comments kept."""
    if not raw and all(isinstance(value, str) and _PLAIN.fullmatch(value) for value in values.values()):
        # The first start writes the profile's id without the library, which would delay the window.
        return "".join(f'{key} = "{value}"\n' for key, value in values.items())
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = cast("MutableMapping[str, object]", tomlkit.parse(text_bytes.decode(raw)))
        for key in dropped:
            document.pop(key, None)
        document.update(values)
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError, RecursionError):
        # Python's own parser accepts it: better without its comments than not saved.
        known = {**(_parse(raw) or {}), **values}
        return tomlkit.dumps({key: value for key, value in known.items() if key not in dropped})


def _write_bytes(file: Path, raw: bytes) -> None:
    with open(file, "wb", opener=create_own) as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _free_name(folder: Path) -> Path:
    number = 1
    while (aside := folder / f"settings.broken-{number}.toml").exists():
        number += 1
    return aside
