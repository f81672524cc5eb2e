"""Which fields are shown, and under which headings: an order's own, and those of each part of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from shipconsole.domain import code
from shipconsole.domain.entries import EntryList, list_of
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, field_at, text_of
from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.operations.vendor_orders.edit import Section

_NOTIFICATION = ("sku", "tracking_number", "metafield_key", "name", "title", "description")
"""Names of the values by which a person knows an entry of a list, the best first."""
_LISTS = {"line_items": "shared.items", "metadatas": "fields.metadata"}
_ENTRIES = {
    "items": "fields.item_entry",
    "line_items": "fields.item_entry",
    "sales_order_items": "fields.item_entry",
    "packages": "fields.package_entry",
    "fulfillments": "fields.fulfillment_entry",
    "trackers": "fields.tracker_entry",
    "metadatas": "fields.metadata_entry",
    "addresses": "fields.address_entry",
}
"""The messages that name a platform's lists, and an entry of one; others have the platform's own name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one order: where it stands, what the platform has, and whether that can be changed."""

    path: FieldPath
    field: Field
    text: str
    may_change: bool

    def found_by(self, wanted: str) -> bool:
        """Whether its title, its name or its value has a text, which is a search key."""
        return wanted in code.search_key(f"{self.field.title} {'.'.join(self.path)} {self.text}")


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one part of an order under its heading.

    `part` is where it stands. `entry_list` is the list that it is an entry of; `adds` the list whose heading it is.
    """

    title: str
    entries: tuple[Entry, ...]
    part: FieldPath = ()
    entry_list: EntryList | None = None
    adds: EntryList | None = None


def name_of(name: str) -> str:
    """Return a name of a platform's document as it is read: shipping_address is Shipping address."""
    return name.replace("_", " ").strip().capitalize() or name


def groups_of(section: Section, added: Collection[FieldPath] = ()) -> tuple[Group, ...]:
    """Every field of a section and every value that no field describes, in the platform's own order.

    `added` are entries of lists that the platform does not have yet. A list that can be added to has a heading of
    its own before its entries.
    """
    entries = {entry.path: entry for entry in _known(section, added)}
    for path, value in section.values.items():
        if path not in entries and not _is_empty_list(path, section.fields):
            described = field_at(section.fields, path) or Field(path, name=name_of(path[-1]))
            entries[path] = Entry(path, described, text_of(described, value), may_change=False)
    parts: dict[FieldPath, dict[FieldPath, Entry]] = {}
    titles: dict[FieldPath, set[Message]] = {}
    for path, entry in entries.items():
        part = _part(path)
        inner = path[: len(part) + 1]
        # An address in an item, say, has a name as well: two fields of one title do not stand under one heading.
        if len(path) > len(inner) and (inner in parts or entry.field.title in titles.get(part, set())):
            part = inner
        parts.setdefault(part, {})[path] = entry
        titles.setdefault(part, set()).add(entry.field.title)
    groups = [
        Group(_title(part, entries), tuple(found.values()), part, list_of(section.lists, part) if part else None)
        for part, found in parts.items()
    ]
    return tuple(_with_headings(groups, section, added) if section.may_change else groups)


def _with_headings(groups: list[Group], section: Section, added: Collection[FieldPath]) -> list[Group]:
    """The same with a heading for each list that can be added to, where its entries stand or would stand."""
    steps = _steps(section, added)
    for one in section.lists:
        for where in _places(one.path, steps):
            # What a vendor tells of the list as a whole stands under the same heading.
            whole = next((place for place, group in enumerate(groups) if group.part == where), None)
            heading = groups.pop(whole) if whole is not None else Group(_title(where, {}), (), where)
            inside = [place for place, group in enumerate(groups) if group.part[: len(where)] == where]
            around = [place for place, group in enumerate(groups) if group.part[: len(where) - 1] == where[:-1]]
            place = inside[0] if inside else around[-1] + 1 if around else len(groups)
            groups.insert(place, replace(heading, adds=one))
    return groups


def _steps(section: Section, added: Collection[FieldPath]) -> dict[FieldPath, list[str]]:
    """By each path what stands below it, as the platform has it and as it is added."""
    steps: dict[FieldPath, list[str]] = {}
    for path in (*section.values, *added):
        for end in range(len(path)):
            inside = steps.setdefault(path[:end], [])
            if path[end] not in inside:
                inside.append(path[end])
    return steps


def _known(section: Section, added: Collection[FieldPath]) -> Iterator[Entry]:
    """The fields by the order of the platform's table, those of lists once for each entry of the list."""
    steps = _steps(section, added)
    for field in section.fields:
        for path in _places(field.path, steps):
            value = section.values.get(path)
            may_change = section.may_change and field.may_change(value)
            is_new = any(path[: len(one)] == one for one in added)
            if may_change or (field.read and not is_new):
                own = replace(field, name=path[-1]) if field.path[-1] == NAMED else field
                yield Entry(path, own, text_of(field, value), may_change)


def _places(pattern: FieldPath, steps: dict[FieldPath, list[str]]) -> list[FieldPath]:
    """Where a field stands in this order."""
    paths: list[FieldPath] = [()]
    for mark in pattern:
        if mark == EACH:
            paths = [(*path, step) for path in paths for step in steps.get(path, ()) if step.isdecimal()]
        elif mark == NAMED:
            paths = [(*path, step) for path in paths for step in steps.get(path, ())]
        else:
            paths = [(*path, mark) for path in paths]
    return paths


def _is_empty_list(path: FieldPath, fields: Sequence[Field]) -> bool:
    """A list without entries: what there would be to see of it are its entries."""
    return any(field.path[: len(path) + 1] == (*path, EACH) for field in fields)


def _part(path: FieldPath) -> FieldPath:
    """The entry of a list that a value stands in, else the object in the order, else the order itself."""
    places = [place for place, step in enumerate(path) if step.isdecimal()]
    if places and places[-1] < len(path) - 1:
        return path[: places[-1] + 1]
    return path[:1] if len(path) > 1 else ()


def _entry_name(list_name: str, number: int) -> str:
    known = _ENTRIES.get(list_name)
    return text(known, number=number) if known else f"{name_of(list_name)} {number}"


def _title(part: FieldPath, entries: dict[FieldPath, Entry]) -> str:
    if not part:
        return text("shared.order")
    said: list[str] = []
    for place, step in enumerate(part):
        if step.isdecimal():
            said[-1] = _entry_name(part[place - 1], int(step) + 1)
        else:
            said.append(text(_LISTS[step]) if step in _LISTS else name_of(step))
    inside = {path[-1]: entry.text for path, entry in reversed(entries.items()) if path[: len(part)] == part}
    notification = (
        next((inside[name] for name in _NOTIFICATION if inside.get(name)), "") if part[-1].isdecimal() else ""
    )
    return " · ".join([*said, notification] if notification else said)
