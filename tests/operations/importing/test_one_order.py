"""Orders: an order that several connections know is one order here."""

import json
from pathlib import Path
from typing import cast

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.importing.import_orders import Progress
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from tests.support.bench import connect_all, fault, open_context
from tests.support.refusals import refused
from tests.vendors.examples import response, sample_json

SHIP_TO = Address(name="Ada Byron", street="1 Test Street", city="Sydney", postal_code="2000", country="AU")


def remote(number: str, *lines: tuple[str, int], id_: str = "", **given: object) -> RemoteOrder:
    return RemoteOrder.model_validate(
        {
            "remote_id": id_ or f"r-{number}",
            "number": number,
            "lines": tuple(
                RemoteLine(remote_id=f"{number}/{position}", sku=sku, quantity=quantity)
                for position, (sku, quantity) in enumerate(lines)
            ),
            "ship_to": SHIP_TO,
            "document": json.dumps([number, lines, str(given)]),
            **given,
        }
    )


async def connection(ctx: Context, name: str, vendor: str) -> Connection:
    return await connections.connect(ctx, vendor, name)


async def upsert_one(ctx: Context, where: Connection, *remotes: RemoteOrder) -> int:
    return await ctx.write(upsert.upsert_orders, where, remotes, now_ms=1)


async def test_an_import_asks_for_the_shared_time_once(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    where, asked = await connection(ctx, "A", "shipup"), list[Db]()

    def shared_ms(db: Db, *, wall_ms: int) -> int:
        asked.append(db)
        return wall_ms

    monkeypatch.setattr(upsert.steady_time, "shared_ms", shared_ms)
    assert await upsert_one(ctx, where, *(remote(f"{number}", ("CABLE", 1)) for number in range(20))) == 20
    # At a server each is a round trip.
    assert len(asked) == 1


async def test_orders_of_three_simulated_platforms_become_one_each(bench: Context) -> None:
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert [position.name for position in sheet.targets] == ["ShipEngine", "Starshipit", "Shipup"]
    assert len(sheet.links) == 3
    assert [line.sku for line in sheet.order.lines] == ["MOBILE", "MOBILE-CASE-BLK", "CHARGER-USB-C"]
    assert all(len(link.lines) == 3 for link in sheet.links)
    assert sheet.order.ship_to.recipient == "J. Smith · Sydney AU"
    rows = await orders.list_rows(bench)
    assert len({row.number for row in rows}) == len(rows) == 8


async def test_syncing_again_changes_nothing(bench: Context) -> None:
    before = sorted(await orders.list_rows(bench), key=lambda row: row.id)
    again = await import_orders.sync(bench, await connections.every(bench))
    assert [result.new for result in again] == [0, 0, 0]
    assert sorted(await orders.list_rows(bench), key=lambda row: row.id) == before


async def test_progress_is_reported(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    steps: list[Progress] = []
    known = await connect_all(ctx, simulated_platforms.url)
    await import_orders.sync(ctx, known[:1], steps.append)
    assert steps[0] == Progress("ShipEngine", 8, 8)


@pytest.mark.parametrize(
    "kind", ["refuse", "429", "500_before", "drop_before", "html", "empty", "cut", "deep", "garbage", "401"]
)
async def test_a_failure_of_one_platform_is_reported_and_the_others_are_synced(
    ctx: Context, simulated_platforms: SimulatorServer, kind: str
) -> None:
    known = await connect_all(ctx, simulated_platforms.url)
    fault(simulated_platforms, "shipengine", kind, times=None)
    engine, starshipit, shipup = await import_orders.sync(ctx, known)
    assert str(engine.message)
    assert (str(starshipit.message), starshipit.new, str(shipup.message)) == ("", 8, "")


async def test_numbers_alone_do_not_make_two_orders_one(ctx: Context) -> None:
    shop, other_shop = await connection(ctx, "A", "shipengine"), await connection(ctx, "B", "shipengine")
    post = await connection(ctx, "C", "starshipit")
    assert await upsert_one(ctx, shop, remote("1", ("CUP", 2))) == 1
    assert await upsert_one(ctx, other_shop, remote("1", ("CUP", 2))) == 1, "another account of the same platform"
    with pytest.raises(ValidationFailed, match=r"2 orders have the number 1. Enter one of 1@A .* or 1@B "):
        await orders.find(ctx, "1")
    assert await orders.find(ctx, "#2") == 2
    assert await upsert_one(ctx, post, remote("1", ("CUP", 2))) == 1, "it could be either"
    assert await upsert_one(ctx, shop, remote("2", ("CUP", 1))) == 1
    assert await upsert_one(ctx, post, remote("2", ("PLATE", 1))) == 1, "nothing in common"
    assert await upsert_one(ctx, shop, remote("3", ("CUP", 1), ("PEN", 1))) == 1
    assert await upsert_one(ctx, post, remote("3", ("cup", 1))) == 0


async def test_the_primary_connection_decides_on_items(ctx: Context) -> None:
    shop, post = await connection(ctx, "A", "shipengine"), await connection(ctx, "C", "starshipit")
    await upsert_one(ctx, shop, remote("1", ("CUP", 2), ("PEN", 1)))
    await upsert_one(ctx, post, remote("1", ("CUP", 5), ("INK", 1)))
    order_id = await orders.find(ctx, "1")
    sheet = await orders.sheet(ctx, order_id)
    assert [(line.sku, line.ordered) for line in sheet.order.lines] == [("CUP", 2), ("PEN", 1)]
    await upsert_one(ctx, shop, remote("1", ("CUP", 3), ("INK", 1)))
    changed = (await orders.sheet(ctx, order_id)).order
    assert [(line.sku, line.ordered, line.cancelled) for line in changed.lines] == [
        ("CUP", 3, 0),
        ("PEN", 1, 1),
        ("INK", 1, 0),
    ]
    assert changed.left == 4


async def test_the_same_sku_on_two_lines_is_two_lines(ctx: Context) -> None:
    shop, post = await connection(ctx, "A", "shipengine"), await connection(ctx, "C", "starshipit")
    await upsert_one(ctx, shop, remote("1", ("CUP", 2), ("CUP", 1)))
    await upsert_one(ctx, post, remote("1", ("CUP", 2), ("CUP", 1)))
    sheet = await orders.sheet(ctx, 1)
    assert [(line.line_id, line.quantity) for line in sheet.links[1].lines] == [(1, 2), (2, 1)]


async def test_lines_of_one_sku_are_distinguished_by_the_platforms_ids(ctx: Context) -> None:
    shop = await connection(ctx, "A", "shipengine")

    def given(*lines: tuple[str, int]) -> RemoteOrder:
        made = tuple(RemoteLine(remote_id=id_, sku="CUP", quantity=quantity) for id_, quantity in lines)
        return remote("1").model_copy(update={"lines": made, "document": json.dumps(lines)})

    await upsert_one(ctx, shop, given(("i1", 1), ("i2", 5)))
    await upsert_one(ctx, shop, given(("i2", 5), ("i1", 1)))
    sheet = await orders.sheet(ctx, 1)
    assert [line.ordered for line in sheet.order.lines] == [1, 5]
    assert [(line.line_id, line.remote_id) for line in sheet.links[0].lines] == [(1, "i1"), (2, "i2")]


async def test_a_quantity_that_makes_no_sense_is_no_news(ctx: Context) -> None:
    shop = await connection(ctx, "A", "shipengine")
    await upsert_one(ctx, shop, remote("1", ("CUP", 2), ("PEN", 1)))
    odd = tuple(RemoteLine(remote_id=f"1/{n}", sku=sku, quantity=None) for n, sku in enumerate(("CUP", "PEN", "INK")))
    await upsert_one(ctx, shop, remote("1").model_copy(update={"lines": odd, "document": "{}"}))
    assert [line.ordered for line in (await orders.sheet(ctx, 1)).order.lines] == [2, 1, 0]


async def test_lines_come_and_go_in_any_order(ctx: Context) -> None:
    shop = await connection(ctx, "A", "shipengine")
    for skus in ("A", "AB", "CAB", "CB", "DCB"):
        lines = tuple(RemoteLine(remote_id=f"id-{sku}", sku=sku, quantity=1) for sku in skus)
        await upsert_one(ctx, shop, remote("1").model_copy(update={"lines": lines, "document": json.dumps(skus)}))
    sheet = await orders.sheet(ctx, 1)
    assert {line.sku: line.left for line in sheet.order.lines} == {"A": 0, "B": 1, "C": 1, "D": 1}
    assert {line.remote_id for line in sheet.links[0].lines} == {"id-D", "id-C", "id-B"}, "what is gone is not named"


async def test_what_shipped_or_was_cancelled_elsewhere_is_not_brought_in(ctx: Context) -> None:
    shop = await connection(ctx, "A", "shipengine")
    assert (
        await upsert_one(
            ctx, shop, remote("1", ("CUP", 1), cancelled=True), remote("2", ("CUP", 1), shipped_elsewhere=True)
        )
        == 0
    )
    assert await upsert_one(ctx, shop, remote("3", ("CUP", 1))) == 1
    assert await upsert_one(ctx, shop, remote("3", ("CUP", 1), cancelled=True)) == 0
    assert (await orders.sheet(ctx, 1)).order.state == "cancelled"


async def test_a_shops_number_with_a_hash_is_a_number_before_it_is_an_id(ctx: Context) -> None:
    shop = await connections.connect(ctx, "shipengine", "Shop")
    await upsert_one(ctx, shop, remote("#1001", ("A", 1)), remote("#1", ("A", 1)), remote("#2", ("A", 1)))
    ids = {row.number: row.id for row in await orders.list_rows(ctx)}
    assert ids == {"#1001": 1, "#1": 2, "#2": 3}
    assert await orders.find(ctx, "#1001") == 1
    assert await orders.find(ctx, "#3") == 3
    with refused("order.number_and_id"):
        await orders.find(ctx, "#1")
    assert [await orders.find(ctx, f"id:{id_}") for id_ in (1, 2, 3)] == [1, 2, 3]


async def test_an_unknown_order_is_refused(ctx: Context) -> None:
    for number in ("777", "#12", "#", ""):
        with pytest.raises(ValidationFailed, match="order"):
            await orders.find(ctx, number)


async def test_a_number_is_found_in_any_case(ctx: Context) -> None:
    await upsert_one(ctx, await connection(ctx, "A", "shipengine"), remote("28002-A", ("CUP", 1)))
    assert await orders.find(ctx, " 28002-a ") == 1


@pytest.mark.parametrize(
    "scanned", ["]C028002-A", "*28002-a*", "28002-A\x1d", "\uff12\uff18002-A", "\u0662\u0668002-A"]
)
async def test_a_number_is_found_as_it_was_scanned(ctx: Context, scanned: str) -> None:
    await upsert_one(ctx, await connection(ctx, "A", "shipengine"), remote("28002-A", ("CUP", 1)))
    assert await orders.find(ctx, scanned) == 1


async def test_a_number_as_it_came_is_found_before_any_other_reading(ctx: Context) -> None:
    shop = await connection(ctx, "A", "shipengine")
    await upsert_one(ctx, shop, remote("*1*", ("CUP", 1)), remote("1", ("CUP", 1)))
    assert [await orders.find(ctx, text) for text in ("*1*", "1", "]C01")] == [1, 2, 2]


async def test_lists_find_what_they_should(bench: Context) -> None:
    async def numbers(**asked: str) -> set[str]:
        return {row.number for row in await orders.list_rows(bench, **asked)}

    everything = await numbers()
    assert await numbers(find="10001") == {"10001"}
    assert await numbers(find="john smith") >= {"10001"}
    assert await numbers(find="MOBILE-case sydney") == {"10001"}
    assert await numbers(find='no such "thing" *') == set()
    assert await numbers(find="10") >= {number for number in everything if number.startswith("10")}
    assert await numbers(state="shipped") == set()
    assert await numbers(state="open") == everything


async def test_a_draft_comes_back_after_a_crash(tmp_path: Path) -> None:
    typed = ShipmentDraft(
        packages=(PackageDraft(tracking_number="A", quantities={1: 2}), PackageDraft(weight_kg="0,5"))
    )
    async with open_context(tmp_path) as ctx:
        await upsert_one(ctx, await connection(ctx, "A", "shipengine"), remote("1", ("CUP", 2)))
        await orders.save_draft(ctx, 1, typed)
    async with open_context(tmp_path) as ctx:
        assert (await orders.sheet(ctx, 1)).draft == typed
        await orders.save_draft(ctx, 1, ShipmentDraft())
        assert (await orders.sheet(ctx, 1)).draft is None


async def test_the_packages_that_a_platform_reports_are_tracks_of_the_order(ctx: Context) -> None:
    pod = await connection(ctx, "Pod", "swiftpod")
    whole = cast("dict[str, object]", sample_json("swiftpod/samples/list_orders/order.json"))
    for status in ("in_production", "shipped"):
        trackings = whole["trackings"] if status == "shipped" else []
        given = VENDORS["swiftpod"].orders.read(response(200, whole | {"status": status, "trackings": trackings}))
        assert isinstance(given, RemoteOrder)
        await upsert_one(ctx, pod, given)
    sheet = await orders.sheet(ctx, await orders.find(ctx, "28002-A"))
    assert [(track.tracking_number, track.carrier, track.status) for track in sheet.tracks] == [
        ("9400100109361129278357", "usps", "delivered"),
        ("9400100109361129278358", "usps", "delivered"),
    ]
    (event,) = sheet.tracks[0].events
    assert (str(event.message), event.location) == ("Delivered.", "Pod")
