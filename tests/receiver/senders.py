"""Senders of webhooks: raw sockets for any bytes, and a platform that signs."""

import base64
import http.server
import json
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

TRACK = json.dumps(
    {
        "resource_url": "https://api.shipengine.com/v1/tracking?carrier_code=usps&tracking_number=9400111298370264401222",
        "resource_type": "API_TRACK",
        "data": {"tracking_number": "9400111298370264401222", "status_code": "IT", "events": []},
    }
).encode()


def track(number: int) -> bytes:
    """Return the event of one package; each number is another event."""
    data = {"tracking_number": "9400111298370264401222", "status_code": "IT", "carrier_detail_code": str(number)}
    return json.dumps({"resource_type": "API_TRACK", "resource_url": "", "data": {**data, "events": []}}).encode()


def connect(url: str, source: str = "", timeout_s: float = 60) -> socket.socket:
    """Connect to the receiver, from another address of this computer if given."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout_s, (source, 0) if source else None)


def answer(line: socket.socket) -> bytes:
    """Read until the receiver closes; what a reset cut off is lost."""
    received = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65_536):
            received += part
    return received


def send(url: str, text: bytes) -> bytes:
    """Send bytes and read the response to its end."""
    with connect(url) as line:
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(text)
        return answer(line)


def post(path: str, body: bytes, *extra: str, host: str = "localhost") -> bytes:
    """Return a valid request of a platform, with further headers."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", *extra]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body


def status(response: bytes) -> int:
    """Return the status of a response, 0 if there is none."""
    return int(response.split(b" ", 2)[1]) if response.startswith(b"HTTP/1.1 ") else 0


def status_of(url: str, path: str, body: bytes, *extra: str) -> int:
    """Send a webhook and return the status."""
    return status(send(url, post(path, body, *extra)))


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")


@dataclass
class Signer:
    """A platform's key and its signatures."""

    id: str
    key: rsa.RSAPrivateKey

    @classmethod
    def make(cls, id_: str, bits: int = 2048) -> "Signer":
        """Create a key of this many bits."""
        return cls(id_, rsa.generate_private_key(public_exponent=65537, key_size=bits))

    def public(self) -> dict[str, str]:
        """Return the public key as in the platform's key set."""
        numbers = self.key.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.id, "use": "sig", "n": _base64url(numbers.n), "e": _base64url(numbers.e)}

    def headers(self, body: bytes, at: datetime | None = None, *, pss: bool = False) -> tuple[str, str, str]:
        """Return the three headers for a body."""
        timestamp = (at or datetime.now(UTC)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        how = padding.PSS(padding.MGF1(SHA256()), 32) if pss else padding.PKCS1v15()
        signed = self.key.sign(timestamp.encode() + b"." + body, how, SHA256())
        return (
            f"X-ShipEngine-RSA-SHA256-Key-Id: {self.id}",
            f"X-ShipEngine-RSA-SHA256-Signature: {base64.b64encode(signed).decode()}",
            f"X-ShipEngine-Timestamp: {timestamp}",
        )


@dataclass
class KeyServer:
    """A server of a platform's public keys; counts the requests, with their headers."""

    keys: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    url: str = ""


@contextmanager
def key_server() -> Generator[KeyServer]:
    """Run a key server."""
    shop = KeyServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
            body = json.dumps({"keys": shop.keys}).encode()
            self.send_response(shop.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
