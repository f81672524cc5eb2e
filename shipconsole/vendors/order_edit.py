"""What the edits and creations of orders at all platforms have in common.

A person's edit is compared with what the platform has and with its fields; what each platform makes of it stands in
its own `edit` and `create`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from shipconsole.domain.entries import EntryList, is_needed, list_of
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Value, check, field_at, placed, text_of, value_of
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Json

Values = dict[FieldPath, Value]
Known = Mapping[FieldPath, Value]

TITLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OrderEdit:
    """A person's edit of an order at one connection.

    `values` are the form's values by path; those that the platform has already are no change. `delete` names entries
    of lists that are removed, as in ``("items", "1")``; `added` those that `values` add, with positions behind the
    last one that the platform has. `link` holds the platform's document as last read.
    """

    order: Order
    link: Link
    values: Mapping[FieldPath, Value]
    delete: tuple[FieldPath, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    added: tuple[FieldPath, ...] = ()


class NothingChangedError(ValidationFailed):
    """Raised where an edit contains only what the platform has already."""

    def __init__(self) -> None:
        """State it about the form as a whole."""
        super().__init__(Problem((), Message("change.nothing")))


class OrderPart(NamedTuple):
    """A value of a new order: the platform's path for it, the value, and the field of ours that it comes from."""

    path: FieldPath
    value: Value
    ours: Path


def changed_values(
    edit: OrderEdit, fields: Collection[Field], known: Known, vendor: str, lists: Collection[EntryList] = ()
) -> Values:
    """Return the values that differ from what the platform has, each of its field's kind.

    Raises ValidationFailed with every reason at once: fields that cannot be changed, values beyond their limits,
    values that cannot be emptied, new entries that lack a required value or exist already.
    """
    values: Values = {}
    problems: list[Problem] = []
    for path, value in edit.values.items():
        if known.get(path) == value or any(path[: len(removed)] == removed for removed in edit.delete):
            continue
        found = field_at(fields, path)
        if found is None:
            problems.append(problem_at(path, Message("change.unknown_field", path=".".join(path), platform=vendor)))
        elif not same_value(found, value, known.get(path)):
            message = _why_rejected(found, value, known.get(path), vendor)
            if message:
                problems.append(problem_at(path, message))
            else:
                values[path] = value_of(found, text_of(found, value))
    problems += _problems_of_new(edit.added, values, fields, known, lists)
    if problems:
        raise ValidationFailed(*problems)
    return values


def with_required_values(
    values: Values,
    fields: Collection[Field],
    known: Known,
    undivided: Iterable[FieldPath],
    added: Collection[FieldPath] = (),
) -> Values:
    """Return the values with all that has to be sent along, taken from what the platform has.

    That is each value that a field needs (in a new entry none that the platform assigns), and every value that may be
    sent of each `undivided` part that is touched: the platform does not document whether such a part is completed or
    replaced. Raises ValidationFailed where a required value is not known or is beyond its limits.
    """
    complete = dict(values)
    for whole in undivided:
        for part in {path[: len(whole)] for path in values if placed(whole, path) == path[: len(whole)]}:
            for path, value in known.items():
                found = field_at(fields, path) if path[: len(part)] == part and value not in (None, "") else None
                if found is not None and found.editable:
                    complete.setdefault(path, _as_sent(found, value))
    missing: list[Problem] = []
    for path in tuple(complete):
        found = field_at(fields, path)
        for need in (placed(needed_path, path) for needed_path in found.needs) if found else ():
            if need in complete:
                continue
            needed = field_at(fields, need)
            if needed is not None and not needed.editable and any(need[: len(new)] == new for new in added):
                continue
            if needed is None or known.get(need) is None:
                title = needed.title if needed else verbatim(need[-1])
                missing.append(problem_at(need, Message("change.also_needed", title=title)))
            else:
                complete[need] = _as_sent(needed, known[need])
    problems = [*missing, *(_problems(complete, fields))]
    if problems:
        raise ValidationFailed(*dict.fromkeys(problems))
    return complete


def body_of(values: Values, fields: Collection[Field], field_map: FieldMap, inside: Path = ()) -> dict[str, Json]:
    """Return the values as the object that is sent, lists without gaps, and note each value's field in `field_map`.

    `inside` is the object's path in the request. Our side of the map is ``("fields", *path)``; when a map was stored
    as text, positions in it come back as numbers.
    """
    body: dict[str, Json] = {}
    positions: dict[FieldPath, int] = {}
    names = {name: index for index, name in enumerate(dict.fromkeys(step for known in fields for step in known.path))}
    for path in sorted(values, key=lambda path: _reading_order(path, names)):
        found = field_at(fields, path)
        pattern = found.path if found else path
        node, sent, depth = body, inside, 0
        while depth < len(path) - 1:
            name = path[depth]
            if pattern[depth + 1] == EACH:
                entries = cast("list[dict[str, Json]]", node.setdefault(name, []))
                position = positions.setdefault(path[: depth + 2], len(entries))
                if position == len(entries):
                    entries.append({})
                node, sent, depth = entries[position], (*sent, name, position), depth + 2
            else:
                node = cast("dict[str, Json]", node.setdefault(name, {}))
                sent, depth = (*sent, name), depth + 1
        node[path[-1]] = values[path]
        field_map.note((*sent, path[-1]), ("fields", *path))
    return body


def summary_of(values: Values, fields: Collection[Field], deleted: int = 0, added: int = 0) -> Message:
    """Summarize an edit: the titles of its fields, and how many entries are added and removed."""
    found = (field_at(fields, path) for path in values)
    titles = list(dict.fromkeys(known.title for known in found if known is not None))
    shown = tuple(titles[:TITLES_SHOWN])
    parts: list[Message] = []
    if len(titles) > TITLES_SHOWN:
        parts.append(Message("change.titles_and_more", titles=shown, count=len(titles) - TITLES_SHOWN))
    elif shown:
        parts.append(Message("change.titles", titles=shown))
    parts += [Message("change.added", count=added)] if added else []
    parts += [Message("change.removed", count=deleted)] if deleted else []
    return Message("change.summary", parts=tuple(parts)) if len(parts) > 1 else (*parts, NO_MESSAGE)[0]


def limit_problems(parts: Iterable[OrderPart], fields: Collection[Field]) -> list[Problem]:
    """Return, at our fields, which values of a new order the platform would reject, and why."""
    problems: list[Problem] = []
    for part in parts:
        found = field_at(fields, part.path)
        wrong = check(found, text_of(found, part.value)) if found else None
        if wrong:
            problems.append(Problem(part.ours, wrong.message))
    return problems


def problem_at(path: FieldPath, message: Message) -> Problem:
    """Return a problem at a field of the form."""
    return Problem(("fields", *path), message)


def same_value(found: Field, value: Value, known: Value) -> bool:
    """Return whether two values are shown by the same text, or mean the same (0.65 and 0,650)."""
    text, known_text = text_of(found, value), text_of(found, known)
    if text == known_text:
        return True
    return not (check(found, text) or check(found, known_text)) and value_of(found, text) == value_of(found, known_text)


def _why_rejected(found: Field, value: Value, known: Value, vendor: str) -> Message:
    if not found.may_change(known):
        fixed = "change.fixed_once_there" if found.editable else "change.fixed"
        return Message(fixed, title=found.title, platform=vendor)
    problem = check(found, text_of(found, value))
    if problem:
        return problem.message
    if value_of(found, text_of(found, value)) is None:
        return Message("change.no_emptying", title=found.title, platform=vendor)
    return NO_MESSAGE


def _as_sent(found: Field, value: Value) -> Value:
    """Return a value of the platform's in its field's kind; unchanged where it has another, for the check to reject.

    What the store put under a name of its own is not changed.
    """
    if NAMED in found.path:
        return value
    text = text_of(found, value)
    return text if check(found, text) else value_of(found, text)


def _problems_of_new(
    added: Iterable[FieldPath], values: Values, fields: Collection[Field], known: Known, lists: Collection[EntryList]
) -> list[Problem]:
    """Return which required values new entries lack, and which entries exist already under the same key."""
    problems: list[Problem] = []
    for entry in added:
        entry_list = list_of(lists, entry)
        if entry_list is None:
            problems.append(problem_at(entry, Message("change.no_adding", path=".".join(entry))))
            continue
        for name in entry_list.required:
            path: FieldPath = (*entry, name)
            found = field_at(fields, path)
            if values.get(path) in (None, "") and found is not None:
                problems.append(problem_at(path, is_needed(found.title, entry_list.noun)))
        key: FieldPath = (*entry, entry_list.key)
        others = {str(known.get((*other, entry_list.key))) for other in _entries_beside(entry, known)}
        if entry_list.key and values.get(key) is not None and str(values[key]) in others:
            message = Message("change.exists", noun=entry_list.noun, value=str(values[key]))
            problems.append(problem_at(key, message))
    return problems


def _entries_beside(entry: FieldPath, known: Known) -> list[FieldPath]:
    """Return the entries that the platform has in the list of a new one."""
    list_path = entry[:-1]
    return list(dict.fromkeys(path[: len(entry)] for path in known if path[: len(list_path)] == list_path))


def _problems(values: Values, fields: Collection[Field]) -> list[Problem]:
    problems: list[Problem] = []
    for path, value in values.items():
        found = field_at(fields, path)
        wrong = check(found, text_of(found, value)) if found else None
        if wrong:
            problems.append(problem_at(path, wrong.message))
    return problems


def _reading_order(path: FieldPath, names: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    """Return a sort key: positions by number, names in the order of the fields."""
    return tuple((int(step), "") if step.isdecimal() else (names.get(step, len(names)), step) for step in path)
