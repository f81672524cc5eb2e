"""Text of any encoding that programs of this computer write is read; other bytes are rejected."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipconsole.domain import text_bytes

TEXT = '{"number": "1001", "name": "王芳 Ström 📦"}\r\n'
WAYS = {
    "UTF-8": TEXT.encode(),
    "UTF-8 of Notepad": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16 of PowerShell": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-16 without a mark, big end first": TEXT.encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "UTF-32, big end first": codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_a_text_is_read(way: str) -> None:
    assert text_bytes.decode(WAYS[way]) == TEXT
    assert text_bytes.utf8(WAYS[way]) == TEXT.encode()


@pytest.mark.parametrize(
    "raw",
    [
        "Ström".encode("cp1252"),
        codecs.BOM_UTF8 + b"\xff",
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF16_LE + b"\x00\xd8",
        b"\x80\x81\x82",
    ],
)
def test_bytes_that_are_no_text_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"decode|surrogate"):
        text_bytes.decode(raw)


@pytest.mark.parametrize("raw", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_mark_alone_is_an_empty_text(raw: bytes) -> None:
    assert text_bytes.decode(raw) == ""


@given(st.text().filter(lambda text: not text.startswith("\ufeff") and "\0" not in text))
def test_utf_8_is_always_itself(text: str) -> None:
    assert text_bytes.decode(text.encode()) == text


@given(st.binary(max_size=40))
def test_any_bytes_are_a_text_or_refused(raw: bytes) -> None:
    try:
        text_bytes.utf8(raw)
    except ValueError:
        return
