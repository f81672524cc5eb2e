"""Whoever announces new versions: a key, what it signs, and a web server on loopback that gives it away."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shipconsole.station.announcement import Announcement


@dataclass
class Announcer:
    """Its address, what it gives away, and the headers with which it was asked."""

    file: bytes
    status: int = 200
    location: str = ""
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)


def signed(told: object, by: Ed25519PrivateKey | None = None) -> tuple[str, bytes]:
    """A public key as it stands in the settings, and a file that announces something, signed by it."""
    key = by or Ed25519PrivateKey.generate()
    line = json.dumps(told._asdict() if isinstance(told, Announcement) else told).encode()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return public, line + b"\n" + base64.b64encode(key.sign(line)) + b"\n"


@contextmanager
def announcing(file: bytes, *, status: int = 200, location: str = "") -> Iterator[Announcer]:
    """A web server that gives a file away for the block."""
    made = Announcer(file, status, location)

    class FutureBridge(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(made.file)))
            self.end_headers()
            self.wfile.write(made.file)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), FutureBridge)
    made.url = f"http://127.0.0.1:{server.server_port}/shipconsole.json"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
