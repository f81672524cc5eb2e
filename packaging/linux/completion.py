"""Writes how bash, zsh, fish, and PowerShell complete, from the command line itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import shtab
from linux.help_pages import commands, options

from shipconsole.cli.program import parser

# Where each shell looks, below /usr/share or a folder that is like it.
PLACES = {
    "bash": Path("bash-completion/completions/shipconsole"),
    "zsh": Path("zsh/vendor-completions/_shipconsole"),
    "fish": Path("fish/vendor_completions.d/shipconsole.fish"),
}
POWERSHELL = "shipconsole.completion.ps1"
"""Beside the program on Windows; a profile of PowerShell loads it."""

_PATHS = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
"""What the value of an option is completed with, by its name in the help."""
_ANY_WORD = {"zsh": "()"}
"""For a word that nothing can be offered for: without it zsh offers no options in its place either."""


def scripts() -> dict[Path, str]:
    """Gives the text for each of the places."""
    return {place: script(shell) for shell, place in PLACES.items()}


def script(shell: str) -> str:
    """Gives the text for one shell."""
    whole = parser()
    for one in (whole, *(command for _, _, command in commands(whole))):
        for action in options(one):
            _complete_value(action)
    return shtab.complete(whole, shell)


def _complete_value(action: argparse.Action) -> None:
    found: Any = _PATHS.get(str(action.metavar))
    if found is None and not action.option_strings and not action.choices:
        found = _ANY_WORD
    if found is not None:
        action.complete = found  # where the library looks for it
