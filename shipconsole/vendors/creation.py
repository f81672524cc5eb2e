"""What the creations of an order at the platforms have in common: its limits, held against the platform's fields."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from shipconsole.domain.field import Field, FieldPath, Value, check, field_at, text_of
from shipconsole.domain.problem import Path, Problem


class Part(NamedTuple):
    """A value of a new order: where the platform has it, what it is, and which field of ours it comes from."""

    path: FieldPath
    value: Value
    ours: Path


def limit_problems(parts: Iterable[Part], fields: Collection[Field]) -> list[Problem]:
    """Say at our fields which values the platform would refuse, and why."""
    problems: list[Problem] = []
    for part in parts:
        found = field_at(fields, part.path)
        wrong = check(found, text_of(found, part.value)) if found else None
        if wrong:
            problems.append(Problem(part.ours, wrong.message))
    return problems
