"""Finds the messages that the program builds, in its source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.messages import texts
from shipconsole.simulator.texts import TEXTS as SIMULATED
from shipconsole.texts import Text
from shipconsole.vendors.catalog import VENDORS
from tests.architecture.tree import ROOT

PACKAGE = ROOT / "shipconsole"
BUILDERS = frozenset({"Message", "help_text", "text"})


class Call(NamedTuple):
    """One place where a message is built; `arguments` is None where they are handed on with ``**``."""

    file: str
    line: int
    id: str
    arguments: frozenset[str] | None


def every_text() -> dict[str, Text]:
    """Return every id with its English sentence, those of the simulated platforms' own table too."""
    return {**texts(), **SIMULATED}


def sources() -> list[Path]:
    """Return the program's own files but the tables of texts."""
    left_out = (PACKAGE / "texts", PACKAGE / "simulator" / "texts.py")
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not any(map(path.is_relative_to, left_out))]


def calls_in(source: str, file: str = "") -> Iterator[Call]:
    """Yield each message that is built with an id in its place."""
    tree = ast.parse(source)
    has_text = imports_text(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or not is_builder(node):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "text" and not has_text:
            continue
        names = [keyword.arg for keyword in node.keywords]
        arguments = None if None in names else frozenset(name for name in names if name is not None)
        for id_ in _ids(node.args[0]):
            yield Call(file, node.lineno, id_, arguments)


def calls() -> list[Call]:
    """Return every message that the program builds."""
    return [
        call for path in sources() for call in calls_in(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ]


def ids_in_source() -> set[str]:
    """Return every text of the source that is the id of a message, those in tables too."""
    known = every_text()
    return {
        node.value
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
    }


def described() -> list[Message]:
    """Return every message whose id is made of a name: of platforms' fields, filters, lists, options and keys."""
    found: list[Message] = []
    for vendor in VENDORS.values():
        found += [
            said for field in (*vendor.orders.fields, *vendor.orders.filters) for said in (field.title, field.help)
        ]
        found += [one.noun for one in vendor.edits.lists]
        found += [one.title for one in (*vendor.options.fields(), *vendor.secrets)]
    return found


def placeholders(text: Text) -> frozenset[str]:
    """Return the names that a text, or either form of it, has to be given."""
    forms = (text,) if isinstance(text, str) else text
    named = {name for form in forms for _, name, _, _ in Formatter().parse(form) if name is not None}
    return frozenset(named if isinstance(text, str) else named | {"count"})


def imports_text(tree: ast.Module) -> bool:
    """Return whether `text` is the one of the messages in a module; some have another of that name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "shipconsole.messages"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree)
    )


def is_builder(node: ast.Call) -> bool:
    """Return whether a call builds a message; a method that is called `text` does not."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "text":
        return isinstance(node.func.value, ast.Name) and node.func.value.id == "messages"
    return name_of(node) in BUILDERS


def name_of(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _ids(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _ids(node.body)
        yield from _ids(node.orelse)
