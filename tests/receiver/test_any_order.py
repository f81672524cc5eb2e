"""Webhook events in any sequence, with duplicates, lead to the same end state."""

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
    events: Sequence[tuple[str, bytes]],
    *,
    url: str,
    told_url: str,
    every: int = 1,
    mode: str = "auto",
) -> dict[str, list[str]]:
    """Return the end state after these events, processed in batches."""
    async with open_context(folder) as ctx:
        await connections.connect(ctx, "shipengine", "ShipEngine", url=url, secrets={"api_key": "TEST_key"})
        await connections.connect(ctx, "swiftpod", "Pod", url=url, secrets={"api_key": "key"})
        await connections.connect(ctx, "shipup", "Shipup", url=told_url, secrets=SECRETS["shipup"])
        await forward.set_rule(ctx, "Pod", ["Shipup"], mode)
        known = {row.name: row for row in await connections.every(ctx)}
        for position, (name, body) in enumerate(events, 1):
            await receive.import_event(ctx, known[name], body)
            if position % every == 0:
                await process.run_due(ctx)
        while await process.run_due(ctx):
            pass
        await worker.flush(ctx, until_empty=True)
    return end_state(folder / "shipconsole.db")


async def compare(folder: Path, practice: SimulatorServer, count: int, shuffles: int) -> dict[str, list[str]]:
    """Fail if a shuffled storm leads to another end state; return the end state."""
    chance = Random(11)
    events_of_storm: Storm = storm(count, chance)
    with running_pod() as pod:
        pod.orders = events_of_storm.orders
        told_url = f"{practice.url}/shipup"
        in_order = await state_after(folder / "in order", events_of_storm.events, url=pod.url, told_url=told_url)
        for number in range(shuffles):
            mixed = events_of_storm.shuffled(chance)
            every = chance.choice((1, 7, 1_000_000))
            found = await state_after(folder / f"{number}", mixed, url=pod.url, told_url=told_url, every=every)
            assert differences(in_order, found) == {}
    return in_order


async def test_any_order_ends_the_same(tmp_path: Path, simulated_platforms: SimulatorServer) -> None:
    found = await compare(tmp_path, simulated_platforms, 120, 2)
    # It is no comparison of nothing with nothing.
    assert all(found[what] for what in found if what != "follow_up_jobs")
    assert any("'delivered'" in row for row in found["tracks"])
    assert any("'shipped'" in row for row in found["reviews"])
    assert all("'confirmed'" in row for row in found["calls"])


async def test_a_platform_that_does_not_respond_delays_only_its_own_events(ctx: Context) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        await connections.connect(ctx, "swiftpod", "Pod", url=url, secrets={"api_key": "key"})
        await connections.connect(ctx, "shipengine", "ShipEngine", url=url)
        known = {row.name: row for row in await connections.every(ctx)}
        events = storm(60, Random(2)).events
        sent = [(name, body) for name, body in events if name == "Pod" or b"API_TRACK" in body]
        for name, body in sent:
            await receive.import_event(ctx, known[name], body)
        dispatcher = worker.Dispatcher(ctx)
        running = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(30):
            while any(row.connection == "ShipEngine" and row.state == "new" for row in await receive.latest(ctx, None)):
                await asyncio.sleep(0.01)
        assert any(row.connection == "Pod" and row.state == "new" for row in await receive.latest(ctx, None))
        await dispatcher.stop(0)
        await running
