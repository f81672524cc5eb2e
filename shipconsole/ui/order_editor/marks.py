"""Where problems are shown: at the field they are about, else at its package, else in the banner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shipconsole.domain.problem import Path, Problem

PACKAGE = ""
"""The name under which a package as a whole is marked."""

_FIELD_NAMES = {
    "tracking_number": "tracking_number",
    "carrier": "carrier",
    "service": "service",
    "weight": "weight",
    "weight_g": "weight",
    "weight_kg": "weight",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Words by the place they belong to; `elsewhere` is what no field on the screen stands for.

    `named` are the lines whose words name their item.
    """

    fields: Mapping[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    lines: Mapping[int, str] = field(default_factory=dict[int, str])
    address: str = ""
    elsewhere: tuple[Problem, ...] = ()
    named: frozenset[int] = frozenset()

    def of_package(self, position: int) -> dict[str, str]:
        """The words of one package by field name, those of the whole package under `PACKAGE`."""
        return {name: words for (place, name), words in self.fields.items() if place == position}


def marks_of(problems: Iterable[Problem], line_ids: Iterable[int], packages: int) -> Marks:
    """Sort problems by the place where they are shown, given the lines and the number of packages on the screen."""
    fields: dict[tuple[int, str], list[str]] = {}
    lines: dict[int, list[str]] = {}
    address: list[str] = []
    elsewhere: list[Problem] = []
    unnamed: set[int] = set()
    known_lines = set(line_ids)
    for problem in problems:
        words = str(problem.sentence)
        match problem.path:
            case ("packages", int(position), *rest) if position < packages:
                fields.setdefault((position, _field_name(rest)), []).append(words)
            case ("lines", int(line_id), *_) if line_id in known_lines:
                if line_id not in lines and not problem.names_item:
                    unnamed.add(line_id)
                lines.setdefault(line_id, []).append(words)
            case ("ship_to", *_):
                address.append(words)
            case _:
                elsewhere.append(problem)
    return Marks(
        {place: " ".join(said) for place, said in fields.items()},
        {line_id: " ".join(said) for line_id, said in lines.items()},
        " ".join(address),
        tuple(elsewhere),
        frozenset(lines.keys() - unnamed),
    )


def without_nagging(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are shown while a person is still typing: what is wrong, not what is still missing."""
    return [problem for problem in problems if not _is_missing(problem.path)]


def _field_name(rest: list[str | int]) -> str:
    return _FIELD_NAMES.get(str(rest[0]), PACKAGE) if rest else PACKAGE


def _is_missing(path: Path) -> bool:
    match path:
        case () | ("lines",) | ("packages", _, "tracking_number") | ("packages", _, "lines"):
            return True
        case _:
            return False
