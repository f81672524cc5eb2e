"""Whatever the order in which webhooks come, duplicates among them, what is known in the end is the same."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path
from random import Random

from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive
from shipconsole.simulator.server import SimulatorServer
from tests.operations.pod import running_pod
from tests.receiver.end_state import differences, end_state
from tests.receiver.storm import Storm, storm
from tests.support.bench import SECRETS, open_context


async def state_after(
    folder: Path,
    came_in: Sequence[tuple[str, bytes]],
    *,
    url: str,
    told_url: str,
    every: int = 1,
    mode: str = "auto",
) -> dict[str, list[str]]:
    """What is known after these came in, worked off whenever so many are there."""
    async with open_context(folder) as ctx:
        await connections.connect(ctx, "shipengine", "ShipEngine", url=url, secrets={"api_key": "TEST_key"})
        await connections.connect(ctx, "swiftpod", "Pod", url=url, secrets={"api_key": "key"})
        await connections.connect(ctx, "shipup", "Shipup", url=told_url, secrets=SECRETS["shipup"])
        await forward.set_rule(ctx, "Pod", ["Shipup"], mode)
        known = {one.name: one for one in await connections.every(ctx)}
        for place, (name, body) in enumerate(came_in, 1):
            await receive.bring_in(ctx, known[name], body)
            if place % every == 0:
                await process.run_due(ctx)
        while await process.run_due(ctx):
            pass
        await worker.deliver(ctx, until_empty=True)
    return end_state(folder / "shipconsole.db")


async def compare(folder: Path, practice: SimulatorServer, count: int, shuffles: int) -> dict[str, list[str]]:
    """Fail where a storm that comes in another order ends otherwise; what it ends in."""
    chance = Random(11)
    whole: Storm = storm(count, chance)
    with running_pod() as pod:
        pod.orders = whole.orders
        told_url = f"{practice.url}/shipup"
        in_order = await state_after(folder / "in order", whole.events, url=pod.url, told_url=told_url)
        for number in range(shuffles):
            mixed = whole.shuffled(chance)
            every = chance.choice((1, 7, 1_000_000))
            found = await state_after(folder / f"{number}", mixed, url=pod.url, told_url=told_url, every=every)
            assert differences(in_order, found) == {}
    return in_order


async def test_any_order_ends_the_same(tmp_path: Path, simulated_platforms: SimulatorServer) -> None:
    found = await compare(tmp_path, simulated_platforms, 120, 2)
    # It is no comparison of nothing with nothing.
    assert all(found[what] for what in found if what != "follow_up_jobs")
    assert any("'delivered'" in one for one in found["tracks"])
    assert any("'shipped'" in one for one in found["reviews"])
    assert all("'confirmed'" in one for one in found["calls"])


async def test_a_vendor_that_does_not_answer_holds_up_its_own_alone(ctx: Context) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        await connections.connect(ctx, "swiftpod", "Pod", url=url, secrets={"api_key": "key"})
        await connections.connect(ctx, "shipengine", "ShipEngine", url=url)
        known = {one.name: one for one in await connections.every(ctx)}
        events = storm(60, Random(2)).events
        told = [(name, body) for name, body in events if name == "Pod" or b"API_TRACK" in body]
        for name, body in told:
            await receive.bring_in(ctx, known[name], body)
        dispatcher = worker.Dispatcher(ctx)
        running = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(30):
            while any(one.connection == "ShipEngine" and one.state == "new" for one in await receive.latest(ctx, -1)):
                await asyncio.sleep(0.01)
        assert any(one.connection == "Pod" and one.state == "new" for one in await receive.latest(ctx, -1))
        await dispatcher.stop(0)
        await running
