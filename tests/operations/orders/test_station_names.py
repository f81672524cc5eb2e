"""Names of stations: on one database no two have the same, whoever starts first; what each packs stays its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.operations.connections import senders
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import station_name
from shipconsole.operations.orders import claims, orders, scan, station_names
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station import settings
from shipconsole.station.profile import open_profile
from shipconsole.store import claims as stored_claims
from tests.support.bench import connect_all, open_context
from tests.support.engines import NewStore, beside

pytestmark = pytest.mark.both_engines
NAME = "Packing"
TYPED = ShipmentDraft(packages=(PackageDraft(tracking_number="9400111206206406260787"),))


@pytest.fixture
async def three(new_store: NewStore) -> AsyncGenerator[tuple[Context, ...]]:
    """Three stations whose settings have the same name."""
    async with AsyncExitStack() as stack:
        found = [
            replace(
                await stack.enter_async_context(
                    open_context(Path(), store=new_store(f"profile-{number}", is_open=False))
                ),
                station=NAME,
                profile_id=f"{number}" * 32,
                host="bench",
            )
            for number in (1, 2, 3)
        ]
        yield tuple(found)


async def settle(ctx: Context, *, is_running: bool = True) -> str:
    ctx.use_name(name := await ctx.write(station_names.settle, ctx, is_running=is_running))
    return name


async def test_whoever_was_there_first_has_the_name_and_the_others_a_number(three: tuple[Context, ...]) -> None:
    one, two, three_ = three
    assert await settle(two) == NAME
    assert await settle(one) == f"{NAME} (2)"
    assert await settle(replace(three_, station=NAME.upper())) == f"{NAME.upper()} (3)"
    # Also after it has ended, as after a night, and a restart changes nothing.
    await two.write(senders.end, two)
    await one.write(senders.end, one)
    await three_.write(senders.beat, three_)
    assert await settle(one) == f"{NAME} (2)"
    assert await settle(two) == NAME


async def test_of_stations_that_start_at_once_only_one_gets_the_name(three: tuple[Context, ...]) -> None:
    names = await asyncio.gather(*map(settle, three))
    assert sorted(names) == [NAME, f"{NAME} (2)", f"{NAME} (3)"]


async def test_stations_that_had_one_name_do_not_keep_it_both(three: tuple[Context, ...]) -> None:
    for ctx in three[:2]:
        await ctx.write(senders.beat, ctx)
    assert await settle(three[1]) == f"{NAME} (2)"
    assert await settle(three[0]) == NAME


async def test_what_one_profile_runs_is_one_station(three: tuple[Context, ...]) -> None:
    window = three[0]
    assert await settle(window) == NAME
    assert await settle(replace(window, is_serve=True)) == NAME
    assert await settle(replace(window), is_running=False) == NAME
    assert await window.read(station_names.is_settled, window)
    # The computer got another name; a copy of the profile on another computer runs beside it.
    await window.write(senders.end, window)
    moved = replace(window, host="bench.lan")
    assert await settle(moved) == NAME
    assert await settle(replace(window, host="copied")) == f"{NAME} (2)"


async def test_a_command_holds_its_name_and_is_not_taken_for_a_running_station(three: tuple[Context, ...]) -> None:
    command, window, _ = three
    assert await settle(command, is_running=False) == NAME
    assert not await window.read(senders.has_company, window)
    assert await settle(window) == f"{NAME} (2)"


async def test_a_name_in_use_is_not_taken_by_renaming_nor_is_what_belongs_to_it(
    three: tuple[Context, ...], simulated_platforms: SimulatorServer
) -> None:
    one, two, _ = three
    await import_orders.sync(one, await connect_all(one, simulated_platforms.url))
    for ctx in (one, two):
        await settle(ctx)
    order_id, other_id = [await orders.find(one, number) for number in ("10001", "10002")]
    await scan.save_open_order(one, order_id)
    await orders.save_draft(one, order_id, TYPED)
    await scan.save_open_order(two, other_id)
    claim = await two.read(stored_claims.of_order, order_id)
    assert claims.is_others(two, claim)
    assert NAME.casefold() in await station_names.in_use(two)
    assert await station_names.rename(two, NAME, "whatever") == f"{NAME} (2)"
    assert await scan.last_open_order(one) == order_id
    # Who has no name here yet and was refused one goes back to its own: what the other has claimed stays.
    three_here = replace(one, station="Dock 3", profile_id="a third", host="elsewhere")
    assert await station_names.rename(three_here, NAME, "Dock 3") == "Dock 3"
    assert await station_names.rename(three_here, "Dock 3", NAME) == "Dock 3"
    assert await scan.last_open_order(one) == order_id
    assert await station_names.rename(two, "Dock 7", "whatever") == "Dock 7"
    two.use_name("Dock 7")
    assert await scan.last_open_order(two) == other_id
    assert await settle(two) == "Dock 7"
    # The name is free again for another one, and the one that is left can't be taken back.
    assert await station_names.rename(one, f"{NAME} (2)", NAME) == f"{NAME} (2)"
    with beside(one.store) as db:
        assert db.execute("SELECT station FROM claim ORDER BY station").fetchall() == [("Dock 7",), (f"{NAME} (2)",)]
        assert db.execute("SELECT station FROM draft").fetchall() == [(f"{NAME} (2)",)]


async def test_the_new_name_and_why_are_in_the_settings_file(three: tuple[Context, ...], tmp_path: Path) -> None:
    one, two, _ = three
    profile = open_profile(tmp_path / "second", {})
    settings.save(profile, settings.Settings(station_name=NAME))

    def start(ctx: Context, *, is_running: bool = True) -> str:
        return str(station_name.settle(ctx, profile, is_running=is_running))

    assert await asyncio.to_thread(start, one) == ""
    said = await asyncio.to_thread(start, two)
    assert f"named {NAME} (2)" in said
    assert "Settings > Station" in said
    assert two.station == f"{NAME} (2)"
    loaded = settings.load(profile)
    assert loaded.settings.station_name == f"{NAME} (2)"
    assert [str(message) for message in loaded.messages] == [said]
    assert await asyncio.to_thread(start, two) == ""
    assert await asyncio.to_thread(lambda: start(two, is_running=False)) == ""
