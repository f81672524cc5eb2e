"""``Expect: 100-continue``: the body is requested first, unless it would be rejected, and all limits apply."""

import socket

import pytest

from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.receiver.rules import Rules
from tests.receiver.conftest import Open, OpenReceiver
from tests.receiver.senders import TRACK, Signer, answer, connect, post, status
from tests.receiver.test_http import chunked, one_chunk
from tests.receiver.test_inbox import SHIPMENT

EXPECT = "Expect: 100-continue"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


def parts(request: bytes) -> tuple[bytes, bytes]:
    """Return the head of a request and its body."""
    end = request.index(b"\r\n\r\n") + 4
    return request[:end], request[end:]


def read_bytes(line: socket.socket, length: int) -> bytes:
    """Read so many bytes; fewer if the connection ends before."""
    received = b""
    while len(received) < length and (part := line.recv(length - len(received))):
        received += part
    return received


def exchange(url: str, request: bytes) -> tuple[bytes, bytes]:
    """Return the response to the head, and the one to the body, which is sent only after a 100."""
    head, body = parts(request)
    with connect(url) as line:
        line.sendall(head)
        first = read_bytes(line, len(GO_ON))
        if first != GO_ON:
            return first + answer(line), b""
        line.sendall(body)
        return first, answer(line)


@pytest.mark.parametrize("expect", [EXPECT, "expect: 100-Continue"])
async def test_the_body_is_requested_and_stored(running: OpenReceiver, expect: str) -> None:
    first, second = exchange(running.url, post(running.swiftpod, SHIPMENT, expect))
    assert (first, status(second)) == (GO_ON, 200)
    first, second = exchange(running.url, chunked(running.swiftpod, one_chunk(SHIPMENT), expect))
    assert (first, status(second)) == (GO_ON, 200)
    (stored,) = running.stored()
    assert (stored.body, stored.duplicates) == (SHIPMENT, 1)


async def test_a_signed_body_is_requested_and_verified(running: OpenReceiver, signer: Signer) -> None:
    first, second = exchange(running.url, post(running.shipengine, TRACK, EXPECT, *signer.headers(TRACK)))
    assert (first, status(second)) == (GO_ON, 200)
    (stored,) = running.stored()
    assert stored.verified is True


async def test_an_unwanted_body_is_refused_before_it_is_sent(running: OpenReceiver) -> None:
    path = running.swiftpod
    refused = {
        "nobody's path": (post(path[:-1], SHIPMENT, EXPECT), 404),
        "another page": (post("/openapi.json", SHIPMENT, EXPECT), 404),
        "too long": (post(path, b"x" * (BODY_BYTES + 1), EXPECT), 413),
        "packed": (post(path, SHIPMENT, EXPECT, "Content-Encoding: gzip"), 415),
        "a page of a browser": (post(path, SHIPMENT, EXPECT, "Origin: null"), 403),
        "another's name": (post(path, SHIPMENT, EXPECT, host="evil.example"), 421),
        "another hope": (post(path, SHIPMENT, "Expect: 200-ok"), 417),
    }
    got = {what: exchange(running.url, request) for what, (request, _) in refused.items()}
    assert {what: status(first) for what, (first, _) in got.items()} == {
        what: expected for what, (_, expected) in refused.items()
    }
    assert running.stored() == ()


async def test_chunks_that_become_too_long_are_refused_after_the_100(running: OpenReceiver) -> None:
    first, second = exchange(running.url, chunked(running.swiftpod, one_chunk(b" " * (BODY_BYTES + 1)), EXPECT))
    assert first == GO_ON
    assert status(second) == 413
    assert running.stored() == ()


async def test_a_sender_that_does_not_wait_gets_one_response(running: OpenReceiver) -> None:
    with connect(running.url) as line:
        line.sendall(post(running.swiftpod, SHIPMENT, EXPECT))
        assert status(answer(line)) == 200
    assert len(running.stored()) == 1


async def test_a_sender_that_never_sends_the_body_is_closed(running: OpenReceiver, open_receiver: Open) -> None:
    url = open_receiver(Rules(request_s=0.3)).urls[0]
    head, _ = parts(post(running.swiftpod, SHIPMENT, EXPECT))
    with connect(url) as line:
        line.sendall(head)
        assert read_bytes(line, len(GO_ON)) == GO_ON
        assert status(answer(line)) == 408
    assert running.stored() == ()
