"""Invalid or ambiguous HTTP is rejected with a status and closed, and nothing is stored."""

import socket

import pytest

from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.receiver.rules import Rules, is_ours, name_of
from tests.domain.test_json_limits import TRICKS
from tests.receiver.conftest import Open, OpenReceiver
from tests.receiver.senders import answer, connect, post, send, status, status_of
from tests.receiver.test_inbox import SHIPMENT
from tests.support.silence import ExpectedNoise

CHUNKED = "Transfer-Encoding: chunked"


def chunked(path: str, chunks: bytes, *extra: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *extra, CHUNKED, "", ""]
    return "\r\n".join(lines).encode() + chunks


def one_chunk(body: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n0\r\n\r\n" % (len(body), extension, body)


async def test_invalid_http_is_refused_and_closed(running: OpenReceiver) -> None:
    path = running.swiftpod
    plain = post(path, SHIPMENT)
    small = one_chunk(SHIPMENT)
    odd = {
        "both length and chunks": (chunked(path, small, f"Content-Length: {len(SHIPMENT)}"), 400),
        "chunks and a length of nothing": (chunked(path, small, "Content-Length: 0"), 400),
        "two lengths": (plain.replace(b"Content-Length", b"Content-Length: 5\r\nContent-Length"), 400),
        "a length of two numbers": (plain.replace(b"Content-Length: ", b"Content-Length: 5, "), 400),
        "a signed length": (plain.replace(b"Content-Length: ", b"Content-Length: +"), 400),
        "a negative length": (plain.replace(b"Content-Length: ", b"Content-Length: -"), 400),
        "a length in hexadecimal": (plain.replace(b"Content-Length: ", b"Content-Length: 0x"), 400),
        "a length that is huge": (plain.replace(b"Content-Length: ", b"Content-Length: 9999999999"), 413),
        "a body that is too long": (post(path, b"")[:-5] + b"%d\r\n\r\n" % (BODY_BYTES + 1), 413),
        "chunks twice": (chunked(path, small, CHUNKED), 400),
        "another coding": (chunked(path, small).replace(b"chunked", b"gzip, chunked"), 400),
        "chunks misspelt": (chunked(path, small).replace(b": chunked", b": xchunked"), 400),
        "a blank before the colon": (plain.replace(b"Content-Length:", b"Content-Length :"), 400),
        "a folded line": (plain.replace(b"Host: localhost", b"Host:\r\n localhost"), 400),
        "a bare line end within": (plain.replace(b"Host: localhost", b"Host: local\nX: host"), 400),
        "a NUL within": (plain.replace(b"localhost", b"local\x00host"), 400),
        "no length of a chunk": (chunked(path, b"\r\n{}\r\n0\r\n\r\n"), 400),
        "a negative chunk": (chunked(path, b"-2\r\n{}\r\n0\r\n\r\n"), 400),
        "a chunk of too many digits": (chunked(path, b"f" * 21 + b"\r\n{}"), 400),
        "a chunk that is longer than it says": (chunked(path, b"2\r\n{}}}\r\n0\r\n\r\n"), 400),
        "a long extension": (chunked(path, one_chunk(SHIPMENT, b";a=" + b"x" * 2_000)), 400),
        "many extensions": (chunked(path, b"".join(b"1;a=%s\r\n \r\n" % (b"x" * 100) for _ in range(40))), 400),
        "very many chunks": (chunked(path, b"1\r\n \r\n" * 5_000), 400),
        "trailers": (chunked(path, small[:-2] + b"Host: evil.example\r\n\r\n"), 400),
        "no host": (plain.replace(b"Host: localhost\r\n", b""), 400),
        "two hosts": (plain.replace(b"Host: localhost", b"Host: localhost\r\nHost: localhost"), 400),
        "another's name": (post(path, SHIPMENT, host="evil.example"), 421),
        "a name with somebody before it": (post(path, SHIPMENT, host="localhost@evil.example"), 421),
        "an empty name": (post(path, SHIPMENT, host=""), 421),
        "a page of a browser": (post(path, SHIPMENT, "Origin: http://localhost"), 403),
        "a page of nowhere": (post(path, SHIPMENT, "Origin: null"), 403),
        "leave to go on, and more": (post(path, SHIPMENT, "Expect: 100-continue, the-best"), 417),
        "leave to go on, asked twice": (post(path, SHIPMENT, *["Expect: 100-continue"] * 2), 400),
        "somebody who expects much": (post(path, SHIPMENT, "Expect: the-best"), 417),
        "a websocket": (post(path, SHIPMENT, "Connection: Upgrade", "Upgrade: websocket"), 417),
        "a packed body": (post(path, SHIPMENT, "Content-Encoding: gzip"), 415),
        "a form": (plain.replace(b"application/json", b"application/x-www-form-urlencoded"), 415),
        "no kind": (plain.replace(b"Content-Type: application/json\r\n", b""), 415),
        "another alphabet": (plain.replace(b"application/json", b"application/json; charset=latin-1"), 415),
        "two kinds": (post(path, SHIPMENT, "Content-Type: application/json"), 400),
        "a header twice": (post(path, SHIPMENT, *["X-ShipEngine-Timestamp: 1"] * 2), 400),
        "GET": (plain.replace(b"POST", b"GET"), 405),
        "OPTIONS": (plain.replace(b"POST", b"OPTIONS"), 405),
        "TRACE": (plain.replace(b"POST", b"TRACE"), 405),
        "CONNECT": (b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        "a whole address": (plain.replace(b"POST /", b"POST http://localhost/"), 404),
        "another page": (post("/openapi.json", SHIPMENT), 404),
        "old HTTP": (plain.replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
        "older HTTP": (b"GET /webhooks\r\n\r\n", 400),
        "new HTTP": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, 400),
        "a long head": (post(path, SHIPMENT, "X-A: " + "x" * 20_000), 431),
        "many headers": (post(path, SHIPMENT, *(f"X-{number}: {'x' * 50}" for number in range(400))), 431),
    }
    got = {what: status(send(running.url, text)) for what, (text, _) in odd.items()}
    assert got == {what: expected for what, (_, expected) in odd.items()}
    assert running.stored() == ()
    assert status_of(running.url, path, SHIPMENT) == 200


async def test_valid_requests_are_accepted(running: OpenReceiver) -> None:
    path = running.swiftpod
    bodies = [SHIPMENT.replace(b"4e3f192a", b"%08d" % number) for number in range(5)]
    assert [
        status(send(running.url, text))
        for text in (
            chunked(path, one_chunk(bodies[0])),
            chunked(path, one_chunk(bodies[1], b";a=b")),
            chunked(path, b"".join(b"1\r\n%c\r\n" % sign for sign in bodies[2]) + b"0\r\n\r\n"),
            post(path, bodies[3]).replace(b"application/json", b"Application/JSON; charset=UTF-8"),
            post(path, bodies[4], "Connection: keep-alive", "Via: a", "Via: b", host="127.0.0.1:8787"),
        )
    ] == [200] * 5
    assert [stored.body for stored in running.stored()] == bodies


async def test_a_sender_that_closes_its_side_gets_a_response(running: OpenReceiver) -> None:
    with connect(running.url) as line:
        line.sendall(post(running.swiftpod, SHIPMENT))
        line.shutdown(socket.SHUT_WR)
        assert status(answer(line)) == 200
    with connect(running.url) as line:
        line.sendall(post(running.swiftpod, SHIPMENT)[:-1])
        line.shutdown(socket.SHUT_WR)
        assert status(answer(line)) in (0, 400)
    assert len(running.stored()) == 1


async def test_a_second_request_on_the_connection_is_not_read(running: OpenReceiver) -> None:
    response = send(
        running.url, post(running.swiftpod, SHIPMENT) + post(running.swiftpod, SHIPMENT.replace(b"4e", b"5e"))
    )
    assert response.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in response.lower()
    assert len(running.stored()) == 1


async def test_a_configured_name_is_accepted(running: OpenReceiver, open_receiver: Open) -> None:
    url = open_receiver(Rules(names=("Hooks.example.com",))).urls[0]
    for host, expected in (("hooks.example.com", 200), ("HOOKS.example.com:443", 200), ("example.com", 421)):
        assert status(send(url, post(running.swiftpod, SHIPMENT, host=host))) == expected


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (b"localhost", "localhost"),
        (b"LocalHost.:80", "localhost"),
        (b"[::1]:80", "::1"),
        (b"[::1", ""),
        (b"localhost:99999", ""),
        (b"localhost:x", ""),
        (b"localhost/evil", ""),
        (b"evil?localhost", ""),
        (b"a@localhost", ""),
        ("\u24db\u24de\u24d2".encode(), ""),
    ],
)
def test_names_are_read_strictly(host: bytes, name: str) -> None:
    assert name_of(host) == name


def test_an_ip_address_is_accepted() -> None:
    assert [is_ours(name, ()) for name in ("192.168.1.7", "::1", "evil.example", "")] == [True, True, False, False]


async def test_hostile_json_is_refused_and_the_receiver_continues(
    running: OpenReceiver, expected_noise: ExpectedNoise
) -> None:
    tricks = {what: body for what, body in TRICKS.items() if len(body) <= BODY_BYTES}
    with expected_noise("a webhook was rejected"):
        got = {what: status_of(running.url, running.swiftpod, body) for what, body in tricks.items()}
    assert got == dict.fromkeys(tricks, 400)
    assert len(tricks) >= 25
    assert running.stored() == ()
    assert status_of(running.url, running.swiftpod, SHIPMENT) == 200
