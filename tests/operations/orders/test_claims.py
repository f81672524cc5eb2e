"""Claims of orders: several stations on one database see them, take over with a line in the audit log, and let go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.claim import Claim
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.orders import claims, next_order, order_list, orders, scan, station_names
from shipconsole.operations.shipping import ship, undo
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.clock import SystemClock
from shipconsole.store import linking
from shipconsole.store.browse import VIEWS
from tests.support.bench import USPS_NUMBERS, draft_of, open_context
from tests.support.engines import beside
from tests.support.many_orders import store_with_orders

pytestmark = pytest.mark.both_engines

MIRA, JO = CurrentPacker("Mira"), CurrentPacker("Jo")


class Stations:
    """Two stations, each with a store of its own on the same database."""

    def __init__(self, first: Context, second: Context) -> None:
        self.first = first
        self.second = second


@pytest.fixture
async def stations(bench: Context, tmp_path: Path) -> AsyncGenerator[Stations]:
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(open_context(tmp_path))
        assert other.store is not bench.store
        yield Stations(
            replace(bench, station="Station 1", current_packer=MIRA),
            replace(other, station="Station 2", current_packer=JO),
        )


async def claim_of(ctx: Context, order_id: int) -> Claim | None:
    return (await orders.sheet(ctx, order_id)).claim


def whose(claim: Claim | None) -> tuple[str, str] | None:
    return (claim.station, claim.operator) if claim else None


async def audit(ctx: Context, order_id: int) -> list[tuple[str, str, str]]:
    changes = (await orders.sheet(ctx, order_id)).manual_changes
    return [(change.what.id, change.station, change.operator) for change in changes]


async def test_an_order_that_is_opened_is_claimed_and_another_station_sees_by_whom(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await scan.save_open_order(stations.first, order_id)
    seen = await claim_of(stations.second, order_id)
    assert whose(seen) == ("Station 1", "Mira")
    assert claims.is_others(stations.second, seen)
    assert not claims.is_others(stations.first, seen)
    (row,) = await asyncio.wrap_future(order_list.rows(stations.second.store, [order_id]))
    assert (row.claim_station, row.claim_operator) == ("Station 1", "Mira")
    await scan.save_open_order(stations.second, order_id)
    assert whose(await claim_of(stations.first, order_id)) == ("Station 1", "Mira"), "opening takes nothing over"


async def test_a_station_takes_an_order_over_with_a_line_in_the_audit_log(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await scan.save_open_order(stations.first, order_id)
    await scan.save_open_order(stations.second, order_id)
    await claims.take_over(stations.second, order_id)
    assert whose(await claim_of(stations.first, order_id)) == ("Station 2", "Jo")
    assert await audit(stations.first, order_id) == [("audit.claim_taken_over", "Station 2", "Jo")]
    what = (await orders.sheet(stations.first, order_id)).manual_changes[-1].what
    assert dict(what.arguments) == {"packer": "Mira", "station": "Station 1"}
    await scan.save_open_order(stations.first, None)
    assert whose(await claim_of(stations.first, order_id)) == ("Station 2", "Jo"), "closing ends only one's own claim"


async def test_an_order_is_taken_over_from_a_station_where_no_packer_is_signed_in(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    unnamed = replace(stations.second, current_packer=CurrentPacker())
    await scan.save_open_order(unnamed, order_id)
    await claims.take_over(stations.first, order_id)
    await scan.save_open_order(stations.first, None)
    await claims.release(stations.first, [order_id])
    await claims.claim(unnamed, [order_id])
    await claims.release(stations.first, [order_id])
    told = [str(change.what) for change in (await orders.sheet(stations.first, order_id)).manual_changes]
    assert "Took the order over from Station 2." in told
    assert "Released the order, which was being packed at Station 2." in told


async def test_two_stations_that_open_an_order_at_once_do_not_both_get_it(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await asyncio.gather(
        scan.save_open_order(stations.first, order_id), scan.save_open_order(stations.second, order_id)
    )
    seen = {whose(await claim_of(ctx, order_id)) for ctx in (stations.first, stations.second)}
    assert len(seen) == 1


async def test_a_claim_ends_when_the_order_is_closed_or_another_is_opened(stations: Stations) -> None:
    first_id, second_id = [await orders.find(stations.first, number) for number in ("10001", "10002")]
    await scan.save_open_order(stations.first, first_id)
    await scan.save_open_order(stations.first, second_id)
    assert await claim_of(stations.first, first_id) is None
    assert whose(await claim_of(stations.first, second_id)) == ("Station 1", "Mira")
    await scan.save_open_order(stations.first, None)
    assert await claim_of(stations.first, second_id) is None


async def test_an_order_that_is_claimed_on_purpose_stays_claimed_when_it_is_closed(stations: Stations) -> None:
    first_id, second_id = [await orders.find(stations.first, number) for number in ("10001", "10002")]
    await scan.save_open_order(stations.second, second_id)
    assert [claim.order_id for claim in await claims.claim(stations.first, [first_id, second_id])] == [second_id]
    await scan.save_open_order(stations.first, first_id)
    await scan.save_open_order(stations.first, None)
    assert whose(await claim_of(stations.first, first_id)) == ("Station 1", "Mira")
    assert await claims.release(stations.first, [first_id, second_id]) == 2
    assert (await claim_of(stations.first, first_id), await claim_of(stations.first, second_id)) == (None, None)
    assert await audit(stations.first, first_id) == []
    assert await audit(stations.first, second_id) == [("audit.claim_released", "Station 1", "Mira")]


async def test_an_opened_order_that_is_then_claimed_on_purpose_stays_claimed(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await scan.save_open_order(stations.first, order_id)
    await claims.claim(stations.first, [order_id])
    await scan.save_open_order(stations.first, None)
    assert whose(await claim_of(stations.first, order_id)) == ("Station 1", "Mira")


async def test_a_claim_goes_stale_unless_its_station_works_on_the_order(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await scan.save_open_order(stations.first, order_id)
    later = replace(stations.second, claim_stale_s=-1)
    assert not claims.is_others(later, await claim_of(later, order_id)), "it is older than the time that claims last"
    before = await claim_of(stations.first, order_id)
    assert before is not None
    await asyncio.sleep(0.01)
    typed = ShipmentDraft(packages=(PackageDraft(tracking_number="9400"),))
    await orders.save_draft(stations.first, order_id, typed)
    after = await claim_of(stations.first, order_id)
    assert after is not None
    assert after.at_ms == before.at_ms
    assert after.seen_at_ms > before.seen_at_ms
    await scan.save_open_order(later, order_id)
    assert whose(await claim_of(later, order_id)) == ("Station 2", "Jo")
    assert await audit(later, order_id) == [], "nobody was packing it any more"


async def test_shipping_all_ends_the_claim_and_shipping_part_of_the_open_order_does_not(
    stations: Stations, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await scan.save_open_order(stations.first, order_id)
    await ship.ship(stations.first, order_id, draft)
    assert whose(await claim_of(stations.first, order_id)) == ("Station 1", "Mira")
    _, rest = await draft_of(stations.first, "10001", None, USPS_NUMBERS[1])
    await ship.ship(stations.first, order_id, rest)
    assert await claim_of(stations.first, order_id) is None
    await scan.save_open_order(stations.first, None)
    await scan.save_open_order(stations.first, order_id)
    assert await claim_of(stations.first, order_id) is None, "nothing is left to pack"


async def test_a_file_or_another_station_that_ships_a_part_does_not_end_the_claim(
    stations: Stations, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await scan.save_open_order(stations.first, order_id)
    await ship.ship(stations.second, order_id, draft, is_typed=False)
    assert whose(await claim_of(stations.second, order_id)) == ("Station 1", "Mira")


async def test_an_order_that_is_open_again_after_an_undo_is_claimed_again(
    stations: Stations, simulated_platforms: SimulatorServer
) -> None:
    held = replace(stations.first, undo_window_s=600)
    order_id, draft = await draft_of(held, "10001", None, USPS_NUMBERS[0])
    await scan.save_open_order(held, order_id)
    shipped = await ship.ship(held, order_id, draft)
    assert await claim_of(held, order_id) is None
    await undo.undo_shipment(held, order_id, shipped.shipment_id)
    assert whose(await claim_of(stations.second, order_id)) == ("Station 1", "Mira")


def units_in(draft: ShipmentDraft | None) -> int:
    return draft.units if draft is not None else 0


async def test_the_draft_of_the_station_that_packs_is_not_replaced_by_another(stations: Stations) -> None:
    order_id, mine = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 2}, USPS_NUMBERS[0])
    _, theirs = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[1])
    await scan.save_open_order(stations.first, order_id)
    await orders.save_draft(stations.first, order_id, mine)
    await scan.save_open_order(stations.second, order_id)
    for late in (theirs, ShipmentDraft()):
        await orders.save_draft(stations.second, order_id, late)
        assert units_in((await orders.sheet(stations.first, order_id)).draft) == 2
    await ship.ship(stations.second, order_id, theirs)
    assert units_in((await orders.sheet(stations.first, order_id)).draft) == 2
    await claims.take_over(stations.second, order_id)
    await orders.save_draft(stations.second, order_id, theirs)
    assert units_in((await orders.sheet(stations.first, order_id)).draft) == 1
    await orders.save_draft(stations.first, order_id, mine)
    assert units_in((await orders.sheet(stations.first, order_id)).draft) == 1, "it was taken over"


async def test_ones_own_orders_are_those_claimed_here_or_by_the_packer_and_those_with_drafts_here(
    stations: Stations,
) -> None:
    ids = [await orders.find(stations.first, number) for number in ("10001", "10002", "10003", "10004")]
    await claims.claim(stations.first, ids[:1])
    await claims.claim(replace(stations.first, station="Station 9"), ids[1:2])
    typed = ShipmentDraft(packages=(PackageDraft(tracking_number="9400"),))
    await orders.save_draft(stations.first, ids[2], typed)
    await claims.claim(stations.second, ids[3:])

    async def mine(ctx: Context) -> set[int]:
        own = orders.whose(ctx)
        found = set(await asyncio.wrap_future(order_list.ids(ctx.store, "mine", VIEWS["mine"][0], whose=own)))
        assert (await asyncio.wrap_future(order_list.counts(ctx.store, own))).mine == len(found)
        assert {row.id for row in await orders.list_rows(ctx, state="mine")} == found
        return found

    assert await mine(stations.first) == set(ids[:3])
    assert await mine(stations.second) == {ids[3]}
    assert await mine(replace(stations.second, station="Station 3", current_packer=MIRA)) == set(ids[:2])
    assert await mine(replace(stations.first, claim_stale_s=-1)) == {ids[2]}, "stale claims do not count"


async def test_the_claim_of_an_order_that_becomes_part_of_another_is_no_obstacle(stations: Stations) -> None:
    first_id, second_id = [await orders.find(stations.first, number) for number in ("10001", "10002")]
    await claims.claim(stations.first, [first_id, second_id])
    with beside(stations.first.store) as db:
        # Both are known to the same connections, which is otherwise no reason to make them one.
        db.execute("DELETE FROM line_link WHERE link_id IN (SELECT id FROM link WHERE order_id = ?)", (second_id,))
        db.execute("DELETE FROM link WHERE order_id = ?", (second_id,))
    await stations.first.write(linking.join, first_id, second_id, {})
    assert whose(await claim_of(stations.second, first_id)) == ("Station 1", "Mira")


async def test_orders_that_others_pack_are_never_the_next_however_many_they_are(tmp_path: Path) -> None:
    store_with_orders(tmp_path, 700).close()
    async with open_context(tmp_path) as ctx:
        rows = await orders.list_rows(ctx, state="to_ship")
        assert len(rows) > 500
        other = replace(ctx, station="Bench 9")
        await claims.claim(other, [row.id for row in rows[:-1]])
        found = await next_order.next_order(ctx)
        assert found is not None
        assert found.id == rows[-1].id
        assert await next_order.next_order(ctx, found.id) is None
        # What this station claimed itself is no reason to pass it over.
        await claims.claim(other, [found.id])
        await claims.release(ctx, [rows[3].id])
        assert await claims.claim(ctx, [rows[3].id]) == ()
        again = await next_order.next_order(ctx)
        assert again is not None
        assert again.id == rows[3].id


async def test_a_station_that_is_renamed_keeps_what_it_claimed_and_typed(stations: Stations) -> None:
    order_id = await orders.find(stations.first, "10001")
    await scan.save_open_order(stations.first, order_id)
    typed = ShipmentDraft(packages=[PackageDraft(tracking_number=USPS_NUMBERS[0])])
    await orders.save_draft(stations.first, order_id, typed)
    renamed = replace(stations.first, station="Dock 7")
    assert await station_names.rename(renamed, "Dock 7", "Station 1") == "Dock 7"
    found = await claim_of(renamed, order_id)
    assert whose(found) == ("Dock 7", "Mira")
    assert not claims.is_others(renamed, found)
    assert await scan.last_open_order(renamed) == order_id
    assert await scan.last_open_order(stations.first) is None
    with beside(renamed.store) as db:
        assert db.execute("SELECT station FROM draft").fetchall() == [("Dock 7",)]


class ClockApart(SystemClock):
    """The clock of a computer that is set wrong."""

    def __init__(self, apart_ms: int) -> None:
        self.apart_ms = apart_ms

    def now_ms(self) -> int:
        return super().now_ms() + self.apart_ms


HOUR_MS = 3_600_000


@pytest.mark.parametrize("apart_ms", [2 * HOUR_MS, -2 * HOUR_MS], ids=["ahead", "behind"])
async def test_a_station_whose_clock_is_wrong_takes_no_claim_over_and_loses_none(
    stations: Stations, apart_ms: int
) -> None:
    wrong = replace(stations.second, clock=ClockApart(apart_ms))
    order_id, mine = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 2}, USPS_NUMBERS[0])
    _, theirs = await draft_of(stations.first, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[1])
    await scan.save_open_order(stations.first, order_id)
    await orders.save_draft(stations.first, order_id, mine)
    await scan.save_open_order(wrong, order_id)
    seen = await claim_of(wrong, order_id)
    assert whose(seen) == ("Station 1", "Mira")
    assert claims.is_others(wrong, seen)
    assert seen is not None
    assert abs(seen.at_ms - wrong.clock.now_ms()) < HOUR_MS, "people see it by their own clock"
    assert [claim.order_id for claim in await claims.claim(wrong, [order_id])] == [order_id]
    await orders.save_draft(wrong, order_id, theirs)
    assert units_in((await orders.sheet(stations.first, order_id)).draft) == 2
    # What the wrong clock's station has claimed counts at the others as well, and in its own list.
    other_id = await orders.find(wrong, "10002")
    await claims.claim(wrong, [other_id])
    found = await claim_of(stations.first, other_id)
    assert whose(found) == ("Station 2", "Jo")
    assert claims.is_others(stations.first, found)
    assert {row.id for row in await orders.list_rows(wrong, state="mine")} == {other_id}
    assert {row.id for row in await orders.list_rows(stations.first, state="mine")} == {order_id}
