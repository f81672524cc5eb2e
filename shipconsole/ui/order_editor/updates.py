"""The updates of the open order: what their rows show, which need attention, and how a person resolves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from shipconsole.domain.call import NEEDS_ATTENTION, Call, CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.sending import verify
from shipconsole.operations.shipping import correct
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.ui.kit import strings
from shipconsole.ui.kit.formats import at, key_name, within
from shipconsole.ui.kit.package_label import carrier_id
from shipconsole.ui.kit.prompt import ask_reason
from shipconsole.ui.kit.strings import CALL_LABELS, call_state, quoted
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.order_editor.marks import FieldProblem, ShippedPackage, marks_of

MAY_HAVE_ARRIVED: tuple[CallState, ...] = ("unknown", "needs_attention", "dead")


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """A planned or queued update as its row shows it; `problem` and `notice` are empty where there are none.

    `is_at_field` says that the problem stands at the package's field, where it can be fixed.
    """

    connection: str
    text: str
    state: str
    severity: Severity
    problem: str = ""
    notice: str = ""
    call_id: int | None = None
    may_be_confirmed: bool = False
    may_be_checked: bool = False
    is_at_field: bool = False


def planned_line(planned: PlannedUpdate) -> UpdateLine:
    """Return the row of an update that shipping would send."""
    request = planned.request
    return UpdateLine(
        connection=planned.connection.name,
        text=" · ".join(part for part in (request.call, str(request.summary)) if part),
        state=text("order_editor.ready"),
        severity="quiet",
        notice=" ".join(str(warning.sentence) for warning in request.warnings),
    )


def update_line(call: Call, *, now_ms: int = 0, is_at_field: bool = False) -> UpdateLine:
    """Return the row of an update in the outbox."""
    state = call_state(call.state, due_at_ms=call.due_at_ms, changed_at_ms=call.changed_at_ms)
    problem = problem_text(call) if call.state in NEEDS_ATTENTION else ""
    if call.state == "unknown":
        state = text("notified.no_response_since", time=at(call.changed_at_ms))
        if call.check_at_ms is not None:
            problem = text("notified.next_check", when=within(call.check_at_ms, now_ms))
    return UpdateLine(
        connection=call.connection,
        text=str(call.summary),
        state=text("notified.fix_above", state=state) if is_at_field else state,
        severity="wait" if call.state == "unknown" else CALL_LABELS[call.state].severity,
        problem=problem,
        notice=str(call.message) if call.state == "confirmed" else "",
        call_id=call.id,
        may_be_confirmed=call.state in MAY_HAVE_ARRIVED,
        may_be_checked=call.state == "unknown",
        is_at_field=is_at_field,
    )


def problem_text(call: Call) -> str:
    """Return what is wrong with an update, the platform's own text in quotation marks, and the next step."""
    if call.problems:
        parts = [f"{quoted(str(problem.message))} {problem.advice!s}".strip() for problem in call.problems]
        return " ".join(parts)
    # The platform's name is in the row already.
    reason = call.message.arguments.get("reason") if call.message.id == "network.failed" else call.message
    cause = str(reason)
    if call.state == "unknown":
        return f"{cause} {text('order_editor.unknown_advice', connection=call.connection)}".strip()
    return quoted(cause) if cause and call.state == "rejected" else cause or CALL_LABELS[call.state].label


def updates_shown(calls: Sequence[Call], *, last_shipment_id: int | None, is_packing: bool) -> list[Call]:
    """Return the updates that have a row: the unfinished ones, and the confirmed ones of the last shipment.

    Those that need attention come first, then the newest. While another package is packed, planned updates take the
    place of confirmed ones.
    """
    shown = [
        call
        for call in reversed(calls)
        if call.state not in ("confirmed", "cancelled", "superseded")
        or (call.state == "confirmed" and not is_packing and call.shipment_id == last_shipment_id)
    ]
    return sorted(shown, key=lambda call: call.state not in NEEDS_ATTENTION)


def new_problems(sheet: OrderSheet, reported: Mapping[int, CallState]) -> dict[int, Problem | None]:
    """Return the problem of each update that needs attention, by call id, but for those `reported` in their state.

    The problem is None where fields on the screen are marked with everything that the platform reported.
    """
    line_ids = [line.id for line in sheet.order.lines]
    found: dict[int, Problem | None] = {}
    for call in sheet.calls:
        if call.state not in NEEDS_ATTENTION or reported.get(call.id) == call.state:
            continue
        packages = sum(len(shipment.packages) for shipment in sheet.shipments if shipment.id == call.shipment_id)
        if call.problems and not marks_of(call.problems, line_ids, packages).elsewhere:
            found[call.id] = None
            continue
        advice = Message("order_editor.update_fix")
        if call.shipment_id is None:
            advice = Message("order_editor.update_fix_fields", key=key_name("F4"))
        message = Message(
            "order_editor.update_problem",
            number=sheet.order.number,
            connection=call.connection,
            text=problem_text(call),
        )
        found[call.id] = Problem((), message, advice)
    return found


class UpdateResolver(QObject):
    """Reports updates of the shown order that need attention, and resolves them as a person decides.

    Signals: needs_attention(call id, problem); no_longer(call id) when that is over; resolved() after a decision;
    refused(problems) where the decision came too late.
    """

    needs_attention = Signal(int, object)
    no_longer = Signal(int)
    resolved = Signal()
    refused = Signal(object)

    def __init__(self, window: QWidget, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Initialize without updates; questions open over the window."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._calls: Sequence[Call] = ()
        self._reported: dict[int, CallState] = {}

    def show_sheet(self, sheet: OrderSheet) -> None:
        """Report each update that needs attention, once for each state, unless a field is marked with it."""
        self._calls = sheet.calls
        for call in sheet.calls:
            if call.state not in NEEDS_ATTENTION and self._reported.pop(call.id, None) is not None:
                self.no_longer.emit(call.id)
        for call_id, problem in new_problems(sheet, self._reported).items():
            if problem is not None:
                self.needs_attention.emit(call_id, problem)
        self._reported |= {call.id: call.state for call in sheet.calls if call.state in NEEDS_ATTENTION}

    def retry(self, call_id: int) -> None:
        """Send an update again; ask for a reason where the platform may have received it."""
        call = self._call(call_id)
        if call is not None and call.state in MAY_HAVE_ARRIVED:
            self._ask_reason(call_id, "retry", text("button.retry"), strings.retry_meaning(call.connection))
        elif call is not None:
            self._on_reason_given(call_id, "retry", Message("order_editor.retried"))

    def mark_confirmed(self, call_id: int) -> None:
        """Mark an update as confirmed, for a reason."""
        call = self._call(call_id)
        if call is not None:
            explained = strings.mark_confirmed_meaning(call.connection)
            self._ask_reason(call_id, "mark_confirmed", text("button.mark_confirmed"), explained)

    def discard(self, call_id: int) -> None:
        """Discard an update, for a reason."""
        call = self._call(call_id)
        if call is not None:
            self._ask_reason(call_id, "discard", text("button.discard"), strings.discard_meaning(call.connection))

    def check(self, call_id: int) -> None:
        """Query the platform now about an update without a response."""
        self._tasks.spawn("check an update", self._check(call_id))

    def fix(self, order_id: int, shipped: ShippedPackage, problem: FieldProblem, value: str) -> None:
        """Save another value of a field that a platform rejected, and send the update again."""
        package, value = shipped.package, value.strip()
        new = NewLabel(
            value if problem.field == "tracking_number" else package.tracking_number,
            carrier_id(value) if problem.field == "carrier" else package.carrier,
            value if problem.field == "service" else package.service,
            instead_of=package.tracking_number,
            raw_scan=package.raw_scan,
        )
        before = (package.tracking_number, package.carrier, package.service)
        if package.id is None or (new.tracking_number, new.carrier, new.service) == before:
            self.retry(problem.call_id)
        else:
            self._tasks.spawn("fix a label", self._fix(order_id, package.id, problem, new))

    async def _check(self, call_id: int) -> None:
        try:
            await verify.check_now(self._ctx, call_id)
        except ValidationFailed as refused:
            self.refused.emit(refused.problems)
        self.resolved.emit()

    async def _fix(self, order_id: int, package_id: int, problem: FieldProblem, new: NewLabel) -> None:
        # Who has the number already is notified where that is usual; another service concerns the others not at all.
        choices = await correct.edit_choices(self._ctx, order_id, package_id)
        is_number = problem.field == "tracking_number"
        to = [choice.connection.id for choice in choices if is_number and choice.possible and choice.by_default]
        try:
            await correct.edit_tracking(self._ctx, order_id, package_id, new, to, problem.quote)
        except ValidationFailed as refused:
            self.refused.emit(refused.problems)
        self.resolved.emit()

    async def _resolve(self, call_id: int, decision: Decision, reason: str | Message) -> None:
        try:
            await resolve.resolve_update(self._ctx, call_id, decision, reason)
        except ValidationFailed as refused:
            self.refused.emit(refused.problems)
        self.resolved.emit()

    def _call(self, call_id: int) -> Call | None:
        return next((call for call in self._calls if call.id == call_id), None)

    def _ask_reason(self, call_id: int, decision: Decision, title: str, explained: str) -> None:
        prompt = ask_reason(self._window, self._theme, title, explained)
        prompt.answered.connect(partial(self._on_reason_given, call_id, decision))
        prompt.open()

    def _on_reason_given(self, call_id: int, decision: Decision, reason: str | Message) -> None:
        self._tasks.spawn("resolve an update", self._resolve(call_id, decision, reason))
