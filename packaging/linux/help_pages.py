"""Write the manual page from the command line's parser, so that it is always current."""

from __future__ import annotations

import argparse
from collections.abc import Container, Iterator
from datetime import UTC, datetime

from shipconsole import __version__
from shipconsole.cli.program import parser

# Listed once at the top, because every command has them.
_COMMON = ("help", "profile", "database")
_FILES = (
    ("~/.local/share/shipconsole", "the profile: settings, database, backups, logs"),
    ("/usr/lib/shipconsole", "the program"),
    ("/usr/share/doc/shipconsole", "licenses of the program and of its libraries"),
)
_VARIABLES = (
    ("SHIPCONSOLE_PROFILE", "folder of the profile"),
    ("SHIPCONSOLE_DATABASE", "database, as in sqlite:///FILE"),
)
_EXIT_CODES = (
    ("0", "done"),
    ("1", "internal error"),
    ("2", "invalid request; nothing was changed"),
    ("3", "a platform rejected it"),
    ("4", "not finished, or the result is not known"),
    ("5", "a problem with the database, keyring, disk, or network"),
)


def manual(changed_s: int) -> str:
    """Return the manual page (section 1) as roff; `changed_s` is its date, in seconds since 1970."""
    program = parser()
    day = datetime.fromtimestamp(changed_s, UTC).strftime("%Y-%m-%d")
    lines = [
        f'.TH SHIPCONSOLE 1 "{day}" "Shipconsole {__version__}" "User Commands"',
        ".SH NAME",
        r"shipconsole \- packing station that notifies every shipping platform",
        ".SH SYNOPSIS",
        ".B shipconsole",
        "[OPTION]... [COMMAND [ARGUMENT]...]",
        ".SH DESCRIPTION",
        _roff(program.description or ""),
        "Without a command, the window opens.",
        ".SH OPTIONS",
        *_terms(program),
        ".SH COMMANDS",
    ]
    for name, summary, command in commands(program):
        lines += [f".SS {_roff(name)}", _roff(summary), *_terms(command, _COMMON)]
    for title, rows in (("EXIT STATUS", _EXIT_CODES), ("ENVIRONMENT", _VARIABLES), ("FILES", _FILES)):
        lines.append(f".SH {title}")
        for term, meaning in rows:
            lines += [".TP", f".B {_roff(term)}", _roff(meaning)]
    return "\n".join(lines) + "\n"


def commands(program: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield each command's name, summary, and parser."""
    for action in program._actions:  # argparse has no public way to list its actions
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, summaries.get(name, ""), command


def options(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield each option and argument of a command, except hidden ones."""
    for action in command._actions:
        if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS:
            yield action


def _terms(command: argparse.ArgumentParser, left_out: Container[str] = ()) -> Iterator[str]:
    formatter = command._get_formatter()
    for action in options(command):
        if action.dest in left_out:
            continue
        shown = formatter._format_action_invocation(action)
        yield from (".TP", f".B {_roff(shown)}", _roff(formatter._expand_help(action) if action.help else ""))


def _roff(text: str) -> str:
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace("\n", " ")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
