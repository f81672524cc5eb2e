"""Orders made known many at a time: batches of a hundred, jobs with failures in them, answers and programs lost."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from shipconsole import simulator
from shipconsole.domain.address import Address
from shipconsole.domain.call import Call
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import verbatim
from shipconsole.domain.outcome import Refused, TryLater
from shipconsole.domain.problem import Problem
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.sending import batches
from shipconsole.operations.timings import USUAL
from shipconsole.operations.vendor_orders import create
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.clock import Clock
from shipconsole.store import batches as stored
from shipconsole.store import calls, orders, search_text
from shipconsole.store.database import Db
from tests.support import local_http
from tests.support.bench import SECRETS, effects, fault, open_context
from tests.support.clock import ManualClock
from tests.support.engines import beside

ROOT = Path(__file__).parents[3]
JOHN_SMITH = Address(name="John Smith", street="20 George Street", city="Sydney", postal_code="2000", country="AU")
CHILD = """
import asyncio, sys
from pathlib import Path
from shipconsole.operations import worker
from tests.support.bench import SECRETS, open_context

async def deliver():
    async with open_context(Path(sys.argv[1])) as ctx:
        for field, value in SECRETS["shipup"].items():
            ctx.keys.put("Shipup", field, value).result()
        await worker.flush(ctx, until_empty=True)

asyncio.run(deliver())
"""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shop(clock: ManualClock) -> Generator[SimulatorServer]:
    with running_simulator(orders=1, now=lambda: clock.now_ms() / 1_000) as server:
        yield server


@pytest.fixture
async def bench(tmp_path: Path, clock: ManualClock, shop: SimulatorServer) -> AsyncGenerator[Context]:
    """Return a context with Shipup alone and the platform's clock."""
    async with open_context(tmp_path, clock) as ctx:
        await connect(ctx, shop)
        yield ctx


async def connect(ctx: Context, shop: SimulatorServer) -> None:
    await connections.connect(ctx, "shipup", "Shipup", url=f"{shop.url}/shipup", secrets=SECRETS["shipup"])


def add_orders(db: Db, count: int, now_ms: int) -> list[int]:
    """Orders S-1001 and on with one unit of one SKU each."""
    added: list[int] = []
    for position in range(count):
        number = f"S-{1001 + position}"
        order_id = orders.add(db, number=number, primary_connection_id=None, now_ms=now_ms)
        line = RemoteLine(remote_id="1", sku="MOBILE", description="Mobile Phone", quantity=1)
        reported = RemoteOrder(remote_id=number, number=number, lines=(line,), ship_to=JOHN_SMITH, document="{}")
        orders.describe(db, order_id, reported)
        orders.add_line(db, order_id, sku="MOBILE", description="Mobile Phone", ordered=1, cancelled=0, weight_g=None)
        orders.refresh_totals(db, order_id, now_ms=now_ms)
        added.append(order_id)
    return added


async def introduce(ctx: Context, count: int) -> tuple[int, ...]:
    """Queue that so many new orders are made known to Shipup."""
    order_ids = await ctx.write(add_orders, count, ctx.clock.now_ms())
    (shipup,) = await connections.every(ctx)
    introduced = await create.queue_creations(ctx, order_ids, shipup.id)
    assert not introduced.skipped
    return introduced.call_ids


async def states(ctx: Context, call_ids: Sequence[int]) -> Counter[str]:
    return Counter(call.state for call in await worker.updates_of(ctx, tuple(call_ids)))


async def deliver(ctx: Context, clock: ManualClock, times: int = 1, pause_s: float = 3) -> None:
    """Deliver what is due so many times, with a pause before each but the first."""
    for turn in range(times):
        if turn:
            clock.pass_s(pause_s)
        await worker.flush(ctx, until_empty=True)


def notified_orders(shop: SimulatorServer) -> Counter[str]:
    """How often Shipup acted upon each order."""
    return Counter(effect["order_number"] for effect in effects(shop))


def asked(shop: SimulatorServer, call: str) -> int:
    requests: list[dict[str, Any]] = local_http.get(f"{shop.url}/_simulator/requests").json()
    return sum(request["call"] == call for request in requests)


async def test_250_orders_go_in_three_batches_and_each_is_sent_once(
    bench: Context, shop: SimulatorServer, clock: ManualClock
) -> None:
    call_ids = await introduce(bench, 250)
    await deliver(bench, clock)
    assert await states(bench, call_ids) == {"checking": 250}
    assert (asked(shop, "batch_create"), asked(shop, "create_order")) == (3, 0)
    await deliver(bench, clock, 2)
    assert await states(bench, call_ids) == {"confirmed": 250}
    assert len(notified_orders(shop)) == 250
    assert set(notified_orders(shop).values()) == {1}
    assert sorted(Counter(state_row.job for state_row in await batches.states_of(bench, call_ids)).values()) == [
        50,
        100,
        100,
    ]
    attempts = await worker.attempts(bench, call_ids[0])
    assert [(attempt.what, attempt.status) for attempt in attempts] == [
        ("sending", None),
        ("answered", 202),
        ("answered", 201),
    ]


async def test_a_running_program_sends_them_together_too(tmp_path: Path) -> None:
    with running_simulator(orders=1) as shop:
        async with open_context(tmp_path) as opened:
            ctx = replace(opened, timings=replace(USUAL, round_s=0.05, job_pauses_s=(0.2,)))
            await connect(ctx, shop)
            call_ids = await introduce(ctx, 150)
            dispatcher = Dispatcher(ctx)
            running = asyncio.create_task(dispatcher.run())
            for _ in range(200):
                if await states(ctx, call_ids) == {"confirmed": 150}:
                    break
                await asyncio.sleep(0.05)
            await dispatcher.stop(1)
            await running
            assert await states(ctx, call_ids) == {"confirmed": 150}
            assert (asked(shop, "batch_create"), asked(shop, "create_order")) == (2, 0)
            assert set(notified_orders(shop).values()) == {1}


async def test_one_order_goes_by_itself(bench: Context, shop: SimulatorServer, clock: ManualClock) -> None:
    call_ids = await introduce(bench, 1)
    await deliver(bench, clock)
    assert await states(bench, call_ids) == {"confirmed": 1}
    assert (asked(shop, "batch_create"), asked(shop, "create_order")) == (0, 1)


async def test_a_failure_in_the_job_is_that_orders_alone(
    bench: Context, shop: SimulatorServer, clock: ManualClock
) -> None:
    call_ids = await introduce(bench, 5)
    third = (await worker.updates_of(bench, call_ids))[2]
    await _know_otherwise(shop, third)
    await deliver(bench, clock, 2)
    assert await states(bench, call_ids) == {"confirmed": 4, "rejected": 1}
    refused = (await worker.updates_of(bench, (call_ids[2],)))[0]
    assert "Cannot be changed" in str(refused.message)
    assert refused.problems[0].path[0] == "lines"
    assert notified_orders(shop)["S-1003"] == 1, "only the earlier update"


async def _know_otherwise(shop: SimulatorServer, call: Call) -> None:
    """Have Shipup know another quantity of the order's item, so that it refuses ours."""
    line = {"merchant_id": "MOBILE", "quantity": 7}
    body = {"merchant_id": call.order_number, "order_number": call.order_number, "line_items": [line]}
    async with httpx.AsyncClient(headers={"Authorization": simulator.SHIPUP_API_KEY}) as client:
        (await client.post(f"{shop.url}/shipup/v2/orders", json=body)).raise_for_status()


@pytest.mark.parametrize(
    ("kind", "times_notified"), [("drop_before", 1), ("drop_after", 2), ("500_after", 2), ("cut", 2)]
)
async def test_a_lost_answer_is_followed_by_the_same_batch(
    bench: Context, shop: SimulatorServer, clock: ManualClock, kind: str, times_notified: int
) -> None:
    fault(shop, "shipup", kind, call="batch_create")
    call_ids = await introduce(bench, 20)
    await deliver(bench, clock)
    assert await states(bench, call_ids) == {"retry_wait": 20}
    assert len({call.due_at_ms for call in await worker.updates_of(bench, call_ids)}) == 1
    await deliver(bench, clock, 4, pause_s=10)
    assert await states(bench, call_ids) == {"confirmed": 20}
    assert (asked(shop, "batch_create"), asked(shop, "create_order")) == (2, 0)
    assert set(notified_orders(shop).values()) == {times_notified}
    bodies = {effect["order_number"]: effect["body"] for effect in effects(shop)}
    assert all(effect["body"] == bodies[effect["order_number"]] for effect in effects(shop)), "an upsert of the same"


async def test_a_batch_that_is_refused_as_such_goes_order_by_order(
    bench: Context, shop: SimulatorServer, clock: ManualClock
) -> None:
    fault(shop, "shipup", "refuse", call="batch_create", times=None)
    call_ids = await introduce(bench, 3)
    await deliver(bench, clock, 3, pause_s=10)
    assert await states(bench, call_ids) == {"confirmed": 3}
    assert (asked(shop, "batch_create"), asked(shop, "create_order")) == (1, 3)


def test_a_refusal_that_names_orders_concerns_those() -> None:
    refused = Refused(
        (Problem(("orders", 1, "lines", 7, "quantity"), verbatim("Too many")), Problem((), verbatim("No")))
    )
    first, second, third = batches.shares_of(refused, 3, "Shipup")
    assert second.outcome == Refused((Problem(("lines", 7, "quantity"), verbatim("Too many")),))
    for other in (first, third):
        assert isinstance(other.outcome, TryLater)
        assert not other.alone


async def test_a_wrong_key_blocks_the_connection_and_nothing_is_lost(
    bench: Context, shop: SimulatorServer, clock: ManualClock
) -> None:
    fault(shop, "shipup", "401", call="batch_create")
    call_ids = await introduce(bench, 3)
    await deliver(bench, clock)
    assert await states(bench, call_ids) == {"blocked": 3}
    await connect(bench, shop)
    await deliver(bench, clock, 2)
    assert await states(bench, call_ids) == {"confirmed": 3}


def _forget(shop: SimulatorServer) -> None:
    """Have the platform start again as new, its jobs gone."""
    local_http.post(f"{shop.url}/_simulator/reset").raise_for_status()


async def test_a_job_that_the_platform_forgot_lets_each_order_go_by_itself(
    bench: Context, shop: SimulatorServer, clock: ManualClock
) -> None:
    call_ids = await introduce(bench, 3)
    await deliver(bench, clock)
    _forget(shop)
    await deliver(bench, clock, 6, pause_s=20)
    assert await states(bench, call_ids) == {"confirmed": 3}
    assert {state_row.job for state_row in await batches.states_of(bench, call_ids)} == {""}
    assert asked(shop, "create_order") == 3


async def test_a_job_is_asked_after_ever_more_slowly_and_not_for_ever(tmp_path: Path, clock: ManualClock) -> None:
    # The vendor's clock stands still, so its job never ends.
    with running_simulator(orders=1, now=lambda: 1_790_000_000.0) as shop:
        async with open_context(tmp_path, clock) as ctx:
            await connect(ctx, shop)
            call_ids = await introduce(ctx, 3)
            await deliver(ctx, clock)
            looked_at: list[int] = []
            for second in range(1, 180):
                clock.pass_s(1)
                if await batches.check_jobs(ctx):
                    looked_at.append(second)
            assert looked_at == [2, 7, 22, 82, 142]
            clock.pass_s(3_600)
            assert await states(ctx, call_ids) == {"checking": 3}
            await batches.check_jobs(ctx)
            assert await states(ctx, call_ids) == {"retry_wait": 3}
            await deliver(ctx, clock, 3, pause_s=20)
            assert await states(ctx, call_ids) == {"confirmed": 3}
            assert asked(shop, "create_order") == 3


async def test_two_programs_that_send_and_check_at_once_do_it_once(
    bench: Context, shop: SimulatorServer, clock: ManualClock, tmp_path: Path
) -> None:
    call_ids = await introduce(bench, 40)
    async with open_context(tmp_path, _other_run(clock)) as other:
        for field, value in SECRETS["shipup"].items():
            other.keys.put("Shipup", field, value).result()
        await asyncio.gather(*(batches.send_due_batches(ctx) for ctx in (bench, other)))
        clock.pass_s(3)
        await asyncio.gather(*(batches.check_jobs(ctx) for ctx in (bench, other)))
    assert await states(bench, call_ids) == {"confirmed": 40}
    assert set(notified_orders(shop).values()) == {1}
    for call_id in call_ids:
        assert [attempt.what for attempt in await worker.attempts(bench, call_id)] == [
            "sending",
            "answered",
            "answered",
        ]


class _OtherRun:
    """The same hands, another run of the program."""

    def __init__(self, clock: ManualClock) -> None:
        self.now_ms = clock.now_ms
        self.monotonic_s = clock.monotonic_s
        self.computer_run = clock.computer_run

    def boot_id(self) -> str:
        return "another run"


def _other_run(clock: ManualClock) -> Clock:
    return _OtherRun(clock)


async def test_an_order_with_an_older_call_that_is_not_at_its_end_goes_in_no_batch(bench: Context) -> None:
    call_ids = await introduce(bench, 3)
    first = (await worker.updates_of(bench, call_ids))[0]

    def add_a_second(db: Db) -> int:
        return calls.add(
            db,
            key="second",
            order_id=first.order_id,
            shipment_id=None,
            intent=first.intent,
            package_id=None,
            connection_id=first.connection_id,
            summary=first.summary,
            repeatable=True,
            now_ms=bench.clock.now_ms(),
        )

    await bench.write(add_a_second)
    assert await bench.read(stored.due_creates, bench.clock.now_ms(), first.connection_id) == call_ids


@pytest.mark.of_a_file("the program that is killed opens the file")
@pytest.mark.parametrize("moment", ["while it is sent", "while the job runs"])
async def test_a_program_that_is_killed_leaves_nothing_undone_or_doubled(
    bench: Context, shop: SimulatorServer, clock: ManualClock, tmp_path: Path, moment: str
) -> None:
    # The child has the computer's own clock.
    clock.set_wall_ms(time.time_ns() // 1_000_000)
    if moment == "while it is sent":
        # It hangs for longer than the test lasts, and acts upon nothing in that time.
        fault(shop, "shipup", "slow", call="batch_create", seconds=60)
    call_ids = await introduce(bench, 30)
    state = "sending" if moment == "while it is sent" else "checking"
    child = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-c", CHILD, str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE
    )
    with child:
        for _ in range(300):
            if (await states(bench, call_ids))[state] == 30 and (state == "checking" or asked(shop, "batch_create")):
                break
            await asyncio.sleep(0.05)
        child.kill()
    assert await states(bench, call_ids) == {state: 30}
    await bench.write(bench.keep_steady_time)
    clock.pass_s(120)
    await deliver(bench, clock, 3, pause_s=10)
    assert await states(bench, call_ids) == {"confirmed": 30}
    assert set(notified_orders(shop).values()) == {1}
    tried = [attempt.what for attempt in await worker.attempts(bench, call_ids[0])]
    again = ["abandoned", "sending", "answered"] if state == "sending" else ["answered"]
    assert tried == ["sending", *again, "answered"]


@pytest.mark.parametrize("jump_s", [-86_400, -3_600, 3_600, 86_400])
async def test_a_job_is_checked_when_it_is_due_whatever_the_clock_says(
    bench: Context, shop: SimulatorServer, clock: ManualClock, jump_s: int
) -> None:
    own = ManualClock(clock.now_ms())
    ctx = replace(bench, clock=own)
    await ctx.write(ctx.keep_steady_time)
    call_ids = await introduce(ctx, 2)
    assert await batches.send_due_batches(ctx) == call_ids
    own.set_wall_ms(own.now_ms() + jump_s * 1_000)
    looks: list[int] = []
    for seconds in (1, 2):
        own.pass_s(seconds)
        # The vendor's clock is its own.
        clock.pass_s(seconds)
        looks.append(await batches.check_jobs(ctx))
    assert looks == [0, 1]
    own.pass_s(60)
    clock.pass_s(60)
    await batches.check_jobs(ctx)
    assert await states(ctx, call_ids) == {"confirmed": 2}
    assert set(notified_orders(shop).values()) == {1}


async def test_a_thousand_missing_orders_are_listed_at_once_the_most_urgent_first(bench: Context) -> None:
    with beside(bench.store) as opened:
        opened.execute("BEGIN")
        opened.executemany(
            "INSERT INTO orders (number, match_key, number_key, state, ordered_units, left_units, due_at_ms,"
            " search_text, changed_at_ms) VALUES (?, ?, ?, 'open', 1, 1, ?, ?, 1)",
            ((str(n), str(n), str(n), n, search_text.of((str(n),), ())) for n in range(50_000, 52_500)),
        )
        opened.execute("COMMIT")
    shipup = next(connection for connection in await connections.every(bench) if connection.name == "Shipup")
    listed = await batches.orders_missing_in(bench, shipup.id)
    assert [row.number for row in listed] == [str(n) for n in range(50_000, 50_000 + batches.MISSING_MOST)]
    (found,) = await batches.orders_missing_in(bench, shipup.id, "52400")
    assert found.number == "52400"
    assert await batches.orders_missing_in(bench, shipup.id, only={found.id, listed[0].id}) == (listed[0], found)
