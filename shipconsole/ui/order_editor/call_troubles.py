"""What platforms complained of in an order's calls: where each complaint is shown."""

from collections.abc import Iterable, Mapping, Sequence

from shipconsole.domain.call import NEEDS_ATTENTION, CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.worker import Call
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.strings import CALL_LABELS
from shipconsole.ui.kit.theme import Severity
from shipconsole.ui.order_editor.marks import Marks, marks_of
from shipconsole.ui.order_editor.packages import ShippedPackage
from shipconsole.ui.order_editor.what_will_be_sent import trouble_of

_WORST_FIRST: tuple[CallState, ...] = ("rejected", "dead", "blocked", "unknown", "needs_attention")


def call_marks(sheet: OrderSheet) -> Marks:
    """Where the problems of refused calls stand; those of packages are on the packages' own tabs."""
    problems = [problem for problem in _problems(sheet.calls) if problem.path[:1] != ("packages",)]
    return marks_of(dict.fromkeys(problems), [line.id for line in sheet.order.lines], 0)


def shipped_packages(sheet: OrderSheet) -> tuple[ShippedPackage, ...]:
    """The packages that left, oldest first, each with how telling of it stands and what was refused about it."""
    found: list[ShippedPackage] = []
    for shipment in sheet.shipments:
        for position, package in enumerate(shipment.packages):
            calls = [
                call
                for call in sheet.calls
                if call.shipment_id == shipment.id and call.package_id in (None, package.id)
            ]
            state, severity = package_notified([call.state for call in calls])
            marks = marks_of(dict.fromkeys(_problems(calls)), (), len(shipment.packages)).of_package(position)
            found.append(ShippedPackage(package=package, state=state, severity=severity, marks=marks))
    return tuple(found)


def package_notified(states: Sequence[CallState]) -> tuple[str, Severity]:
    """Return how notifying of a shipped package stands, from the states of its updates: a label and its severity."""
    live = [state for state in states if state not in ("superseded", "cancelled")]
    worst: CallState | None = next((state for state in _WORST_FIRST if state in live), None)
    if worst is None and live and all(state == "confirmed" for state in live):
        worst = "confirmed"
    if worst is not None:
        return CALL_LABELS[worst].label, CALL_LABELS[worst].severity
    return (text("package_tab.waiting"), "wait") if live else (text("package_tab.not_sent"), "quiet")


def unmarked(sheet: OrderSheet, known: Mapping[int, CallState]) -> dict[int, Problem | None]:
    """The calls that need a person, by id, but for those `known` in their state: what the banner has to say of each.

    None where fields on the screen stand for everything that the platform complained of.
    """
    line_ids = [line.id for line in sheet.order.lines]
    found: dict[int, Problem | None] = {}
    for call in sheet.calls:
        if call.state not in NEEDS_ATTENTION or known.get(call.id) == call.state:
            continue
        packages = sum(len(one.packages) for one in sheet.shipments if one.id == call.shipment_id)
        elsewhere = marks_of(call.problems, line_ids, packages).elsewhere
        said = Message(
            "order_editor.update_problem",
            number=sheet.order.number,
            connection=call.connection,
            said=trouble_of(call),
        )
        silent = call.problems and not elsewhere
        advice = Message("order_editor.update_fix")
        if call.shipment_id is None:
            advice = Message("order_editor.update_fix_fields", key=key_name("F4"))
        found[call.id] = None if silent else Problem((), said, advice)
    return found


def _problems(calls: Iterable[Call]) -> list[Problem]:
    """The problems of the calls that need a person, in the platforms' words."""
    return [
        Problem(
            problem.path,
            Message("quote.platform_said", platform=call.connection, said=str(problem.message).strip().strip("“”")),
            problem.advice,
        )
        for call in calls
        if call.state in NEEDS_ATTENTION
        for problem in call.problems
    ]
