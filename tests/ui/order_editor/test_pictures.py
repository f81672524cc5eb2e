"""Pictures of items: requested only where settings allow it and the address is plain, bounded, and kept."""

import hashlib
import json
import threading
from collections.abc import Generator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from shipconsole.domain.web_address import is_plain_https
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders import pictures as loading
from shipconsole.station import pictures
from shipconsole.store.database import Db
from shipconsole.ui.order_editor.pictures import SIDE_MAX_PX, decoded
from shipconsole.vendors.http import tls_context
from shipconsole.vendors.shipup.replies import read_pictures
from tests.ui.order_editor.conftest import panel_on

ADDRESS = "https://cdn.example.com/case.png"


def png(side: int, color: str = "#ff0000") -> bytes:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(buffer.data().data())


class Answer(BaseHTTPRequestHandler):
    """Answers with a picture, with too much, or with a redirect."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(302 if self.path == "/away" else 404 if self.path == "/none" else 200)
        if self.path == "/away":
            self.send_header("Location", "/picture")
        self.end_headers()
        self.wfile.write(b"x" * (pictures.LARGEST_BYTES + 1) if self.path == "/large" else png(4))

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def server() -> Generator[ThreadingHTTPServer]:
    Answer.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("address", "is_plain"),
    [
        (ADDRESS, True),
        ("https://cdn.example.com:443/a?b=1", True),
        ("http://cdn.example.com/a.png", False),
        ("https://127.0.0.1/a.png", False),
        ("https://[::1]/a.png", False),
        ("https://localhost/a.png", False),
        ("https://router/a.png", False),
        ("https://user@cdn.example.com/a.png", False),
        ("https://cdn.example.com:8443/a.png", False),
        ("https://cdn.example.com:99999/a.png", False),
        ("https://cdn.exämple.com/a.png", False),
        ("https://cdn.example.com/a\\b.png", False),
        ("https://cdn.example.com/a%0d%0ab.png", False),
        ("file:///etc/passwd", False),
        ("https://" + "a" * 3_000 + ".com/", False),
        ("", False),
    ],
)
def test_only_plain_addresses_are_requested(address: str, is_plain: bool) -> None:
    assert is_plain_https(address) is is_plain


def test_a_picture_is_downloaded_once_and_kept(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    base, folder = f"http://127.0.0.1:{server.server_port}", tmp_path / "pictures"
    assert pictures.picture(folder, f"{base}/picture", tls_context) == png(4)
    assert pictures.picture(folder, f"{base}/picture", tls_context) == png(4)
    assert Answer.asked == ["/picture"]
    for path in ("/large", "/away", "/none"):
        assert pictures.picture(folder, f"{base}{path}", tls_context) is None, path
    assert Answer.asked[1:] == ["/large", "/away", "/none"], "no redirect is followed"
    assert len(list(folder.iterdir())) == 1


def test_the_oldest_pictures_make_room(
    server: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT_MOST", 2)
    for number in range(4):
        pictures.picture(tmp_path, f"http://127.0.0.1:{server.server_port}/{number}", tls_context)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_large_picture_is_made_small_and_what_is_none_is_nothing(qtbot: QtBot) -> None:
    assert decoded(png(600)).width() == SIDE_MAX_PX
    assert decoded(png(8)).width() == 8
    assert decoded(b"no picture").isNull()
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="file:///etc/a.png"/></svg>'
    assert decoded(drawing).isNull()


def test_shipup_gives_pictures_wherever_an_item_stands() -> None:
    item = {"merchant_id": "A", "thumbnail": {"src": ADDRESS, "width": "400", "height": "400"}}
    other = {"merchant_id": "B", "thumbnail": {"src": "https://cdn.example.com/b.png"}}
    document = {"line_items": [item], "fulfillments": [{"trackers": [{"line_items": [other, {"merchant_id": "C"}]}]}]}
    assert read_pictures(json.dumps(document)) == {"A": ADDRESS, "B": "https://cdn.example.com/b.png"}


def _give_picture(db: Db) -> None:
    (document,) = db.connection.execute(
        "SELECT document FROM link WHERE document LIKE '%merchant_id%10001%'"
    ).fetchone()
    order = json.loads(document)
    items = order["line_items"]
    (items["data"] if isinstance(items, dict) else items)[0]["thumbnail"] = {"src": ADDRESS}
    db.connection.execute("UPDATE link SET document = ? WHERE document = ?", (json.dumps(order), document))


async def test_a_picture_is_shown_from_the_folder_and_none_is_looked_for_where_they_are_off(
    bench: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / hashlib.sha256(ADDRESS.encode()).hexdigest()).write_bytes(png(16))
    await bench.write(_give_picture)
    order_id = await orders.find(bench, "10001")
    assert (await orders.sheet(bench, order_id)).pictures == {}
    assert await loading.picture(bench, ADDRESS, decoded) is None
    async with panel_on(replace(bench, picture_folder=folder), qtbot) as opened:
        lines = await opened.open()
        assert opened.panel.state.sheet.pictures == {lines[0]: ADDRESS}
        table = opened.panel.items_pane.item_table
        await opened.until(lambda: table.delegate.pictures)
        rect = table.visualRect(table.model().index(table.model().position_of(lines[0]), 0))
        image = table.viewport().grab(rect).toImage()
        assert image.pixelColor(48, rect.height() // 2).name() == "#ff0000"
