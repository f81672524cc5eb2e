"""The sending of requests to platforms: the only module that knows the HTTP library.

A result is one of three: the platform responded; not a byte of the request was sent; or bytes were sent and no response
can be read. Only after the first two may a request that must not be duplicated be sent again. The class of the
library's error does not distinguish the second from the third. What does is whether sending the request's headers had
started, which the library's trace reports.
"""

import asyncio
import ssl
import sys
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.util import find_spec
from time import monotonic
from typing import Any, Protocol

import httpx
import truststore

from shipconsole import __version__
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.vendors import response_limits
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.rate_limiter import RateLimiter, SharedLimit, loop_s
from shipconsole.vendors.request import Request, Response
from shipconsole.vendors.response_limits import off_loop

if find_spec("sniffio") is None:
    # httpcore searches all folders for it four times a request, a sixth of a request's CPU time. With None in its place
    # an import fails as before, but at once.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

SOCKETS = 8
CONNECT_S, WRITE_S, READ_S, TOTAL_S = 5.0, 10.0, 20.0, 30.0
WAITING_SHARE = 1 / 3
"""The share of the total time that a request may wait for the rate limit; the rest is for the platform's response."""
LONGEST_LEAD_S = 2.0
BODY_LIMIT = 32 * 1024 * 1024
DECOMPRESS_STEP = 256 * 1024
LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request was sent. `lasting` says that it stays so until a person fixes something.

    Without `is_attempt` the platform has no part in it: this computer did not try to reach it.
    """

    message: Message
    lasting: bool = False
    is_attempt: bool = True


@dataclass(frozen=True, slots=True)
class NoResponse:
    """Bytes were sent and no response could be read: the platform may have acted.

    `too_much` says that there was a response, larger than what is read.
    """

    message: Message
    too_much: bool = False


SendResult = Response | NotSent | NoResponse
Turn = Callable[[], Awaitable[None]]
"""Returns when the headers of a request may be sent."""


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts what the operating system trusts; some 30 ms, so never on the GUI thread."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Sender:
    """Sends requests, with one HTTP client, at most eight sockets and one rate limiter a connection."""

    def __init__(self, tls: ssl.SSLContext, shared: SharedLimit | None = None, *, total_s: float = TOTAL_S) -> None:
        """Use one TLS context for all connections; give each request `total_s` in all.

        Without `shared` the rate limit is this sender's alone.
        """
        self._tls = tls
        self._shared = shared
        self._total_s = total_s
        self._channels: dict[int, _Channel] = {}

    async def send(
        self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        """Send one request within the platform's rate limit and the total time, in which waiting for the limit counts.

        Never raises but when cancelled.
        """
        if not all(map(_is_sendable, headers.values())):
            return NotSent(Message("network.bad_key"), lasting=True)
        channel = self._channels.get(connection.id)
        if channel is None:
            limiter = RateLimiter(vendor.rate_per_s, vendor.burst, connection.id, self._shared, vendor.late_s)
            channel = self._channels[connection.id] = _Channel(self._tls, limiter, self._total_s)
        return await channel.send(f"{connection.base_url.rstrip('/')}{request.path}", request, headers)

    def in_flight(self, connection_id: int) -> int:
        """Return how many requests of a connection were sent and have no response yet; not those that wait for it."""
        channel = self._channels.get(connection_id)
        return 0 if channel is None else channel.in_flight

    @property
    def tls(self) -> ssl.SSLContext:
        """Which certificates are trusted."""
        return self._tls

    async def close(self) -> None:
        """Close all sockets."""
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()


class _Channel:
    """The channel to one connection: its rate limiter, its slots, and an HTTP client that is replaced when damaged.

    WORKAROUND(httpcore #1093): until its fix is released, a request that is cancelled while others wait may leave its
    slot in the pool taken forever. So no request waits inside the pool, and a client in which one was cancelled takes
    no new requests and is closed when its last one ended.
    """

    def __init__(self, tls: ssl.SSLContext, limiter: RateLimiter, total_s: float) -> None:
        self._tls = tls
        self._total_s = total_s
        self._limiter = limiter
        self._slots = {repeatable: asyncio.Semaphore(SOCKETS // 2) for repeatable in (True, False)}
        self._connects_s = dict.fromkeys(self._slots, 0.0)
        self._client = _client(tls)
        self._requests_in: dict[httpx.AsyncClient, int] = {self._client: 0}
        self.in_flight = 0

    async def send(self, url: str, request: Request, headers: Mapping[str, str]) -> SendResult:
        """Wait for a slot and the rate limit, then send, all within the total time.

        A request that would have too little of that time left for its response is not sent.
        """
        ends_at, began_s = loop_s() + self._total_s, _with_sleep_s()
        longest_s, refusals = self._total_s * WAITING_SHARE, self._limiter.refusals
        try:
            async with asyncio.timeout(longest_s) as waiting, self._slots[request.repeatable]:
                lead_s = self._connects_s[request.repeatable]
                turn_s = await self._limiter.reserve(lead_s)
                # The platform counts a request when it arrives: it is connected before, and sent at its turn.
                await asyncio.sleep(turn_s - lead_s - loop_s())
                waiting.reschedule(None)
                connecting_s = loop_s()

                async def turn() -> None:
                    self._connects_s[request.repeatable] = min(loop_s() - connecting_s, LONGEST_LEAD_S)
                    try:
                        async with asyncio.timeout_at(ends_at - self._total_s + longest_s):
                            await self._limiter.wait(turn_s)
                    except TimeoutError:
                        raise _OutdatedError(Message("network.busy")) from None
                    if self._limiter.refusals != refusals:
                        # The platform has asked for a pause meanwhile.
                        raise _OutdatedError(Message("network.busy"))
                    if _with_sleep_s() - began_s > longest_s:
                        # The computer slept, which the loop's clock does not count: what was to be sent may be
                        # outdated.
                        raise _OutdatedError(Message("network.too_slow"))
                    self.in_flight += 1

                return await self._send_by(ends_at, _Trace(turn, began_s + self._total_s), url, request, headers)
        except TimeoutError:
            return NotSent(Message("network.busy"), is_attempt=False)

    async def _send_by(
        self, ends_at: float, trace: "_Trace", url: str, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        client = self._client
        self._requests_in[client] += 1
        try:
            async with asyncio.timeout_at(ends_at):
                response = await _response_to(client, url, request, headers, trace)
        except TimeoutError:
            self._replace(client)
            message = Message("network.timeout", seconds=f"{self._total_s:g}")
            return NoResponse(message) if trace.headers_started else NotSent(message)
        except asyncio.CancelledError:
            self._replace(client)
            raise
        except _OutdatedError as outdated:
            message = outdated.message
            return NoResponse(message) if trace.headers_started else NotSent(message, is_attempt=False)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error, OSError, ValueError) as error:
            return _failure(error, trace, headers)
        else:
            if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._limiter.refused()
            return response
        finally:
            self.in_flight -= trace.headers_started
            await trace.close_unfinished()
            self._requests_in[client] -= 1
            if client is not self._client and not self._requests_in[client]:
                del self._requests_in[client]
                await client.aclose()

    async def close(self) -> None:
        for client in self._requests_in:
            await client.aclose()

    def _replace(self, damaged: httpx.AsyncClient) -> None:
        if damaged is self._client:
            self._client = _client(self._tls)
            self._requests_in[self._client] = 0


class _Sockets(httpx.AsyncBaseTransport):
    """Two small pools: one keeps sockets open for requests that may be repeated, the other never does.

    A kept socket that the platform closes at that moment fails alike whether or not the platform acted. So a request
    that must not be duplicated gets a socket of its own, on which a failure before its headers is certain.
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


class _Trace:
    """The progress of a request by the library's trace: whether sending its headers had started.

    Its socket is connected when it waits for its turn: what the platform counts is when the headers arrive.

    Its body is not sent after `until_s`, on the clock that counts sleep, nor its headers long before: a computer that
    slept, or a process that was stopped, while it connected must not send what it began before. The deadline of the
    loop does not prevent that: its clock does not count sleep, and what is ready goes on before it ends anything. A
    platform does not act on headers without their body.

    WORKAROUND(httpcore 1.0.9): a request that is cancelled during the TLS handshake leaves its socket open, since
    only an `Exception` closes it and `CancelledError` is not one.
    """

    def __init__(self, turn: Turn, until_s: float) -> None:
        self._turn = turn
        self._until_s = until_s
        self.headers_started = False
        self._socket: _Closable | None = None
        self._in_handshake = False

    async def __call__(self, event: str, details: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            await self._turn()
            self.headers_started = True
        elif event.endswith("send_request_body.started"):
            if _with_sleep_s() > self._until_s:
                raise _OutdatedError(Message("network.too_slow"))
        elif event == "connection.connect_tcp.complete":
            self._socket = details["return_value"]
        elif event.startswith("connection.start_tls."):
            self._in_handshake = not event.endswith(".complete")

    async def close_unfinished(self) -> None:
        """Close the socket of a handshake that did not complete."""
        if self._in_handshake and self._socket is not None:
            await self._socket.aclose()


class _Closable(Protocol):
    async def aclose(self) -> None: ...


class _OutdatedError(Exception):
    """Raised for a request that is not to be sent any more, or not to its end; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class _UnreadableError(ValueError):
    """Raised for a response that cannot be read to its end; the message says why."""

    def __init__(self, message: Message, *, too_much: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.too_much = too_much


def _with_sleep_s() -> float:
    """Return seconds that only increase, during sleep too where the system counts that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else monotonic()


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


async def _response_to(
    client: httpx.AsyncClient, url: str, request: Request, headers: Mapping[str, str], trace: _Trace
) -> Response:
    """Send a request and read the response to its end."""
    if (httpx.URL(url).port or 0) > LARGEST_PORT:
        # The library does not check it; the socket's own error would come in an exception group.
        raise httpx.InvalidURL(f"no port is above {LARGEST_PORT}")
    started_s = monotonic()
    content = request.body_text.encode()
    all_headers = {**headers, "content-type": "application/json"} if content else dict(headers)
    async with client.stream(
        request.method,
        url,
        params=list(request.query) or None,
        content=content or None,
        headers=all_headers,
        extensions={"trace": trace, "repeatable": request.repeatable},
    ) as response:
        body = await _body(response)
        elapsed_ms = round((monotonic() - started_s) * 1_000)
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status_code, lower, body, elapsed_ms)


async def _body(response: httpx.Response) -> bytes:
    """Read the response's body; raise where it is longer than `BODY_LIMIT` or has excessively many parts."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    # The old name means the same (RFC 9110, section 8.4.1.3).
    encoding = "gzip" if encoding == "x-gzip" else encoding
    if encoding not in ("", "identity", "gzip"):
        raise _UnreadableError(Message("network.packed"))
    body = bytearray()
    try:
        await (_decompress(response, body) if encoding == "gzip" else _read_plain(response, body))
        return await off_loop(_checked_body, body)
    finally:
        # To copy so many bytes, and to free their memory, takes some ten milliseconds each.
        await off_loop(bytearray.clear, body)


def _checked_body(body: bytearray) -> bytes:
    """Return a body; raise where it has excessively many parts."""
    if too_much := response_limits.why_too_much(body):
        raise _UnreadableError(too_much, too_much=True)
    return bytes(body)


async def _read_plain(response: httpx.Response, body: bytearray) -> None:
    async for chunk in response.aiter_raw():
        body += chunk
        _check_length(body)


async def _decompress(response: httpx.Response, body: bytearray) -> None:
    """Read a compressed body to the end of its stream; what follows is not read.

    It is decompressed here and in steps, since the library decompresses each chunk at once, however large it becomes.
    """
    decompressor, has_content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), False
    async for chunk in response.aiter_raw():
        has_content = has_content or bool(chunk)
        if decompressor.eof:
            # There are bytes after the stream. Without any the library reads to the end, and keeps the socket.
            break
        while chunk and not decompressor.eof:
            body += decompressor.decompress(chunk, DECOMPRESS_STEP)
            _check_length(body)
            chunk = decompressor.unconsumed_tail
            await asyncio.sleep(0)
    if has_content and not decompressor.eof:
        raise _UnreadableError(Message("network.packed_broken"))


def _check_length(body: bytearray) -> None:
    if len(body) > BODY_LIMIT:
        raise _UnreadableError(Message("network.too_long", mib=BODY_LIMIT // 1_048_576), too_much=True)


def _is_sendable(value: str) -> bool:
    """Return whether a header can carry the value; the library detects it only after it began to send."""
    return value.isascii() and value.isprintable() and value == value.strip()


def _failure(error: Exception, trace: _Trace, headers: Mapping[str, str]) -> NotSent | NoResponse:
    """Return what an error of the library means; its own text is quoted, without the values of the headers."""
    reason = str(error) or type(error).__name__
    for word in " ".join(headers.values()).split():
        # The text may quote the response, and a server may send back what it received.
        reason = reason.replace(word, "********") if len(word) > 3 else reason
    if isinstance(error, _UnreadableError):
        return NoResponse(Message("network.unreadable", reason=error.message), too_much=error.too_much)
    if trace.headers_started:
        return NoResponse(Message("network.dropped", reason=reason))
    certificate = _certificate_error(error)
    if certificate is not None:
        problem = certificate.verify_message or Message("network.not_verified")
        return NotSent(Message("network.certificate", reason=problem), lasting=True)
    if isinstance(error, httpx.ConnectTimeout):
        return NotSent(Message("network.connect_timeout", seconds=f"{CONNECT_S:.0f}"))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ValueError):
        return NotSent(Message("network.bad_address", reason=reason), lasting=True)
    return NotSent(Message("network.no_connection", reason=reason))


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLCertVerificationError):
        seen = seen.__cause__ or seen.__context__
    return seen
