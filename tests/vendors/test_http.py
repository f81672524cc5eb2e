"""The sender distinguishes a response, not sent and no response, on real sockets, with servers that misbehave."""

import asyncio
import contextlib
import datetime
import gzip
import socket
import ssl
import sys
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
import trustme

from shipconsole import simulator
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.vendors import http
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import (
    BODY_LIMIT,
    CONNECT_S,
    READ_S,
    SOCKETS,
    TOTAL_S,
    WAITING_SHARE,
    WRITE_S,
    NoResponse,
    NotSent,
    Sender,
    SendResult,
    tls_context,
)
from shipconsole.vendors.rate_limiter import RateLimiter
from shipconsole.vendors.request import Request, Response
from tests.support.bench import fault
from tests.support.driven_loop import TURNED, Backend, TurnedLoop, turn

KEY = "geheim-4711-0815"
HURRIED = replace(VENDORS["shipup"], rate_per_s=100_000, burst=1_000)
LOOK = Request("get_order", "GET", "/v2/orders/1")
TELL = Request("create_order", "POST", "/v2/orders", body={"merchant_id": "1"}, repeatable=False)
FINE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
MIB = 1024 * 1024
NO_READ_S = 15
"""A total time that is over before a response that stands still is given up for that."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


@dataclass
class Counted:
    """What a server saw: connections so far, requests so far, and the most connections open at once."""

    port: int = 0
    connections: int = 0
    open: int = 0
    most_open: int = 0
    heads: list[bytes] = field(default_factory=list)

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}"


@asynccontextmanager
async def listening(converse: Talk, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Counted]:
    """A server on loopback; every line of it is ended with the block."""
    seen = Counted()
    lines = set[asyncio.Task[None]]()

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.add(task)
        seen.connections += 1
        seen.open += 1
        seen.most_open = max(seen.most_open, seen.open)
        try:
            await converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The caller has gone, or the test is over.
        finally:
            seen.open -= 1
            lines.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(count, "127.0.0.1", 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in lines:
            task.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Counted]:
    """A server that lets `behave` response each request, for as long as both keep the line."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            seen.heads.append(head)
            await behave(reader, writer, head)

    async with listening(converse, tls) as seen:
        yield seen


def saying(*pieces: bytes, then_close: bool = True) -> Behaviour:
    """Answer every request with these bytes."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then_close:
            writer.close()
            await writer.wait_closed()

    return behave


async def answer_well(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
    """Take the body in and response; the line stays open for the next request."""
    if head.startswith(b"POST"):
        await reader.readexactly(len(TELL.body_text))
    writer.write(FINE)
    await writer.drain()


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
    """Keep the line open without a word until the caller closes it."""
    await reader.read()
    writer.close()


def turned_s() -> float:
    """How far the loop's time was turned on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TurnedLoop)
    return loop.ahead_s


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, whatever time the loop has."""
    for _ in range(3_000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


@asynccontextmanager
async def opened(tls: ssl.SSLContext | None = None, *, total_s: float = TOTAL_S) -> AsyncGenerator[Sender]:
    sender = Sender(tls or tls_context(), total_s=total_s)
    try:
        yield sender
    finally:
        await sender.close()


async def send(sender: Sender, url: str, request: Request = LOOK, key: str = KEY) -> SendResult:
    return await sender.send(Connection(1, "Shipup", "shipup", url), HURRIED, request, {"authorization": key})


async def sent_to(behave: Behaviour, request: Request = LOOK, *, total_s: float = TOTAL_S) -> SendResult:
    """What one call to a server of this behaviour comes to."""
    async with serving(behave) as server, opened(total_s=total_s) as sender:
        return await send(sender, server.url(), request)


def free_port() -> int:
    """Return a port of this computer without a listening server."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def anyio_backend() -> Backend:
    """Have the loop whose time is turned."""
    return TURNED


@pytest.fixture(scope="module")
def vendors() -> Generator[SimulatorServer]:
    with running_simulator(orders=4) as server:
        yield server


async def test_a_response_is_returned_complete() -> None:
    body = '{"name":"日本"}'.encode()
    head = f"HTTP/1.1 207 Odd\r\nX-Request-Id: r1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    sent = await sent_to(saying(head + body))
    assert isinstance(sent, Response)
    assert (sent.status, sent.body, sent.request_id) == (207, body, "r1")
    assert sent.headers["content-length"] == str(len(body))


async def test_method_path_query_keys_and_body_arrive_as_they_are_meant() -> None:
    async with serving(answer_well) as server, opened() as sender:
        asked = replace(TELL, path="/v2/Bestellung Ä", query=(("page", "2"), ("q", "a&b")))
        assert isinstance(await send(sender, server.url() + "/base/", asked), Response)
    head = server.heads[0].decode()
    assert head.startswith("POST /base/v2/Bestellung%20%C3%84?page=2&q=a%26b HTTP/1.1\r\n")
    assert f"authorization: {KEY}\r\n" in head
    assert "user-agent: Shipconsole/" in head


class Searches:
    """Finds no module, and notes which were looked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.names.append(name)


async def test_a_request_searches_for_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is not installed is looked for in every folder, each time that something tries to import it."""
    async with serving(answer_well) as server, opened() as sender:
        assert isinstance(await send(sender, server.url(), TELL), Response)
        searches = Searches()
        monkeypatch.setattr(sys, "meta_path", [searches, *sys.meta_path])
        assert isinstance(await send(sender, server.url(), TELL), Response)
    assert searches.names == []


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS.keys())
async def test_json_is_sent_and_asked_for_once(vendor: Vendor) -> None:
    secrets = {secret.name: KEY for secret in vendor.secrets}
    async with serving(answer_well) as server, opened() as sender:
        connection = Connection(1, vendor.title, vendor.name, server.url())
        assert isinstance(await sender.send(connection, vendor, TELL, vendor.headers(secrets, {})), Response)
    lines = server.heads[0].decode().lower().split("\r\n")
    assert [line for line in lines if line.startswith(("accept:", "content-type:"))] == [
        "accept: application/json",
        "content-type: application/json",
    ]


async def test_without_a_listening_server_nothing_is_sent() -> None:
    async with opened() as sender:
        sent = await send(sender, f"http://127.0.0.1:{free_port()}")
    assert isinstance(sent, NotSent)
    assert not sent.lasting
    assert str(sent.message).startswith("No connection")


async def test_a_host_that_is_not_known_means_not_sent() -> None:
    async with opened() as sender:
        sent = await send(sender, "http://nobody.invalid")
    assert isinstance(sent, NotSent)
    assert not sent.lasting


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://[::1", "nonsense"])
async def test_an_invalid_address_means_not_sent_until_it_is_fixed(url: str) -> None:
    async with opened() as sender:
        sent = await send(sender, url)
    assert isinstance(sent, NotSent)
    assert sent.lasting


@pytest.mark.parametrize("key", [f"{KEY} ", f"{KEY}\n", f"{KEY}\x00", f"ключ{KEY}"])
async def test_a_key_that_no_header_can_hold_is_neither_sent_nor_shown(key: str) -> None:
    async with serving(answer_well) as server, opened() as sender:
        sent = await send(sender, server.url(), TELL, key)
        assert server.connections == 0
    assert isinstance(sent, NotSent)
    assert sent.lasting
    assert KEY not in str(sent.message)


def server_tls(authority: trustme.CA, name: str, *, ended: bool = False) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for this name."""
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begin, end = (yesterday - datetime.timedelta(days=9), yesterday) if ended else (None, None)
    authority.issue_cert(name, not_before=begin, not_after=end).configure_cert(tls)
    return tls


async def test_a_trusted_certificate_is_answered() -> None:
    authority = trustme.CA()
    trusting = tls_context()
    authority.configure_trust(trusting)
    async with serving(answer_well, server_tls(authority, "127.0.0.1")) as server, opened(trusting) as sender:
        assert isinstance(await send(sender, server.url("https"), TELL), Response)


@pytest.mark.parametrize(
    ("name", "ended", "trusted"),
    [("127.0.0.1", False, False), ("127.0.0.1", True, True), ("vendor.example", False, True)],
    ids=["unknown issuer", "expired", "other host"],
)
async def test_a_bad_certificate_means_not_sent_until_it_is_set_right(name: str, ended: bool, trusted: bool) -> None:
    authority = trustme.CA()
    tls = tls_context()
    if trusted:
        authority.configure_trust(tls)
    async with serving(answer_well, server_tls(authority, name, ended=ended)) as server, opened(tls) as sender:
        sent = await send(sender, server.url("https"), TELL)
    assert isinstance(sent, NotSent)
    assert sent.lasting
    assert str(sent.message).startswith("The certificate is not trusted")
    assert server.heads == []


async def test_a_line_that_drops_before_tls_is_up_means_not_sent() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(hang_up) as server, opened() as sender:
        sent = await send(sender, server.url("https"), TELL)
    assert isinstance(sent, NotSent)
    assert not sent.lasting


async def test_a_connection_that_drops_before_the_request_is_read_means_no_response() -> None:
    """The platform may have had it in its buffers, so it is not known."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        writer.transport.abort()

    async with listening(hang_up) as server, opened() as sender:
        sent = await send(sender, server.url(), TELL)
    assert isinstance(sent, NoResponse)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "cut", "garbage"])
@pytest.mark.parametrize("request_", [LOOK, TELL], ids=["repeatable", "once"])
async def test_what_breaks_off_after_the_request_left_is_lost(
    vendors: SimulatorServer, kind: str, request_: Request
) -> None:
    fault(vendors, "shipup", kind)
    async with opened() as sender:
        sent = await send(sender, f"{vendors.url}/shipup", request_)
    assert isinstance(sent, NoResponse)
    assert KEY not in str(sent.message)


@pytest.mark.parametrize(("kind", "status"), [("empty", 200), ("html", 502), ("deep", 200), ("503", 503), ("429", 429)])
async def test_an_answer_is_an_answer_whatever_is_in_it(vendors: SimulatorServer, kind: str, status: int) -> None:
    fault(vendors, "shipup", kind)
    async with opened() as sender:
        sent = await send(sender, f"{vendors.url}/shipup")
    assert isinstance(sent, Response)
    assert sent.status == status


async def test_the_simulated_platform_responds(vendors: SimulatorServer) -> None:
    async with opened() as sender:
        sent = await send(sender, f"{vendors.url}/shipup", replace(LOOK, path="/v2/orders"), simulator.SHIPUP_API_KEY)
    assert isinstance(sent, Response)
    assert sent.status == 200


async def test_a_redirect_is_a_response_and_is_not_followed() -> None:
    async with serving(answer_well) as elsewhere:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url()}/\r\nContent-Length: 0\r\n\r\n".encode()
        sent = await sent_to(saying(moved), TELL)
        assert elsewhere.connections == 0
    assert isinstance(sent, Response)
    assert sent.status == 307


@asynccontextmanager
async def memory_within(limit_bytes: int) -> AsyncGenerator[None]:
    """Fails when the block takes more memory than that at its peak."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit_bytes, f"{peak / MIB:.0f} MiB at the peak"


async def test_an_endless_response_is_cut_off_at_the_limit() -> None:
    written = 0

    async def go_on_and_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        block = b"x" * MIB
        while True:
            writer.write(block)
            written += len(block)
            await writer.drain()

    async with memory_within(3 * BODY_LIMIT):
        sent = await sent_to(go_on_and_on)
    too_long = Message("network.unreadable", reason=Message("network.too_long", mib=32))
    assert sent == NoResponse(too_long, too_much=True)
    assert written < BODY_LIMIT + 16 * MIB


def packed(body: bytes, packing: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {packing}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_a_compressed_response_is_decompressed() -> None:
    sent = await sent_to(saying(packed(gzip.compress(b'{"orders":[]}'))))
    assert isinstance(sent, Response)
    assert sent.body == b'{"orders":[]}'


async def test_a_compressed_response_without_a_body_is_empty() -> None:
    sent = await sent_to(saying(packed(b"")))
    assert isinstance(sent, Response)
    assert sent.body == b""


def bomb(size_bytes: int) -> bytes:
    """So many zeros, packed; made unit by unit."""
    packing = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    block = bytes(MIB)
    return b"".join([*(packing.compress(block) for _ in range(size_bytes // MIB)), packing.flush()])


async def test_a_small_response_that_decompresses_to_a_huge_one_is_cut_off_at_the_limit() -> None:
    small = packed(bomb(256 * MIB))
    assert len(small) < MIB
    async with memory_within(3 * BODY_LIMIT):
        sent = await sent_to(saying(small))
    too_long = Message("network.unreadable", reason=Message("network.too_long", mib=32))
    assert sent == NoResponse(too_long, too_much=True)


@pytest.mark.parametrize(
    "response",
    [
        packed(gzip.compress(b"{}" * 500)[:-12]),
        packed(b"this is not gzip"),
        packed(gzip.compress(gzip.compress(b"{}")), "gzip, gzip"),
        packed(b"{}", "br"),
    ],
    ids=["cut", "not gzip", "packed twice", "not requested"],
)
async def test_a_response_that_cannot_be_decompressed_counts_as_no_response(response: bytes) -> None:
    assert isinstance(await sent_to(saying(response), TELL), NoResponse)


async def test_a_key_that_a_server_sends_back_is_not_in_our_message() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        key = head.partition(b"authorization: ")[2].partition(b"\r\n")[0]
        assert key == KEY.encode()
        writer.write(b"HTTP/1.1 200 OK\r\n(" + key + b")\r\n\r\n")
        writer.close()

    sent = await sent_to(echo)
    assert isinstance(sent, NoResponse)
    assert KEY not in str(sent.message)
    assert "********" in str(sent.message)


async def test_a_request_has_a_total_deadline_even_while_bytes_arrive() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            turn(1)
            await asyncio.sleep(0)

    sent = await sent_to(drip, TELL)
    assert sent == NoResponse(Message("network.timeout", seconds="30"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves a caller waiting at a full queue")
async def test_a_deadline_before_the_headers_left_means_not_sent() -> None:
    with contextlib.ExitStack() as lines:
        full = lines.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = lines.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        async with opened(total_s=0.2) as sender:
            sent = await send(sender, f"http://127.0.0.1:{full.getsockname()[1]}", TELL)
    assert sent == NotSent(Message("network.timeout", seconds="0.2"))


def test_the_deadlines_are_those_that_were_measured() -> None:
    assert (CONNECT_S, WRITE_S, READ_S, TOTAL_S) == (5, 10, 20, 30)


async def test_a_request_that_the_rate_limit_delays_too_long_is_not_sent() -> None:
    slow = replace(HURRIED, rate_per_s=0.001, burst=1)
    async with serving(answer_well) as server, opened() as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        first, second = (asyncio.create_task(sender.send(connection, slow, TELL, {})) for _ in range(2))
        assert isinstance(await first, Response)
        assert not second.done()
        turn(TOTAL_S * WAITING_SHARE)
        assert await second == NotSent(Message("network.busy"), is_attempt=False)
    assert len(server.heads) == 1


async def test_a_request_that_gets_no_slot_in_time_is_not_sent() -> None:
    places = SOCKETS // 2
    async with serving(say_nothing) as server, opened(total_s=NO_READ_S) as sender:
        calls = [asyncio.create_task(send(sender, server.url(), TELL)) for _ in range(places + 3)]
        await until(lambda: len(server.heads) == places)
        turn(NO_READ_S * WAITING_SHARE)
        late = await asyncio.gather(*calls[places:])
        assert not any(call.done() for call in calls[:places])
        turn(NO_READ_S)
        sent = await asyncio.gather(*calls[:places])
    assert late == [NotSent(Message("network.busy"), is_attempt=False)] * 3
    assert sent == [NoResponse(Message("network.timeout", seconds=f"{NO_READ_S:g}"))] * places
    assert len(server.heads) == places


async def test_waiting_for_the_rate_limit_shortens_the_time_for_the_response() -> None:
    slow = replace(HURRIED, rate_per_s=1 / 400, burst=1)
    both = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        """Answer a byte at a time while the time passes; it stands still until the second call is under way."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        if len(server.heads) == 2:
            both.set()
        while True:
            writer.write(b" ")
            await writer.drain()
            if turned_s() >= 400:
                await both.wait()
            turn(1)
            await asyncio.sleep(0)

    async with serving(drip) as server, opened(total_s=1_500) as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        first, second = (asyncio.create_task(sender.send(connection, slow, TELL, {})) for _ in range(2))
        sent = [await first]
        ended_s = turned_s()
        sent.append(await second)
    assert len(server.heads) == 2
    assert sent == [NoResponse(Message("network.timeout", seconds="1500"))] * 2
    assert turned_s() - ended_s < 200, "as long as both waits together"


@pytest.mark.parametrize("request_", [LOOK, TELL], ids=["repeatable", "once"])
async def test_cancelled_requests_leave_no_slot_taken(request_: Request) -> None:
    """Cut off at every stage, waiting ones among them: what comes after goes through at once."""
    silent = True

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        await (say_nothing if silent else answer_well)(reader, writer, head)

    async with serving(behave) as server, opened() as sender:
        for pause_s in (0, 0.001, 0.01, 0.05):
            calls = [asyncio.create_task(send(sender, server.url(), request_)) for _ in range(50)]
            await asyncio.sleep(pause_s)
            for call in calls:
                call.cancel()
            ended = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        silent = False
        async with asyncio.timeout(60):
            fresh = await asyncio.gather(*(send(sender, server.url(), request_) for _ in range(5)))
        assert [type(one) for one in fresh] == [Response] * 5


async def test_a_request_that_must_not_be_duplicated_has_a_socket_of_its_own() -> None:
    async with serving(answer_well) as server, opened() as sender:
        for _ in range(4):
            assert isinstance(await send(sender, server.url(), TELL), Response)
        assert server.connections == 4


async def test_requests_that_may_be_repeated_share_a_socket() -> None:
    async with serving(answer_well) as server, opened() as sender:
        for _ in range(4):
            assert isinstance(await send(sender, server.url(), LOOK), Response)
        assert server.connections == 1


async def test_no_more_than_eight_sockets_are_open_at_once() -> None:
    async def take_a_moment(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        await asyncio.sleep(0.02)
        await answer_well(reader, writer, head)

    async with serving(take_a_moment) as server, opened() as sender:
        calls = [send(sender, server.url(), request) for request in (LOOK, TELL) * 16]
        assert all(isinstance(one, Response) for one in await asyncio.gather(*calls))
        assert server.most_open == SOCKETS == 8


async def test_one_connection_does_not_wait_for_another() -> None:
    async with serving(say_nothing) as silent, serving(answer_well) as server, opened() as sender:
        stuck = [asyncio.create_task(send(sender, silent.url(), LOOK)) for _ in range(20)]
        await asyncio.sleep(0.02)
        other = Connection(2, "Other", "shipup", server.url())
        async with asyncio.timeout(60):
            assert isinstance(await sender.send(other, HURRIED, LOOK, {}), Response)
        for call in stuck:
            call.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


def test_a_pace_lets_a_burst_go_and_then_keeps_its_rate() -> None:
    pace = RateLimiter(rate_per_s=100, burst=5)
    pauses_s = [pace.take(1_000.0) for _ in range(25)]
    assert max(pauses_s[:5]) <= 0
    assert pauses_s[5:] == pytest.approx([number / 100 for number in range(1, 21)])


def test_a_pace_saves_up_no_more_than_a_burst() -> None:
    pace = RateLimiter(rate_per_s=100, burst=2)
    pace.take(1_000.0)
    assert [pace.take(2_000.0) for _ in range(4)] == pytest.approx([-0.01, 0, 0.01, 0.02])


async def test_a_request_is_sent_when_the_rate_limit_allows_it() -> None:
    slow = replace(HURRIED, rate_per_s=1 / 9, burst=1)
    async with serving(answer_well) as server, opened() as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        calls = [asyncio.create_task(sender.send(connection, slow, LOOK, {})) for _ in range(2)]
        await calls[0]
        assert not calls[1].done()
        assert len(server.heads) == 1
        turn(9)
        assert isinstance(await calls[1], Response)


class Asked(list[tuple[int, float, int]]):
    """Shared turns that note how they were asked for, and are always so far ahead."""

    ahead_s = 0.0

    async def pause_s(self, connection_id: int, interval_s: float, burst: int, ahead_s: float) -> float | None:
        self.append((connection_id, interval_s, burst))
        return self.ahead_s


async def test_a_request_waits_for_the_shared_rate_limit() -> None:
    asked = Asked()
    asked.ahead_s = 9.0
    sender = Sender(tls_context(), asked)
    async with serving(answer_well) as server:
        connection = Connection(7, "Shipup", "shipup", server.url())
        call = asyncio.create_task(sender.send(connection, HURRIED, LOOK, {}))
        await until(lambda: bool(asked))
        await asyncio.sleep(0)
        assert not call.done()
        assert server.connections == 0
        turn(9)
        assert isinstance(await call, Response)
        await sender.close()


async def test_a_platform_gets_requests_no_faster_than_its_rate_limit() -> None:
    slow, asked = replace(HURRIED, rate_per_s=50, burst=60), Asked()
    sender = Sender(tls_context(), asked)
    async with serving(answer_well) as server:
        connection = Connection(7, "Shipup", "shipup", server.url())
        await asyncio.gather(*(sender.send(connection, slow, LOOK, {}) for _ in range(6)))
        await sender.close()
    assert asked == [(7, 1 / 50, 60)] * 6


async def test_what_waited_when_the_platform_asked_for_a_pause_is_not_sent() -> None:
    slow = replace(HURRIED, rate_per_s=1 / 9, burst=1)
    refusal = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}"
    async with serving(saying(refusal)) as server, opened() as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        calls = [asyncio.create_task(sender.send(connection, slow, request, {})) for request in (LOOK, TELL)]
        sent = await calls[0]
        assert isinstance(sent, Response)
        assert sent.status == 429
        turn(9)
        assert await calls[1] == NotSent(Message("network.busy"), is_attempt=False)
    assert len(server.heads) == 1


async def test_a_request_is_connected_before_its_turn_and_sent_at_it() -> None:
    """How long it takes to connect is known from the request before."""
    slow = replace(HURRIED, rate_per_s=1 / 6, burst=1)
    async with serving(answer_well) as server, opened() as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        assert isinstance(await sender.send(connection, slow, TELL, {}), Response)
        sender._channels[1]._connects_s[False] = 1.5  # pyright: ignore[reportPrivateUsage]
        call = asyncio.create_task(sender.send(connection, slow, TELL, {}))
        await asyncio.sleep(0)
        turn(5)
        await until(lambda: server.connections == 2)
        assert (len(server.heads), sender.in_flight(1)) == (1, 0)
        turn(2)
        assert isinstance(await call, Response)
    assert len(server.heads) == 2


@pytest.mark.parametrize("slept_at", ["its turn", "its body"])
async def test_what_the_computer_slept_over_is_not_sent_to_its_end(
    monkeypatch: pytest.MonkeyPatch, slept_at: str
) -> None:
    """The clock of the loop does not count sleep, so that no time limit ends what goes on afterwards."""
    began_s = http._with_sleep_s()
    seen: list[float] = []

    def slept() -> float:
        seen.append(began_s if len(seen) < (1 if slept_at == "its turn" else 2) else began_s + 3_600)
        return seen[-1]

    monkeypatch.setattr(http, "_with_sleep_s", slept)
    async with serving(answer_well) as server, opened() as sender:
        connection = Connection(1, "Shipup", "shipup", server.url())
        sent = await sender.send(connection, HURRIED, TELL, {})
    too_slow = Message("network.too_slow")
    assert sent == (NotSent(too_slow, is_attempt=False) if slept_at == "its turn" else NoResponse(too_slow))
    assert slept_at == "its body" or server.heads == []
