"""Write the reference of all commands into docs/cli.md: `python -m tests.architecture.write_cli`."""

import argparse
from collections import Counter
from collections.abc import Iterator

from shipconsole.cli.program import parser
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "cli.md"
START, END = "<!-- commands -->", "<!-- /commands -->"
# Described once, above the commands, because every command has them.
COMMON = frozenset({"help", "profile", "database"})


def expected_reference() -> str:
    """Return the expected text between the marks of the page: a section for each command of the parser."""
    program = parser()
    lines = ["| option of every command | effect |", "|---|---|", *_rows(program, COMMON - {"help"}), ""]
    lines += ["| option without a command | effect |", "|---|---|", *_rows(program, _names(program) - COMMON), ""]
    for name, summary, command in _commands(program):
        lines += [f"### {name}", "", f"`{_synopsis(name, command)}`", "", _sentence(summary), ""]
        if command.description and command.description != summary:
            lines += [command.description, ""]
        rows = [*_rows(command, _names(command) - COMMON)]
        if rows:
            lines += ["| argument | effect |", "|---|---|", *rows, ""]
        for example in _own_paragraphs(program, command):
            lines += ["```", *(line.rstrip() for line in example.splitlines()), "```", ""]
    return "\n".join(lines).rstrip("\n")


def written_reference() -> str:
    """Return the text between the marks of the page."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    inside, _, _ = rest.partition(END)
    return inside.strip("\n")


def main() -> None:
    """Replace the text between the marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{START}\n\n{expected_reference()}\n\n{END}{after}", encoding="utf-8")
    print(f"docs/cli.md: {len([*_commands(parser())])} commands")


def _commands(program: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield each command's name, summary and parser."""
    for action in program._actions:  # argparse offers no public way to list what was added
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, summaries.get(name, ""), command


def _own_paragraphs(program: argparse.ArgumentParser, command: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the paragraphs at the end of a command's help that no other command has."""
    shared = Counter(text for _, _, other in _commands(program) for text in _paragraphs(other))
    return (text for text in _paragraphs(command) if shared[text] == 1)


def _paragraphs(command: argparse.ArgumentParser) -> list[str]:
    return [text for text in (command.epilog or "").strip().split("\n\n") if text.strip()]


def _shown(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in command._actions:
        if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS:
            yield action


def _names(command: argparse.ArgumentParser) -> frozenset[str]:
    return frozenset(action.dest for action in _shown(command))


def _rows(command: argparse.ArgumentParser, names: frozenset[str]) -> Iterator[str]:
    """Yield a row of a table for each option and argument with one of these names."""
    formatter = argparse.HelpFormatter(command.prog)
    for action in _shown(command):
        if action.dest in names:
            notes = [formatter._expand_help(action) if action.help else ""]
            notes += ["required"] * (action.required and bool(action.option_strings))
            notes += ["repeatable"] * (isinstance(action, argparse._AppendAction) and "repeat" not in notes[0])
            effect = "; ".join(note for note in notes if note)
            yield f"| `{_invocation(action)}` | {_cell(effect)} |"


def _invocation(action: argparse.Action) -> str:
    """Return an option or argument as it is typed."""
    formatter = argparse.HelpFormatter("")
    takes = formatter._format_args(action, (action.dest if not action.option_strings else action.dest.upper()))
    if not action.option_strings:
        return _cell(takes)
    name = action.option_strings[-1]
    return _cell(name if action.nargs == 0 else f"{name} {takes}")


def _synopsis(name: str, command: argparse.ArgumentParser) -> str:
    actions = [action for action in _shown(command) if action.dest not in COMMON]
    parts = [_invocation(action) for action in actions if not action.option_strings]
    parts += [_invocation(action) for action in actions if action.option_strings and action.required]
    parts += ["[OPTION]..."] * any(action.option_strings and not action.required for action in actions)
    return " ".join(["shipconsole", name, *parts]).replace("\\|", "|")


def _sentence(summary: str) -> str:
    return f"{summary[:1].upper()}{summary[1:]}." if summary else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
