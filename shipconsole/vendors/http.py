"""Sends requests to platforms: the one module that knows the HTTP library.

Its answer tells three things apart, since only the first and the second may ever be followed by another try of
a call that must not be doubled: the platform answered; not a byte of the request had left; or bytes had left and
no answer can be read. The class of a library's error does not tell the second from the third. What does is
whether sending the request's headers had started, which the library's trace says.
"""

import asyncio
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import httpx
import truststore

from shipconsole import __version__
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.vendors import answer_limits
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.reading import off_loop

SOCKETS = 8
CONNECT_S, WRITE_S, READ_S, TOTAL_S = 5.0, 10.0, 20.0, 30.0
WAITING_SHARE = 1 / 3
"""How much of the total time a call may wait for its turn; the rest is for the platform's answer."""
ANSWER_LIMIT = 32 * 1024 * 1024
UNPACK_STEP = 256 * 1024
LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left. `lasting` says that it will not pass before something is set right."""

    message: Message
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes left and no answer could be read: the platform may have acted.

    `too_much` says that an answer came, of which more was sent than is read.
    """

    message: Message
    too_much: bool = False


Sent = Answer | NotSent | Lost


def tls_context() -> ssl.SSLContext:
    """A context that trusts what the operating system trusts; some 30 ms, so never made on the GUI thread."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Turns(Protocol):
    """Turns at a platform's account that are shared with other programs."""

    async def pause_s(self, connection_id: int, interval_s: float, burst: int) -> float:
        """Take a connection's next turn and tell how long it is until then."""
        ...


class Sender:
    """Carries requests out, with one HTTP client, at most eight sockets and one pace a connection."""

    def __init__(self, tls: ssl.SSLContext, turns: Turns | None = None, *, total_s: float = TOTAL_S) -> None:
        """Use a context that was made elsewhere for all connections; give each call `total_s` in all.

        Without `turns` the pace is this sender's alone.
        """
        self._tls = tls
        self._turns = turns
        self._total_s = total_s
        self._lanes: dict[int, _Lane] = {}

    async def send(self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]) -> Sent:
        """Send one request within the platform's pace and the total time, in which the wait for its turn counts.

        Never raises but when cancelled.
        """
        if not all(map(_is_sendable, headers.values())):
            return NotSent(Message("network.bad_key"), lasting=True)
        lane = self._lanes.get(connection.id)
        if lane is None:
            pace = Pace(vendor.rate_per_s, vendor.burst, connection.id, self._turns)
            lane = self._lanes[connection.id] = _Lane(self._tls, pace, self._total_s)
        return await lane.send(f"{connection.base_url.rstrip('/')}{request.path}", request, headers)

    async def close(self) -> None:
        """Close all sockets."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            await lane.close()


class Pace:
    """A token bucket: at most `burst` at once, then `rate_per_s`, in the order of asking."""

    def __init__(self, rate_per_s: float, burst: int, connection_id: int = 0, turns: Turns | None = None) -> None:
        """Start with a full bucket; where turns are shared, they are taken as well."""
        self._interval_s = 1 / rate_per_s
        self._burst = burst
        self._connection_id = connection_id
        self._turns = turns
        self._next_at = 0.0

    def take(self, now_s: float) -> float:
        """Take the next turn and return how long it is until then; at most 0 where it is at once."""
        self._next_at = max(self._next_at, now_s - self._interval_s * (self._burst - 1))
        pause_s = self._next_at - now_s
        self._next_at += self._interval_s
        return pause_s

    async def wait(self) -> None:
        """Return when the next one may go."""
        pause_s = self.take(monotonic())
        if pause_s > 0:
            await asyncio.sleep(pause_s)
        if self._turns is not None:
            await asyncio.sleep(await self._turns.pause_s(self._connection_id, self._interval_s, self._burst))


class _Lane:
    """The way to one connection: its pace, its places, and an HTTP client that is replaced when it was hurt.

    WORKAROUND(httpcore #1093): until its fix is released, a call that is cut off while others wait may leave
    its place in the pool taken for ever. So nobody waits inside the pool, and a client in which a call was cut
    off takes no new calls and is closed when its last one ended.
    """

    def __init__(self, tls: ssl.SSLContext, pace: Pace, total_s: float) -> None:
        self._tls = tls
        self._total_s = total_s
        self._pace = pace
        self._places = {repeatable: asyncio.Semaphore(SOCKETS // 2) for repeatable in (True, False)}
        self._client = _client(tls)
        self._calls_in: dict[httpx.AsyncClient, int] = {self._client: 0}

    async def send(self, url: str, request: Request, headers: Mapping[str, str]) -> Sent:
        """Wait for a place and the pace, then send; all of it together takes no longer than the total time.

        A call that would have too little of that time left for its answer is not begun.
        """
        ends_at = asyncio.get_running_loop().time() + self._total_s
        try:
            async with asyncio.timeout(self._total_s * WAITING_SHARE) as turn, self._places[request.repeatable]:
                await self._pace.wait()
                turn.reschedule(None)
                return await self._send_by(ends_at, url, request, headers)
        except TimeoutError:
            return NotSent(Message("network.busy"))

    async def _send_by(self, ends_at: float, url: str, request: Request, headers: Mapping[str, str]) -> Sent:
        client, started = self._client, _Started()
        self._calls_in[client] += 1
        try:
            async with asyncio.timeout_at(ends_at):
                return await _exchange(client, url, request, headers, started)
        except TimeoutError:
            self._replace(client)
            message = Message("network.timeout", seconds=f"{self._total_s:g}")
            return Lost(message) if started.headers else NotSent(message)
        except asyncio.CancelledError:
            self._replace(client)
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error, OSError, ValueError) as error:
            return _failure(error, started, headers)
        finally:
            await started.close_unfinished()
            self._calls_in[client] -= 1
            if client is not self._client and not self._calls_in[client]:
                del self._calls_in[client]
                await client.aclose()

    async def close(self) -> None:
        for client in self._calls_in:
            await client.aclose()

    def _replace(self, hurt: httpx.AsyncClient) -> None:
        if hurt is self._client:
            self._client = _client(self._tls)
            self._calls_in[self._client] = 0


class _Sockets(httpx.AsyncBaseTransport):
    """Two small pools: one that keeps connections for calls that may be repeated, one that never does.

    A kept connection that the platform closes just then fails alike whether or not the platform acted. So a call
    that must not be doubled gets a connection of its own, on which a failure before its headers is certain.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        half = SOCKETS // 2
        self._kept = httpx.AsyncHTTPTransport(verify=tls, limits=httpx.Limits(max_connections=half, keepalive_expiry=5))
        self._own = httpx.AsyncHTTPTransport(
            verify=tls, limits=httpx.Limits(max_connections=half, max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._kept if request.extensions.get("repeatable") else self._own
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        await self._kept.aclose()
        await self._own.aclose()


class _Started:
    """How far a request has come, as the library's trace tells: whether its headers had begun to leave.

    WORKAROUND(httpcore 1.0.9): a call that is cut off in the middle of the TLS handshake leaves its socket open, since
    only an `Exception` closes it and `CancelledError` is none.
    """

    def __init__(self) -> None:
        self.headers = False
        self._socket: _Closable | None = None
        self._in_handshake = False

    async def __call__(self, event: str, details: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.headers = True
        elif event == "connection.connect_tcp.complete":
            self._socket = details["return_value"]
        elif event.startswith("connection.start_tls."):
            self._in_handshake = not event.endswith(".complete")

    async def close_unfinished(self) -> None:
        """Close the socket of a handshake that did not end well."""
        if self._in_handshake and self._socket is not None:
            await self._socket.aclose()


class _Closable(Protocol):
    async def aclose(self) -> None: ...


class _UnreadableError(ValueError):
    """An answer came that cannot be read to its end; the message says why."""

    def __init__(self, message: Message, *, too_much: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.too_much = too_much


def _client(tls: ssl.SSLContext) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=_Sockets(tls),
        timeout=httpx.Timeout(READ_S, connect=CONNECT_S, write=WRITE_S, pool=CONNECT_S),
        headers={
            "user-agent": f"Shipconsole/{__version__}",
            "accept": "application/json",
            "accept-encoding": "gzip",
        },
        follow_redirects=False,
    )


async def _exchange(
    client: httpx.AsyncClient, url: str, request: Request, headers: Mapping[str, str], started: _Started
) -> Answer:
    """Send and read to the end."""
    if (httpx.URL(url).port or 0) > LARGEST_PORT:
        # Not looked at by the library; the socket's own complaint would come in a group of errors.
        raise httpx.InvalidURL(f"no port is above {LARGEST_PORT}")
    began = monotonic()
    content = request.body_text.encode()
    own = {**headers, "content-type": "application/json"} if content else dict(headers)
    async with client.stream(
        request.method,
        url,
        params=list(request.query) or None,
        content=content or None,
        headers=own,
        extensions={"trace": started, "repeatable": request.repeatable},
    ) as response:
        body = await _body(response)
        elapsed_ms = round((monotonic() - began) * 1_000)
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, lower, body, elapsed_ms)


async def _body(response: httpx.Response) -> bytes:
    """Read the answer's body, at most `ANSWER_LIMIT` bytes of it, and no more parts than anybody would send."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    # The old name stands for the same (RFC 9110, section 8.4.1.3).
    packing = "gzip" if packing == "x-gzip" else packing
    if packing not in ("", "identity", "gzip"):
        raise _UnreadableError(Message("network.packed"))
    body = bytearray()
    try:
        await (_unpack(response, body) if packing == "gzip" else _take_in(response, body))
        return await off_loop(_looked_over, body)
    finally:
        # To copy so many bytes, and to give their memory back, takes some ten milliseconds each.
        await off_loop(bytearray.clear, body)


def _looked_over(body: bytearray) -> bytes:
    """Return a body whose parts are no more than anybody would send."""
    if too_much := answer_limits.why_too_much(body):
        raise _UnreadableError(too_much, too_much=True)
    return bytes(body)


async def _take_in(response: httpx.Response, body: bytearray) -> None:
    async for chunk in response.aiter_raw():
        body += chunk
        _check_length(body)


async def _unpack(response: httpx.Response, body: bytearray) -> None:
    """Read a packed body to the end of its stream; what stands behind that is not read.

    It is unpacked here and in steps, since the library unpacks each unit whole, however large a small one gets.
    """
    unpacking, came = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), False
    async for chunk in response.aiter_raw():
        came = came or bool(chunk)
        if unpacking.eof:
            # The first byte too many. Where there is none the library reads on to the end, and keeps the line.
            break
        while chunk and not unpacking.eof:
            body += unpacking.decompress(chunk, UNPACK_STEP)
            _check_length(body)
            chunk = unpacking.unconsumed_tail
            await asyncio.sleep(0)
    if came and not unpacking.eof:
        raise _UnreadableError(Message("network.packed_broken"))


def _check_length(body: bytearray) -> None:
    if len(body) > ANSWER_LIMIT:
        raise _UnreadableError(Message("network.too_long", mib=ANSWER_LIMIT // 1_048_576), too_much=True)


def _is_sendable(value: str) -> bool:
    """Whether a header can carry the value; the library finds out only when it has begun to send."""
    return value.isascii() and value.isprintable() and value == value.strip()


def _failure(error: Exception, started: _Started, headers: Mapping[str, str]) -> NotSent | Lost:
    """Tell what an error of the library means; its own text is kept, without what the headers held."""
    said = str(error) or type(error).__name__
    for word in " ".join(headers.values()).split():
        # The text may quote what came, and a server may send back what it was sent.
        said = said.replace(word, "********") if len(word) > 3 else said
    if isinstance(error, _UnreadableError):
        return Lost(Message("network.unreadable", reason=error.message), too_much=error.too_much)
    if started.headers:
        return Lost(Message("network.dropped", reason=said))
    certificate = _certificate_error(error)
    if certificate is not None:
        reason = certificate.verify_message or Message("network.not_verified")
        return NotSent(Message("network.certificate", reason=reason), lasting=True)
    if isinstance(error, httpx.ConnectTimeout):
        return NotSent(Message("network.connect_timeout", seconds=f"{CONNECT_S:.0f}"))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ValueError):
        return NotSent(Message("network.bad_address", reason=said), lasting=True)
    return NotSent(Message("network.no_connection", reason=said))


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLCertVerificationError):
        seen = seen.__cause__ or seen.__context__
    return seen
