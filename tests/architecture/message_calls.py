"""Find the messages that the program builds, in its source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Literal, NamedTuple, get_args, get_origin

from shipconsole.domain.message import Message
from shipconsole.messages import PSEUDO, texts
from shipconsole.simulator.texts import TEXTS as SIMULATED
from shipconsole.station.settings import PAGES, Settings
from shipconsole.texts import Text
from shipconsole.ui.dialogs.first_run.steps import STEPS
from shipconsole.ui.dialogs.settings.controls import choice_id
from shipconsole.ui.sounds.effects import NAMES
from shipconsole.vendors.catalog import VENDORS
from tests.architecture.tree import ROOT

PACKAGE = ROOT / "shipconsole"
BUILDERS = frozenset({"Message", "help_text", "text"})


class Call(NamedTuple):
    """A call that builds a message; `arguments` is None if they are passed on with ``**``."""

    file: str
    line: int
    id: str
    arguments: frozenset[str] | None


def every_text() -> dict[str, Text]:
    """Return every ID with its English text, including those of the simulator."""
    return {**texts(), **SIMULATED}


def sources() -> list[Path]:
    """Return the program's modules, without the tables of texts."""
    left_out = (PACKAGE / "texts", PACKAGE / "simulator" / "texts.py")
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not any(map(path.is_relative_to, left_out))]


def calls_in(source: str, file: str = "") -> Iterator[Call]:
    """Yield each message that is built with a literal ID."""
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
    """Return every string in the source that is the ID of a message."""
    known = every_text()
    return {
        node.value
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
    }


def described() -> list[Message]:
    """Return the messages whose IDs are built from names: platforms' fields, filters, lists, options, and API keys;
    and those of the settings."""
    found: list[Message] = []
    for vendor in VENDORS.values():
        found += [
            text for field in (*vendor.orders.fields, *vendor.orders.filters) for text in (field.title, field.help)
        ]
        found += [list_.noun for list_ in vendor.edits.lists]
        found += [option.title for option in (*vendor.options.fields(), *vendor.secrets)]
    return [*found, *map(Message, settings_ids())]


def settings_ids() -> list[str]:
    """Return the IDs that are built from the names of settings, their pages and choices, sounds, and steps."""
    ids: list[str] = []
    for key, info in Settings.model_fields.items():
        ids += [id_ for id_ in (info.title, info.description) if id_]
        if get_origin(info.annotation) is Literal:
            ids += [
                f"setting_choice.{key}.{choice_id(choice)}" for choice in get_args(info.annotation) if choice != PSEUDO
            ]
    ids += [f"settings_page.{page}{ending}" for page in PAGES for ending in ("", ".help")]
    ids += [f"sounds.shape_{name}" for name in NAMES]
    ids += [f"first_run.{step}{ending}" for step in STEPS for ending in ("", "_hint", "_intro")]
    ids += [f"first_run.next_{step}" for step in STEPS[1:]]
    return ids


def placeholders(text: Text) -> frozenset[str]:
    """Return the names of the placeholders in a text, or in either of its plural forms."""
    forms = (text,) if isinstance(text, str) else text
    named = {name for form in forms for _, name, _, _ in Formatter().parse(form) if name is not None}
    return frozenset(named if isinstance(text, str) else named | {"count"})


def imports_text(tree: ast.Module) -> bool:
    """Return whether `text` in a module is the function of shipconsole.messages."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "shipconsole.messages"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree)
    )


def is_builder(node: ast.Call) -> bool:
    """Return whether a call builds a message; a method named `text` does not."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "text":
        return isinstance(node.func.value, ast.Name) and node.func.value.id == "messages"
    return name_of(node) in BUILDERS


def name_of(node: ast.Call) -> str:
    """Return the last part of the called name."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _ids(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _ids(node.body)
        yield from _ids(node.orelse)
