"""The checkup says what is in order and what is not, one thing at a time."""

from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages, blanking, health
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from tests.operations.maintenance import random_orders
from tests.support.bench import connect_all, fault
from tests.support.clock import ManualClock


@pytest.mark.of_a_file("a server has checks of its own")
async def test_a_healthy_station(ctx: Context, simulated_platforms: SimulatorServer, tmp_path: Path) -> None:
    await connect_all(ctx, simulated_platforms.url)
    found = await health.run_checks(ctx, Profile(tmp_path), Settings())
    assert all(row.ok for row in found), found
    assert [str(row.what) for row in found] == [
        "program",
        "Python",
        "Qt",
        "profile",
        "settings",
        "database",
        "latest backup",
        "data removal",
        "keyring",
        "clock",
        "webhook receiver",
        "new version",
        "connection ShipEngine",
        "connection Starshipit",
        "connection Shipup",
    ]


async def test_what_is_wrong_is_named(ctx: Context, simulated_platforms: SimulatorServer, tmp_path: Path) -> None:
    await connect_all(ctx, simulated_platforms.url)
    fault(simulated_platforms, "starshipit", "401")
    await connections.connect(ctx, "shipup", "Shipup", url="http://127.0.0.1:9")
    ctx.store.write(lambda db: db.note("order", 1)).result()
    stopped = health.Context(ctx.store, ctx.sender, ctx.keys, ManualClock(0), ctx.station)
    found = {str(finding.what): finding for finding in await health.run_checks(stopped, Profile(tmp_path), Settings())}
    # The tests' server does not survive a power cut, and its clock differs from one that stands still.
    of_server = set[str]() if ctx.store.file is not None else {"durability", "server's clock", "data removal"}
    assert {what for what, item in found.items() if not item.ok} - of_server == {
        "clock",
        "connection Starshipit",
        "connection Shipup",
    }
    reason = text("connections.verdict_no_network", connection="Shipup")
    assert str(found["connection Shipup"].message).startswith(reason)


async def test_names_that_are_not_removed_any_more_are_reported(ctx: Context, tmp_path: Path) -> None:
    async def said(days: int) -> tuple[bool, str]:
        found = await health.run_checks(ctx, Profile(tmp_path), Settings(personal_days=days, removes_old_data=True))
        (finding,) = [row for row in found if row.what == Message("health.kept")]
        assert isinstance(finding.message, Message)
        return finding.ok, finding.message.id

    assert await said(0) == (True, "health.kept_off")
    assert await said(180) == (True, "health.kept_on")
    now_ms = ctx.clock.now_ms()
    await ctx.write(random_orders.make, [random_orders.Made(age_days=190)], now_ms)
    assert await said(180) == (False, "health.kept_late")
    assert await blanking.blank_due(ctx, 180) == 1
    assert await said(180) == (True, "health.kept_on")
    # What is left of an order needs its address, however old it is.
    await ctx.write(lambda db: db.connection.execute("UPDATE orders SET left_units = 1, blanked_at_ms = NULL"))
    assert await said(180) == (True, "sentences")
    await ctx.write(
        lambda db: db.connection.execute(
            "UPDATE webhook_event SET removed_at_ms = NULL, state = 'new', received_at_ms = 1"
        )
    )
    await ctx.write(lambda db: db.connection.execute("UPDATE orders SET left_units = 0, blanked_at_ms = changed_at_ms"))
    assert await said(180) == (False, "health.kept_events_late")
    # Turned off, perhaps by mistake.
    assert await said(0) == (False, "health.kept_turned_off")


async def test_a_station_that_leaves_updates_to_others_needs_no_keys(bench: Context, tmp_path: Path) -> None:
    without = replace(bench, keys=MemoryKeys())

    async def checked(chosen: Settings) -> list[tuple[bool, str]]:
        found = await health.run_checks(without, Profile(tmp_path), chosen)
        return [(one.ok, one.message.id) for one in found if one.what.id == "health.connection"]

    assert await checked(Settings(sends_updates=False)) == [(True, "health.left_to_others")] * 3
    assert [ok for ok, _ in await checked(Settings())] == [False] * 3


@pytest.mark.of_a_file("on a server, its own clock counts")
async def test_a_clock_that_is_far_ahead_is_reported(ctx: Context, tmp_path: Path) -> None:
    clock = ManualClock(ctx.clock.now_ms())
    ahead = replace(ctx, clock=clock)
    ahead.begin()

    async def said() -> Message | str:
        found = await health.run_checks(ahead, Profile(tmp_path), Settings(personal_days=180))
        (finding,) = [row for row in found if row.what == Message("health.kept")]
        assert finding.ok == (finding.message == Message("health.kept_on", days=180))
        return finding.message

    clock.set_wall_ms(clock.now_ms() + 6 * 86_400_000)
    assert await said() == Message("health.kept_on", days=180)
    clock.set_wall_ms(clock.now_ms() + 394 * 86_400_000)
    assert await said() == Message("health.kept_clock", count=400)
    await ages.believe_clock(ahead)
    assert await said() == Message("health.kept_on", days=180)
