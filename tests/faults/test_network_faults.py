"""Twenty ways in which a network fails, and which of them leave it certain that the platform received nothing."""

import asyncio
import gzip
import resource
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple, cast

import pytest
import trustme

from shipconsole.domain.connection import Connection
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import CONNECT_S, TOTAL_S, NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response
from tests.faults.station import TLS
from tests.support.bench import UnpacedSender
from tests.support.driven_loop import TURNED, Backend, turn

TELL = Request("create_order", "POST", "/v2/orders", body={"merchant_id": "1"}, repeatable=False)
LARGE = Request("create_order", "POST", "/v2/orders", body={"merchant_id": "x" * 8_000_000}, repeatable=False)
FINE = b"HTTP/1.1 204 No Content\r\n\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def take_all(reader: asyncio.StreamReader) -> None:
    """Read one request to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)


def saying(answer: bytes) -> Talk:
    """Take a request, say this, and close."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await take_all(reader)
        writer.write(answer)
        await writer.drain()

    return talk


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close before anything was read."""


async def reset_before_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(1)
    writer.transport.abort()


async def reset_after_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take_all(reader)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


def standing_still(talk: Talk) -> Talk:
    """Talk so far; then the time is up for whoever waits for more."""

    async def stand_still(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        turn(TOTAL_S)
        await asyncio.Event().wait()

    return stand_still


async def read_no_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the head and no more: the line fills up."""
    await reader.readuntil(b"\r\n\r\n")
    while len(cast("Any", reader)._buffer) < 65_536:
        await asyncio.sleep(0.01)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take_all(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        turn(0.1)
        await asyncio.sleep(0)


class Fault(NamedTuple):
    """One fault: what the server does, and what the caller makes of it."""

    name: str
    talk: Talk
    means: type
    tell: Request = TELL


PACKED = gzip.compress(b"{}" * 500)
FLOOD = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(100_000)) + b"\r\n"
ON_THE_LINE = (
    Fault("closed at once", close_at_once, NoResponse),
    Fault("reset before it was read", reset_before_reading, NoResponse),
    Fault("reset after it was read", reset_after_reading, NoResponse),
    Fault("closed without an answer", saying(b""), NoResponse),
    Fault("no answer", standing_still(saying(b"")), NoResponse),
    Fault("answer cut in its head", saying(b"HTTP/1.1 200 OK\r\nContent-Le"), NoResponse),
    Fault("answer cut in its body", saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), NoResponse),
    Fault("body stands still", standing_still(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")), NoResponse),
    Fault("body drips", drip, NoResponse),
    Fault("not HTTP", saying(b"\x16\x03\x01 this is not HTTP\r\n\r\n"), NoResponse),
    Fault(
        "packed badly",
        saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + PACKED[:9]),
        NoResponse,
    ),
    Fault("a flood of headers", saying(FLOOD), NoResponse),
    Fault("its body is not taken", standing_still(read_no_body), NoResponse, LARGE),
    Fault("a server's error", saying(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), Response),
    Fault(
        "a redirect", saying(b"HTTP/1.1 307 No\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"), Response
    ),
    Fault("asked to wait", saying(b"HTTP/1.1 429 No\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"), Response),
)


@pytest.fixture(scope="module")
def anyio_backend() -> Backend:
    """Have the loop whose time is turned."""
    return TURNED


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
    """A server on loopback; gives its port. Every line of it ends with the block."""
    lines = set[asyncio.Task[None]]()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.add(task)
        try:
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The caller has gone, or the test is over.
        finally:
            lines.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in lines:
            task.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await server.wait_closed()


async def sent_to(url: str, request: Request = TELL) -> SendResult:
    """What one notification comes to."""
    sender = UnpacedSender(TLS)
    try:
        return await sender.send(Connection(1, "Shipup", "shipup", url), VENDORS["shipup"], request, {})
    finally:
        await sender.close()


@pytest.mark.parametrize("fault", ON_THE_LINE, ids=lambda fault: fault.name)
async def test_what_fails_after_the_headers_began_to_leave_is_never_certain(fault: Fault) -> None:
    async with listening(fault.talk) as port:
        sent = await sent_to(f"http://127.0.0.1:{port}", fault.tell)
    assert type(sent) is fault.means, sent


@pytest.mark.parametrize("kind", ["nobody there", "no such name", "hung up before TLS", "a certificate of nobody"])
async def test_what_fails_before_the_headers_left_is_certain(kind: str) -> None:
    async with AsyncExitStack() as servers:
        if kind == "nobody there":
            with socket.create_server(("127.0.0.1", 0)) as taken:
                url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        elif kind == "no such name":
            url = "http://nobody.invalid"
        elif kind == "hung up before TLS":
            port = await servers.enter_async_context(listening(close_at_once))
            url = f"https://127.0.0.1:{port}"
        else:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
            url = f"https://127.0.0.1:{await servers.enter_async_context(listening(saying(FINE), tls))}"
        sent = await sent_to(url)
    assert isinstance(sent, NotSent), sent
    assert sent.lasting == (kind == "a certificate of nobody")


@pytest.mark.parametrize("how", ["its time is up", "the program is closed"])
async def test_a_handshake_that_is_cut_off_leaves_no_socket_open(how: str) -> None:
    began, gone = asyncio.Event(), asyncio.Event()

    async def shake_no_hand(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        began.set()
        await reader.read()
        gone.set()

    async with listening(shake_no_hand) as port:
        notification = asyncio.create_task(sent_to(f"https://127.0.0.1:{port}"))
        await began.wait()
        if how == "its time is up":
            turn(CONNECT_S - 1)
            await asyncio.sleep(0)
            assert not notification.done()
            turn(TOTAL_S)
            assert isinstance(await notification, NotSent)
        else:
            notification.cancel()
            with pytest.raises(asyncio.CancelledError):
                await notification
        async with asyncio.timeout(30):
            await gone.wait()


async def endless_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Two GiB, as far as anybody listens."""
    await take_all(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n")
    for _ in range(2_048):
        writer.write(b"x" * 1_048_576)
        await writer.drain()


async def endless_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A million headers."""
    await take_all(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1_000):
        writer.write(b"X-Header: x\r\n" * 1_000)
        await writer.drain()


@pytest.mark.parametrize("talk", [endless_body, endless_head])
async def test_an_answer_without_end_is_cut_off(talk: Talk) -> None:
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with listening(talk) as port:
        sent = await sent_to(f"http://127.0.0.1:{port}")
    assert isinstance(sent, NoResponse), sent
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 200 * 1_024


def test_there_are_twenty() -> None:
    assert len(ON_THE_LINE) + 4 == 20


async def test_a_thousand_discarded_calls_leave_room_for_those_that_follow() -> None:
    silent = True

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(b"" if silent else FINE)(reader, writer)
        if silent:
            await reader.read()

    async with listening(talk) as port:
        sender = UnpacedSender(TLS)
        connection = Connection(1, "Shipup", "shipup", f"http://127.0.0.1:{port}")
        for pause_s in (0, 0.001, 0.003, 0.01):
            calls = [asyncio.create_task(sender.send(connection, VENDORS["shipup"], TELL, {})) for _ in range(250)]
            await asyncio.sleep(pause_s)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        silent = False
        after = await asyncio.gather(*(sender.send(connection, VENDORS["shipup"], TELL, {}) for _ in range(5)))
        await sender.close()
    assert [type(value) for value in after] == [Response] * 5
