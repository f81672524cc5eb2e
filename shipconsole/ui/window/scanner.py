"""The processing of scans one after the other: each gets a verdict, which says what is done and what may be chosen."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from shipconsole.domain import barcode
from shipconsole.domain.keyboard_layout import is_surely_azerty, meanings
from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.scan import Scan, ScanReason, typed_quantity
from shipconsole.domain.scan_verdicts import ALL_LEFT, NEXT_ORDER, UNDO
from shipconsole.domain.scanning_events import (
    Acknowledged,
    ActionRequested,
    AddToBox,
    AddUnits,
    AskReason,
    AskUnits,
    AttentionNeeded,
    BadgeRefused,
    ChangeSeen,
    Chosen,
    ClearTracking,
    Command,
    Effect,
    Event,
    JudgeAsLabel,
    KeepCaseUnits,
    KeepRequested,
    LabelAccepted,
    LabelEdited,
    NotByItself,
    OpenOrder,
    OrderMoved,
    OrderOpened,
    PackerChanged,
    QuantityTyped,
    Refused,
    RememberCarrier,
    ScanFailed,
    Scanned,
    ScannerWrong,
    SetTracking,
    SetUnits,
    Undone,
    UnitsEntered,
)
from shipconsole.domain.scanning_state import step
from shipconsole.domain.verdict import Ending, ScannerFault, Verdict
from shipconsole.domain.verdict_queue import Step, VerdictQueue
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cases, labels, packers
from shipconsole.operations.orders import scan as scanning
from shipconsole.operations.outbox import hold
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window.scanner_keys import PersonKey

REPEATED = "repeated"
TYPED = "typed"
"""In the audit log: the quantity was typed, and not each unit scanned."""
_PACKING = (AddUnits, SetUnits, SetTracking)
"""Effects that may complete an order."""
_ANSWERS: dict[type, str] = {
    Acknowledged: "acknowledged",
    Refused: "refused",
    LabelAccepted: "kept",
    Chosen: "chosen",
    UnitsEntered: "entered",
}


class _Scanned(NamedTuple):
    """A scan as it was received."""

    text: str
    by_scanner: bool
    caps_lock: bool


class _Answered(NamedTuple):
    """A person's answer, and the verdict that was shown at that time."""

    event: Event
    seen: Verdict


class ScanProcessor(QObject):
    """Queues scans: each may depend on the order that the one before opened.

    Signals: stepped(Step), for every step of the verdicts; reason_requested() and units_requested(), for what a
    person has to enter; badge(name), for a packer's badge; stopped() and slip_requested(), for the commands.
    """

    stepped = Signal(object)
    reason_requested = Signal()
    units_requested = Signal()
    badge = Signal(str)
    stopped = Signal()
    slip_requested = Signal()

    def __init__(self, ctx: Context, tasks: Tasks, editor: OrderEditorPanel, prefix: str) -> None:
        """Act on an editor; `prefix` begins every command code."""
        super().__init__(editor)
        self._ctx = ctx
        self._tasks = tasks
        self._editor = editor
        self.prefix = prefix
        """What begins every command code."""
        self._strip = VerdictQueue()
        self._waiting: deque[_Scanned | _Answered | Callable[[], object]] = deque()
        self._working = False
        self._is_acting = False
        """Whether an action from the queue runs now, which must not be queued again."""
        self._commands: dict[str, Callable[[], object]] = {
            "SHIP": editor.ship,
            "NEXT PACKAGE": editor.steps.new_package,
            "ALL LEFT": editor.steps.all_left,
            "UNDO": editor.undo,
            "NEXT ORDER": editor.next_order,
            "STOP": self._stop,
            "SLIP": self.slip_requested.emit,
        }
        editor.gate = self._may_ship
        editor.steps.gate = self._may_pack
        editor.opened.connect(self._on_opened)
        editor.moved.connect(self._on_moved)
        editor.happened.connect(self.handle)
        editor.label_typed.connect(self._on_label_typed)
        editor.label_needs_decision.connect(self._on_label_doubted)
        editor.label_edited.connect(lambda package: self.handle(LabelEdited(package)))
        editor.undone.connect(lambda: self.handle(Undone()))
        editor.attention.connect(lambda order_id, updates: self.handle(AttentionNeeded(order_id, updates)))

    @property
    def verdict(self) -> Verdict:
        """The verdict that the packer is shown."""
        return self._strip.shown

    def take(self, text: str, *, by_scanner: bool = False, caps_lock: bool = False) -> None:
        """Queue a scan, or what was typed in its place."""
        self._waiting.append(_Scanned(text, by_scanner, caps_lock))
        if not self._working:
            self._working = True
            self._tasks.spawn("scan", self._work())

    def handle(self, event: Event) -> None:
        """Handle an event that is neither a scan nor an answer."""
        self._step(event)

    def packer_changed(self) -> None:
        """End what waits for a packer: one signed in or out."""
        self._step(PackerChanged())

    def after_scans(self, act: Callable[[], object]) -> None:
        """Do a key's action once the scans before it are done."""
        if self._working:
            self._waiting.append(act)
        else:
            act()

    def _take_answer(self, event: Event, seen: Verdict | None = None) -> None:
        """Queue a person's answer to the verdict shown, or to one before, behind the scans before it."""
        answered = _Answered(event, seen or self._strip.shown)
        if self._working:
            self._waiting.append(answered)
        else:
            self._do_answer(answered)

    def _do_answer(self, answered: "_Answered") -> None:
        event, seen = answered
        before = self._strip.shown
        if replace(before, repeats=0) != replace(seen, repeats=0):
            # Another verdict was shown when the person answered.
            return
        done = self._step(event)
        answer = _ANSWERS.get(type(event), "")
        if answer and before.waits and not done.is_repeated:
            self._note(before.scan, before, answer)

    def answer(self, key: PersonKey, text: str) -> bool:
        """Take a person's key as an answer to the verdict shown; False where it is none."""
        shown = self._strip.shown
        if not shown.waits:
            return False
        match key:
            case PersonKey.ENTER:
                self._take_answer(Acknowledged())
                return True
            case PersonKey.ESCAPE if shown.ends_with(Ending.REFUSE):
                self._take_answer(Refused())
                return True
            case PersonKey.DIGIT if shown.ends_with(Ending.DIGIT):
                self.choose(int(text))
                return True
            case _:
                return False

    def choose(self, number: int) -> None:
        """Choose one of the options that the verdict shows, counted from 1."""
        scan = self._strip.shown.scan
        line_ids = scan.line_ids[number - 1 : number] if scan else ()
        self._take_answer(Chosen(number, self._editor.packing(line_ids)))

    def undo(self) -> None:
        """Undo by key: a question about a scan is answered with no, as the command code does."""
        if self.verdict.waits and self.verdict.ends_with(Ending.REFUSE):
            self._take_answer(Refused())
        else:
            self._editor.undo()

    def ask_to_keep(self) -> None:
        """Begin to keep a label in spite of its issues, or to use an unknown code as a label."""
        if self._strip.shown.waits:
            self._take_answer(KeepRequested())

    def keep(self, asked: Verdict, reason: str) -> None:
        """Keep the label of the verdict that a person was asked about, with a reason."""
        self._take_answer(LabelAccepted(reason), asked)

    def enter_units(self, asked: Verdict, units: int) -> None:
        """Take the number of units in the case that a person was asked about."""
        line_ids = asked.scan.line_ids if asked.scan else ()
        self._take_answer(UnitsEntered(units, self._editor.packing(line_ids)), asked)

    @property
    def is_working(self) -> bool:
        """Whether scans are being processed."""
        return self._working

    async def shutdown(self) -> None:
        """Record that no order is open, since the program ends in order."""
        await scanning.save_open_order(self._ctx, None)

    async def _work(self) -> None:
        try:
            while self._waiting:
                first = self._waiting.popleft()
                if isinstance(first, _Answered):
                    self._do_answer(first)
                    continue
                if not isinstance(first, _Scanned):
                    await self._editor.ready()
                    self._act(first)
                    continue
                text, by_scanner, caps_lock = first
                name = barcode.badge(text, self.prefix)
                if name is not None:
                    await self._editor.ready()
                    if await self._editor.stop_countdown():
                        await self._report_stopped()
                    await self._identify(text, name)
                    continue
                try:
                    await self._judge(text, by_scanner=by_scanner, caps_lock=caps_lock)
                except Exception:
                    self._step(ScanFailed(text))
                    raise
        finally:
            self._working = False
            self._waiting.clear()

    async def _identify(self, text: str, badge: str) -> None:
        try:
            name = await packers.by_badge(self._ctx, badge)
        except ValidationFailed:
            scan = Scan("unknown", ScanReason.UNKNOWN, text, badge)
            done = self._step(BadgeRefused(scan))
            self._note(scan, done.verdict, REPEATED if done.is_repeated else "")
        else:
            self.badge.emit(name)

    async def _stops_countdown(self, text: str) -> bool:
        """Stop the countdown of the open order, unless a scan opens the next one or undoes it.

        Return whether it was stopped.
        """
        await self._editor.ready()
        if not self._editor.is_counting_down:
            return False
        scan = await self._read(text)
        goes_on = scan.kind == "order" and scan.order_id != self._editor.order_id
        goes_on = goes_on or scan.reason is ScanReason.SEVERAL_ORDERS
        is_exempt = scan.kind == "command" and scan.number in (UNDO, NEXT_ORDER)
        return not (goes_on or is_exempt) and await self._editor.stop_countdown()

    async def _report_stopped(self) -> None:
        # The draft is open again first, which begins with a verdict of its own.
        await self._editor.ready()
        if self._editor.order_id is not None:
            self.handle(NotByItself(self._editor.order_id, Message("by_itself.stopped")))

    async def _judge(self, text: str, *, by_scanner: bool, caps_lock: bool) -> None:
        is_stopped = await self._stops_countdown(text)
        while True:
            await self._editor.ready()
            order_id = self._editor.order_id
            scan = await self._read(text)
            is_known = scan.certain or scan.kind not in ("unknown", "tracking")
            typed = None if is_known else typed_quantity(text)
            if typed is not None and typed.rest:
                # Six of it: the number was typed before the scan.
                scan = replace(await self._read(typed.rest), raw=text, typed=typed.units)
            wrong = await self._misread(scan, caps_lock=caps_lock) if by_scanner else None
            issues, carrier = await self._issues(scan)
            # A person may have opened another order meanwhile: the scan belongs to that one then.
            if self._editor.order_id == order_id and self._editor.is_ready:
                break
        event: Event = wrong or Scanned(scan, self._editor.packing(scan.line_ids), issues, carrier=carrier)
        if typed is not None and not typed.rest:
            last = self._strip.last.scan
            event = QuantityTyped(typed.units, self._editor.packing(last.line_ids if last else ()), text)
        before = self._strip.shown
        done = self._step(event)
        noted = scan if typed is None else done.verdict.scan or scan
        if done.is_repeated:
            self._note(scan, before, REPEATED)
        else:
            self._note(noted, done.verdict, TYPED if noted.typed is not None else "")
        if is_stopped:
            await self._report_stopped()

    async def _read(self, text: str) -> Scan:
        editor = self._editor
        return await scanning.scan(self._ctx, text, editor.order_id, self.prefix, labelled=editor.is_labelled())

    async def _issues(self, scan: Scan) -> tuple[tuple[LabelIssue, ...], str]:
        """Return a label's issues, and the carrier that was chosen for such a label before."""
        if scan.kind != "tracking":
            return (), ""
        return await self._check(scan)

    async def _check(self, scan: Scan | str) -> tuple[tuple[LabelIssue, ...], str]:
        order_id, draft = self._editor.order_id, self._editor.snapshot()
        if order_id is None or draft is None:
            return (), ""
        position = self._editor.packing().package
        found = await labels.check(self._ctx, order_id, scan, draft, position)
        several = next((issue for issue in found if issue.kind == LabelIssueKind.SEVERAL_CARRIERS), None)
        if several is None:
            return found, ""
        chosen = await scanning.chosen_carrier(self._ctx, order_id, several.carriers)
        return (tuple(issue for issue in found if issue is not several), chosen) if chosen else (found, "")

    async def _misread(self, scan: Scan, *, caps_lock: bool) -> ScannerWrong | None:
        """Return the scanner's fault where an unknown code would be known if the scanner were set up correctly."""
        if scan.kind != "unknown" or scan.reason not in (ScanReason.UNKNOWN, ScanReason.NO_ORDER_OPEN):
            return None
        readings = meanings(scan.raw)
        for fault, meaning in readings:
            read = await self._read(meaning)
            if read.kind in ("item", "wrong_item", "order", "command") or read.certain:
                return ScannerWrong(scan, meaning, fault)
        by_fault = dict(reversed(readings))
        if caps_lock and ScannerFault.CAPS_LOCK in by_fault:
            return ScannerWrong(scan, by_fault[ScannerFault.CAPS_LOCK], ScannerFault.CAPS_LOCK)
        if is_surely_azerty(scan.raw) and ScannerFault.AZERTY in by_fault:
            return ScannerWrong(scan, by_fault[ScannerFault.AZERTY], ScannerFault.AZERTY)
        return None

    def _step(self, event: Event) -> Step:
        done = step(self._strip, event)
        self._strip = done.queue
        self.stepped.emit(done)
        for effect in done.effects:
            self._do(effect)
        if any(isinstance(effect, _PACKING) or effect == Command(ALL_LEFT) for effect in done.effects):
            waiting = any(verdict.order_id == self._strip.order_id for verdict in self._strip.waiting)
            self._editor.ship_if_packed(has_open_verdict=waiting)
        return done

    def _do(self, effect: Effect) -> None:
        editor = self._editor
        match effect:
            case AddUnits(line_ids=line_ids, units=units, is_typed=is_typed):
                editor.steps.add_units(line_ids, units, is_typed=is_typed)
            case SetUnits(line_ids=line_ids, units=units):
                editor.steps.set_units(line_ids, units)
            case SetTracking(label=label, in_next=in_next):
                editor.steps.take_label(label, in_next=in_next)
            case ClearTracking(package=package, number=number):
                editor.steps.clear_label(package, number)
            case OpenOrder(order_id=order_id):
                editor.open_order(order_id)
            case AddToBox(order_id=order_id):
                editor.add_to_box(order_id)
            case Command(name=name):
                self._act(self._commands[name])
            case ChangeSeen(order_id=order_id, changed_at_ms=at_ms):
                self._tasks.spawn("release held updates", hold.acknowledge(self._ctx, order_id, at_ms))
            case JudgeAsLabel(scan=scan):
                self._tasks.spawn("check a label", self._judge_as_label(scan))
            case AskReason():
                self.reason_requested.emit()
            case AskUnits():
                self.units_requested.emit()
            case KeepCaseUnits(scan=scan, units=units):
                self._tasks.spawn("save the units of a case", cases.enter(self._ctx, scan.code, units))
            case RememberCarrier(carriers=carriers, carrier=carrier):
                if editor.order_id is not None:
                    remember = scanning.choose_carrier(self._ctx, editor.order_id, carriers, carrier)
                    self._tasks.spawn("save the carrier choice", remember)

    async def _judge_as_label(self, scan: Scan) -> None:
        order_id = self._editor.order_id
        issues, carrier = await self._check(scan)
        if self._editor.order_id == order_id:
            self.handle(Scanned(scan, self._editor.packing(), issues, by_person=True, carrier=carrier))

    def _on_label_typed(self, package: int, number: str) -> None:
        self._tasks.spawn("check a number", self._judge_typed(package, number))

    async def _judge_typed(self, package: int, number: str) -> None:
        order_id, draft = self._editor.order_id, self._editor.snapshot()
        if order_id is None or draft is None:
            return
        issues = await labels.check(self._ctx, order_id, number, draft, package)
        now = self._editor.snapshot()
        is_same = self._editor.order_id == order_id and now is not None and package < len(now.packages)
        if not is_same or now is None or now.packages[package].tracking_number != number:
            return
        left = tuple(issue for issue in issues if issue.kind not in now.packages[package].accepted)
        shown = [verdict.label for verdict in self._strip.waiting if verdict.order_id == order_id and verdict.label]
        if left and not any(label.is_typed and label.package == package for label in shown):
            scan = Scan("tracking", ScanReason.LABEL, number, number)
            self.handle(Scanned(scan, self._editor.packing_of(package), left, is_typed=True))

    def _on_label_doubted(self, package: int, number: str, issues: tuple[LabelIssue, ...]) -> None:
        """Ask about a label whose shipment was refused: something became known of it after it was scanned."""
        scan = Scan("tracking", ScanReason.LABEL, number, number)
        self.handle(Scanned(scan, self._editor.packing_of(package), issues, is_typed=True))

    def _act(self, act: Callable[[], object]) -> None:
        self._is_acting = True
        try:
            act()
        finally:
            self._is_acting = False

    def _may_ship(self) -> bool:
        if self._working and not self._is_acting:
            # A label that was scanned just before has to be judged first.
            self._waiting.append(self._editor.ship)
            return False
        return not self._step(ActionRequested()).is_repeated

    def _may_pack(self) -> bool:
        return not self.verdict.waits or not self._step(ActionRequested()).is_repeated

    def _stop(self) -> None:
        self._waiting.clear()
        self._editor.start_saving()
        self.stopped.emit()

    def _on_opened(self, order_id: int | None, number: str, left: int) -> None:
        self.handle(OrderOpened(order_id, number, left))
        self._tasks.spawn("record the open order", scanning.save_open_order(self._ctx, order_id))

    def _on_moved(self, order_id: int, to_order_id: int) -> None:
        self.handle(OrderMoved(order_id, to_order_id))

    def _note(self, scan: Scan | None, verdict: Verdict, answer: str = "") -> None:
        note = scanning.record_scan(self._ctx, self._editor.order_id, scan, verdict.kind, answer)
        self._tasks.spawn("log a scan", note)
