"""Posts what the simulated platforms send by themselves to the addresses that they have, on this computer only."""

import asyncio
import contextlib
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import h11

from shipconsole.simulator.messages import Json

LOOK_EVERY_S: Final = 0.2
ANSWER_WITHIN_S: Final = 5.0
TRIES: Final = 3
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LARGEST_LOG = 10_000
_READ_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Posting:
    """One webhook: where it goes, what it says, and what it is `about` in a word or two."""

    url: str
    about: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class _Here(NamedTuple):
    """An address on this computer: the host in digits, its port, both as a header names them, and the rest."""

    host: str
    port: int
    name: str
    target: str


class Teller(Protocol):
    """A vendor that tells by itself."""

    def news(self) -> Sequence[Posting]:
        """Give what is to be told now, each thing once."""
        ...


class Courier:
    """Looks now and then what there is to tell, and posts it; `posted` says what became of each posting."""

    def __init__(self, tellers: Callable[[], Mapping[str, Teller]]) -> None:
        """Carry for the vendors that there are when it looks."""
        self.posted: list[dict[str, Json]] = []
        self._tellers = tellers
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether anything is carried."""
        return self._task is not None

    def start(self) -> None:
        """Begin to carry, on the running event loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._carry(), name="courier")

    async def stop(self) -> None:
        """Carry no more; what is under way is dropped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _carry(self) -> None:
        again: list[tuple[str, Posting, int]] = []
        while True:
            due = again
            for name, teller in self._tellers().items():
                due += [(name, posting, 1) for posting in teller.news()]
            again = []
            for name, posting, tries in due:
                status = await _post(posting)
                self._note(name, posting, status)
                if status is not None and status // 100 != 2 and tries < TRIES:
                    again.append((name, posting, tries + 1))
            # What could not be told waits longer, as nobody may be listening yet.
            await asyncio.sleep(LOOK_EVERY_S * (5 if again else 1))

    def _note(self, vendor: str, posting: Posting, status: int | None) -> None:
        """Keep what became of a posting, without its address: that holds whatever lets one in there."""
        if len(self.posted) < _LARGEST_LOG:
            self.posted.append({"vendor": vendor, "about": posting.about, "status": status})


async def _post(posting: Posting) -> int | None:
    """Post once: the answer's status, 0 where none came, None where the address is not on this computer."""
    here = _here(posting.url)
    if here is None:
        return None
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection(here.host, here.port)
            try:
                return await _say(reader, writer, here, posting)
            finally:
                writer.transport.abort()
    except (OSError, h11.ProtocolError):
        # A line that was dropped, time that ran out, or an answer that is none.
        return 0


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, here: _Here, posting: Posting) -> int:
    line = h11.Connection(h11.CLIENT)
    headers = {
        "Host": here.name,
        "Content-Type": "application/json",
        "Content-Length": str(len(posting.body)),
        **posting.headers,
    }
    request = h11.Request(method="POST", target=here.target, headers=list(headers.items()))
    for part in (request, h11.Data(data=posting.body), h11.EndOfMessage()):
        writer.write(line.send(part) or b"")
    await writer.drain()
    while True:
        event = line.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            line.receive_data(await reader.read(_READ_BYTES))
        elif not isinstance(event, h11.InformationalResponse):
            return 0


def _here(url: str) -> _Here | None:
    """Where on this computer an address leads; None for any other.

    A name may lead anywhere, so that even `localhost` is not looked up.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return None
    if parts.scheme != "http" or host not in _LOOPBACK:
        return None
    number = "127.0.0.1" if host == "localhost" else host
    name = f"[{number}]:{port}" if ":" in number else f"{number}:{port}"
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return _Here(number, port, name, target or "/")
