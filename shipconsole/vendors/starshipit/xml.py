"""Starshipit's XML: the same objects as in its JSON, with numbers, booleans and lists.

XML has only texts. A text's type is known from the fields of an order; anything else stays a text, so that no code,
order number or post code loses a zero. Source: Starshipit, Update Order, the response in XML (read
November 2026).
"""

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any, cast

from shipconsole.domain.field import EACH, FieldPath, Kind
from shipconsole.vendors.decoding import decoded
from shipconsole.vendors.field_errors import MAX_NESTING
from shipconsole.vendors.starshipit.fields import FIELDS, LIST_PATHS

_ORDER: dict[FieldPath, Kind] = {field.path: field.kind for field in FIELDS}
_ENVELOPE: dict[FieldPath, Kind] = {("success",): "yes_no", ("total_pages",): "whole", ("statusCode",): "whole"}
_KINDS: Mapping[FieldPath, Kind] = {
    **_ENVELOPE,
    **{("order", *path): kind for path, kind in _ORDER.items()},
    **{("orders", EACH, *path): kind for path, kind in _ORDER.items()},
}
_LISTS = frozenset(
    (
        ("errors",),
        ("orders",),
        ("results", "tracking_events"),
        *(("order", *path) for path in LIST_PATHS),
        *(("orders", EACH, *path) for path in LIST_PATHS),
    )
)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def from_xml(body: bytes, headers: Mapping[str, str]) -> Any:
    """Return an XML body as the objects that JSON would give; None where it is not XML.

    Repeated elements are the entries of a list. A document with declarations of its own is refused
    unread: entities could make it endless.
    """
    text = decoded(body, headers).text.strip()
    if not text.startswith("<") or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        return _typed(_value(ElementTree.fromstring(text), 0), ())
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None


def _value(element: ElementTree.Element, depth: int) -> Any:
    if depth > MAX_NESTING:
        raise ValueError("nested too deep")
    if len(element) == 0:
        return None if element.get(_NIL) == "true" else (element.text or "").strip() or None
    fields: dict[str, Any] = {}
    for child in element:
        name, value = child.tag.rpartition("}")[2], _value(child, depth + 1)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields


def _typed(value: Any, path: FieldPath) -> Any:
    if path in _LISTS:
        entries = cast("list[Any]", value) if isinstance(value, list) else [] if value is None else [value]
        return [_typed(entry, (*path, EACH)) for entry in entries]
    if isinstance(value, dict):
        return {name: _typed(inner, (*path, name)) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_typed(entry, path) for entry in cast("list[Any]", value)]
    return _read(value, _KINDS.get(path)) if isinstance(value, str) else value


def _read(text: str, kind: Kind | None) -> bool | int | float | str:
    """Return a text in its field's type; unchanged where it is not of that type."""
    if kind == "yes_no":
        return _BOOLEANS.get(text.casefold(), text)
    if kind in ("whole", "number") and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
