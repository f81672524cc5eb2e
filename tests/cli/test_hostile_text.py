"""Text from outside that a terminal, a spreadsheet or a reader would obey: through every command and file."""

import csv
import io
import json
import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shipconsole.cli.program import parser
from shipconsole.simulator.server import SimulatorServer
from tests.cli.every_command import begun, make, names, rows
from tests.cli.hostile import ALL, HOSTILE, obeyed, spoil
from tests.cli.in_process import Here
from tests.support import sql

FORGED = ("forged", "next line")
"""How the lines begin that some of them would make of themselves."""


@pytest.fixture(scope="module")
def made(shared_simulator: SimulatorServer, synced_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Here:
    """A profile in whose database every text from outside is hostile."""
    here = begun(tmp_path_factory.mktemp("hostile"))
    make(here, synced_database, shared_simulator.url)
    with closing(sql.connect(here.profile / "shipconsole.db")) as database:
        assert spoil(database) > 30
    return here


class Liar(BaseHTTPRequestHandler):
    """Refuses whatever it is asked, in hostile words."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        error = {"message": ALL, "error_code": ALL, "details": ALL, "field_name": ALL, "error_source": ALL}
        refusal = {"errors": [error], "success": False, "message": ALL, "error": ALL, "request_id": "1"}
        body = json.dumps(refusal).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815 - its base's own names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its base's own name
        """Say nothing."""


@contextmanager
def lying() -> Generator[str]:
    """A server that refuses everything in hostile words; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        running.join()
        server.server_close()


@pytest.fixture(scope="module")
def liar() -> Iterator[str]:
    with lying() as url:
        yield url


@pytest.fixture
def here(made: Here, tmp_path: Path) -> Here:
    """A copy of it."""
    shutil.copytree(made.profile.parent, tmp_path / "copy")
    return Here(tmp_path / "copy" / "profile", made.keys)


def clean(text: str, *, lines: bool = True) -> None:
    """Fail for a text that would be obeyed, or where something from outside has begun a line."""
    assert obeyed(text.replace("\r\n", "\n")) == []
    assert not lines or not [line for line in text.splitlines() if line.lstrip().startswith(FORGED)]


def offers_json(name: str) -> bool:
    groups = [action for action in parser()._actions if action.dest == "command"]
    choices: Any = groups[0].choices
    return "--json" in choices[name]._option_string_actions


def ask_liars(here: Here, url: str) -> None:
    """Have every connection lead to a server that answers in hostile words."""
    with closing(sql.connect(here.profile / "shipconsole.db")) as database:
        database.execute("UPDATE connection SET base_url = ?, blocked_message = '', held_until_ms = 0", (url,))


@pytest.mark.parametrize("asked", ["simulated platforms", "liars"])
@pytest.mark.parametrize("name", names())
def test_no_command_prints_what_would_be_obeyed(
    here: Here, simulated_platforms: SimulatorServer, liar: str, name: str, asked: str
) -> None:
    if asked == "liars":
        ask_liars(here, liar)
    for more in ((), ("--json",)) if offers_json(name) else ((),):
        words = rows(here.profile.parent, simulated_platforms.url)[name].words
        ended = here.run(*words, *(more if more[0:1] != words[-1:] else ()), typed="key\n")
        clean(ended.out)
        clean(ended.err)
        if more and ended.out:
            json.loads(ended.out)
    for file in here.profile.parent.rglob("*"):
        if file.suffix in (".csv", ".log", ".toml") or file.name == "diagnostics.txt":
            # A cell may have lines.
            clean(file.read_text("utf-8-sig"), lines=file.suffix != ".csv")


def test_texts_come_whole_out_of_json(here: Here) -> None:
    order = here.run("order", "10001", "--json").json
    assert {change["what"] for change in order["manual_changes"]} >= {*HOSTILE, ALL}


def test_no_cell_of_csv_is_a_formula_whatever_it_begins_with(here: Here) -> None:
    file = here.profile.parent / "record.csv"
    begins = (
        "=1",
        "+1",
        "-1",
        "@A1",
        "\t=1",
        "\u200b=1",
        "\ufeff@A1",
        "\x1b=1",
        "\x07+1",
        "\u202e-1",
        "\x9b=1",
        "\x00=1",
    )
    with closing(sql.connect(here.profile / "shipconsole.db")) as database:
        for begin in begins:
            database.execute(
                "INSERT INTO manual_change (order_id, at_ms, what) VALUES (1, 2, ?)", (begin.replace("\0", ""),)
            )
    here.done("audit-log", "--csv", str(file))
    text = file.read_text("utf-8-sig")
    clean(text, lines=False)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.lstrip("\u2423 ")[:1] in ("=", "+", "-", "@") and cell[:1] != "'"]


def test_every_text_of_the_forty_is_obeyed_when_nothing_cleans_it() -> None:
    """What this file looks for is there: but for one that only a spreadsheet obeys, and one that is a line's end."""
    bare = [text for text in HOSTILE if not obeyed(text.replace("\r\n", "\n"))]
    assert len(bare) <= 3, [ascii(text) for text in bare]
