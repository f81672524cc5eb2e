"""Simulated platforms that go wrong by chance, that act late, and that note when each update came and was answered."""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from shipconsole.simulator.faults import Fault, Raw
from shipconsole.simulator.messages import Request, Response, Vendor, find_route, read_json
from shipconsole.simulator.server import SimulatorServer
from shipconsole.simulator.shipengine import ShipEngine

LOOK_EVERY_S = 0.02
NOTIFICATIONS = ("notify_shipped", "update_order", "create_order")
MIXED = ("429", "503", "drop_before", "drop_after", "500_after", "late")
ACTING = ("drop_after", "500_after", "late")
"""Those after which the platform has acted or will act, though no one hears of it."""


@dataclass
class ShipmentNotification:
    """One notification on its way; `ended_s` is None while nothing was answered and it may still be acted on."""

    vendor: str
    order: str
    began_s: float
    fault: str = ""
    ended_s: float | None = None


@dataclass
class Trouble:
    """What goes wrong with tellings.

    `share` of them meet one of `kinds`. `late` is acted on only after up to `late_s` (real seconds), the line
    having been closed at once. `slow_s` is the longest wait before any answer. `lose` names platforms and orders
    whose next notification is lost on its way: no one acts.
    """

    share: float = 0.0
    kinds: tuple[str, ...] = MIXED
    late_s: float = 0.0
    slow_s: float = 0.0
    lose: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    chance: random.Random = field(default_factory=lambda: random.Random(4711))


class FlakyVendors(SimulatorServer):
    """Simulated platforms with trouble of their own.

    `notifications` has each that came, oldest first; `most_behind_s` is the longest that the computer let them
    wait for their turn: so much later than they were told to be they were.
    """

    def __init__(self, *, orders: int, trouble: Trouble, now: Callable[[], float]) -> None:
        """Make ready; the platforms' rate limits are off, since time runs faster than they know."""
        super().__init__(orders=orders, now=now)
        self.trouble = trouble
        self.notifications: list[ShipmentNotification] = []
        self.most_behind_s = 0.0
        self._acting = set[asyncio.Task[Response | Raw]]()
        for vendor in self._vendors.values():
            vendor.limit = None

    async def note_how_far_behind(self) -> None:
        """Note for as long as the loop runs how late it runs."""
        while True:
            due_s = time.monotonic() + LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
            self.most_behind_s = max(self.most_behind_s, time.monotonic() - due_s)

    async def _vendor_reply(self, name: str, vendor: Vendor, whole: Request) -> Response | Raw:
        route = find_route(vendor.routes, whole.method, whole.path.removeprefix(f"/{name}") or "/")
        if route is None or route[0] not in NOTIFICATIONS:
            return await super()._vendor_reply(name, vendor, whole)
        call, parts = route
        notification = ShipmentNotification(name, _order_of(vendor, parts, whole), time.monotonic())
        self.notifications.append(notification)
        if self.trouble.slow_s:
            await asyncio.sleep(self.trouble.chance.uniform(0, self.trouble.slow_s))
        notification.fault = self._chosen(notification)
        if notification.fault == "late":
            late_s = self.trouble.chance.uniform(0, self.trouble.late_s)
            asyncio.get_running_loop().call_later(late_s, self._act_at_last, notification, vendor, whole)
            return Raw(iter(()))
        if notification.fault:
            self._faults.add(Fault(vendor=name, call=call, kind=notification.fault, times=1, seconds=1.0))
        return await self._act(notification, vendor, whole)

    async def _act(self, notification: ShipmentNotification, vendor: Vendor, whole: Request) -> Response | Raw:
        if isinstance(vendor, ShipEngine):
            _take_anything(vendor, notification.order)
        try:
            return await super()._vendor_reply(notification.vendor, vendor, whole)
        finally:
            notification.ended_s = time.monotonic()

    def _act_at_last(self, notification: ShipmentNotification, vendor: Vendor, whole: Request) -> None:
        acting = asyncio.create_task(self._act(notification, vendor, whole))
        self._acting.add(acting)
        acting.add_done_callback(self._acting.discard)

    def _chosen(self, notification: ShipmentNotification) -> str:
        aim = (notification.vendor, notification.order)
        if aim in self.trouble.lose:
            self.trouble.lose.discard(aim)
            return "drop_before"
        if self.trouble.chance.random() < self.trouble.share:
            return self.trouble.chance.choice(self.trouble.kinds)
        return ""


def _take_anything(vendor: ShipEngine, number: str) -> None:
    """Let no notification be refused because the units were told before: nothing says that the platform counts them."""
    for order in vendor._orders.values():
        if order.sample.number == number:
            order.notified.clear()


def _order_of(vendor: Vendor, parts: Mapping[str, str], whole: Request) -> str:
    """Return the number of the order that a notification is about."""
    if isinstance(vendor, ShipEngine):
        return vendor._orders[parts["id"]].sample.number
    body = read_json(whole.body)
    assert isinstance(body, dict)
    reported = body.get("order", body)
    assert isinstance(reported, dict)
    return str(reported.get("order_number") or reported["order_id"])


@contextmanager
def flaky_vendors(*, orders: int, trouble: Trouble, now: Callable[[], float]) -> Generator[FlakyVendors]:
    """Run flaky platforms in a thread of their own while the block lasts."""
    server = FlakyVendors(orders=orders, trouble=trouble, now=now)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="flaky-vendors", daemon=True)
    thread.start()

    def run(coroutine: Coroutine[object, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, loop).result(60)

    watching = asyncio.run_coroutine_threadsafe(server.note_how_far_behind(), loop)
    try:
        run(server.start())
        yield server
    finally:
        watching.cancel()
        run(server.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
