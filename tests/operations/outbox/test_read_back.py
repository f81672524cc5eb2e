"""Reading back: what became of a call without an answer is decided by evidence, or asked of a person."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.domain.link import Link
from shipconsole.domain.outcome import Accepted
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.operations.vendor_orders import create
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections as stored_connections
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.outcome_check import OrderShare, UnconfirmedRequest
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.shipengine.outcome_check import check_outcome as shipengine
from shipconsole.vendors.starshipit.outcome_check import check_outcome as starshipit
from tests.operations.vendor_orders.test_create import entered
from tests.support import local_http
from tests.support.bench import SECRETS, USPS_NUMBERS, connect_all, draft_of, effects, fault, open_context
from tests.support.clock import ManualClock
from tests.support.refusals import refused

QUICK = replace(USUAL, refresh_pauses_s=(0.05, 0.1, 0.2, 0.4, 0.8))
ONE_CASE = {"MOBILE-CASE-BLK": 1}
PARTS: tuple[OrderShare, OrderShare, OrderShare] = ("whole", "rest", "part")
CELLS = {
    ("unfulfilled", "unfulfilled"): ("absent", "absent", "absent"),
    ("unfulfilled", "partially_fulfilled"): ("person", "person", "confirmed"),
    ("unfulfilled", "fulfilled"): ("confirmed", "confirmed", "person"),
    ("partially_fulfilled", "partially_fulfilled"): ("absent", "absent", "person"),
    ("partially_fulfilled", "fulfilled"): ("confirmed", "confirmed", "person"),
    ("unfulfilled", "cancelled"): ("person", "person", "person"),
}


def seen(
    before: str, after: str, part: OrderShare, *, reports_immediately: bool = True, others: bool = False
) -> UnconfirmedRequest:
    return UnconfirmedRequest(
        request=Request("notify_shipped", "POST", "/"),
        before=before,
        after=Link(connection_id=1, remote_id="1", status=after, cancelled=after == "cancelled"),
        part=part,
        others_sent=others,
        options={"reports_immediately": "yes"} if reports_immediately else {},
    )


@pytest.mark.parametrize("states", CELLS, ids=" to ".join)
@pytest.mark.parametrize("column", range(3), ids=PARTS)
def test_the_eighteen_cells(states: tuple[str, str], column: int) -> None:
    assert shipengine(seen(*states, PARTS[column])).is_ == CELLS[states][column]


@pytest.mark.parametrize("states", CELLS, ids=" to ".join)
@pytest.mark.parametrize("column", range(3), ids=PARTS)
def test_absence_proves_nothing_for_a_store_that_may_report_late(states: tuple[str, str], column: int) -> None:
    expected = CELLS[states][column]
    verdict = shipengine(seen(*states, PARTS[column], reports_immediately=False))
    assert verdict.is_ == ("person" if expected == "absent" else expected)


def test_a_part_beside_another_package_proves_nothing() -> None:
    assert shipengine(seen("unfulfilled", "partially_fulfilled", "part", others=True)).is_ == "person"


@pytest.mark.parametrize("before", ["", "unknown", "fulfilled", "new_word"])
@pytest.mark.parametrize("after", ["", "unknown", "fulfilled", "unfulfilled"])
@pytest.mark.parametrize("part", [*PARTS, "other"])
def test_statuses_that_are_not_in_the_table_are_left_to_a_person(before: str, after: str, part: OrderShare) -> None:
    assert shipengine(seen(before, after, part)).is_ == "person"


def test_starshipit_is_asked_for_what_was_added() -> None:
    def verdict(sent: Json, document: str) -> str:
        evidence = replace(seen("", "", "part"), request=Request("update_order", "PUT", "/", body={"order": sent}))
        link = Link(connection_id=1, remote_id="1", document=document)
        return starshipit(replace(evidence, after=link)).is_

    two: Json = {"packages": [{"tracking_number": "1 A"}, {"tracking_number": "2B"}]}
    assert verdict(two, '{"packages": [{"tracking_number": "1a"}, {"tracking_number": "2B", "package_id": 7}]}') == (
        "confirmed"
    )
    for one, other in (("AB-123", "ab 123"), ("00340434161094021507", "340434161094021507")):
        there = f'{{"packages": [{{"tracking_number": "{other}"}}]}}'
        assert verdict({"packages": [{"tracking_number": one}]}, there) == "confirmed", "written in another way"
    assert verdict(two, '{"packages": []}') == "absent"
    assert verdict(two, '{"packages": [{"tracking_number": "2b"}]}') == "person"
    item: Json = {"items": [{"item_id": 1, "sku": "A"}, {"sku": "A", "description": "one more"}]}
    assert verdict(item, '{"items": [{"item_id": 1, "sku": "A", "description": "one more"}]}') == "absent"
    assert verdict(item, '{"items": [{"item_id": 2, "sku": "A", "description": "one more"}]}') == "confirmed"
    assert verdict({"packages": [{"package_id": 1}]}, "{}") == "person", "nothing in it could be doubled"
    assert verdict([], "[]") == "person"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ctx(tmp_path: Path, clock: ManualClock, simulated_platforms: SimulatorServer) -> AsyncGenerator[Context]:
    async with open_context(tmp_path, clock) as opened:
        await import_orders.sync(opened, await connect_all(opened, simulated_platforms.url))
        yield replace(opened, timings=QUICK)


async def lost(
    ctx: Context,
    server: SimulatorServer,
    kind: str,
    *,
    vendor: str = "shipengine",
    call: str = "notify_shipped",
    number: str = "10001",
    items: dict[str, int] | None = None,
) -> Call:
    """A call of which no answer came."""
    fault(server, vendor, kind, call=call)
    order_id, draft = await draft_of(ctx, number, items, USPS_NUMBERS[0])
    names = {"shipengine": "ShipEngine", "starshipit": "Starshipit"}
    shipped = await ship.ship(ctx, order_id, draft, [names[vendor]])
    await worker.flush(ctx)
    (found,) = await worker.updates_of(ctx, shipped.call_ids)
    assert found.state == "unknown"
    return found


async def after(ctx: Context, clock: ManualClock, call: Call, seconds: float) -> Call:
    clock.pass_s(seconds)
    await worker.flush(ctx, until_empty=True)
    return (await worker.updates_of(ctx, (call.id,)))[0]


def times_notified(server: SimulatorServer) -> int:
    return len(effects(server))


def no_faults(server: SimulatorServer) -> None:
    local_http.delete(f"{server.url}/_simulator/faults").raise_for_status()


async def test_nothing_is_checked_while_the_platform_may_still_act(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    call = await lost(ctx, simulated_platforms, "drop_after")
    assert (await after(ctx, clock, call, 119)).state == "unknown"
    assert (await after(ctx, clock, call, 2)).state == "confirmed"
    what = [attempt.what for attempt in await worker.attempts(ctx, call.id)]
    assert what == ["sending", "lost", "read_back"]
    assert times_notified(simulated_platforms) == 1


async def test_what_the_shop_had_before_is_what_it_had_before_the_try_that_was_lost(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    """Another program ships a part between two tries: that part proves nothing of ours, of which no one was told."""
    order_id, draft = await draft_of(ctx, "10001", ONE_CASE, USPS_NUMBERS[0])
    _, others = await draft_of(ctx, "10001", {"CHARGER-USB-C": 1}, USPS_NUMBERS[1])
    (other,) = await ship.preview(ctx, order_id, others, ["ShipEngine"])
    fault(simulated_platforms, "shipengine", "429", call="notify_shipped")
    shipped = await ship.ship(ctx, order_id, draft, ["ShipEngine"])
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, shipped.call_ids)
    assert call.state == "retry_wait"
    url = f"{other.connection.base_url}{other.request.path}"
    headers = {"API-Key": SECRETS["shipengine"]["api_key"]}
    local_http.post(url, json=other.request.body, headers=headers).raise_for_status()
    (link,) = (link for link in (await orders.sheet(ctx, order_id)).links if link.connection_id == call.connection_id)
    refresh = VENDORS["shipengine"].stores
    assert refresh is not None
    assert await followups.refresh(ctx, other.connection, refresh, link.source_id) == Accepted()
    await import_orders.refresh_order(ctx, other.connection, link.remote_id)
    fault(simulated_platforms, "shipengine", "drop_before", call="notify_shipped")
    assert (await after(ctx, clock, call, 60)).state == "unknown"
    found = await after(ctx, clock, call, 121)
    assert found.state == "needs_attention"
    assert found.message.id == "shipengine.read_back_undecided"
    assert str(found.message.arguments["before"]) == "partially fulfilled"
    assert [request["body"]["tracking_number"] for request in effects(simulated_platforms)] == [USPS_NUMBERS[1]]


async def test_what_no_platform_acted_on_is_built_anew_when_it_is_sent(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    """Between two tries the platform has put a label of its own on the one package without a number."""
    fault(simulated_platforms, "starshipit", "429", call="update_order")
    order_id, draft = await draft_of(ctx, "10001", ONE_CASE, USPS_NUMBERS[0])
    shipped = await ship.ship(ctx, order_id, draft, ["Starshipit"])
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, shipped.call_ids)
    assert call.state == "retry_wait"
    assert call.request is not None
    body = json.loads(json.loads(call.request)["body"])
    (package,) = body["order"]["packages"]
    package["tracking_number"] = USPS_NUMBERS[1]
    headers = VENDORS["starshipit"].headers(SECRETS["starshipit"], {})
    url = f"{simulated_platforms.url}/starshipit/api/orders"
    local_http.put(url, json=body, headers=headers).raise_for_status()
    assert (await after(ctx, clock, call, 60)).state == "confirmed"
    state = local_http.get(f"{simulated_platforms.url}/_simulator/state").json()["starshipit"]
    numbers = [
        package["tracking_number"]
        for order in state
        if order["order_number"] == "10001"
        for package in order["packages"]
    ]
    assert sorted(numbers) == sorted(USPS_NUMBERS[:2])


async def test_a_connection_may_have_its_own_settle_delay(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    for wrong in ("4", "3601", "soon", "9" * 5_000):
        with refused("connection.option_number", least=5, most=3_600):
            await connections.connect(ctx, "shipengine", "ShipEngine", options={"settle_delay_s": wrong})
    await connections.connect(ctx, "shipengine", "ShipEngine", options={"settle_delay_s": "30"})
    call = await lost(ctx, simulated_platforms, "drop_after")
    assert (await after(ctx, clock, call, 29)).state == "unknown"
    assert (await after(ctx, clock, call, 2)).state == "confirmed"


async def test_the_settle_delay_is_at_least_four_times_the_longest_response_time(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    made = await connections.connect(ctx, "shipengine", "ShipEngine", options={"settle_delay_s": "5"})
    await ctx.write(stored_connections.record_response_time, made.id, 20_000)
    call = await lost(ctx, simulated_platforms, "drop_after")
    assert (await after(ctx, clock, call, 79)).state == "unknown"
    assert (await after(ctx, clock, call, 2)).state == "confirmed"


async def test_what_was_not_acted_on_is_asked_of_a_person(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    call = await lost(ctx, simulated_platforms, "drop_before")
    found = await after(ctx, clock, call, 121)
    assert found.state == "needs_attention"
    assert "unfulfilled" in str(found.message)
    await resolve.resolve_update(ctx, call.id, "retry", "the shop shows nothing")
    await worker.flush(ctx, until_empty=True)
    assert times_notified(simulated_platforms) == 1


async def test_a_store_that_reports_immediately_is_trusted_after_two_checks(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    (connection,) = await connections.named(ctx, ["ShipEngine"])
    await connections.connect(
        ctx, "shipengine", connection.name, url=connection.base_url, options={"reports_immediately": "yes"}
    )
    call = await lost(ctx, simulated_platforms, "drop_before")
    assert (await after(ctx, clock, call, 121)).state == "unknown"
    assert times_notified(simulated_platforms) == 0
    assert (await after(ctx, clock, call, 121)).state == "confirmed"
    assert times_notified(simulated_platforms) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
async def test_starshipit_shows_at_first_sight_whether_a_package_was_added(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer, kind: str
) -> None:
    order_id, first = await draft_of(ctx, "10001", ONE_CASE, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, first, ["Starshipit"])
    await worker.flush(ctx, until_empty=True)
    fault(simulated_platforms, "starshipit", kind, call="update_order")
    _, second = await draft_of(ctx, "10001", ONE_CASE, USPS_NUMBERS[1])
    shipped = await ship.ship(ctx, order_id, second, ["Starshipit"])
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, shipped.call_ids)
    assert call.state == "unknown"
    assert (await after(ctx, clock, call, 121)).state == "confirmed"
    (link,) = [link for link in (await orders.sheet(ctx, order_id)).links if link.connection_id == call.connection_id]
    assert [package["tracking_number"] for package in json.loads(link.document)["packages"]] == list(USPS_NUMBERS[:2])
    assert times_notified(simulated_platforms) == 2


async def test_an_unreachable_platform_does_not_count_as_a_check(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    call = await lost(ctx, simulated_platforms, "drop_after")
    fault(simulated_platforms, "shipengine", "drop_before", call="refresh_order_source", times=None)
    for _ in range(6):
        found = await after(ctx, clock, call, 121)
        assert (found.state, found.checks) == ("unknown", 0)
    no_faults(simulated_platforms)
    assert (await after(ctx, clock, call, 400)).state == "confirmed"


async def test_a_shop_that_is_never_read_to_the_end_is_given_to_a_person(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    hasty = replace(ctx, timings=replace(QUICK, refresh_pauses_s=()))
    call = await lost(ctx, simulated_platforms, "drop_after")
    waited: list[int] = []
    for seconds in (121, 181, 601, 2701):
        found = await after(hasty, clock, call, seconds - 2)
        waited.append(found.checks)
        found = await after(hasty, clock, call, 2)
    assert waited == [0, 1, 2, 3]
    assert found.state == "needs_attention"
    assert "checked 4 times" in str(found.message)


async def test_a_check_that_takes_longer_than_a_lease_is_still_claimed(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    from shipconsole.operations.outbox import recovery
    from shipconsole.operations.sending import verify

    call = await lost(ctx, simulated_platforms, "drop_after")
    clock.pass_s(121)
    fault(simulated_platforms, "shipengine", "slow", call="refresh_order_source", seconds=0.3)
    looking = asyncio.create_task(verify.check_update(ctx, call.id))
    while (await worker.updates_of(ctx, (call.id,)))[0].state != "checking" or not ctx.in_hand:
        await asyncio.sleep(0.001)
    clock.pass_s(USUAL.lease_ms / 1_000 + 1)
    assert await recovery.recover(ctx) == 0
    await looking
    (found,) = await worker.updates_of(ctx, (call.id,))
    assert (found.state, found.checks, ctx.in_hand) == ("confirmed", 1, set())


async def test_an_interrupted_check_is_repeated(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    from shipconsole.operations.outbox import recovery
    from shipconsole.operations.sending import verify
    from shipconsole.operations.sending.verify import begin_check

    call = await lost(ctx, simulated_platforms, "drop_after")
    clock.pass_s(121)
    assert await ctx.write(begin_check, ctx, call.id) is not None
    assert await ctx.write(begin_check, ctx, call.id) is None, "somebody has it in hand"
    await ctx.write(ctx.keep_steady_time)
    clock.reboot()
    await ctx.write(ctx.keep_steady_time)
    clock.pass_s(61)
    assert await recovery.recover(ctx) == 1
    await verify.run_due(ctx)
    (found,) = await worker.updates_of(ctx, (call.id,))
    assert found.state == "confirmed"
    assert times_notified(simulated_platforms) == 1


@pytest.mark.parametrize(("name", "is_ours"), [("Bob Stone", False), ("John Smith", True)])
async def test_an_order_of_the_same_number_is_ours_only_where_the_recipient_is(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer, name: str, is_ours: bool
) -> None:
    (connection,) = await connections.named(ctx, ["Starshipit"])
    request = await create.preview(ctx, await entered(ctx, "B-1"), connection.id)
    body = json.loads(request.body_text)
    body["order"]["destination"] |= {"name": name}
    keys = VENDORS["starshipit"].headers(SECRETS["starshipit"], {})
    url = f"{simulated_platforms.url}/starshipit{request.path}"
    local_http.post(url, json=body, headers=dict(keys)).raise_for_status()
    order_id = await orders.find(ctx, "B-1")
    fault(simulated_platforms, "starshipit", "drop_before", call="create_order")
    (call_id,) = (await create.queue_creations(ctx, [order_id], connection.id)).call_ids
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, (call_id,))
    ended = await after(ctx, clock, call, 121)
    assert ended.state == ("confirmed" if is_ours else "needs_attention")
    assert len((await orders.sheet(ctx, order_id)).links) == is_ours
