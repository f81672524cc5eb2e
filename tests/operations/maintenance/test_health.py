"""The checkup says what is in order and what is not, one thing at a time."""

from pathlib import Path

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import health
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from tests.support.bench import connect_all, fault
from tests.support.clock import ManualClock


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
    assert {what for what, item in found.items() if not item.ok} == {
        "clock",
        "connection Starshipit",
        "connection Shipup",
    }
    reason = text("connections.verdict_no_network", connection="Shipup")
    assert str(found["connection Shipup"].message).startswith(reason)
