"""The queue of verdicts, and the ways in which a step changes it."""

from dataclasses import dataclass, field, replace

from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.scanning_events import Effect, Scanned
from shipconsole.domain.verdict import Verdict, VerdictKind

_UNASKED = (ScanReason.LABEL, ScanReason.LISTED_CARRIER, ScanReason.TAUGHT_FORMAT)


@dataclass(frozen=True, slots=True)
class VerdictQueue:
    """All verdicts: the waiting ones, oldest first and each with its order, and the last other one."""

    order_id: int | None = None
    order_number: str = ""
    waiting: tuple[Verdict, ...] = ()
    last: Verdict = field(default_factory=Verdict)
    is_database_away: bool = False

    @property
    def shown(self) -> Verdict:
        """Return the verdict on the screen: the oldest that waits for the open order, else the last one."""
        first = next((verdict for verdict in self.waiting if verdict.order_id == self.order_id), None)
        if first is not None:
            return first
        return Verdict(VerdictKind.DATABASE_AWAY, self.order_id) if self.is_database_away else self.last


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an event; `verdict` is its verdict, `is_repeated` means that it changed nothing."""

    queue: VerdictQueue
    verdict: Verdict
    effects: tuple[Effect, ...] = ()
    is_repeated: bool = False


def is_unasked(scan: Scan) -> bool:
    """Return whether a label is accepted without a question."""
    return scan.certain or scan.reason in _UNASKED


def ask(queue: VerdictQueue, kind: VerdictKind, event: Scanned, *, count: int = 0) -> Step:
    """Show a verdict about a scan."""
    return say(queue, Verdict(kind, queue.order_id, queue.order_number, event.scan, count=count))


def say(queue: VerdictQueue, verdict: Verdict, *effects: Effect) -> Step:
    """Show a verdict; one that waits comes after those that already wait."""
    changed = {"waiting": (*queue.waiting, verdict)} if verdict.waits else {"last": verdict}
    return Step(replace(queue, **changed), verdict, effects)


def idle(queue: VerdictQueue) -> Step:
    """Show that nothing happened."""
    queue = replace(queue, last=Verdict(VerdictKind.IDLE, queue.order_id, queue.order_number))
    return Step(queue, queue.last)


def without(queue: VerdictQueue, verdict: Verdict) -> VerdictQueue:
    """Return the queue without one of its waiting verdicts."""
    return replace(queue, waiting=tuple(waiting for waiting in queue.waiting if waiting is not verdict))


def repeat(queue: VerdictQueue) -> Step:
    """Show the waiting verdict again; nothing else changes."""
    shown = queue.shown
    if not shown.waits:
        return Step(queue, shown, is_repeated=True)
    again = replace(shown, repeats=shown.repeats + 1)
    queue = replace(queue, waiting=tuple(again if verdict is shown else verdict for verdict in queue.waiting))
    return Step(queue, again, is_repeated=True)
