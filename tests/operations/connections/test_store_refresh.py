"""Refreshing: the platform's shops, how far it is with each, and for how long that is said."""

from shipconsole.operations.connections import connections, store_refresh
from shipconsole.operations.connections.store_refresh import STALE_AFTER_MS, StoreState, record_state
from shipconsole.operations.context import Context
from tests.support.refusals import refused

BUSY, DONE = StoreState(idle=False, status="preparing_update"), StoreState(idle=True, status="idle")


async def test_a_shop_is_listed_refreshed_and_seen_to_be_read(bench: Context) -> None:
    shop, post, _ = await connections.named(bench, ["ShipEngine", "Starshipit", "Shipup"])
    found = await store_refresh.list_stores(bench, shop)
    assert isinstance(found, tuple)
    assert [(row.name, row.shop, row.state.status) for row in found] == [
        ("Shopify AU", "Shopify", "idle"),
        ("WooCommerce EU", "WooCommerce", "idle"),
    ]
    assert await store_refresh.running_imports(bench) == ()
    state = await store_refresh.refresh(bench, shop, found[0].id)
    assert isinstance(state, StoreState)
    assert not state.idle
    (reading,) = await store_refresh.running_imports(bench)
    assert (reading.connection, reading.source, reading.status) == ("ShipEngine", "Shopify AU", "preparing_update")
    assert store_refresh.has_stores(shop)
    assert not store_refresh.has_stores(post)
    with refused("stores.no_refresh"):
        await store_refresh.list_stores(bench, post)


async def test_since_when_a_shop_is_read_stays_until_it_is_done(bench: Context) -> None:
    (shop,) = await connections.named(bench, ["ShipEngine"])
    now_ms = bench.clock.now_ms()
    for after_ms, status in ((0, "preparing_update"), (900, "updating")):
        state = StoreState(idle=False, status=status)
        await bench.write(record_state, shop.id, "s1", state, at_ms=now_ms + after_ms, name="Shop")
    (reading,) = await store_refresh.running_imports(bench)
    assert (reading.source, reading.status, reading.since_ms) == ("Shop", "updating", now_ms)
    await bench.write(record_state, shop.id, "s1", DONE, at_ms=now_ms + 1_000)
    assert await store_refresh.running_imports(bench) == ()
    (seen,) = await store_refresh.last_seen_stores(bench)
    assert (seen.name, seen.status, seen.since_ms) == ("Shop", "idle", None)


async def test_an_import_that_was_not_checked_for_long_is_not_shown_as_running(bench: Context) -> None:
    (shop,) = await connections.named(bench, ["ShipEngine"])
    await bench.write(record_state, shop.id, "s1", BUSY, at_ms=bench.clock.now_ms() - STALE_AFTER_MS)
    assert await store_refresh.running_imports(bench) == ()


async def test_a_clock_that_was_ahead_leaves_no_shop_busy(bench: Context) -> None:
    (shop,) = await connections.named(bench, ["ShipEngine"])
    await bench.write(record_state, shop.id, "s1", BUSY, at_ms=bench.clock.now_ms() + 3_600_000)
    assert await store_refresh.running_imports(bench) == ()
