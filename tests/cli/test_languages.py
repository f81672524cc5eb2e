"""The command line in other languages: German, and the pseudo-locale, in which a text that is no message stands out."""

import argparse
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole import messages
from shipconsole.cli import argparse_texts
from shipconsole.cli.program import parser
from shipconsole.station import settings
from tests.cli.every_command import begun
from tests.cli.program import Ended


def unmarked(text: str) -> str:
    """Return what stands outside the marks of the pseudo-locale."""
    opened, closed = messages.MARKS
    return re.sub(f"{opened}[^{closed}]*{closed}", "", text)


def helps(whole: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield every help text of the command line, with the command and the argument that it is of."""
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from ((f"{choice.dest}", choice.help or "") for choice in action._choices_actions)
            for name, command in action.choices.items():
                yield from ((f"{name} {which}", text) for which, text in helps(command))
        elif action.help and action.help != argparse.SUPPRESS:
            yield "/".join(action.option_strings) or action.dest, action.help


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    messages.use(messages.ENGLISH)


@pytest.fixture
def pseudo() -> Iterator[None]:
    before = messages.language()
    messages.use(messages.PSEUDO)
    argparse_texts.use()
    yield
    messages.use(before)


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, unmarked(text)))


@pytest.mark.usefixtures("pseudo")
def test_every_help_text_is_a_message() -> None:
    whole = parser()
    found = [(which, text) for which, text in helps(whole) if letters(text)]
    assert found == []
    assert letters(whole.description or "") == ""


@pytest.mark.usefixtures("pseudo")
def test_a_help_text_that_is_none_would_be_found() -> None:
    whole = parser()
    whole.add_argument("--planted", help="a literal")
    assert [which for which, text in helps(whole) if letters(text)] == ["--planted"]


def test_argparse_has_every_text_that_is_rendered_for_it() -> None:
    source = inspect.getsource(argparse)
    assert [text for text in argparse_texts.IDS if text not in source] == []


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(("text", "id_"), argparse_texts.IDS.items(), ids=list(argparse_texts.IDS.values()))
def test_what_argparse_says_keeps_its_placeholders(text: str, id_: str) -> None:
    spaced = f" {text} "
    has_plural = isinstance(messages.texts()[id_], tuple)
    rendered = vars(argparse)["ngettext"](spaced, spaced, 2) if has_plural else vars(argparse)["_"](spaced)
    placeholders = re.compile(r"%(?:\(\w+\))?[sr]")
    assert sorted(placeholders.findall(rendered)) == sorted(placeholders.findall(text))
    assert "".join(filter(str.isalpha, unmarked(rendered))) == ""
    assert rendered[0] == rendered[-1] == " "


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("order",), "shipconsole order: Fehler: diese Argumente sind erforderlich: NUMBER"),
        (("order", "1", "--journal"), "shipconsole: Fehler: unbekannte Argumente: --journal"),
        (("orders", "--find"), "shipconsole orders: Fehler: Argument --find: ein Argument erwartet"),
        (("orders", "--json=1"), "Fehler: Argument --json: nimmt kein Argument an, '1' wurde angegeben"),
        (("orders", "--state", "lost"), "Fehler: Argument --state: ungültige Auswahl: 'lost' (möglich: "),
        (("simulator", "--port", "x"), "Fehler: Argument --port: x ist keine ganze Zahl von 0 bis 65.535"),
    ],
)
def test_argparse_speaks_german(words: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    ended = in_language("de", tmp_path, *words)
    assert ended.code == 2
    assert ended.err.startswith("Aufruf: shipconsole")
    assert expected in ended.err


def test_help_is_german_whole(tmp_path: Path) -> None:
    shown = in_language("de", tmp_path, "order", "--help").out
    assert re.findall(r"^(\S.*):$", shown, re.MULTILINE) == ["Argumente", "Optionen", "Beispiel", "Exit-Codes"]
    assert "-h, --help      diese Hilfe anzeigen und beenden" in shown


def in_language(language: str, folder: Path, *words: str) -> Ended:
    here = begun(folder)
    here.profile.mkdir(parents=True)
    (here.profile / "settings.toml").write_text(f'language = "{language}"\n', encoding="utf-8")
    return here.run(*words)


REFUSED = (
    ("order", "404"),
    ("ship", "404", "--all-left", "--tracking", "1"),
    ("ship", "N-1", "--tracking", "1"),
    ("sync", "--connection", "None"),
    ("connect", "nowhere", "--name", "N"),
    ("connect", "shipup", "--name", "a/b", "--url", "x"),
    ("connect", "shipup", "--name", "N", "--option", "x"),
    ("resolve", "7", "--retry", "--reason", "x"),
    ("reprocess", "7"),
    ("forward-review", "--accept", "7"),
    ("create-order", "N-1"),
    ("create-order", "N-1", "--item", "A"),
    ("outbox", "--state", "lost"),
    ("restore", "no-file.db"),
    ("audit-log", "--since", "2026-01-02", "--until", "2026-01-01"),
    ("sync",),
    ("connections",),
    ("shift-report",),
)


@pytest.mark.parametrize("words", REFUSED, ids=[" ".join(words) for words in REFUSED])
def test_what_a_command_says_is_marked(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = in_language("en-XA", tmp_path, *words)
    assert letters(ended.out + ended.err) == ""


def test_the_settings_name_the_language(tmp_path: Path) -> None:
    here = begun(tmp_path)
    here.profile.mkdir(parents=True)
    (here.profile / "settings.toml").write_text('language = "de"\n', encoding="utf-8")
    assert settings.language_of(str(here.profile), {}) == "de"
    assert "Es gibt noch keine Verbindungen." in here.run("sync").err
    (here.profile / "settings.toml").write_text('language = "tlh"\n', encoding="utf-8")
    assert "There are no connections yet." in here.run("sync").err
