"""Writes the manual page from the command line itself, so that it never falls behind."""

from __future__ import annotations

import argparse
from collections.abc import Container, Iterator
from datetime import UTC, datetime

from shipconsole import __version__
from shipconsole.cli.program import parser

# Listed once on top: every command has them.
_ANYWHERE = ("help", "profile", "database")
_FILES = (
    ("~/.local/share/shipconsole", "the profile: settings, orders, copies of them, logs"),
    ("/usr/lib/shipconsole", "the program"),
    ("/usr/share/doc/shipconsole", "its licences, and those of what it is built from"),
)
_SURROUNDINGS = (
    ("SHIPCONSOLE_PROFILE", "another folder for the profile"),
    ("SHIPCONSOLE_DATABASE", "another store, as sqlite:///FILE"),
)
_EXIT_CODES = (
    ("0", "done"),
    ("1", "an error of the program"),
    ("2", "the request is wrong, and nothing was stored"),
    ("3", "a platform refused"),
    ("4", "not yet, or not known"),
    ("5", "the surroundings: database, keyring, disk"),
)


def manual(changed_s: int) -> str:
    """Gives the page of section 1 in the language of man(7); `changed_s` is its date, in seconds since 1970."""
    whole = parser()
    day = datetime.fromtimestamp(changed_s, UTC).strftime("%Y-%m-%d")
    lines = [
        f'.TH SHIPCONSOLE 1 "{day}" "Shipconsole {__version__}" "User Commands"',
        ".SH NAME",
        r"shipconsole \- packing bench that tells every carrier platform once",
        ".SH SYNOPSIS",
        ".B shipconsole",
        "[OPTION]... [COMMAND [WORD]...]",
        ".SH DESCRIPTION",
        _roff(whole.description or ""),
        "Without a command the window opens.",
        ".SH OPTIONS",
        *_terms(whole),
        ".SH COMMANDS",
    ]
    for name, summary, command in commands(whole):
        lines += [f".SS {_roff(name)}", _roff(summary), *_terms(command, _ANYWHERE)]
    for title, rows in (("EXIT STATUS", _EXIT_CODES), ("ENVIRONMENT", _SURROUNDINGS), ("FILES", _FILES)):
        lines.append(f".SH {title}")
        for term, words in rows:
            lines += [".TP", f".B {_roff(term)}", _roff(words)]
    return "\n".join(lines) + "\n"


def commands(whole: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Gives each command's name, what it does in a few words, and its own words."""
    for action in whole._actions:  # argparse has no other way to ask what was added to it
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, summaries.get(name, ""), command


def options(of: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Gives each option and each plain word of a command, but those that are no business of a person's."""
    for action in of._actions:
        if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS:
            yield action


def _terms(of: argparse.ArgumentParser, told: Container[str] = ()) -> Iterator[str]:
    formatter = of._get_formatter()
    for action in options(of):
        if action.dest in told:
            continue
        shown = formatter._format_action_invocation(action)
        yield from (".TP", f".B {_roff(shown)}", _roff(formatter._expand_help(action) if action.help else ""))


def _roff(text: str) -> str:
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace("\n", " ")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
