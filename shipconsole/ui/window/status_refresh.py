"""The refresh of the top bar's counts and connection states, and the report that no platform can be reached."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.call import IN_PROGRESS, CallState
from shipconsole.domain.scanning_events import Offline
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.top_bar import TopBar


class StatusRefresher(QObject):
    """Reads updates and connections when asked to, and shows them.

    Signal: next_try(when a connection that does not respond is tried again, None while all do).
    """

    next_try = Signal(object)

    def __init__(
        self, ctx: Context, tasks: Tasks, top_bar: TopBar, order_list: OrderListPanel, scans: ScanProcessor
    ) -> None:
        """Initialize as online, with nothing read."""
        super().__init__(top_bar)
        self._ctx = ctx
        self._tasks = tasks
        self._top_bar = top_bar
        self._order_list = order_list
        self._scans = scans
        self._is_counting = False
        self._is_offline = False

    def refresh_updates(self) -> None:
        """Count updates and shipments under review; requests made before a count starts share it."""
        if not self._is_counting:
            self._is_counting = True
            self._tasks.spawn("count updates", self._count_updates())

    def refresh_connections(self) -> None:
        """Read the connections' state."""
        self._tasks.spawn("read the connections", self._read_connections())

    async def _count_updates(self) -> None:
        self._is_counting = False
        found = await worker.workload(self._ctx)
        self._top_bar.show_forward_review(found.reviews)
        oldest_ms = min((waiting.since_ms for waiting in found.backlog), default=None)
        self._top_bar.show_counts(sending=_in_progress(found.counts), oldest_ms=oldest_ms)
        tries = [
            waiting.next_at_ms for waiting in found.backlog if waiting.reason == "unresponsive" and waiting.next_at_ms
        ]
        self.next_try.emit(min(tries, default=None))

    async def _read_connections(self) -> None:
        known = await connections.every(self._ctx)
        unresponsive = [connection.id for connection in known if circuit_breaker.is_open(self._ctx, connection)]
        self._top_bar.show_connections(known, unresponsive)
        self._order_list.show_synced(known)
        is_offline = bool(known) and len(unresponsive) == len(known)
        if is_offline != self._is_offline:
            self._is_offline = is_offline
            self._scans.handle(Offline(is_offline, _in_progress(await worker.counts(self._ctx))))


def _in_progress(counts: Mapping[CallState, int]) -> int:
    return sum(counts.get(state, 0) for state in IN_PROGRESS)
