"""Writes how bash, zsh and fish complete, from the command line itself, so that none of them falls behind."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from linux.help_pages import commands, options

from shipconsole.cli.program import parser

# Where each shell looks, below /usr/share or a folder that is like it.
PLACES = {
    "bash": Path("bash-completion/completions/shipconsole"),
    "zsh": Path("zsh/vendor-completions/_shipconsole"),
    "fish": Path("fish/vendor_completions.d/shipconsole.fish"),
}
_FOLDER, _FILE = "DIR", "FILE"


def scripts() -> dict[Path, str]:
    """Gives the text for each of the places."""
    whole = parser()
    written = {"bash": _bash(whole), "zsh": _zsh(whole), "fish": _fish(whole)}
    return {place: written[shell] for shell, place in PLACES.items()}


def _bash(whole: argparse.ArgumentParser) -> str:
    """Commands and their options, and files elsewhere."""
    flags = {name: " ".join(_flags(command)) for name, _, command in commands(whole)}
    cases = "\n".join(f"        {name}) words='{offered}' ;;" for name, offered in flags.items())
    return f"""# Completes the words of shipconsole in bash.
_shipconsole() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command='' words given
    for given in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case " {" ".join(flags)} " in *" $given "*) command=$given; break ;; esac
    done
    case $command in
{cases}
        *) words='{" ".join([*flags, *_flags(whole)])}' ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _shipconsole shipconsole
"""


def _zsh(whole: argparse.ArgumentParser) -> str:
    """Commands, options and the few words that an option may have, each with what it does."""
    names = "\n".join(f"        {_quoted(f'{name}:{summary}')}" for name, summary, _ in commands(whole))
    cases = "\n".join(
        f"            {name}) _arguments {_zsh_words(command)} ;;" for name, _, command in commands(whole)
    )
    return f"""#compdef shipconsole
# Completes the words of shipconsole in zsh.
_shipconsole() {{
    local curcontext=$curcontext state line
    local -a commands=(
{names}
    )
    _arguments -C {_zsh_words(whole)} '1:command:->command' '*::word:->word'
    case $state in
        command) _describe command commands ;;
        word) case $line[1] in
{cases}
        esac ;;
    esac
}}
_shipconsole "$@"
"""


def _zsh_words(of: argparse.ArgumentParser) -> str:
    words: list[str] = []
    for action in options(of):
        value = "" if action.nargs == 0 else f":{_zsh_value(action)}"
        many = "*" if action.nargs == "+" or isinstance(action, argparse._AppendAction) else ""
        told = _zsh_plain(action.help or "")
        words += [f"{many}{flag}[{told}]{value}" for flag in action.option_strings]
        if not action.option_strings:
            words.append(f"{'*' if action.nargs in ('+', '*') else ''}:{_zsh_value(action)}")
    return " ".join(map(_quoted, words))


def _zsh_value(action: argparse.Action) -> str:
    offered = {_FOLDER: "_files -/", _FILE: "_files"}.get(str(action.metavar), "()")
    if action.choices:
        offered = f"({' '.join(map(str, action.choices))})"
    return f"{_zsh_plain(str(action.metavar or action.dest)).lower()}:{offered}"


def _zsh_plain(text: str) -> str:
    for sign in "[]:":
        text = text.replace(sign, f"\\{sign}")
    return text


def _fish(whole: argparse.ArgumentParser) -> str:
    """The same as in zsh, one line for each word."""
    lines = ["# Completes the words of shipconsole in fish.", "complete -c shipconsole -f"]
    for name, summary, _ in commands(whole):
        lines.append(f"complete -c shipconsole -n __fish_use_subcommand -a {name} -d {_quoted(summary, 'fish')}")
    lines += _fish_words(whole, "__fish_use_subcommand")
    for name, _, command in commands(whole):
        lines += _fish_words(command, f"'__fish_seen_subcommand_from {name}'")
    return "\n".join(lines) + "\n"


def _fish_words(of: argparse.ArgumentParser, where: str) -> Iterator[str]:
    for action in options(of):
        start = f"complete -c shipconsole -n {where}"
        if not action.option_strings:
            if action.metavar == _FILE:
                yield f"{start} -F"
            continue
        named = [(flag.startswith("--"), flag.lstrip("-")) for flag in action.option_strings]
        flags = " ".join(f"{'-l' if is_long else '-s'} {word}" for is_long, word in named)
        value = "" if action.nargs == 0 else " -r -F" if action.metavar in (_FOLDER, _FILE) else " -x"
        if action.choices:
            value += f" -a {_quoted(' '.join(map(str, action.choices)), 'fish')}"
        yield f"{start} {flags}{value} -d {_quoted(action.help or '', 'fish')}"


def _flags(of: argparse.ArgumentParser) -> list[str]:
    return sorted({flag for action in options(of) for flag in action.option_strings if flag.startswith("--")})


def _quoted(text: str, shell: str = "") -> str:
    return "'" + text.replace("'", r"\'" if shell == "fish" else r"'\''") + "'"
