"""What Starshipit's order shows about an update without a response.

Only an update that adds a package or an item is in question: all others may simply be sent again. What it would have
added is searched in the order as it is now, which Starshipit shows without delay. Source: Starshipit, Update
Order and Get Order (read November 2026).
"""

from collections.abc import Mapping
from typing import cast

from shipconsole.domain.label import number_key
from shipconsole.domain.message import Message
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.outcome_check import CheckResult, UnconfirmedRequest

_Entry = Mapping[str, object]


def check_outcome(unconfirmed: UnconfirmedRequest) -> CheckResult:
    """Search each part that was sent without an id: all are there, none is, or a person has to decide."""
    sent = _object(unconfirmed.request.body).get("order")
    now = _object(parse(unconfirmed.after.document.encode()))
    sent_item_ids = {_text(item, "item_id") for item in _entries(sent, "items")}
    added = [
        *(("package", _number(package)) for package in _entries(sent, "packages") if not package.get("package_id")),
        *(("item", _item_text(item)) for item in _entries(sent, "items") if not item.get("item_id")),
    ]
    present = [
        *(("package", _number(package)) for package in _entries(now, "packages")),
        *(("item", _item_text(item)) for item in _entries(now, "items") if _text(item, "item_id") not in sent_item_ids),
    ]
    found = [part for part in added if part in present]
    if added and len(found) == len(added):
        return CheckResult("confirmed", Message("starshipit.has_it"))
    if added and not found:
        return CheckResult("absent", Message("starshipit.has_it_not"), conclusive_at_once=True)
    return CheckResult("person", Message("starshipit.has_part", count=len(found), all=len(added)))


def _entries(order: object, name: str) -> list[_Entry]:
    value = _object(order).get(name)
    return [_object(entry) for entry in cast("list[object]", value)] if isinstance(value, list) else []


def _object(value: object) -> _Entry:
    return cast("_Entry", value) if isinstance(value, dict) else {}


def _number(package: _Entry) -> str:
    """Return a package's number for comparison: the platform may write it differently than it was sent."""
    return number_key(str(package.get("tracking_number") or ""))


def _item_text(item: _Entry) -> str:
    return f"{_text(item, 'sku')} {_text(item, 'description')}"


def _text(entry: _Entry, name: str) -> str:
    value = entry.get(name)
    return "" if value is None else "".join(str(value).split()).casefold()
