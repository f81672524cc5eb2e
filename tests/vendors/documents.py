"""Orders in which every field of a platform has a value, and another value for each field."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Value
from shipconsole.domain.link import Link
from shipconsole.vendors.order_edit import OrderEdit
from tests.vendors.examples import HERE, link, order

ENTRIES = 2
"""How many entries every list has."""


def document(path: str) -> object:
    """A platform's published description of its objects."""
    return json.loads((HERE / path).read_text(encoding="utf-8"))


def concrete(pattern: FieldPath, entry: int = 0) -> FieldPath:
    """The path of a field's value in the lists' entries of this number."""
    return tuple(str(entry) if step == EACH else "gift_note" if step == NAMED else step for step in pattern)


def value_for(field: Field, *, other: bool = False, entry: int = 0) -> Value:
    """A value that the field takes; another one on demand."""
    match field.kind:
        case "number":
            return 2.5 if other else 1.25
        case "whole":
            if field.key or field.path[-1] == "id":
                return 1000 + entry
            return 1 if other else 2
        case "yes_no":
            return other
        case "choice":
            return field.choices[-1 if other else 0]
        case "moment":
            return "2026-11-21T08:30:00.1234567Z" if other else "2020-12-09T02:11:12.6468502Z"
        case "text":
            if field.path[-1] == "object":
                return "part"
            text = f"other {field.path[-1]}" if other else f"{field.path[-1]} {entry}"
            return text[: field.max_length]


def whole_document(fields: Iterable[Field]) -> dict[str, object]:
    """An order as the platform would give it, with a value for each field that responses have."""
    whole: dict[str, object] = {}
    for field in fields:
        if not field.read or (field.path[-2:] == ("price_summary", "estimated_shipping")):
            continue
        for entry in range(ENTRIES if EACH in field.path else 1):
            _put(whole, field.path, concrete(field.path, entry), value_for(field, entry=entry))
    return whole


def known(whole: Mapping[str, object], remote_id: str = "77") -> Link:
    """A link whose document this is."""
    return link(remote_id, {}, whole, number="10001")


def edit_of(whole: Mapping[str, object], values: Mapping[FieldPath, Value], *delete: FieldPath) -> OrderEdit:
    """Return an edit of that order."""
    return OrderEdit(order(1), known(whole), values, delete)


def _put(whole: dict[str, object], pattern: FieldPath, path: FieldPath, value: Value) -> None:
    node: Any = whole
    for depth, step in enumerate(path):
        last = depth == len(path) - 1
        below: object = value if last else [] if pattern[depth + 1] == EACH else {}
        if isinstance(node, list):
            while len(node) <= int(step):
                node.append(below)
            node = node[int(step)]
        else:
            node = node.setdefault(step, below)
