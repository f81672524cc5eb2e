"""Write the completion scripts for bash, zsh, fish, and PowerShell from the command line's parser."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import shtab
from linux.help_pages import commands, options

from shipconsole.cli.program import parser

# Where each shell looks for completions, below /usr/share or a similar folder.
INSTALL_PATHS = {
    "bash": Path("bash-completion/completions/shipconsole"),
    "zsh": Path("zsh/vendor-completions/_shipconsole"),
    "fish": Path("fish/vendor_completions.d/shipconsole.fish"),
}
POWERSHELL = "shipconsole.completion.ps1"
"""In the program's folder on Windows; a PowerShell profile loads it."""

_PATHS = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
"""How values of options are completed, by their name in the help."""
_ANY_WORD = {"zsh": "()"}
"""For arguments without suggestions: without this, zsh would not suggest options there either."""


def scripts() -> dict[Path, str]:
    """Return the completion script for each path."""
    return {path: script(shell) for shell, path in INSTALL_PATHS.items()}


def script(shell: str) -> str:
    """Return the completion script of one shell."""
    program = parser()
    for command in (program, *(command for _, _, command in commands(program))):
        for action in options(command):
            _complete_value(action)
    return shtab.complete(program, shell)


def _complete_value(action: argparse.Action) -> None:
    found: Any = _PATHS.get(str(action.metavar))
    if found is None and not action.option_strings and not action.choices:
        found = _ANY_WORD
    if found is not None:
        action.complete = found  # the attribute that shtab reads
