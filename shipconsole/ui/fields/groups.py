"""Which fields are shown, and under which headings: an order's own, and those of each part of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, field_at, text_of
from shipconsole.operations.editing import Section
from shipconsole.ui import words

_TELLING = ("sku", "tracking_number", "metafield_key", "name", "title", "description")
"""Names of the values by which a person knows an entry of a list, the best first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one order: where it stands, what the vendor has, and whether that can be changed."""

    path: FieldPath
    field: Field
    text: str
    may_change: bool

    def found_by(self, wanted: str) -> bool:
        """Whether its title, its name or its value has these words."""
        return wanted in f"{self.field.title} {'.'.join(self.path)} {self.text}".casefold()


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one part of an order under its heading."""

    title: str
    entries: tuple[Entry, ...]


def groups_of(section: Section) -> tuple[Group, ...]:
    """Every field of a section and every value that no field describes, in the vendor's own order."""
    entries = {entry.path: entry for entry in _known(section)}
    for path, value in section.values.items():
        if path not in entries and not _is_empty_list(path, section.fields):
            described = field_at(section.fields, path) or Field(path, words.name_of(path[-1]), words.NOT_DESCRIBED)
            entries[path] = Entry(path, described, text_of(described, value), may_change=False)
    parts: dict[FieldPath, dict[FieldPath, Entry]] = {}
    titles: dict[FieldPath, set[str]] = {}
    for path, entry in entries.items():
        part = _part(path)
        inner = path[: len(part) + 1]
        # An address in an item, say, has a name as well: two fields of one title do not stand under one heading.
        if len(path) > len(inner) and (inner in parts or entry.field.title in titles.get(part, set())):
            part = inner
        parts.setdefault(part, {})[path] = entry
        titles.setdefault(part, set()).add(entry.field.title)
    return tuple(Group(_title(part, entries), tuple(found.values())) for part, found in parts.items())


def _known(section: Section) -> Iterator[Entry]:
    """The fields by the order of the vendor's table, those of lists once for each entry of the list."""
    steps: dict[FieldPath, list[str]] = {}
    for path in section.values:
        for end in range(len(path)):
            inside = steps.setdefault(path[:end], [])
            if path[end] not in inside:
                inside.append(path[end])
    for field in section.fields:
        for path in _places(field.path, steps):
            value = section.values.get(path)
            may_change = section.may_change and field.may_change(value)
            if field.read or may_change:
                yield Entry(path, field, text_of(field, value), may_change)


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


def _title(part: FieldPath, entries: dict[FieldPath, Entry]) -> str:
    if not part:
        return words.THE_ORDER
    said: list[str] = []
    for place, step in enumerate(part):
        if step.isdecimal():
            said[-1] = words.entry_of(part[place - 1], int(step) + 1)
        else:
            said.append(words.name_of(step))
    inside = {path[-1]: entry.text for path, entry in reversed(entries.items()) if path[: len(part)] == part}
    telling = next((inside[name] for name in _TELLING if inside.get(name)), "") if part[-1].isdecimal() else ""
    return " · ".join([*said, telling] if telling else said)
