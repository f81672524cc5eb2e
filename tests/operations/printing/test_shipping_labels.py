"""A platform's label: fetched without keys and without redirects, only so large, and only a PDF or a PNG."""

import ssl
import struct
import threading
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.printing import shipping_labels
from shipconsole.operations.printing.shipping_labels import BYTES_MAX
from shipconsole.vendors.downloads import Downloaded, download

PDF = b"%PDF-1.7\nlabel"


def png(width: int, height: int) -> bytes:
    """The beginning of a picture of this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(head))


@dataclass
class Files:
    """A server's files by path: the status, the headers, and the content; `asked` are the headers it got."""

    found: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@contextmanager
def serving(authority: trustme.CA) -> Generator[Files]:
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.asked.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, content = files.found.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up is no error."""

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    files.url = f"https://127.0.0.1:{server.server_port}"
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def files(authority: trustme.CA) -> Generator[Files]:
    with serving(authority) as running:
        yield running


async def fetched(files: Files, trusting: ssl.SSLContext, path: str, most: int = BYTES_MAX) -> Downloaded:
    return await download(trusting, files.url + path, accept="application/pdf", most_bytes=most)


async def refusal(files: Files, trusting: ssl.SSLContext, path: str, most: int = BYTES_MAX) -> str:
    with pytest.raises(EnvironmentFailure) as failed:
        await fetched(files, trusting, path, most)
    return failed.value.message.id


async def test_a_file_is_fetched_with_no_key(files: Files, trusting: ssl.SSLContext) -> None:
    files.found["/label.pdf"] = (200, {"Content-Type": "Application/PDF; charset=x"}, PDF)
    found = await fetched(files, trusting, "/label.pdf")
    assert (found.media_type, found.content) == ("application/pdf", PDF)
    (asked,) = files.asked
    assert asked["accept"] == "application/pdf"
    assert not {"api-key", "authorization", "cookie", "starshipit-api-key"} & set(asked)


async def test_a_redirect_is_not_followed(files: Files, trusting: ssl.SSLContext) -> None:
    files.found["/moved"] = (302, {"Location": f"{files.url}/label.pdf"}, b"")
    files.found["/label.pdf"] = (200, {}, PDF)
    assert await refusal(files, trusting, "/moved") == "download.redirect"
    assert len(files.asked) == 1


async def test_too_many_bytes_are_not_read(files: Files, trusting: ssl.SSLContext) -> None:
    files.found["/large"] = (200, {}, b"%PDF-" + b"x" * 3_000_000)
    assert await refusal(files, trusting, "/large", 1_048_576) == "download.too_long"


async def test_a_status_and_a_stranger_are_said(files: Files, trusting: ssl.SSLContext) -> None:
    assert await refusal(files, trusting, "/none") == "download.status"
    # This computer does not trust the server's certificate.
    assert await refusal(files, ssl.create_default_context(), "/none") == "download.failed"


async def test_nobody_there_is_said(trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    with serving(authority) as files:
        pass
    assert await refusal(files, trusting, "/label.pdf") == "download.failed"


def test_a_label_is_what_it_begins_with() -> None:
    assert shipping_labels.label_of(PDF).kind == "pdf"
    assert shipping_labels.label_of(png(1_200, 1_800)).kind == "png"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "printing.label_not_pdf"),
        (b"<html>%PDF-", "printing.label_not_pdf"),
        (b"^XA^FO50,50^FS^XZ", "printing.label_not_pdf"),
        (b"GIF89a", "printing.label_not_pdf"),
        (b"\x89PNG\r\n\x1a\n", "printing.label_not_pdf"),
        (png(100_000, 100_000), "printing.label_too_many_pixels"),
        (png(0, 100), "printing.label_too_many_pixels"),
    ],
)
def test_anything_else_is_no_label(content: bytes, message: str) -> None:
    with pytest.raises(EnvironmentFailure) as failed:
        shipping_labels.label_of(content)
    assert failed.value.message.id == message
