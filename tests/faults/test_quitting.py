"""The real program is started and closed again and again while calls are on their way."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

import pytest

from shipconsole.operations.connections import connections
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship
from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.verdicts import doubled
from tests.support import sql
from tests.support.bench import NAMES, SECRETS, draft_of, open_context
from tests.support.secret_service import SecretService

ENDS_WITHIN_S = 10.0
AFTER_THE_END = {"confirmed", "pending", "retry_wait", "unknown"}
"""What a call may be when no program has it in hand any more."""


def connect(profile: Path, env: Mapping[str, str], url: str) -> None:
    """Make a connection by the command line, with its key in the keyring."""
    command = [sys.executable, "-m", "shipconsole", "--profile", str(profile), "connect", "shipengine"]
    command += ["--name", NAMES["shipengine"], "--url", f"{url}/shipengine", "--secret", "api_key"]
    subprocess.run(command, env=env, input=SECRETS["shipengine"]["api_key"], text=True, check=True, capture_output=True)


async def ship_all(profile: Path, count: int) -> None:
    """Sync the orders and ship them whole."""
    async with open_context(profile) as ctx:
        ctx.keys.put(NAMES["shipengine"], "api_key", SECRETS["shipengine"]["api_key"]).result()
        await import_orders.sync(ctx, await connections.every(ctx))
        for number in range(10001, 10001 + count):
            order_id, draft = await draft_of(ctx, str(number), None, f"T{number}")
            await ship.ship(ctx, order_id, draft)


def on_their_way(server: FlakyVendors, since: int) -> int:
    """How many tellings after the first so many are not answered yet."""
    return sum(notification.ended_s is None for notification in server.notifications[since:])


def start_and_quit(profile: Path, env: Mapping[str, str], server: FlakyVendors) -> float:
    """Start the program, close it when calls are on their way, and return how long it took to end."""
    before = len(server.notifications)
    program = subprocess.Popen(
        [sys.executable, "-m", "shipconsole", "--profile", str(profile)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until_s = monotonic() + 60
    while not on_their_way(server, before) and monotonic() < until_s:
        time.sleep(0.005)
    assert on_their_way(server, before), "nothing was sent"
    began_s = monotonic()
    program.send_signal(signal.SIGTERM)
    message, _ = program.communicate(timeout=120)
    assert (program.returncode, message) == (0, "")
    return monotonic() - began_s


def quit_again_and_again(
    profile: Path, env: Mapping[str, str], *, cycles: int, slow_s: float, within_s: float = 120.0
) -> None:
    """Start and quit so often; no end takes longer than that, and no call is sent twice or left claimed."""
    # At most two calls of a connection are on their way at once, so each start finds some to send.
    count = 3 * cycles
    trouble = Trouble(slow_s=slow_s)
    with flaky_vendors(orders=count, trouble=trouble, now=time.time) as server:
        connect(profile, env, server.url)
        asyncio.run(ship_all(profile, count))
        for _ in range(cycles):
            assert start_and_quit(profile, env, server) < within_s
            with sql.connect(profile / "shipconsole.db") as store:
                states = {state for (state,) in store.execute("SELECT state FROM call")}
            store.close()
            assert states <= AFTER_THE_END
        time.sleep(slow_s)
        assert doubled(server) == ()


def test_closing_the_program_loses_nothing_and_ends_in_time(tmp_path: Path, secret_service: SecretService) -> None:
    quit_again_and_again(tmp_path, secret_service.env, cycles=5, slow_s=0.5)


@pytest.mark.heavy
def test_a_hundred_times(tmp_path: Path, secret_service: SecretService) -> None:
    quit_again_and_again(tmp_path, secret_service.env, cycles=100, slow_s=1.5, within_s=ENDS_WITHIN_S)


@pytest.mark.heavy
def test_with_platforms_that_take_longer_than_the_program_waits(tmp_path: Path, secret_service: SecretService) -> None:
    quit_again_and_again(tmp_path, secret_service.env, cycles=6, slow_s=9.5, within_s=ENDS_WITHIN_S)
