"""README.md and docs/ are complete: no dead links; every setting, option, command, and fault; valid examples."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from shipconsole import simulator
from shipconsole.cli import session
from shipconsole.cli.program import parser
from shipconsole.domain.call import CALL_STATES
from shipconsole.messages import text
from shipconsole.simulator.faults import KINDS
from shipconsole.simulator.server import COMMANDS
from shipconsole.station import settings_file
from shipconsole.station.settings import Settings
from shipconsole.ui.window.menu_entries import ENTRIES
from shipconsole.vendors.catalog import VENDORS
from tests.architecture.links import dead_links, without_fences
from tests.architecture.tree import ROOT, own_files
from tests.architecture.write_cli import expected_reference, written_reference
from tests.architecture.write_settings import expected_settings

README, DOCS = ROOT / "README.md", ROOT / "docs"
LONGEST_README = 220
PAGES = sorted(path for path in own_files() if path.suffix == ".md")
# Settings that only the program changes; the page describes them as well.
INTERNAL = {settings_file.PROFILE_ID, settings_file.HAS_DATABASE, settings_file.NOTICE}

_BLOCK = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`shipconsole ([a-z][a-z-]*)")
_MENU = re.compile(r"Menu > (?=(.{1,40}))")
_ROW_NAMES = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str, column: int = 0) -> set[str]:
    """Return the code names in one column of all tables of a text."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [line.strip("|").split("|")[column] for line in lines if line.count("|") > column + 1]
    return {name for cell in cells for name in _ROW_NAMES.findall(cell)}


def examples(text: str) -> Iterator[str]:
    """Yield each shipconsole command in the fenced code of a page."""
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().startswith("shipconsole "):
                yield line.strip()


def unknown_menu_entries(shown: str) -> list[str]:
    """Return what follows "Menu >" in a text where it is not an entry of the window's menu."""
    titles = tuple(text(entry.title) for entry in ENTRIES if not entry.of_order)
    return [found for found in _MENU.findall(" ".join(shown.split())) if not found.startswith(titles)]


def commands() -> set[str]:
    return {
        name
        for action in parser()._actions
        if isinstance(action, argparse._SubParsersAction)
        for name in action.choices
    }


def test_the_readme_stays_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_is_dead(path: Path) -> None:
    assert list(dead_links(path)) == []


def test_dead_links_and_anchors_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Two words, and `code`\n\n## Same\n\n## Same\n", encoding="utf-8")
    (tmp_path / "page.md").write_text(
        "[a](other.md) [b](other.md#two-words-and-code) [c](other.md#same-1) [d](https://example.com/x)\n"
        "[e](gone.md) ![f](gone.png) [g](other.md#same-2) [h](#nothing)\n"
        "`[i](code.md)`\n\n```\n[j](fenced.md)\n```\n",
        encoding="utf-8",
    )
    found = [found.partition(":")[0] for found in dead_links(tmp_path / "page.md")]
    assert found == ["gone.md", "gone.png", "other.md#same-2", "#nothing"]


def test_the_readme_links_every_page() -> None:
    text = README.read_text(encoding="utf-8")
    assert [path.name for path in sorted(DOCS.glob("*.md")) if f"](docs/{path.name})" not in text] == []


def test_the_reference_of_commands_is_current() -> None:
    assert written_reference() == expected_reference(), "run `poe cli-docs`"


def test_every_setting_is_documented() -> None:
    assert rows(page("settings.md")) == {*Settings.model_fields, *INTERNAL}


def test_the_table_of_settings_is_current() -> None:
    assert page("settings.md") == expected_settings(page("settings.md")), "run `poe settings-docs`"


def test_every_option_of_a_connection_is_documented() -> None:
    known = {option.name for vendor in VENDORS.values() for option in vendor.options.fields()}
    documented = {re.sub(r"^carrier\..*", "carrier.", name) for name in rows(page("connections.md"), 1)}
    assert documented == {re.sub(r"^carrier\..*", "carrier.", name) for name in known}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_menu_entries_are_named_as_in_the_program(path: Path) -> None:
    assert unknown_menu_entries(path.read_text(encoding="utf-8")) == []


def test_an_unknown_menu_entry_is_found_across_a_line_break() -> None:
    assert unknown_menu_entries("*Menu > Carrier codes*, or *Menu >\nAccounts*.") == ["Accounts*."]


def test_every_state_of_an_update_is_documented() -> None:
    states, _, _ = page("updates.md").partition("## Rejected")
    assert rows(states) == set(CALL_STATES)


def test_every_exit_code_is_documented() -> None:
    codes = {value for name, value in vars(session).items() if name.startswith("EXIT_")}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page("cli.md"), re.MULTILINE)} == codes


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.name
)
def test_issue_forms_ask_for_the_diagnostics(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.name == "config.yml":
        assert form == {"blank_issues_enabled": False}
        return
    assert form["name"]
    assert form["description"]
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    assert "`shipconsole diagnostics`" in fields["diagnostics"]["attributes"]["description"]


def test_every_fault_and_switch_of_the_simulator_is_documented() -> None:
    text = page("demo.md")
    assert set(KINDS) <= rows(text)
    keys = {value for name, value in vars(simulator).items() if name.endswith("_KEY")}
    assert len(keys) == 5
    assert keys <= rows(text, 2)
    assert [switch for switch in COMMANDS if switch.split()[1].partition("[")[0] not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_example_is_accepted_by_the_program(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    wrong: list[str] = []
    for line in examples(text):
        try:
            words = shlex.split(line, comments=True)
            # What the shell does with the output is not the program's.
            parser().parse_args(words[1 : words.index(">") if ">" in words else len(words)])
        except SystemExit as exit_:
            if exit_.code:
                wrong.append(f"{line}: {capsys.readouterr().err.splitlines()[-1]}")
    wrong += [f"{name}: no such command" for name in _INLINE.findall(without_fences(text)) if name not in commands()]
    assert wrong == []


def test_examples_are_found_in_fenced_code() -> None:
    text = "```\nshipconsole orders --json\n  shipconsole \\\n  orders\nls\n```\n"
    assert [shlex.split(line) for line in examples(text)] == [
        ["shipconsole", "orders", "--json"],
        ["shipconsole", "orders"],
    ]
