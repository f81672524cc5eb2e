"""Deliveries worked off: what each does, once, in any order, and without calling an address that stands in one."""

import asyncio
import json
from collections.abc import Generator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from shipconsole.domain import received_webhook
from shipconsole.domain.connection import Connection
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.received_webhook import PlatformNotice
from shipconsole.domain.tracking import Track
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from shipconsole.simulator.shipengine_objects import BATCH_ID, CARRIER_ID, RATE_ID, SHIPMENT_ID
from shipconsole.store import follow_up_jobs, platform_notices
from tests.operations.pod import Document, Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.clock import ManualClock
from tests.support.engines import beside

pytestmark = pytest.mark.both_engines

NUMBER = USPS_NUMBERS[0]
HOST = "https://api.shipengine.com"


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


def requests_received(server: SimulatorServer) -> list[dict[str, Any]]:
    """Every request that the simulated platforms had."""
    return local_http.get(f"{server.url}/_simulator/requests").json()


async def shipengine(ctx: Context) -> Connection:
    (connection,) = await connections.named(ctx, ["ShipEngine"])
    return connection


def tracked(status: str, *events: tuple[str, str], number: str = NUMBER) -> Document:
    """What ShipEngine tells of a package; its events are times and codes."""
    notifications = [{"occurred_at": at, "description": f"Scan {code}", "status_code": code} for at, code in events]
    data = {"tracking_number": number, "status_code": status, "carrier_code": "usps", "events": notifications}
    return {"resource_type": "API_TRACK", "resource_url": f"{HOST}/v1/tracking", "data": data}


async def process_body(ctx: Context, connection: Connection, body: Document) -> received_webhook.WebhookEvent:
    return await process.process_one(ctx, await received(ctx, connection, body))


async def stored_notices(ctx: Context) -> tuple[PlatformNotice, ...]:
    return await ctx.read(platform_notices.latest, most=50)


async def tracks(ctx: Context, number: str = "10001") -> tuple[Track, ...]:
    return (await orders.sheet(ctx, await orders.find(ctx, number))).tracks


async def shipped(ctx: Context, items: dict[str, int]) -> None:
    """A package of order 10001 that left here."""
    order_id, draft = await draft_of(ctx, "10001", items, NUMBER)
    await ship.ship(ctx, order_id, draft)


def everything(ctx: Context) -> list[tuple[Any, ...]]:
    """All that is stored of packages and orders, but when it was."""
    with beside(ctx.store) as store:
        found = store.execute("SELECT id, order_id, status, details FROM track").fetchall()
        found += store.execute("SELECT * FROM track_event").fetchall()
        found += store.execute("SELECT kind, message, stands_out FROM platform_notice").fetchall()
        found += store.execute("SELECT id, state, left_units FROM orders").fetchall()
        found += store.execute("SELECT id, state, message, shipment_id FROM forward_review").fetchall()
    return found


async def test_a_package_is_followed_in_whatever_order_its_webhooks_come(bench: Context) -> None:
    connection = await shipengine(bench)
    await shipped(bench, {"MOBILE": 1})
    picked, moving, there = (
        ("2026-11-20T08:00:00Z", "AC"),
        ("2026-11-20T12:00:00Z", "IT"),
        ("2026-11-21T09:00:00Z", "DE"),
    )
    bodies = [tracked("AC", picked), tracked("IT", moving, picked), tracked("DE", there, moving, picked)]
    for body in [bodies[2], bodies[0], bodies[1], *bodies]:
        done = await process_body(bench, connection, body)
        assert done.state == "processed"
    (track,) = await tracks(bench)
    assert (track.tracking_number, track.status, str(track.message)) == (NUMBER, "delivered", "Delivered.")
    assert [str(event.message) for event in track.events][:1] == ["Packed"]
    assert sorted(str(event.message) for event in track.events) == ["Packed", "Scan AC", "Scan DE", "Scan IT"]


async def test_a_package_that_is_entered_later_has_what_came_before(bench: Context) -> None:
    await process_body(bench, await shipengine(bench), tracked("IT", ("2026-11-20T12:00:00Z", "IT")))
    assert await tracks(bench) == ()
    await shipped(bench, {"MOBILE": 1})
    (track,) = await tracks(bench)
    assert (track.status, len(track.events)) == ("in_transit", 2)


def shipups(number: str, order_number: str, code: str = "delivered") -> Document:
    """What Shipup tells of a package, and whose it says that it is."""
    order = {"order_number": order_number}
    about = {"tracking_number": number, "delivery_status_code": code, "fulfillment": {"order": order}}
    return {"id": f"{order_number} {code}", "type": "tracker.events.new", "data": {"object": about}}


async def test_a_package_stays_that_of_the_order_that_it_left_for(bench: Context) -> None:
    (shipup,) = await connections.named(bench, ["Shipup"])
    await shipped(bench, {"MOBILE": 1})
    done = await process_body(bench, shipup, shipups(NUMBER, "10003"))
    assert str(done.message) == f"{NUMBER}: Delivered. {NUMBER} is on a package of order 10001."
    assert await tracks(bench, "10003") == ()
    (track,) = await tracks(bench)
    assert track.status == "delivered"
    assert {notice.order_id for notice in await stored_notices(bench)} == {await orders.find(bench, "10001")}


async def test_of_two_orders_in_one_package_the_named_one_has_the_news(bench: Context) -> None:
    (shipup,) = await connections.named(bench, ["Shipup"])
    await shipped(bench, {"MOBILE": 1})
    order_id, draft = await draft_of(bench, "10003", None, NUMBER)
    (package,) = draft.packages
    kept = package.model_copy(update={"accepted": tuple(LabelIssueKind), "kept_reason": "one box"})
    await ship.ship(bench, order_id, draft.model_copy(update={"packages": (kept,)}))
    done = await process_body(bench, shipup, shipups(NUMBER, "10001"))
    assert str(done.message) == f"{NUMBER}: Delivered."
    assert {notice.order_id for notice in await stored_notices(bench)} == {await orders.find(bench, "10001")}
    assert [track.status for number in ("10001", "10003") for track in await tracks(bench, number)] == ["delivered"] * 2


@pytest.mark.parametrize(
    ("on_the_label", "told_as"),
    [("Ab-12345 67x", "AB1234567X"), ("AB1234567X", "ab-1234567x"), ("00340434161094021507", "340434161094021507")],
)
async def test_a_number_that_is_written_in_another_way_is_that_packages(
    bench: Context, on_the_label: str, told_as: str
) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, on_the_label)
    await ship.ship(bench, order_id, draft)
    (before,) = await tracks(bench)
    await process_body(bench, await shipengine(bench), tracked("IT", ("2026-11-20T12:00:00Z", "IT"), number=told_as))
    (track,) = await tracks(bench)
    assert (track.tracking_number, track.status) == (before.tracking_number, "in_transit")


WRITTEN = [("Ab-12345 67x", "AB1234567X"), ("00340434161094021507", "340434161094021507")]


@pytest.mark.parametrize(("on_the_label", "told_as"), WRITTEN)
async def test_news_that_came_before_the_package_are_its_own_however_they_write_its_number(
    bench: Context, on_the_label: str, told_as: str
) -> None:
    connection = await shipengine(bench)
    await process_body(bench, connection, tracked("IT", ("2026-11-20T12:00:00Z", "IT"), number=told_as))
    await process_body(bench, connection, tracked("IT", ("2026-11-20T12:00:00Z", "IT"), number=on_the_label))
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, on_the_label)
    await ship.ship(bench, order_id, draft)
    (track,) = await tracks(bench)
    assert (track.status, len(track.events)) == ("in_transit", 2)


@pytest.mark.parametrize(("on_the_label", "told_as"), WRITTEN)
async def test_a_number_that_a_platform_tracks_for_another_order_is_in_use_however_it_is_written(
    bench: Context, on_the_label: str, told_as: str
) -> None:
    (shipup,) = await connections.named(bench, ["Shipup"])
    await process_body(bench, shipup, shipups(told_as, "10003"))
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, on_the_label)
    with pytest.raises(LabelsNotAccepted):
        await ship.ship(bench, order_id, draft)


async def test_an_exception_stands_out(bench: Context) -> None:
    await process_body(bench, await shipengine(bench), tracked("EX", ("2026-11-20T12:00:00Z", "EX")))
    (notice,) = await stored_notices(bench)
    assert (notice.stands_out, notice.kind) == (True, "package")
    assert str(notice.message) == f"{NUMBER}: Delivery exception."


async def test_orders_of_an_event_are_imported_and_an_older_event_undoes_nothing(bench: Context) -> None:
    connection = await shipengine(bench)
    order_id = await orders.find(bench, "10002")
    (link,) = [link for link in (await orders.sheet(bench, order_id)).links if link.connection_id == connection.id]
    document = json.loads(link.document)
    kind = {"resource_type": "API_SALES_ORDERS_IMPORTED", "resource_url": f"{HOST}/v-beta/sales_orders"}
    new = {**document, "sales_order_id": "so-new", "external_order_number": "20001"}
    done = await process_body(bench, connection, {**kind, "data": [new]})
    assert (done.state, str(done.message)) == ("processed", "Order 20001 was imported.")
    assert (await orders.sheet(bench, await orders.find(bench, "20001"))).order.lines[0].sku == "TABLET-10"
    old = {**document, "modified_at": "2001-01-01T00:00:00Z", "sales_order_items": []}
    old["sales_order_items"] = [{**document["sales_order_items"][0], "quantity": 9}]
    await process_body(bench, connection, {**kind, "data": [old]})
    assert (await orders.sheet(bench, order_id)).order.lines[0].ordered == 1
    await process_body(bench, connection, {**kind, "data": [{**old, "modified_at": "2099-01-01T00:00:00Z"}]})
    assert (await orders.sheet(bench, order_id)).order.lines[0].ordered == 9


async def test_an_order_that_is_left_out_is_not_reported_as_imported(bench: Context) -> None:
    connection = await shipengine(bench)
    item = {"sales_order_item_id": "i", "line_item_details": {"sku": "A"}, "quantity": 1}
    data = [
        {"sales_order_id": "x1", "external_order_number": "X1", "sales_order_items": [item]},
        {"sales_order_id": "x2", "external_order_number": "X2", "sales_order_items": []},
        {
            "sales_order_id": "x3",
            "external_order_number": "X3",
            "sales_order_status": {"is_cancelled": True},
            "sales_order_items": [item],
        },
    ]
    done = await process_body(bench, connection, {"resource_type": "API_SALES_ORDERS_IMPORTED", "data": data})
    imported = text("webhook.orders", count=1, numbers=("X1",))
    left_out = text("webhook.orders_left_out", count=2, numbers=("X2", "X3"))
    assert f"{imported} {left_out}" in str(done.message)


async def test_an_order_that_is_only_named_is_asked_for(bench: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await shipengine(bench)
    order_id = await orders.find(bench, "10002")
    (link,) = [link for link in (await orders.sheet(bench, order_id)).links if link.connection_id == connection.id]
    kind = {"resource_type": "API_SALES_ORDERS_IMPORTED", "resource_url": "https://example.invalid/steal"}
    await process_body(bench, connection, {**kind, "data": [{"sales_order_id": link.remote_id}]})
    assert requests_received(simulated_platforms)[-1]["path"].endswith(f"/sales_orders/{link.remote_id}")
    assert (await orders.sheet(bench, order_id)).order.lines[0].sku == "TABLET-10"


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        (
            "API_BATCH",
            f"/v1/batches/{BATCH_ID}",
            f"Batch {BATCH_ID}: no. 10128, completed with errors, 2 of 3 done, 1 with errors",
        ),
        (
            "API_RATE",
            f"/v1/shipments/{SHIPMENT_ID}/rates",
            f"Rates of shipment {SHIPMENT_ID}: 2 rates, the lowest 3.35 USD by USPS First Class Mail",
        ),
        ("API_RATE", f"/v1/rates/{RATE_ID}", f"Rate {RATE_ID}: 7.75 USD by USPS Priority Mail"),
        (
            "API_CARRIER_CONNECTED",
            f"/v1/carriers/{CARRIER_ID}",
            f"Carrier {CARRIER_ID}: Stamps.com · Account of the warehouse, connected",
        ),
        ("API_BATCH", "/v1/batches/se-1", "Batch se-1: completed. ShipEngine has no batch with this ID."),
        ("API_REPORT_COMPLETE", "/v1/reports/se-1", "Report se-1: completed."),
    ],
)
async def test_other_events_are_reported_and_their_addresses_never_called(
    bench: Context, simulated_platforms: SimulatorServer, kind: str, path: str, words: str
) -> None:
    body = {"resource_type": kind, "resource_url": f"https://steal.invalid{path}"}
    done = await process_body(bench, await shipengine(bench), body)
    assert (done.state, str(done.message)[: len(words)]) == ("processed", words)
    fetched = [
        request["path"]
        for request in requests_received(simulated_platforms)
        if request["path"].startswith("/shipengine/v1/")
    ]
    assert fetched == ([] if kind == "API_REPORT_COMPLETE" else [f"/shipengine{path}"])


async def test_a_shop_that_was_read_has_its_follow_ups_finished(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await shipengine(bench)
    order_id = await orders.find(bench, "10001")
    (link,) = [link for link in (await orders.sheet(bench, order_id)).links if link.connection_id == connection.id]
    kind = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE"}
    body = {**kind, "resource_url": f"{HOST}/v-beta/order_sources/{link.source_id}"}
    await bench.write(follow_up_jobs.put, connection_id=connection.id, order_id=order_id, kind="refresh")
    await process_body(bench, connection, body)
    (waiting,) = await bench.read(follow_up_jobs.due, steady_ms=2**62, most=9)
    await bench.write(follow_up_jobs.put_off, waiting, due_at_ms=2**60, message=Message("stores.refresh_running"))
    before = len(requests_received(simulated_platforms))
    await process_body(bench, connection, body)
    assert await bench.read(follow_up_jobs.due, steady_ms=2**62, most=9) == ()
    seen = requests_received(simulated_platforms)[before:]
    assert [request["method"] for request in seen] == ["GET", "GET"]


async def test_a_call_of_unknown_outcome_is_checked_once_its_store_was_imported(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock, timings=replace(USUAL, refresh_pauses_s=()))
    connection = await shipengine(ctx)
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE-CASE-BLK": 1}, NUMBER)
    call_ids = (await ship.ship(ctx, order_id, draft, ["ShipEngine"])).call_ids
    await worker.flush(ctx)
    (link,) = [link for link in (await orders.sheet(ctx, order_id)).links if link.connection_id == connection.id]
    kind = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE"}
    body = {**kind, "resource_url": f"{HOST}/v-beta/order_sources/{link.source_id}"}
    # The vendor may still act on it: a shop that was read by now shows nothing yet.
    await process_body(ctx, connection, body)
    (call,) = await worker.updates_of(ctx, call_ids)
    assert (call.state, call.checks) == ("unknown", 0)
    clock.pass_s(121)
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, call_ids)
    assert (call.state, call.checks) == ("unknown", 1)
    await asyncio.sleep(1)
    before = len(requests_received(simulated_platforms))
    await process_body(ctx, connection, body)
    (call,) = await worker.updates_of(ctx, call_ids)
    assert call.state == "confirmed"
    assert "PUT" not in [request["method"] for request in requests_received(simulated_platforms)[before:]]


async def test_a_swiftpod_package_is_stored_as_the_platform_has_it(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    number = "9400111206206406260787"
    moving, there = shipped_package(number, A=3), shipped_package(number, "delivered", A=3)
    pod.orders["77"] = order_of(there)
    done = await process_body(bench, connection, webhook(order_of(moving), moving))
    assert (done.state, str(done.message)) == ("processed", f"10001, {number}: In transit.")
    assert pod.asked == ["/orders/77"]
    (track,) = await tracks(bench)
    assert (track.tracking_number, track.status) == (number, "delivered")


async def test_without_a_key_an_event_counts_unconfirmed_where_a_person_chose_so(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False, apply=True)
    package = shipped_package("9400111206206406260787", A=4, Z=1)
    done = await process_body(bench, connection, webhook(order_of(package), package))
    assert "Pod has no API key yet" in str(done.message)
    assert pod.asked == []
    message = [str(item.message) for item in await stored_notices(bench) if item.stands_out]
    assert "9400111206206406260787: Z is not an item of SwiftPOD's order." in message
    assert "MOBILE-CASE-BLK: 4 shipped, but 3 ordered." in message


async def test_a_duplicate_that_arrives_during_processing_causes_no_reprocessing(bench: Context, pod: Pod) -> None:
    connection, loop = await connected(bench, pod.url), asyncio.get_running_loop()
    order = order_of(shipped_package(NUMBER, A=1))
    body = webhook(order, order["trackings"][0])

    class TellsMeanwhile(dict[str, Document]):
        def get(self, key: str, default: Document | None = None) -> Document | None:  # type: ignore[override]
            asyncio.run_coroutine_threadsafe(received(bench, connection, body), loop).result(60)
            return super().get(key, default)

    pod.orders = TellsMeanwhile({"77": order})
    done = await process_body(bench, connection, body)
    assert done.state == "processed"
    assert done.duplicates >= 1
    assert await process.run_due(bench) == 0


async def test_a_test_order_does_nothing(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    package = shipped_package("9400111206206406260787", A=3)
    done = await process_body(bench, connection, webhook(order_of(package, test_order=True), package))
    assert (done.state, done.message) == ("ignored", Message("forward.test_order"))
    assert (await tracks(bench), pod.asked, await stored_notices(bench)) == ((), [], ())


async def test_reprocessing_changes_nothing(bench: Context, pod: Pod) -> None:
    pod_connection, engine = await connected(bench, pod.url), await shipengine(bench)
    first_package, two = shipped_package(NUMBER, A=3), shipped_package("9400111206206406260787", "delivered", B=1)
    pod.orders["77"] = order_of(first_package, two)
    ids = [
        await received(bench, pod_connection, webhook(order_of(first_package), first_package, uuid="1")),
        await received(bench, pod_connection, webhook(order_of(first_package, two), two, uuid="2")),
        await received(bench, engine, tracked("IT", ("2026-11-20T12:00:00Z", "IT"))),
        await received(bench, engine, tracked("EX", ("2026-11-20T13:00:00Z", "EX"))),
        await received(bench, engine, {"resource_type": "API_BATCH", "resource_url": f"{HOST}/v1/batches/se-1"}),
    ]
    assert await process.run_due(bench) == len(ids)
    assert await process.run_due(bench) == 0
    before = everything(bench)
    for id_ in [*ids, *reversed(ids)]:
        await process.process_one(bench, id_)
    assert everything(bench) == before


async def test_any_order_of_coming_ends_the_same(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False, apply=True)
    number = "9400111206206406260787"
    seen: set[str] = set()
    for position, states in enumerate(permutations(("pre_transit", "in_transit", "delivered"))):
        one = f"{number}{position}"
        for state in states:
            body = webhook(
                order_of(shipped_package(one, state, A=1)), shipped_package(one, state, A=1), uuid=f"{one}{state}"
            )
            await process_body(bench, connection, body)
    for track in await tracks(bench):
        seen.add(track.status)
    assert seen == {"delivered"}


async def test_a_repeated_store_import_is_a_new_event_and_a_package_is_not(bench: Context) -> None:
    connection = await shipengine(bench)
    read = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE", "resource_url": f"{HOST}/v-beta/order_sources/b8"}
    for body, worked_off in ((read, 1), (tracked("IT"), 0)):
        first = await received(bench, connection, body)
        assert await process.run_due(bench) == 1
        assert await received(bench, connection, body) == first
        assert await process.run_due(bench) == worked_off


async def test_what_cannot_be_read_is_set_aside(bench: Context) -> None:
    connection = await shipengine(bench)
    done = await process_body(bench, connection, {"resource_type": "API_ODD"})
    assert (done.state, done.message) == ("ignored", Message("webhook.unknown_event", kind="API_ODD"))


async def test_a_platform_that_does_not_answer_keeps_nothing_waiting(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await shipengine(bench)
    fault(simulated_platforms, "shipengine", "503", times=5)
    kind = {"resource_type": "API_SALES_ORDERS_IMPORTED", "resource_url": ""}
    done = await process_body(bench, connection, {**kind, "data": [{"sales_order_id": "so-1"}]})
    assert done.state == "processed"
    assert "Order so-1 could not be read" in str(done.message)


async def starshipit(ctx: Context) -> Connection:
    (connection,) = await connections.named(ctx, ["Starshipit"])
    return connection


HINT = {
    "order_number": "10002",
    "carrier_name": "Australia Post",
    "tracking_number": "QQQ001737901000931501",
    "tracking_status": "Dispatched",
    "last_updated_date": "2018-08-09T02:56:07.3453198Z",
}


@pytest.mark.parametrize(("trouble", "state"), [("", "Dispatched"), ("", "Exception"), ("503", "Delivered")])
async def test_a_hint_that_starshipit_does_not_confirm_leads_only_to_a_message(
    bench: Context, simulated_platforms: SimulatorServer, trouble: str, state: str
) -> None:
    if trouble:
        fault(simulated_platforms, "starshipit", trouble, times=5)
    done = await process_body(bench, await starshipit(bench), {**HINT, "tracking_status": state})
    assert done.state == "processed"
    assert str(done.message).startswith("QQQ001737901000931501, not confirmed: ")
    assert "Package QQQ001737901000931501 could not be read: " in str(done.message)
    assert (await tracks(bench, "10002"), [notice.stands_out for notice in await stored_notices(bench)]) == (
        (),
        [False, False],
    )
    assert {notice.order_id for notice in await stored_notices(bench)} == {await orders.find(bench, "10002")}


async def test_a_hint_changes_no_package_that_starshipit_does_not_confirm(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, NUMBER)
    await ship.ship(bench, order_id, draft, ["Starshipit"])
    await worker.flush(bench)
    connection = await starshipit(bench)
    hint = {"order_number": "10001", "tracking_number": NUMBER}
    await process_body(bench, connection, {**hint, "tracking_status": "Dispatched"})
    fault(simulated_platforms, "starshipit", "503", times=5)
    await process_body(bench, connection, {**hint, "tracking_status": "Delivered"})
    (track,) = await tracks(bench)
    assert (track.status, track.message) == ("not_yet", Message("tracking.label_printed"))


BROKEN = {
    "sqlite": "CREATE TRIGGER broken BEFORE UPDATE ON webhook_event BEGIN SELECT 1 FROM nowhere; END",
    "postgresql": "CREATE FUNCTION broken() RETURNS TRIGGER LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM 1 FROM nowhere; RETURN NEW; END'; CREATE TRIGGER broken BEFORE UPDATE ON webhook_event"
    " FOR EACH ROW EXECUTE FUNCTION broken()",
}


async def test_a_round_that_fails_ends_before_the_next_begins(bench: Context, pod: Pod) -> None:
    """A store that will not be written to ends the round, but none of its works is left running."""
    connection = await connected(bench, pod.url)
    # The first asks no one, so that it fails while the others still ask.
    await received(bench, connection, {"event": {"name": "unheard_of"}})
    package = shipped_package(NUMBER, A=1)
    for number in ("1", "2"):
        await received(bench, connection, webhook(order_of(package), package, uuid=number))
    with beside(bench.store) as store:
        store.execute(BROKEN[bench.store.engine])
    before = asyncio.all_tasks()
    with pytest.raises(EnvironmentFailure):
        await process.run_due_of(bench, connection.id)
    assert asyncio.all_tasks() <= before


async def test_an_unsigned_hint_is_queried(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, NUMBER)
    await ship.ship(bench, order_id, draft, ["Starshipit"])
    await worker.flush(bench)
    hint = {"order_number": "10001", "tracking_number": NUMBER, "tracking_status": "Delivered"}
    done = await process_body(bench, await starshipit(bench), hint)
    assert str(done.message) == f"{NUMBER}: The label was printed."
    asked_for = [
        request["path"] for request in requests_received(simulated_platforms) if request["path"].endswith("/api/track")
    ]
    assert asked_for == ["/starshipit/api/track"]
    (track,) = await tracks(bench)
    assert track.status == "not_yet"


async def test_the_trial_of_an_address_is_no_news(bench: Context) -> None:
    (connection,) = await connections.named(bench, ["Shipup"])
    done = await process_body(bench, connection, {"livemode": "false"})
    assert (done.state, done.message) == ("ignored", Message("shipup.test_event"))
