"""The bench's commands."""

import pytest

from shipconsole.domain.barcode import COMMANDS, command


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
    assert COMMANDS == ("SHIP", "NEXT PACKAGE", "ALL LEFT", "UNDO", "STOP", "OK")


@pytest.mark.parametrize("text", ["", "%", "% SHIP", "SHIP%", "%SHIP %SHIP", "9400100109361129278357", "%NEXTPARCEL"])
def test_other_text_is_no_command(text: str):
    assert command(text) is None


def test_a_command_may_have_been_scanned_with_wide_spaces():
    assert command("%next   package") == "NEXT PACKAGE"
