"""Whatever the orders are: exactly those that are over lose their names, also when the program is killed."""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipconsole.domain.call import CALL_STATES
from shipconsole.operations.maintenance import blanking
from shipconsole.station.clock import SystemClock
from shipconsole.store.database import Db
from tests.durability.power_cut import ROOT
from tests.operations.maintenance.finished_orders import found_in_columns, found_in_files
from tests.operations.maintenance.random_orders import ENDED, Made, make, name_of
from tests.support.bench import open_context
from tests.support.engines import address_of, store_in

DAYS = 180
MADE = st.builds(
    Made,
    left=st.sampled_from((False, False, False, True)),
    calls=st.lists(st.sampled_from((*ENDED, *ENDED, *ENDED, *CALL_STATES)), max_size=2).map(
        # Two updates that are undecided can't be of one order.
        lambda states: tuple(states[:1]) if any(state not in ENDED for state in states) else tuple(states)
    ),
    age_days=st.sampled_from((0, 1, DAYS - 1, DAYS + 1, 1_000)),
    hindrance=st.sampled_from(
        ("", "", "", "", "draft", "open", "claim", "job", "change", "unresolved", "review", "late track")
    ),
)
BLANKING = """
import asyncio, sys
from pathlib import Path
from shipconsole.operations.maintenance import blanking
from tests.support.bench import open_context
from tests.support.engines import store_at

async def rest():
    print("group", flush=True)
    await asyncio.sleep(0.02)

async def run():
    folder = Path(sys.argv[2])
    async with open_context(folder, store=store_at(sys.argv[1], folder)) as ctx:
        blanking._rest = rest
        await blanking.blank_due(ctx, 180)

asyncio.run(run())
"""


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blanking, "REST_S", 0)


def names_left(db: Db, count: int) -> Mapping[int, int]:
    """Return in how many columns the name of each order stands."""
    names = {name_of(index): index for index in range(count)}
    return Counter(names[name] for _, _, name in found_in_columns(db, tuple(names)))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(MADE, min_size=1, max_size=12))
def test_exactly_the_orders_that_are_over_lose_their_names(orders: list[Made]) -> None:
    async def blank(folder: Path) -> None:
        async with open_context(folder) as ctx:
            await ctx.write(make, orders, ctx.clock.now_ms())
            before = await ctx.read(names_left, len(orders))
            assert len(before) == len(orders)
            due = {index for index, made in enumerate(orders) if made.is_due(DAYS)}
            assert await blanking.blank_due(ctx, DAYS) == len(due)
            after = await ctx.read(names_left, len(orders))
            assert set(after) == set(range(len(orders))) - due
            kept = {index: count for index, count in after.items() if orders[index].hindrance != "draft"}
            assert kept == {index: before[index] for index in kept}
            assert await blanking.blank_due(ctx, DAYS) == 0

    with TemporaryDirectory() as folder:
        asyncio.run(blank(Path(folder)))


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be killed at once there")
def test_a_program_killed_in_between_leaves_whole_orders_and_the_next_goes_on(tmp_path: Path) -> None:
    count, chance = 80, random.Random(5)
    store = store_in(tmp_path)
    store.open()
    address = address_of(store)
    store.write(make, [Made()] * count, SystemClock().now_ms()).result()
    whole = store.read(names_left, count).result()
    assert set(whole.values()) == {whole[0]}
    store.close()
    left_before = count
    for groups in (5, 3, 2):
        command = (sys.executable, "-c", BLANKING, address, str(tmp_path))
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as program:
            assert program.stdout is not None
            for _ in range(groups):
                assert program.stdout.readline() == "group\n"
            sleep(chance.random() * 0.01)
            program.kill()
        store = store_in(tmp_path)
        store.open()
        left = store.read(names_left, count).result()
        store.close()
        # An order has all of its names or none.
        assert set(left.values()) == {whole[0]}
        assert 0 < len(left) < left_before
        left_before = len(left)

    async def go_on() -> int:
        async with open_context(tmp_path) as ctx:
            return await blanking.blank_due(ctx, DAYS)

    assert asyncio.run(go_on()) == left_before
    assert found_in_files(tmp_path, tuple(map(name_of, range(count)))) == []
