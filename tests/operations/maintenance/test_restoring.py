"""After a restore no platform is notified again of what it was notified of since the backup was made."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.label import STORED_KINDS
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import backups
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship, undo
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import backup, restoring
from shipconsole.store.errors import StoreBehindError, StoreDamagedError, StoreLayoutError, StoreLostError
from shipconsole.store.sqlite import SqliteStore
from tests.operations.pod import connected, order_of, running_pod, shipped_package
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, effects
from tests.support.refusals import refused, sentences_of

pytestmark = pytest.mark.of_a_file("backups are restored")

NOW_MS = 1_790_000_000_000
PARCEL = shipped_package("9400100109361129278357", A=3, B=1)


@asynccontextmanager
async def restored(ctx: Context, act: Callable[[Path], object]) -> AsyncGenerator[Context]:
    """Close the context's store, have something done to it, and go on with it as it is then."""
    ctx.store.close()
    act(ctx.store.file)
    store = SqliteStore(ctx.store.file)
    store.open()
    try:
        yield replace(ctx, store=store)
    finally:
        store.close()


async def work_on(ctx: Context) -> None:
    """All that the program does by itself."""
    await import_orders.sync(ctx, await connections.every(ctx))
    for _ in range(2):
        await forward.run_due(ctx)
        await worker.flush(ctx, until_empty=True)


async def test_a_package_that_was_forwarded_is_not_forwarded_again(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    with running_pod() as pod:
        await connected(bench, pod.url)
        await forward.set_rule(bench, "Pod", ("ShipEngine", "Starshipit"), "auto")
        made = await backups.back_up(bench)
        pod.orders["77"] = order_of(PARCEL)
        await work_on(bench)
        notifications = effects(simulated_platforms, "10001")
        assert {one["vendor"] for one in notifications} >= {"shipengine", "starshipit"}
        async with restored(bench, lambda file: backups.restore(file, made.file, now_ms=NOW_MS)) as ctx:
            await work_on(ctx)
            assert effects(simulated_platforms, "10001") == notifications
            (proposal,) = await forward.reviews(ctx)
            assert proposal.state == "proposed"
            assert await forward.count_waiting(ctx) == 1
            assert [rule.mode for rule in await forward.rules(ctx)] == ["review"]


@pytest.mark.parametrize("connection", ["ShipEngine", "Starshipit", "Shipup"])
async def test_an_update_that_was_sent_since_waits_for_a_person(
    bench: Context, simulated_platforms: SimulatorServer, connection: str
) -> None:
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft, [connection])
    made = await backups.back_up(bench)
    await worker.flush(bench, until_empty=True)
    notifications = effects(simulated_platforms, "10001")
    assert notifications
    async with restored(bench, lambda file: backups.restore(file, made.file, now_ms=NOW_MS)) as ctx:
        await work_on(ctx)
        assert effects(simulated_platforms, "10001") == notifications
        (call,) = (await orders.sheet(ctx, order_id)).calls
        assert call.state == "dead"
        await resolve.resolve_update(ctx, call.id, "mark_confirmed", "seen there")
        assert [call.state for call in (await orders.sheet(ctx, order_id)).calls] == ["confirmed"]


async def test_a_database_that_can_be_used_is_not_replaced_by_an_empty_one(bench: Context) -> None:
    bench.store.close()
    before = bench.store.file.read_bytes()
    with refused("database.usable"):
        backups.start_empty(bench.store.file, now_ms=NOW_MS)
    with refused("database.not_older"):
        backups.accept_older(bench.store.file, now_ms=NOW_MS)
    assert bench.store.file.read_bytes() == before


def test_each_kind_of_unfit_database_is_answered_with_what_helps(tmp_path: Path) -> None:
    store = tmp_path / "shipconsole.db"
    helps = {
        StoreDamagedError: (False, False),
        StoreLostError: (True, False),
        StoreLayoutError: (True, False),
        StoreBehindError: (False, True),
    }
    for kind, (new, older) in helps.items():
        advised = backups.with_advice(kind("It is so."), store)
        assert type(advised) is EnvironmentFailure
        assert str(advised.message).startswith("It is so. Nothing was changed. ")
        assert "shipconsole restore FILE" in str(advised.message)
        assert ("shipconsole database --new" in str(advised.message)) is new
        assert ("shipconsole database --accept-older" in str(advised.message)) is older


async def test_the_health_checks_report_a_lost_database(bench: Context) -> None:
    await backups.back_up(bench)
    bench.store.close()
    bench.store.file.unlink()
    with pytest.raises(StoreLostError):
        await backups.verify_database(bench)
    assert backup.last_good(bench.store.file) is not None


@pytest.mark.parametrize("lose", ["restored", "restored twice", "begun anew"])
async def test_what_shipped_since_the_backup_does_not_ship_again_unasked(
    bench: Context, simulated_platforms: SimulatorServer, lose: str
) -> None:
    """A script that runs again after a restore gives the same label, of an order that has not shipped as it seems."""
    made = await backups.back_up(bench)
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    notifications = effects(simulated_platforms)
    known = await connections.every(bench)

    def act(file: Path) -> None:
        if lose == "begun anew":
            restoring.start_empty(file, now_ms=NOW_MS)
            return
        for _ in range(2 if lose == "restored twice" else 1):
            backups.restore(file, made.file, now_ms=NOW_MS)

    async with restored(bench, act) as ctx:
        if lose == "begun anew":
            await connect_all(ctx, known[0].base_url.rpartition("/")[0])
            await import_orders.sync(ctx, await connections.every(ctx))
        # As it is scanned from a label of that carrier, and for another order.
        for number, written in (("10001", USPS_NUMBERS[0]), ("10002", f"420902101234{USPS_NUMBERS[0]}")):
            order_id, draft = await draft_of(ctx, number, None, written)
            with refused("label.taken", "label.packed_by", "label.package_lost", number=USPS_NUMBERS[0], order="10001"):
                await ship.ship(ctx, order_id, draft)
        await work_on(ctx)
        assert effects(simulated_platforms) == notifications
        kept = draft.packages[0].model_copy(update={"accepted": STORED_KINDS, "kept_reason": "another box"})
        await ship.ship(ctx, order_id, draft.model_copy(update={"packages": (kept,)}))


async def test_a_package_that_was_forwarded_since_the_backup_is_forwarded_with_a_reason_alone(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    with running_pod() as pod:
        await connected(bench, pod.url)
        await forward.set_rule(bench, "Pod", ("ShipEngine",), "auto")
        made = await backups.back_up(bench)
        pod.orders["77"] = order_of(PARCEL)
        await work_on(bench)
        async with restored(bench, lambda file: backups.restore(file, made.file, now_ms=NOW_MS)) as ctx:
            await work_on(ctx)
            await forward.set_rule(ctx, "Pod", ("ShipEngine",), "auto")
            await work_on(ctx)
            (proposal,) = await forward.reviews(ctx)
            assert proposal.state == "refused"
            assert "label.package_lost" in {message.id for message in sentences_of(proposal.message)}
            assert len([request for request in effects(simulated_platforms) if request["vendor"] == "shipengine"]) == 1


async def test_a_shipment_that_was_undone_since_the_backup_holds_nothing_up(bench: Context) -> None:
    made = await backups.back_up(bench)
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    shipped = await ship.ship(bench, order_id, draft)
    await undo.undo_shipment(bench, order_id, shipped.shipment_id)
    async with restored(bench, lambda file: backups.restore(file, made.file, now_ms=NOW_MS)) as ctx:
        await ship.ship(ctx, *(await draft_of(ctx, "10001", None, USPS_NUMBERS[0])))


async def test_a_damaged_database_is_restored_without_what_cannot_be_read_of_it(bench: Context) -> None:
    made = await backups.back_up(bench)

    def act(file: Path) -> None:
        file.write_bytes(b"SQLite format 3\0" + b"\x01" * 8_192)
        backups.restore(file, made.file, now_ms=NOW_MS)

    async with restored(bench, act) as ctx:
        await ship.ship(ctx, *(await draft_of(ctx, "10001", None, USPS_NUMBERS[0])))
