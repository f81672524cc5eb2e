"""Announce new versions in tests: a key, a signed announcement, and a web server on loopback that serves it."""

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
    """The server's address, the file that it serves, and the headers of the requests it received."""

    file: bytes
    status: int = 200
    location: str = ""
    url: str = ""
    requests: list[dict[str, str]] = field(default_factory=list)


def signed(content: object, by: Ed25519PrivateKey | None = None) -> tuple[str, bytes]:
    """Return a public key as written in the settings, and an announcement signed with it."""
    key = by or Ed25519PrivateKey.generate()
    line = json.dumps(content._asdict() if isinstance(content, Announcement) else content).encode()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return public, line + b"\n" + base64.b64encode(key.sign(line)) + b"\n"


@contextmanager
def announcing(file: bytes, *, status: int = 200, location: str = "") -> Iterator[Announcer]:
    """Run a web server that serves a file while the block lasts."""
    announcer = Announcer(file, status, location)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            announcer.requests.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(announcer.status)
            if announcer.location:
                self.send_header("Location", announcer.location)
            self.send_header("Content-Length", str(len(announcer.file)))
            self.end_headers()
            self.wfile.write(announcer.file)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    announcer.url = f"http://127.0.0.1:{server.server_port}/shipconsole.json"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield announcer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
