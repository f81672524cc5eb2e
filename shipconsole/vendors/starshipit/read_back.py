"""What Starshipit's order says about an update of which no answer came.

Only an update that adds a package or an item is in question: all others may simply be sent again. What it would
have added is looked for in the order as it is now, which Starshipit shows without delay. Source: Starshipit, Update
Order and Get Order (read November 2026).
"""

from collections.abc import Mapping
from typing import cast

from shipconsole.domain.label import number_key
from shipconsole.domain.message import Message
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.read_back import Evidence, Verdict

_Entry = Mapping[str, object]


def read_back(seen: Evidence) -> Verdict:
    """Look for each part that was sent without an id: all there, none there, or a person has to see."""
    sent = _object(seen.request.body).get("order")
    now = _object(parse(seen.after.document.encode()))
    wanted = [
        *(("package", _number(one)) for one in _new(sent, "packages", "package_id")),
        *(("item", f"{_text(one, 'sku')} {_text(one, 'description')}") for one in _new(sent, "items", "item_id")),
    ]
    there = [
        *(("package", _number(one)) for one in _entries(now, "packages")),
        *(
            ("item", f"{_text(one, 'sku')} {_text(one, 'description')}")
            for one in _entries(now, "items")
            if _text(one, "item_id") not in {_text(known, "item_id") for known in _entries(sent, "items")}
        ),
    ]
    found = [one for one in wanted if one in there]
    if wanted and len(found) == len(wanted):
        return Verdict("confirmed", Message("starshipit.has_it"))
    if wanted and not found:
        return Verdict("absent", Message("starshipit.has_it_not"), at_first_sight=True)
    return Verdict("person", Message("starshipit.has_part", count=len(found), all=len(wanted)))


def _new(order: object, name: str, key: str) -> list[_Entry]:
    return [one for one in _entries(order, name) if not one.get(key)]


def _entries(order: object, name: str) -> list[_Entry]:
    value = _object(order).get(name)
    return [_object(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _object(value: object) -> _Entry:
    return cast("_Entry", value) if isinstance(value, dict) else {}


def _number(package: _Entry) -> str:
    """The number of a package as numbers are compared: the platform may write it in another way than it was sent."""
    return number_key(str(package.get("tracking_number") or ""))


def _text(entry: _Entry, name: str) -> str:
    value = entry.get(name)
    return "" if value is None else "".join(str(value).split()).casefold()
