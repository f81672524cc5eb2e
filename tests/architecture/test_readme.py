"""README.md tells every command and every option of the command line, and none that there is not."""

import re

import pytest

from shipconsole.cli.program import parser
from tests.architecture.tree import ROOT

ANYWHERE = {"--profile", "--database"}


def said_by_help(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit):
        parser().parse_args([*words, "--help"])
    return capsys.readouterr().out


def options_in(text: str) -> set[str]:
    return set(re.findall(r"^ +(--[a-z-]+)", text, re.MULTILINE)) - ANYWHERE


def test_the_table_of_options_is_that_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    whole = said_by_help(capsys)
    commands = re.findall(r"^    ([a-z-]+)(?:  |$)", whole, re.MULTILINE)
    assert len(commands) > 10
    there = {(command, option) for command in commands for option in options_in(said_by_help(capsys, command))}
    there |= {("", option) for option in (options_in(whole) | ANYWHERE) - {"--help"}}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, table = readme.partition("### Every option")
    rows = re.findall(r"^\|([^|]*)\| `([^`]+)` \| [^|]+ \|$", table.partition("\n#")[0], re.MULTILINE)
    told = {(name.strip("` "), what.split()[0]) for names, what in rows for name in names.split(", ")}
    assert told == there
    assert all(f"`{command}`" in readme for command in commands)
