"""The sender of the simulated platforms' webhooks to their registered URLs, on this computer only."""

import asyncio
import contextlib
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import h11

from shipconsole.simulator.messages import Json

CHECK_EVERY_S: Final = 0.2
RESPONSE_WITHIN_S: Final = 5.0
TRIES: Final = 3
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LARGEST_LOG = 10_000
_READ_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Posting:
    """One webhook request; `about` is its event in a word or two."""

    url: str
    about: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class _Here(NamedTuple):
    """A URL on this computer: the IP address, the port, the Host header, and the path with query."""

    host: str
    port: int
    name: str
    target: str


class WebhookSource(Protocol):
    """A simulated platform that sends webhooks."""

    def due_webhooks(self) -> Sequence[Posting]:
        """Return the webhooks to send now, each one once."""
        ...


class Courier:
    """Send due webhooks at intervals; `posted` logs the result of each."""

    def __init__(self, sources: Callable[[], Mapping[str, WebhookSource]]) -> None:
        """Send for the platforms that `sources` returns at each interval."""
        self.posted: list[dict[str, Json]] = []
        self._sources_of_webhooks = sources
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Return whether webhooks are sent."""
        return self._task is not None

    def start(self) -> None:
        """Start to send, on the running event loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="courier")

    async def stop(self) -> None:
        """Stop sending; a request in progress is dropped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        retries: list[tuple[str, Posting, int]] = []
        while True:
            due = retries
            for name, source in self._sources_of_webhooks().items():
                due += [(name, posting, 1) for posting in source.due_webhooks()]
            retries = []
            for name, posting, tries in due:
                status = await _post(posting)
                self._record(name, posting, status)
                if status is not None and status // 100 != 2 and tries < TRIES:
                    retries.append((name, posting, tries + 1))
            # Retries wait longer, as the receiver may not be listening yet.
            await asyncio.sleep(CHECK_EVERY_S * (5 if retries else 1))

    def _record(self, vendor: str, posting: Posting, status: int | None) -> None:
        """Log the result of a posting, without its URL, which contains an access token."""
        if len(self.posted) < _LARGEST_LOG:
            self.posted.append({"vendor": vendor, "about": posting.about, "status": status})


async def _post(posting: Posting) -> int | None:
    """Send once; return the status, 0 without a response, None if the URL is not on this computer."""
    here = _here(posting.url)
    if here is None:
        return None
    try:
        async with asyncio.timeout(RESPONSE_WITHIN_S):
            reader, writer = await asyncio.open_connection(here.host, here.port)
            try:
                return await _send(reader, writer, here, posting)
            finally:
                writer.transport.abort()
    except (OSError, h11.ProtocolError):
        # The connection was dropped, the time ran out, or the response is not HTTP.
        return 0


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, here: _Here, posting: Posting) -> int:
    connection = h11.Connection(h11.CLIENT)
    headers = {
        "Host": here.name,
        "Content-Type": "application/json",
        "Content-Length": str(len(posting.body)),
        **posting.headers,
    }
    request = h11.Request(method="POST", target=here.target, headers=list(headers.items()))
    for part in (request, h11.Data(data=posting.body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
    await writer.drain()
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ_BYTES))
        elif not isinstance(event, h11.InformationalResponse):
            return 0


def _here(url: str) -> _Here | None:
    """Return where on this computer a URL leads; None for any other URL.

    Host names are not looked up, not even `localhost`, since a name may lead anywhere.
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
