"""Command codes and packers' badges."""

import pytest

from shipconsole.domain.barcode import COMMANDS, badge, command


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_need_their_prefix_and_ignore_case(name: str):
    assert command(f"%{name}") == name
    assert command(f" %{name.lower()} ") == name
    assert command(f"q7$%{name}".swapcase(), "q7$%") == name
    assert command(name) is None
    assert command(name, "") is None
    assert command(f"%{name}", "#") is None
    assert command(f"%{name}S") is None
    assert command(f"%%{name}") is None


def test_the_commands_are_these():
    assert COMMANDS == ("SHIP", "NEXT PACKAGE", "ALL LEFT", "UNDO", "STOP", "OK", "SLIP", "NEXT ORDER")


@pytest.mark.parametrize("text", ["", "%", "% SHIP", "SHIP%", "%SHIP %SHIP", "9400100109361129278357", "%NEXTPARCEL"])
def test_other_text_is_no_command(text: str):
    assert command(text) is None


def test_a_command_may_have_been_scanned_with_wide_spaces():
    assert command("%next   package") == "NEXT PACKAGE"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("%BADGE A. Martin", "A. Martin"),
        ("]C0%badge A. Martin\r", "A. Martin"),
        ("*%BADGE A. Martin*", "A. Martin"),
        ("\uff05BADGE  王芳", "王芳"),
        ("%BADGE", ""),
        ("%BADGES A", None),
        ("BADGE A", None),
        ("", None),
    ],
)
def test_a_badge_is_read_as_any_code_is(raw: str, name: str | None):
    assert badge(raw) == name
    assert badge(raw, "") is None
