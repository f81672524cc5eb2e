"""Shipping by itself: stored at once, sent once after the countdown, and left to a person if that did not end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import CallState
from shipconsole.domain.draft import KeptBack, PackageDraft, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.label_rules import LabelRules
from shipconsole.domain.message import Message
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity, import_orders, upsert
from shipconsole.operations.orders import orders, remarks
from shipconsole.operations.orders import scan as scanning
from shipconsole.operations.outbox import hold, resolve
from shipconsole.operations.shipping import by_itself, undo
from shipconsole.operations.shipping.by_itself import CountingDown, Times, Watch, ship_by_itself
from shipconsole.operations.shipping.ship import draft_with_items
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls
from tests.operations.outbox.test_hold import change, primary
from tests.support.bench import USPS_NUMBERS, connect_all, effects, open_context
from tests.support.clock import ManualClock
from tests.support.engines import beside

LEAST_S = USUAL.countdown_least_s
LABEL = USPS_NUMBERS[0]
SCANNED = PackageDraft(tracking_number=LABEL, raw_scan=LABEL)
SHORT_S = 0.3


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def station(tmp_path: Path, clock: ManualClock, simulated_platforms: SimulatorServer) -> AsyncGenerator[Context]:
    """Return a context with an undo window of two seconds."""
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        yield replace(ctx, undo_window_s=2)


async def packed(ctx: Context, package: PackageDraft = SCANNED) -> tuple[int, ShipmentDraft]:
    """Return an order and a draft that packs it completely, with every unit scanned."""
    order_id = await orders.find(ctx, "10001")
    return order_id, await draft_with_items(ctx, order_id, None, package)


async def attempt(ctx: Context, package: PackageDraft = SCANNED, **changed: object) -> CountingDown | Message:
    order_id, draft = await packed(ctx, package)
    seen = (await orders.sheet(ctx, order_id)).order
    draft = draft.model_copy(update=changed)
    return await ship_by_itself(ctx, order_id, draft, seen=seen, has_open_verdict=False)


async def begun(ctx: Context) -> CountingDown:
    counting = await attempt(ctx)
    assert isinstance(counting, CountingDown)
    return counting


async def states(ctx: Context, counting: CountingDown) -> set[CallState]:
    return {call.state for call in await worker.updates_of(ctx, counting.shipped.call_ids)}


async def test_it_is_sent_once_after_the_countdown_and_by_nobody_before(
    station: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    counting = await begun(station)
    assert counting.window_s == LEAST_S
    clock.pass_s(LEAST_S + 4)
    assert await worker.flush(station, until_empty=True) == (), "only the program that counts releases it"
    assert await states(station, counting) == {"held"}
    assert await by_itself.count_down(station, counting.shipped.shipment_id, 0)
    assert not await by_itself.count_down(station, counting.shipped.shipment_id, 0)
    assert len(await worker.flush(station, until_empty=True)) == 3
    assert await worker.flush(station, until_empty=True) == ()
    assert await states(station, counting) == {"confirmed"}
    assert len(effects(simulated_platforms)) == 3


async def test_the_longest_undo_window_counts(station: Context) -> None:
    known = {connection.name: connection for connection in await connections.every(station)}
    for name, vendor, window_s in (("ShipEngine", "shipengine", "0"), ("Shipup", "shipup", "60")):
        await connections.connect(station, vendor, name, url=known[name].base_url, options={"undo_window_s": window_s})
    assert (await begun(station)).window_s == 60


@pytest.mark.parametrize("happened", ["crash", "restart of the computer"])
async def test_after_a_crash_it_waits_for_a_person(
    station: Context, clock: ManualClock, simulated_platforms: SimulatorServer, happened: str
) -> None:
    counting = await begun(station)
    if happened != "crash":
        clock.reboot()
        await station.write(station.keep_steady_time)
    assert await worker.flush(station, until_empty=True) == ()
    assert await states(station, counting) == {"held"}
    clock.pass_s(3_600)
    assert await worker.flush(station, until_empty=True) == ()
    assert await states(station, counting) == {"needs_attention"}
    (found,) = {call.message for call in await worker.updates_of(station, counting.shipped.call_ids)}
    assert found == Message("update.countdown_ended")
    assert not await by_itself.count_down(station, counting.shipped.shipment_id, 0)
    assert effects(simulated_platforms) == []
    for call_id in counting.shipped.call_ids:
        await resolve.resolve_update(station, call_id, "retry", "it is on the belt")
    assert len(await worker.flush(station, until_empty=True)) == 3
    assert len(effects(simulated_platforms)) == 3


@pytest.mark.parametrize("waited", [False, True], ids=["in the countdown", "after a crash"])
async def test_what_counts_down_or_waits_can_be_undone(
    station: Context, clock: ManualClock, simulated_platforms: SimulatorServer, waited: bool
) -> None:
    counting = await begun(station)
    order_id = await orders.find(station, "10001")
    if waited:
        clock.pass_s(60)
        await worker.flush(station)
    sheet = await orders.sheet(station, order_id)
    assert undo.can_be_undone(sheet.shipments[-1], sheet.calls)
    assert undo.notification_status(sheet.shipments[-1], sheet.calls)[:2] == ((), ())
    await undo.undo_shipment(station, order_id, counting.shipped.shipment_id)
    assert await states(station, counting) == {"cancelled"}
    assert not await by_itself.count_down(station, counting.shipped.shipment_id, 0)
    draft = (await orders.sheet(station, order_id)).draft
    assert draft is not None
    assert draft.kept_back == KeptBack.UNDONE
    assert await attempt(station, kept_back=draft.kept_back) == Message("by_itself.undone")
    assert effects(simulated_platforms) == []


@pytest.mark.parametrize(
    ("package", "changed", "message"),
    [
        (SCANNED.model_copy(update={"raw_scan": ""}), {}, Message("by_itself.typed_label", package=1)),
        (
            PackageDraft(tracking_number="ABC1234567", raw_scan="ABC1234567"),
            {},
            Message("by_itself.uncertain_label", package=1),
        ),
        (
            SCANNED.model_copy(update={"accepted": (LabelIssueKind.SECOND_LABEL,)}),
            {},
            Message("by_itself.second_label", package=1),
        ),
        (SCANNED, {"kept_back": KeptBack.STOPPED}, Message("by_itself.stopped")),
    ],
    ids=["typed", "uncertain", "second", "stopped"],
)
async def test_what_is_unusual_is_not_stored(
    station: Context, package: PackageDraft, changed: dict[str, object], message: Message
) -> None:
    assert await attempt(station, package, **changed) == message
    assert (await orders.sheet(station, await orders.find(station, "10001"))).shipments == ()


async def changed_link(station: Context, **changes: object) -> None:
    """Have a platform show an order otherwise than it is here."""
    order_id = await orders.find(station, "10001")
    (connection,) = await connections.named(station, ["Starshipit"])
    (link,) = [link for link in (await orders.sheet(station, order_id)).links if link.connection_id == connection.id]
    remote = identity.remote_order(connection, link)
    assert remote is not None
    remote = remote.model_copy(update={"document": link.document + " ", **changes})
    await station.write(upsert.upsert_orders, connection, (remote,), now_ms=station.clock.now_ms(), compares=False)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"shipped_elsewhere": True, "status": "Dispatched"}, "remark.shipped_there_as"),
        ({"cancelled": True, "status": "Void"}, "remark.cancelled_there_as"),
    ],
)
async def test_what_a_platform_shows_otherwise_waits_for_a_person(
    station: Context, changes: dict[str, object], remark: str
) -> None:
    """It may have been shipped by someone else: the packer is warned, and has to decide."""
    await changed_link(station, **changes)
    found = await attempt(station)
    assert isinstance(found, Message)
    assert found.id == "by_itself.problem"
    problem = found.arguments["problem"]
    assert isinstance(problem, Message)
    assert problem.id == remark
    assert (await orders.sheet(station, await orders.find(station, "10001"))).shipments == ()


async def test_a_doubtful_address_waits_for_a_person(station: Context) -> None:
    order_id = await orders.find(station, "10001")
    _, remote = await primary(station, order_id)
    odd = remote.ship_to.model_copy(update={"postal_code": "???", "country": "US"})
    await change(station, order_id, ship_to=odd)
    found = await attempt(station)
    assert isinstance(found, Message)
    assert found.arguments["problem"] == remarks.address_warning(odd)


async def test_a_change_that_nobody_has_seen_waits_for_a_person(station: Context) -> None:
    order_id, draft = await packed(station)
    await orders.save_draft(station, order_id, draft)
    _, remote = await primary(station, order_id)
    await change(station, order_id, ship_to=remote.ship_to.model_copy(update={"street": "1 Other Street"}))
    assert await attempt(station) == Message("by_itself.changed")
    await hold.acknowledge(station, order_id)
    assert isinstance(await attempt(station), CountingDown)


async def test_a_listed_carrier_is_enough(station: Context) -> None:
    label = "AB1234567890"
    package = PackageDraft(tracking_number=label, raw_scan=label)
    assert await attempt(station, package) == Message("by_itself.uncertain_label", package=1)
    carriers = (await scanning.identify(station, label)).carriers
    assert carriers
    listed = replace(station, label_rules=LabelRules(carriers_used=carriers[:1]))
    assert isinstance(await attempt(listed, package), CountingDown)


async def test_an_invalid_shipment_says_what_is_wrong(station: Context) -> None:
    await attempt(station)
    found = await attempt(station)
    assert isinstance(found, Message)
    assert found.id in ("by_itself.not_packed", "by_itself.problem")


async def test_where_no_platform_responds_a_person_ships(station: Context) -> None:
    with beside(station.store) as store:
        store.execute("UPDATE connection SET failures = 100")
    assert await attempt(station) == Message("by_itself.offline")
    with beside(station.store) as store:
        store.execute("UPDATE connection SET failures = 0 WHERE vendor = 'shipup'")
    assert isinstance(await attempt(station), CountingDown)


NOW = Times(1_000.0, 50.0, 20.0)


def after(*passed: tuple[float, float, float], window_s: float = 5) -> Watch:
    """Return a countdown after these times of the wall clock, the steady clock, and while the computer was awake."""
    watch, now = Watch(window_s, NOW), NOW
    for wall_s, steady_s, awake_s in passed:
        now = Times(now.wall_s + wall_s, now.steady_s + steady_s, now.awake_s + awake_s)
        watch.note(now)
    return watch


def test_the_countdown_counts_visible_time_only() -> None:
    quarter = (0.25, 0.25, 0.25)
    assert after(*[quarter] * 20).left_s == pytest.approx(0)
    stalled = after((4, 4, 4))
    assert (stalled.left_s, stalled.is_interrupted) == (4, False)


@pytest.mark.parametrize(
    "passed",
    [(3, 3, 0.25), (3_600, 0.25, 0.25), (-3_600, 0.25, 0.25), (11, 11, 11), (3, 0.25, 0.25)],
    ids=["slept, by the clock that counts sleep", "set forward", "set back", "stood still", "slept, by the wall clock"],
)
def test_sleep_a_set_clock_and_standing_still_interrupt_it(passed: tuple[float, float, float]) -> None:
    assert after((0.25, 0.25, 0.25), passed).is_interrupted
    assert after(passed, *[(0.25, 0.25, 0.25)] * 40).is_interrupted, "it stays so"


async def test_an_interrupted_countdown_leaves_the_shipment_to_a_person(
    station: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    counting = await begun(station)
    running = asyncio.create_task(by_itself.count_down(station, counting.shipped.shipment_id, 60))
    await asyncio.sleep(SHORT_S)
    clock.pass_s(30)
    assert await running is False
    assert await states(station, counting) == {"needs_attention"}
    assert await worker.flush(station, until_empty=True) == ()
    assert effects(simulated_platforms) == []


async def test_only_a_person_ends_what_counts_down(station: Context) -> None:
    """No statement but the release of its own shipment makes such an update due."""
    counting = await begun(station)
    assert await station.read(calls.held_is_due, steady_ms=10**15) is False
    assert await station.write(calls.release_held, now_ms=1, steady_ms=10**15) == 0
    assert await station.write(calls.release_counted_down, counting.shipped.shipment_id + 1, now_ms=1) == 0
    assert await states(station, counting) == {"held"}
