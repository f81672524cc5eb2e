"""What commands write: safe for a terminal, and never the reason that a command fails."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shipconsole.cli import output
from shipconsole.cli.streams import CleanStream, clean_streams
from shipconsole.domain.plain_text import escaped_json, plain, plain_rows
from tests.cli.hostile import HOSTILE, obeyed

FULL = Path("/dev/full")
full_disk = pytest.mark.skipif(not FULL.exists(), reason="no device stands for a full disk here")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_reaches_no_terminal(text: str) -> None:
    beneath = io.StringIO()
    CleanStream(beneath).write(f"before {text} after\n")
    assert obeyed(beneath.getvalue().replace("\r\n", "\n")) == []
    assert obeyed(plain(text)) == []
    assert "\n" not in plain(text)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_comes_whole_out_of_json_and_harms_no_terminal(text: str) -> None:
    written = escaped_json(json.dumps({"name": text}, ensure_ascii=False))
    assert obeyed(written) == []
    assert json.loads(written) == {"name": text}


def test_names_of_all_scripts_stay_as_they_are() -> None:
    name = "Zoë Ångström 王芳 김민 مرحبا 👍🏽 ½ \u00a0"
    assert plain(name) == name


def test_both_kinds_of_line_ends_stay_and_a_lone_return_goes() -> None:
    assert plain_rows('"a"\r\n"b\rc"\n') == '"a"\r\n"bc"\n'


def test_a_person_is_warned_in_red_and_a_file_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for beneath, expected in ((Terminal(), "\x1b[31mmind [2J\x1b[0m\n"), (io.StringIO(), "mind [2J\n")):
        monkeypatch.setattr(sys, "stderr", beneath)
        with clean_streams():
            output.warn("mind \x1b[2J")
        assert beneath.getvalue() == expected


def closed_pipe() -> io.TextIOWrapper:
    read_end, write_end = os.pipe()
    os.close(read_end)
    return os.fdopen(write_end, "w", encoding="utf-8")


@pytest.mark.parametrize(
    "make", [pytest.param(lambda: FULL.open("w"), marks=full_disk), closed_pipe], ids=["full disk", "closed pipe"]
)
def test_a_stream_that_fails_takes_the_rest_in_silence(make: Callable[[], io.TextIOWrapper]) -> None:
    with make() as beneath:
        stream = CleanStream(beneath)
        for _ in range(3):
            stream.write("x" * 100_000)
            stream.flush()
        assert isinstance(stream.failed, OSError)
        beneath.flush()  # what Python does at its end


def test_closed_streams_take_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with clean_streams() as (out, err):
        output.document({"a": 1})
        output.note("b")
        assert (out.failed, err.failed, out.isatty()) == (None, None, False)
