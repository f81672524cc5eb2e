"""A change of an order as a person made it: what differs, whether the platform takes it, and what has to go with it.

What each platform makes of it stands in its own `changes`; here is what they have in common.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from shipconsole.domain.entries import EntryList, is_needed, list_of
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Value, check, field_at, placed, text_of, value_of
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.vendors.exchange import Json
from shipconsole.vendors.field_map import FieldMap

Values = dict[FieldPath, Value]
Known = Mapping[FieldPath, Value]

TITLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants different at one connection.

    `values` are the form's values by path; those that are what the platform has already are no change. `delete`
    names parts of lists that shall go, as in ``("items", "1")``; `added` those of which `values` make new ones,
    their positions behind the last that the platform has. `link` holds the platform's document as last read.
    """

    order: Order
    link: Link
    values: Mapping[FieldPath, Value]
    delete: tuple[FieldPath, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    added: tuple[FieldPath, ...] = ()


def changed_values(
    change: Change, fields: Collection[Field], known: Known, vendor: str, lists: Collection[EntryList] = ()
) -> Values:
    """The values that differ from what the platform has, each of its field's kind.

    Raises ValidationFailed with every reason at once: fields that cannot be changed, values beyond their limits,
    values that cannot be taken away, new entries that lack what they need or are there already.
    """
    values: Values = {}
    problems: list[Problem] = []
    for path, value in change.values.items():
        if known.get(path) == value or any(path[: len(gone)] == gone for gone in change.delete):
            continue
        found = field_at(fields, path)
        if found is None:
            problems.append(problem_at(path, Message("change.unknown_field", path=".".join(path), platform=vendor)))
        elif not same_value(found, value, known.get(path)):
            message = _refused(found, value, known.get(path), vendor)
            if message:
                problems.append(problem_at(path, message))
            else:
                values[path] = value_of(found, text_of(found, value))
    problems += _problems_of_new(change.added, values, fields, known, lists)
    if problems:
        raise ValidationFailed(*problems)
    return values


def with_company(
    values: Values,
    fields: Collection[Field],
    known: Known,
    wholes: Iterable[FieldPath],
    added: Collection[FieldPath] = (),
) -> Values:
    """The values with all that has to go along, taken from what the platform has.

    That is each value that a field needs (in a new entry none that the platform gives itself), and of each part in
    `wholes` that is touched everything that may be sent: the platform does not say whether such a part is completed
    or replaced. Raises ValidationFailed where what is needed is not known, or where what goes along is beyond its
    limits.
    """
    company = dict(values)
    for whole in wholes:
        for part in {path[: len(whole)] for path in values if placed(whole, path) == path[: len(whole)]}:
            for path, value in known.items():
                found = field_at(fields, path) if path[: len(part)] == part and value not in (None, "") else None
                if found is not None and found.editable:
                    company.setdefault(path, _as_sent(found, value))
    missing: list[Problem] = []
    for path in tuple(company):
        found = field_at(fields, path)
        for need in (placed(one, path) for one in found.needs) if found else ():
            if need in company:
                continue
            needed = field_at(fields, need)
            if needed is not None and not needed.editable and any(need[: len(new)] == new for new in added):
                continue
            if needed is None or known.get(need) is None:
                title = needed.title if needed else verbatim(need[-1])
                missing.append(problem_at(need, Message("change.also_needed", title=title)))
            else:
                company[need] = _as_sent(needed, known[need])
    problems = [*missing, *(_problems(company, fields))]
    if problems:
        raise ValidationFailed(*dict.fromkeys(problems))
    return company


def body_of(values: Values, fields: Collection[Field], field_map: FieldMap, inside: Path = ()) -> dict[str, Json]:
    """The values as the object that is sent, lists without gaps; the trail leads each back to its field.

    `inside` is where the object stands in the request. Our side of the trail is ``("fields", *path)``; when a
    trail was kept as text, positions in it come back as numbers.
    """
    body: dict[str, Json] = {}
    places: dict[FieldPath, int] = {}
    names = {name: place for place, name in enumerate(dict.fromkeys(step for one in fields for step in one.path))}
    for path in sorted(values, key=lambda path: _reading_order(path, names)):
        found = field_at(fields, path)
        pattern = found.path if found else path
        node, sent, depth = body, inside, 0
        while depth < len(path) - 1:
            name = path[depth]
            if pattern[depth + 1] == EACH:
                entries = cast("list[dict[str, Json]]", node.setdefault(name, []))
                place = places.setdefault(path[: depth + 2], len(entries))
                if place == len(entries):
                    entries.append({})
                node, sent, depth = entries[place], (*sent, name, place), depth + 2
            else:
                node = cast("dict[str, Json]", node.setdefault(name, {}))
                sent, depth = (*sent, name), depth + 1
        node[path[-1]] = values[path]
        field_map.note((*sent, path[-1]), ("fields", *path))
    return body


def summary_of(values: Values, fields: Collection[Field], deleted: int = 0, added: int = 0) -> Message:
    """What is changed in a few words: the fields' titles, and how many parts come and go."""
    found = (field_at(fields, path) for path in values)
    titles = list(dict.fromkeys(one.title for one in found if one is not None))
    shown = tuple(titles[:TITLES_SHOWN])
    parts: list[Message] = []
    if len(titles) > TITLES_SHOWN:
        parts.append(Message("change.titles_and_more", titles=shown, count=len(titles) - TITLES_SHOWN))
    elif shown:
        parts.append(Message("change.titles", titles=shown))
    parts += [Message("change.added", count=added)] if added else []
    parts += [Message("change.removed", count=deleted)] if deleted else []
    return Message("change.summary", parts=tuple(parts)) if len(parts) > 1 else (*parts, NO_MESSAGE)[0]


class NothingChangedError(ValidationFailed):
    """What is wanted is what the platform has already."""

    def __init__(self) -> None:
        """Say so about the form as a whole."""
        super().__init__(Problem((), Message("change.nothing")))


def problem_at(path: FieldPath, message: Message) -> Problem:
    """A problem at a field of the form."""
    return Problem(("fields", *path), message)


def same_value(found: Field, value: Value, known: Value) -> bool:
    """Whether two values are shown by the same text, or stand for the same (0.65 and 0,650)."""
    one, other = text_of(found, value), text_of(found, known)
    if one == other:
        return True
    return not (check(found, one) or check(found, other)) and value_of(found, one) == value_of(found, other)


def _refused(found: Field, value: Value, known: Value, vendor: str) -> Message:
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
    """A value that the platform gave, of the field's kind where it can be; else as it came, for the check to refuse.

    What the shop put under a name of its own stays as it came.
    """
    if NAMED in found.path:
        return value
    text = text_of(found, value)
    return text if check(found, text) else value_of(found, text)


def _problems_of_new(
    added: Iterable[FieldPath], values: Values, fields: Collection[Field], known: Known, lists: Collection[EntryList]
) -> list[Problem]:
    """What new entries lack, and those that are there already under the value by which the platform knows them."""
    problems: list[Problem] = []
    for entry in added:
        one = list_of(lists, entry)
        if one is None:
            problems.append(problem_at(entry, Message("change.no_adding", path=".".join(entry))))
            continue
        for name in one.required:
            path: FieldPath = (*entry, name)
            found = field_at(fields, path)
            if values.get(path) in (None, "") and found is not None:
                problems.append(problem_at(path, is_needed(found.title, one.noun)))
        key: FieldPath = (*entry, one.key)
        others = {str(known.get((*other, one.key))) for other in _beside(entry, known)}
        if one.key and values.get(key) is not None and str(values[key]) in others:
            problems.append(problem_at(key, Message("change.exists", noun=one.noun, value=str(values[key]))))
    return problems


def _beside(entry: FieldPath, known: Known) -> list[FieldPath]:
    """The entries that the platform has in the list of a new one."""
    where = entry[:-1]
    return list(dict.fromkeys(path[: len(entry)] for path in known if path[: len(where)] == where))


def _problems(values: Values, fields: Collection[Field]) -> list[Problem]:
    problems: list[Problem] = []
    for path, value in values.items():
        found = field_at(fields, path)
        wrong = check(found, text_of(found, value)) if found else None
        if wrong:
            problems.append(problem_at(path, wrong.message))
    return problems


def _reading_order(path: FieldPath, names: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    """Positions by number, and names as they stand in the fields."""
    return tuple((int(step), "") if step.isdecimal() else (names.get(step, len(names)), step) for step in path)
