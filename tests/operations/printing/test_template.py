"""The slip's template: what a person can change, and how a broken one is reported while the default is used."""

from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.operations.printing import template
from shipconsole.operations.printing.template import BYTES_MAX, SlipTemplate

WHOLE = """
sender = ["Meridian Goods", "14 Harbor Lane"]
above = "Thank you."
below = "Returns within 30 days."
footer = "meridian-goods.example"

[titles]
slip = "Delivery note"
here = "In this box"

[show]
barcode = false
to_follow = false
"""


def load(folder: Path, content: bytes) -> template.LoadedTemplate:
    file = folder / "slip.toml"
    file.write_bytes(content)
    return template.load(str(file))


def reason(loaded: template.LoadedTemplate) -> Message:
    """Why a template was not used; its message names the file and the reason."""
    assert loaded.template == SlipTemplate()
    assert loaded.problem.id == "printing.template_broken"
    found = loaded.problem.arguments["reason"]
    assert isinstance(found, Message)
    assert str(found) in str(loaded.problem)
    return found


def test_texts_titles_and_parts_are_read(tmp_path: Path) -> None:
    for content in (WHOLE.encode(), b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()):
        found, problem = load(tmp_path, content)
        assert not problem
        assert found.sender == ("Meridian Goods", "14 Harbor Lane")
        assert (found.above, found.below, found.footer) == (
            "Thank you.",
            "Returns within 30 days.",
            "meridian-goods.example",
        )
        assert (found.titles.slip, found.titles.here, found.titles.item) == ("Delivery note", "In this box", "")
        assert (found.show.barcode, found.show.to_follow, found.show.note) == (False, False, True)


def test_without_a_file_it_is_the_default() -> None:
    assert template.load("") == (SlipTemplate(), Message(""))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"sender = [", "printing.template_not_toml"),
        (b"\xff\xfe\x00", "printing.template_not_toml"),
        (b"colour = 'red'", "printing.template_unknown_key"),
        (b"[show]\nbarcode = 'no'", "printing.template_wrong_value"),
        (b"[titles]\nslip = 'x'\nhtml = '<b>'", "printing.template_unknown_key"),
        (b"sender = 'one line'", "printing.template_wrong_value"),
        (b"sender = ['a', 'b', 'c', 'd', 'e', 'f', 'g']", "printing.template_wrong_value"),
        (b"above = '" + b"x" * 2_000 + b"'", "printing.template_wrong_value"),
        (b"above = " + b"[" * 20_000, "printing.template_nested"),
        (b"# " + b"x" * BYTES_MAX, "printing.template_too_long"),
    ],
)
def test_a_broken_template_is_reported_and_not_used(tmp_path: Path, content: bytes, why: str) -> None:
    assert reason(load(tmp_path, content)).id == why


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    assert reason(template.load(str(tmp_path / "none.toml"))).id == "printing.template_unreadable"


def test_control_and_invisible_characters_are_removed(tmp_path: Path) -> None:
    found, problem = load(tmp_path, b'above = "a\\u202eb\\u001bc\\nd"')
    assert not problem
    assert found.above == "a\u2423bc\nd"
