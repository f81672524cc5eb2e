"""What a disk may hold after a power cut: a program's writes as strace saw them, with unsynced ones lost.

Until a file is synced, any part of what was written to it may have reached the disk, in any order; SQLite and
this replay agree that a sector of 512 bytes is written whole or not at all. Creating a file lasts once the file is
synced, and a removal once its folder is; before, it may or may not have happened.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
ROOT = Path(__file__).parents[2]
_CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")
_WRITTEN = re.compile(r'^\d+<(.*?)>, "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?')
_FILE = re.compile(r"^\d+<(.*?)>")
_LENGTH = re.compile(r"^\d+<(.*?)>, (\d+)")
_REMOVED = re.compile(r'^"((?:\\x[0-9a-f]{2})*)"')


class Event(NamedTuple):
    """One thing that the program did to a file of the store, or `ack`, which it wrote to its standard output."""

    what: str
    file: str
    offset: int = 0
    data: bytes = b""


def traced(program: str, words: Sequence[str], log: Path) -> list[Event]:
    """Run a Python program under strace and tell what it wrote, in order; fails where strace cannot be had."""
    calls = "trace=pwrite64,write,fdatasync,fsync,ftruncate,unlink"
    ran = subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", calls, "-o", log, sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"strace did not run the program: {ran.stderr}"
    return list(_events(log.read_text("ascii")))


def _events(log: str) -> Iterator[Event]:
    unfinished: dict[str, str] = {}
    for line in log.splitlines():
        thread, _, rest = line.partition(" ")
        text = rest.lstrip()
        if text.endswith("<unfinished ...>"):
            unfinished[thread] = text.removesuffix("<unfinished ...>")
            continue
        if text.startswith("<... "):
            text = unfinished.pop(thread) + text.partition("resumed>")[2]
        match = _CALL.match(f"{thread} {text}")
        if match is None or "= -1" in text:
            continue
        yield from _event(match[2], match[3])


def _event(call: str, rest: str) -> Iterator[Event]:
    if call == "write":
        found = _WRITTEN.match(rest)
        if found and rest.startswith("1<"):
            yield Event("ack", "", data=_bytes(found[2]))
    elif call == "pwrite64":
        found = _WRITTEN.match(rest)
        assert found, rest[:200]
        yield Event("write", _name(found[1]), int(found[3]), _bytes(found[2]))
    elif call in ("fdatasync", "fsync"):
        found = _FILE.match(rest)
        assert found, rest
        folder = _path(found[1]).is_dir()
        yield Event("sync names" if folder else "sync", _path(found[1]).name)
    elif call == "ftruncate":
        found = _LENGTH.match(rest)
        assert found, rest
        yield Event("cut", _name(found[1]), int(found[2]))
    elif call == "unlink":
        found = _REMOVED.match(rest)
        assert found, rest
        yield Event("remove", Path(os.fsdecode(_bytes(found[1]))).name)


def _path(shown: str) -> Path:
    return Path(os.fsdecode(_bytes(shown)) if shown.startswith("\\x") else shown)


def _name(shown: str) -> str:
    return _path(shown).name


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    lasting: bool = False
    waiting: list[Event] = field(default_factory=list)


class Disk:
    """The files as they are on the disk for certain, and what was written since."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self.acks = 0
        self.syncs: dict[str, int] = {}

    def do(self, event: Event) -> None:
        """Take the program's next step."""
        if event.what == "ack":
            self.acks += event.data.count(b"\n")
            return
        if event.file.endswith("-shm"):
            return  # rebuilt from the -wal after every cut
        if event.what == "sync names":
            for name, kept in list(self._files.items()):
                if kept.waiting and kept.waiting[-1].what == "remove":
                    del self._files[name]
            return
        kept = self._files.setdefault(event.file, _File())
        if event.what == "sync":
            self.syncs[event.file] = self.syncs.get(event.file, 0) + 1
            for call in kept.waiting:
                _apply(kept.durable, call)
            kept.lasting = True
            kept.waiting.clear()
        else:
            kept.waiting.append(event)

    def cut(self, chance: random.Random, folder: Path) -> None:
        """Write the files as a cut may leave them: of what was not synced some sectors, in any order."""
        for name, kept in self._files.items():
            content = bytearray(kept.durable)
            writes = [write for event in kept.waiting for write in _sectors(event)]
            kept_share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
            left = [write for write in writes if chance.random() < kept_share]
            if chance.random() < 0.5:
                chance.shuffle(left)
            removed = False
            for write in left:
                removed = write.what == "remove"
                _apply(content, write)
            if (kept.lasting or left) and not removed:
                (folder / name).write_bytes(content)


def _sectors(event: Event) -> list[Event]:
    if event.what != "write":
        return [event]
    writes: list[Event] = []
    start = 0
    while start < len(event.data):
        end = start + SECTOR - (event.offset + start) % SECTOR
        writes.append(Event("write", event.file, event.offset + start, event.data[start:end]))
        start = end
    return writes


def _apply(content: bytearray, event: Event) -> None:
    if event.what == "cut":
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
    elif event.what == "remove":
        content.clear()
    else:
        content.extend(bytes(max(0, event.offset - len(content))))
        content[event.offset : event.offset + len(event.data)] = event.data
