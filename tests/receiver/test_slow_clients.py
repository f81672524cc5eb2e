"""Slow, silent and too many clients delay no others and are closed in time."""

import asyncio
import contextlib
import selectors
import socket
import sys
import threading
import time
from pathlib import Path
from typing import cast

import pytest

from shipconsole.receiver.rules import Rules
from tests.receiver.conftest import Open, OpenReceiver
from tests.receiver.senders import answer, connect, post, send, status, status_of
from tests.receiver.test_inbox import SHIPMENT


def is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def closed_within(lines: list[socket.socket], limit_s: float) -> float:
    """Return how long it takes until all of these are closed; fail beyond the limit."""
    began = time.monotonic()
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            line.setblocking(False)
            waiting.register(line, selectors.EVENT_READ)
        while waiting.get_map():
            left_s = began + limit_s - time.monotonic()
            assert left_s > 0, f"{len(waiting.get_map())} are open after {limit_s} s"
            for key, _ in waiting.select(left_s):
                if is_closed(cast("socket.socket", key.fileobj)):
                    waiting.unregister(key.fileobj)
    return time.monotonic() - began


@pytest.mark.parametrize("what", ["silent", "slow head", "slow body", "slow chunks"])
async def test_a_request_that_is_incomplete_at_its_deadline_is_closed(
    running: OpenReceiver, open_receiver: Open, what: str
) -> None:
    url = open_receiver(Rules(request_s=0.4)).urls[0]
    request = post(running.swiftpod, SHIPMENT)
    head = request[: request.index(b"\r\n\r\n") + 4]
    begun = {
        "silent": b"",
        "slow head": request[:20],
        "slow body": head + SHIPMENT[:3],
        "slow chunks": head.replace(b"Content-Length: %d" % len(SHIPMENT), b"Transfer-Encoding: chunked")
        + b"1\r\n{\r\n",
    }[what]
    patient = open_receiver(Rules(request_s=600)).urls[0]
    with connect(url) as line, connect(patient) as other:
        line.sendall(begun)
        other.sendall(begun)
        drip = {"slow head": b"x", "slow body": b" ", "slow chunks": b"1\r\n \r\n"}.get(what)
        line.settimeout(0.05)
        closed = False
        for _ in range(1_200):
            if closed:
                break
            try:
                if drip:
                    line.sendall(drip)
                closed = line.recv(100) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
        assert closed
        assert not is_closed(other), "by its time, and by nothing else"
    assert running.stored() == ()


async def test_one_connection_too_many_closes_the_one_that_waited_longest(running: OpenReceiver) -> None:
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connect(running.url)) for _ in range(64)]
        assert status_of(running.url, running.swiftpod, SHIPMENT) == 200
        assert status(answer(lines[0])) == 503
        assert [is_closed(line) for line in lines[1:]] == [False] * 63
        lines[5].setblocking(True)
        lines[5].sendall(post(running.swiftpod, SHIPMENT))
        assert status(answer(lines[5])) == 200


async def test_while_too_many_requests_are_answered_the_others_get_503(
    running: OpenReceiver, open_receiver: Open
) -> None:
    receiver = open_receiver(Rules(connections=3))
    url = receiver.urls[0]
    bodies = [SHIPMENT.replace(b"4e3f192a", b"%08d" % number) for number in range(9)]
    # The store's one writer is busy, so that nothing that comes can be answered.
    go_on = threading.Event()
    busy = running.ctx.store.write(lambda _: go_on.wait(30))
    with contextlib.ExitStack() as stack:
        lines: list[socket.socket] = []
        for body in bodies[:3]:
            lines.append(stack.enter_context(connect(url)))
            lines[-1].sendall(post(running.swiftpod, body))
        while receiver.answering < 3:
            await asyncio.sleep(0.01)
        responses = [send(url, post(running.swiftpod, body)) for body in bodies[3:]]
        assert [status(response) for response in responses] == [503] * 6
        go_on.set()
        assert [status(answer(line)) for line in lines[:3]] == [200] * 3
    assert busy.result()
    assert sorted(stored.body for stored in running.stored()) == bodies[:3]
    assert status_of(url, running.swiftpod, bodies[3]) == 200


async def test_of_too_many_connections_each_gets_a_status(running: OpenReceiver, open_receiver: Open) -> None:
    url = open_receiver(Rules(connections=8)).urls[0]
    bodies = [SHIPMENT.replace(b"4e3f192a", b"%08d" % number) for number in range(40)]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connect(url)) for _ in bodies]
        for line, body in zip(lines, bodies, strict=True):
            # Some were told to come again by now, and send all the same.
            line.sendall(post(running.swiftpod, body))
        responses = [status(answer(line)) for line in lines]
    assert set(responses) <= {200, 503}
    assert 503 in responses
    assert len(running.stored()) == responses.count(200) > 0


async def test_a_rejected_sender_may_finish_and_reads_the_status(running: OpenReceiver, open_receiver: Open) -> None:
    url = open_receiver(Rules(connections=2)).urls[0]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connect(url)) for _ in range(3)]
        request = post(running.swiftpod, SHIPMENT)
        lines[0].setblocking(True)
        assert lines[0].recv(12, socket.MSG_PEEK) == b"HTTP/1.1 503"
        for start in range(0, len(request), 50):
            lines[0].sendall(request[start : start + 50])
            await asyncio.sleep(0.01)
        assert status(answer(lines[0])) == 503


@pytest.mark.parametrize("begun", [b"", b"POST /webh"])
async def test_a_slow_sender_gets_408(open_receiver: Open, begun: bytes) -> None:
    with connect(open_receiver(Rules(request_s=0.2)).urls[0]) as line:
        line.sendall(begun)
        assert status(answer(line)) == 408


@pytest.mark.skipif(not Path("/proc/sys/net").exists(), reason="elsewhere 127.0.0.2 is no address of the computer")
async def test_one_address_has_eight_connections_and_takes_no_others(running: OpenReceiver) -> None:
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(connect(running.url)) for _ in range(20)]
        mine = [stack.enter_context(connect(running.url, "127.0.0.2")) for _ in range(11)]
        closed_within(mine[:3], 60)
        assert [is_closed(line) for line in (*mine[3:], *others)] == [False] * 28


async def test_fifty_slow_senders_delay_no_others(running: OpenReceiver, open_receiver: Open) -> None:
    slow_senders(open_receiver(Rules(request_s=3.0)).urls[0], running.swiftpod, count=50, within_s=60)


@pytest.mark.heavy
async def test_a_thousand_slow_senders_delay_no_others(
    running: OpenReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = slow_senders(running.url, running.swiftpod, count=1_000, within_s=15)
    with capsys.disabled():
        sys.stdout.write(f"\n1,000 slow_senders: {figures}\n")
    assert figures["answered_s"] < 1
    assert figures["closed_s"] < 10.5
    assert figures["more_mib"] <= 50


def slow_senders(url: str, path: str, *, count: int, within_s: float) -> dict[str, float]:
    """Open connections that send a byte now and then; return the slowest response and when all are closed."""
    before = resident_mib()
    request = post(path, SHIPMENT)
    slowest_s = 0.0
    with contextlib.ExitStack() as stack:
        lines: list[socket.socket] = []
        for number in range(count):
            lines.append(stack.enter_context(connect(url)))
            with contextlib.suppress(OSError):
                lines[-1].sendall(request[: 10 + number % (len(request) - 20)])
            if number % 25 == 24:
                began = time.monotonic()
                assert status_of(url, path, SHIPMENT) == 200
                slowest_s = max(slowest_s, time.monotonic() - began)
        more_mib = resident_mib() - before
        closed_s = closed_within(lines, within_s)
    assert status(send(url, request)) == 200
    return {"answered_s": slowest_s, "closed_s": closed_s, "more_mib": more_mib}


def resident_mib() -> float:
    """Return the memory of this process; 0 if the system does not report it."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024
