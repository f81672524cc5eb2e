"""Files that a person names are read in one way."""

import codecs
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.maintenance import text_files

MOST = 1_000


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
def test_a_file_as_long_as_it_may_be_is_read_whole(tmp_path: Path, mark: bytes, encoding: str) -> None:
    file = tmp_path / "saved.json"
    file.write_bytes(mark + ("x" * MOST).encode(encoding))
    assert text_files.read_utf8(file, MOST) == b"x" * MOST


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_longer_one_comes_longer_than_it_may_be(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "saved.json"
    file.write_bytes(("x" * 10 * MOST).encode(encoding))
    assert len(text_files.read_utf8(file, MOST)) > MOST


def test_what_is_no_text_is_refused_with_a_message(tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    file.write_bytes("Ström".encode("cp1252"))
    with pytest.raises(
        ValidationFailed,
        match=str(Message("file.not_text", name="saved\\.json", reason="it is neither UTF-8 nor UTF-16\\")),
    ):
        text_files.read_utf8(file, MOST)
    with pytest.raises(FileNotFoundError):
        text_files.read_utf8(tmp_path / "none.json", MOST)
