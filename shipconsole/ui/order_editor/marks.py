"""Marks: the problems of an order by the field, item or package that shows them; the rest goes to the banner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from shipconsole.domain.call import NEEDS_ATTENTION, Call, CallState
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import Path, Problem
from shipconsole.domain.shipment import Package
from shipconsole.domain.tracking import TrackStatus
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit.strings import CALL_LABELS
from shipconsole.ui.kit.theme import Severity

PACKAGE = ""
"""The name under which a package as a whole is marked."""

_FIELD_NAMES = {
    "tracking_number": "tracking_number",
    "carrier": "carrier",
    "service": "service",
    "weight": "weight",
    "weight_g": "weight",
    "weight_kg": "weight",
    "size": "size",
    "length_mm": "size",
    "width_mm": "size",
    "height_mm": "size",
}
FIXABLE = ("tracking_number", "carrier", "service")
"""The fields of a shipped package that a person can still change."""
_WORST_FIRST: tuple[CallState, ...] = ("rejected", "dead", "blocked", "unknown", "needs_attention")


@dataclass(frozen=True, slots=True)
class Marks:
    """Texts by what they are shown at: package position and field, order line id, address.

    `elsewhere` are problems without a field on the screen. `named` are the lines whose texts name their item.
    """

    fields: Mapping[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    lines: Mapping[int, str] = field(default_factory=dict[int, str])
    address: str = ""
    elsewhere: tuple[Problem, ...] = ()
    named: frozenset[int] = frozenset()

    def of_package(self, position: int) -> dict[str, str]:
        """Return the texts of one package by field name, those of the whole package under `PACKAGE`."""
        return {name: sentence for (package, name), sentence in self.fields.items() if package == position}


class FieldProblem(Frozen):
    """What a platform reported about one field of a shipped package, quoted, and the update that it rejected."""

    field: str
    quote: str
    call_id: int
    connection: str


class ShippedPackage(Frozen):
    """A shipped package with its position in the order from 1 on, and the state of its updates as a label.

    `status` is what platforms report of its way, `marks` are what is wrong by field name, and `problems` those of
    them that a person can fix here.
    """

    package: Package
    number: int
    state: str
    severity: Severity
    shipped_at_ms: int = 0
    status: TrackStatus = "packed"
    marks: dict[str, str] = Field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()


def marks_of(problems: Iterable[Problem], line_ids: Iterable[int], packages: int) -> Marks:
    """Sort problems by what shows them, given the order lines and the number of packages on the screen."""
    fields: dict[tuple[int, str], list[str]] = {}
    lines: dict[int, list[str]] = {}
    address: list[str] = []
    elsewhere: list[Problem] = []
    unnamed: set[int] = set()
    known_lines = set(line_ids)
    for problem in problems:
        sentence = str(problem.sentence)
        match problem.path:
            case ("packages", int(position), *rest) if position < packages:
                fields.setdefault((position, _field_name(rest)), []).append(sentence)
            case ("lines", int(line_id), *_) if line_id in known_lines:
                if line_id not in lines and not problem.names_item:
                    unnamed.add(line_id)
                lines.setdefault(line_id, []).append(sentence)
            case ("ship_to", *_):
                address.append(sentence)
            case _:
                elsewhere.append(problem)
    return Marks(
        {target: " ".join(sentences) for target, sentences in fields.items()},
        {line_id: " ".join(sentences) for line_id, sentences in lines.items()},
        " ".join(address),
        tuple(elsewhere),
        frozenset(lines.keys() - unnamed),
    )


def without_missing(problems: Iterable[Problem]) -> list[Problem]:
    """Return what is wrong, without what is only missing yet while a person types."""
    return [problem for problem in problems if not _is_missing(problem.path)]


def draft_marks(session: PackingSession, refused: Sequence[Problem]) -> Marks:
    """Return the marks of a draft: everything after a refusal, else without what is only missing yet."""
    problems = [*refused, *without_missing(session.problems())]
    line_ids = [line.id for line in session.order.lines]
    return marks_of(dict.fromkeys(problems), line_ids, len(session.draft.packages))


def update_marks(sheet: OrderSheet) -> Marks:
    """Return the marks of refused updates; those of packages are marked on the packages' own tabs."""
    problems = [problem for problem in _problems(sheet.calls) if problem.path[:1] != ("packages",)]
    return marks_of(dict.fromkeys(problems), [line.id for line in sheet.order.lines], 0)


def shipped_packages(sheet: OrderSheet) -> tuple[ShippedPackage, ...]:
    """Return the shipped packages of an order, oldest first."""
    found: list[ShippedPackage] = []
    statuses: dict[str, TrackStatus] = {track.tracking_number: track.status for track in sheet.tracks}
    for shipment in sheet.shipments:
        for position, package in enumerate(shipment.packages):
            calls = [
                call
                for call in sheet.calls
                if call.shipment_id == shipment.id and call.package_id in (None, package.id)
            ]
            state, severity = package_state([call.state for call in calls])
            marks = marks_of(dict.fromkeys(_problems(calls)), (), len(shipment.packages)).of_package(position)
            found.append(
                ShippedPackage(
                    package=package,
                    number=len(found) + 1,
                    state=state,
                    severity=severity,
                    shipped_at_ms=shipment.created_at_ms,
                    status=statuses.get(package.tracking_number, "packed"),
                    marks=marks,
                    problems=tuple(_field_problems(calls, position)),
                )
            )
    return tuple(found)


def _field_problems(calls: Sequence[Call], position: int) -> Iterator[FieldProblem]:
    """Return what rejected updates say of the fields of a package that can be fixed, each once."""
    for call in (call for call in calls if call.state == "rejected"):
        for problem in call.problems:
            match problem.path:
                case ("packages", int(at), str(name)) if at == position and _FIELD_NAMES.get(name) in FIXABLE:
                    quote = Message("quote.platform_message", platform=call.connection, text=_bare(problem))
                    yield FieldProblem(
                        field=_FIELD_NAMES[name], quote=str(quote), call_id=call.id, connection=call.connection
                    )
                case _:
                    continue


def is_at_fields(call: Call) -> bool:
    """Return whether everything that a rejected update reports is at fields of its packages that can be fixed."""
    return bool(call.problems) and all(
        len(problem.path) == 3 and problem.path[0] == "packages" and _FIELD_NAMES.get(str(problem.path[2])) in FIXABLE
        for problem in call.problems
    )


def package_state(states: Sequence[CallState]) -> tuple[str, Severity]:
    """Return the label and severity of a shipped package from the states of its updates."""
    effective = [state for state in states if state not in ("superseded", "cancelled")]
    worst: CallState | None = next((state for state in _WORST_FIRST if state in effective), None)
    if worst is None and effective and all(state == "confirmed" for state in effective):
        worst = "confirmed"
    if worst is not None:
        return CALL_LABELS[worst].label, CALL_LABELS[worst].severity
    return (text("package_tab.waiting"), "wait") if effective else (text("package_tab.not_sent"), "quiet")


def _problems(calls: Iterable[Call]) -> list[Problem]:
    """Return the problems of updates that need attention, quoted with the platform's name."""
    return [
        Problem(
            problem.path,
            Message("quote.platform_message", platform=call.connection, text=_bare(problem)),
            problem.advice,
        )
        for call in calls
        if call.state in NEEDS_ATTENTION
        for problem in call.problems
    ]


def _bare(problem: Problem) -> str:
    return str(problem.message).strip().strip("“”")


def _field_name(rest: list[str | int]) -> str:
    return _FIELD_NAMES.get(str(rest[0]), PACKAGE) if rest else PACKAGE


def _is_missing(path: Path) -> bool:
    match path:
        case () | ("lines",) | ("packages", _, "tracking_number") | ("packages", _, "lines"):
            return True
        case _:
            return False
