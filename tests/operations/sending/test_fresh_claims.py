"""Fresh claims: whoever slept after a claim sends nothing, and whoever waited long for it sends all the same."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.operations import worker
from shipconsole.operations.outbox import recovery
from shipconsole.operations.sending import send
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store.database import Db
from tests.operations.sending.stopping_station import FRESH_S, TOTAL_S
from tests.operations.sending.test_senders import ALL, ship_all, synced, wait_for
from tests.support.bench import effects
from tests.support.engines import NewStore, address_of
from tests.support.many_stations import QUICK, Station, put_keys, stations


async def first_call(station: Station, server: SimulatorServer) -> Call:
    """A station with an update for ShipEngine, which is due."""
    await synced(station, server)
    put_keys(station.ctx, *ALL)
    await ship_all(station.ctx, 1)
    calls = await worker.latest(station.ctx)
    return next(call for call in calls if call.connection == "ShipEngine")


@asynccontextmanager
async def stopped_while_sending(
    station: Station, call: Call, moment: str, lease_ms: int
) -> AsyncGenerator[Callable[[], None]]:
    """Another station that claimed a call and was stopped at a moment; the function has it go on to its end."""
    database = address_of(station.ctx.store)
    folder = f"{os.environ['HOME']}/stopped-{time.monotonic_ns()}"
    await asyncio.to_thread(Path(folder).mkdir)
    command = [sys.executable, "-m", "tests.operations.sending.stopping_station"]
    child = subprocess.Popen(  # noqa: ASYNC220 - it stops itself, which only a wait for it sees
        [*command, database, folder, str(call.id), moment, str(lease_ms)]
    )
    try:
        _, status = await asyncio.to_thread(os.waitpid, child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it ended without a claim"

        def go_on() -> None:
            os.kill(child.pid, signal.SIGCONT)
            assert child.wait(60) == 0

        yield go_on
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


async def state_of(station: Station, call: Call) -> Call:
    (now,) = await worker.updates_of(station.ctx, (call.id,))
    return now


@pytest.mark.both_engines
@pytest.mark.parametrize("moment", ["committed", "read"])
async def test_a_station_that_was_stopped_after_its_claim_does_nothing_twice(
    new_store: NewStore, simulated_platforms: SimulatorServer, moment: str
) -> None:
    """It wakes after its lease: another station took the update over, and decides."""
    async with stations(new_store, 1) as (station,):
        call = await first_call(station, simulated_platforms)
        async with stopped_while_sending(station, call, moment, 1_000) as go_on:

            async def is_taken_over() -> bool:
                return await recovery.recover(station.ctx) == 1

            await wait_for(station.ctx, is_taken_over)
            assert (await state_of(station, call)).state == "unknown"
            await asyncio.to_thread(go_on)
        assert (await state_of(station, call)).state == "unknown"
        assert effects(simulated_platforms) == []


@pytest.mark.parametrize("moment", ["connected", "headers sent"])
async def test_a_station_that_was_stopped_while_it_sent_leaves_nothing_that_is_acted_on(
    new_store: NewStore, simulated_platforms: SimulatorServer, moment: str
) -> None:
    """What it had not sent yet when it stopped is not sent when it wakes, though its line is there."""
    async with stations(new_store, 1) as (station,):
        call = await first_call(station, simulated_platforms)
        async with stopped_while_sending(station, call, moment, 2_000) as go_on:

            async def is_taken_over() -> bool:
                return await recovery.recover(station.ctx) == 1

            await wait_for(station.ctx, is_taken_over)
            await asyncio.sleep(TOTAL_S)
            await asyncio.to_thread(go_on)
        assert (await state_of(station, call)).state == "unknown"
        assert effects(simulated_platforms) == []


@pytest.mark.both_engines
async def test_a_station_that_slept_within_its_lease_sends_nothing_and_says_so(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 1) as (station,):
        call = await first_call(station, simulated_platforms)
        async with stopped_while_sending(station, call, "read", 600_000) as go_on:
            await asyncio.sleep(FRESH_S * 2)
            await asyncio.to_thread(go_on)
        now = await state_of(station, call)
        assert (now.state, now.message.arguments["reason"]) == ("retry_wait", send.TOO_SLOW)
        assert effects(simulated_platforms) == []
        # It was never sent, so it goes out as if nothing had been.
        station.start()

        async def is_sent() -> bool:
            return (await state_of(station, call)).state == "confirmed"

        await wait_for(station.ctx, is_sent)
    assert [effect["call"] for effect in effects(simulated_platforms, call.order_number)].count("notify_shipped") <= 1


@pytest.mark.both_engines
async def test_a_claim_that_waited_long_for_its_turn_to_write_is_as_fresh_as_any(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    """On a busy server nothing would ever be sent otherwise."""
    timings = replace(QUICK, claim_fresh_s=0.5)
    async with stations(new_store, 2, timings) as (station, busy):
        call = await first_call(station, simulated_platforms)
        waits: list[float] = []
        usual = station.ctx.store.write

        def write(do: Callable[..., object], /, *args: object, **kwargs: object) -> object:
            if do is not send.claim:
                return usual(do, *args, **kwargs)
            holding = busy.ctx.store.write(_hold, timings.claim_fresh_s * 3)
            while not _held.is_set():
                time.sleep(0.01)
            began_s = time.monotonic()
            claimed = usual(do, *args, **kwargs)
            claimed.add_done_callback(lambda _: waits.append(time.monotonic() - began_s))
            holding.result()
            return claimed

        station.ctx.store.write = write  # pyright: ignore[reportAttributeAccessIssue] - as any method
        await send.send_update(station.ctx, call.id)
        assert max(waits) > timings.claim_fresh_s
        assert (await state_of(station, call)).state == "confirmed"


class _Held:
    """Whether another station writes at present."""

    def __init__(self) -> None:
        self.now = False

    def is_set(self) -> bool:
        return self.now


_held = _Held()


def _hold(db: Db, seconds: float) -> None:
    db.note("held", 0)
    _held.now = True
    time.sleep(seconds)
    _held.now = False
