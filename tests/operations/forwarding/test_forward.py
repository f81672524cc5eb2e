"""A package that SwiftPOD shipped goes on to the shops once, or waits for a person, or is refused in words."""

import asyncio
from collections.abc import Generator
from dataclasses import replace
from random import Random

import pytest

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.forwarding import ForwardReview
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import ship, undo
from shipconsole.operations.vendor_orders import create
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import forwarding, tracks
from shipconsole.store import linking as stored_linking
from shipconsole.store.database import Db
from tests.operations.pod import Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import draft_of, effects
from tests.support.refusals import refused

NUMBER, OTHER = "9400100109361129278357", "9400111206206406260787"
BOTH = shipped_package(NUMBER, A=3, B=1)


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        running.orders["77"] = order_of(BOTH)
        yield running


async def rule(ctx: Context, mode: str, *to: str) -> None:
    await forward.set_rule(ctx, "Pod", to or ("ShipEngine",), mode)


async def only_review(ctx: Context) -> ForwardReview:
    (proposal,) = await forward.reviews(ctx)
    return proposal


async def notifications_of(ctx: Context, order: str = "10001") -> list[tuple[str, dict[str, int]]]:
    """The packages in the order's shipments here, with what is in each."""
    sheet = await orders.sheet(ctx, await orders.find(ctx, order))
    skus = {line.id: line.sku for line in sheet.order.lines}
    return [
        (package.tracking_number, {skus[packed.line_id]: packed.quantity for packed in package.lines})
        for shipment in sheet.shipments
        for package in shipment.packages
    ]


async def test_a_package_becomes_a_split_shipment_and_is_sent_once(
    bench: Context, pod: Pod, simulated_platforms: SimulatorServer
) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto", "ShipEngine", "Starshipit")
    for uuid in ("1", "2", "1", "3"):
        await received(bench, connection, webhook(order_of(BOTH), BOTH, uuid=uuid))
    await process.run_due(bench)
    assert await notifications_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1})]
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert {call.connection for call in sheet.calls} == {"ShipEngine", "Starshipit"}
    assert (sheet.order.left, sheet.shipments[0].station) == (1, "Pod")
    assert (await only_review(bench)).state == "shipped"
    await worker.flush(bench, until_empty=True)
    (notifications,) = [
        request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipengine"
    ]
    assert NUMBER in str(notifications)


async def test_several_packages_in_any_order_ship_each_once(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    first_package, two = shipped_package(NUMBER, A=2), shipped_package(OTHER, A=1, B=1)
    pod.orders["77"] = order_of(first_package, two)
    bodies = [
        webhook(order_of(first_package, two), of, uuid=f"{n}")
        for n, of in enumerate([first_package, two, first_package, two, two, first_package])
    ]
    Random(7).shuffle(bodies)
    ids = [await received(bench, connection, body) for body in bodies]
    await asyncio.gather(*(process.process_one(bench, id_) for id_ in ids))
    assert sorted(await notifications_of(bench)) == [
        (NUMBER, {"MOBILE-CASE-BLK": 2}),
        (OTHER, {"MOBILE-CASE-BLK": 1, "CHARGER-USB-C": 1}),
    ]


async def test_under_review_a_person_decides_first(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert await notifications_of(bench) == []
    proposal = await only_review(bench)
    assert (proposal.state, proposal.confirmed) == ("proposed", True)
    assert (await forward.accept(bench, proposal.id)).state == "shipped"
    assert len(await notifications_of(bench)) == 1
    with refused("forward.already_decided", state="shipped"):
        await forward.accept(bench, proposal.id)
    assert len(await notifications_of(bench)) == 1


async def test_a_declined_package_is_never_forwarded(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    await forward.decline(bench, (await only_review(bench)).id)
    await rule(bench, "auto")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH, uuid="2")))
    assert (await only_review(bench)).state == "declined"
    assert await notifications_of(bench) == []


async def test_without_a_rule_nothing_goes_on(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    await rule(bench, "off")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH, uuid="2")))
    assert (await forward.reviews(bench), await notifications_of(bench)) == ((), [])


async def test_a_webhook_alone_notifies_no_platform(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False, apply=True)
    await rule(bench, "auto")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    proposal = await only_review(bench)
    assert (proposal.state, proposal.confirmed, proposal.message) == ("proposed", False, forward.NOT_CONFIRMED)
    assert await notifications_of(bench) == []
    # Once there is a key, the platform is asked and the package goes on by itself.
    await connected(bench, pod.url)
    await followups.run_due(replace(bench, clock=bench.clock))
    assert len(await notifications_of(bench)) == 1


async def test_what_the_platform_does_not_show_is_not_believed(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    pod.orders["77"] = order_of()
    done = await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert f"Pod doesn't show {NUMBER} in the order itself." in str(done.message)
    assert (await forward.reviews(bench), await notifications_of(bench)) == ((), [])


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"A": 4}, Message("ship.too_many", sku="MOBILE-CASE-BLK", count=4, left=3)),
        ({"A": 1, "Z": 1}, Message("forward.unknown_item", item="Z")),
        ({}, Message("forward.no_contents", connection="Pod", tracking_number=NUMBER)),
    ],
)
async def test_what_cannot_ship_is_refused_with_a_message_and_kept(
    bench: Context, pod: Pod, items: dict[str, int], words: str
) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    odd = shipped_package(NUMBER, **items)
    pod.orders["77"] = order_of(odd)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(odd), odd)))
    proposal = await only_review(bench)
    assert (proposal.state, proposal.message) == ("refused", words)
    assert await notifications_of(bench) == []
    with pytest.raises(ValidationFailed):
        await forward.accept(bench, proposal.id)


@pytest.mark.parametrize("typed", [NUMBER, "9400 1001 0936 1129 2783 57"])
async def test_a_number_that_was_entered_here_is_not_entered_again(bench: Context, pod: Pod, typed: str) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, typed)
    await ship.ship(bench, order_id, draft)
    of = shipped_package(NUMBER, A=1)
    pod.orders["77"] = order_of(of)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(of), of)))
    assert (await only_review(bench)).message == Message("forward.recorded_here")
    assert await notifications_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 1})]


@pytest.mark.parametrize("mode", ["review", "auto"])
async def test_a_package_moves_with_its_order_when_that_is_unlinked(bench: Context, pod: Pod, mode: str) -> None:
    """Under `review` it was confirmed before, under `auto` there is no key until later."""
    connection = await connected(bench, pod.url, key=mode == "review", apply=True)
    await rule(bench, mode)
    pod.orders["77"] = order_of(BOTH)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    order_id = await orders.find(bench, "10001")
    new_id = await linking.unlink(bench, order_id, connection.id, "another buyer")
    proposal = await only_review(bench)
    reported = await bench.read(tracks.get, connection.id, NUMBER)
    assert reported is not None
    assert (proposal.order_id, reported.order_id) == (new_id, new_id)
    if mode == "review":
        with refused("ship.not_in_connection", connection="ShipEngine", number="10001"):
            await forward.accept(bench, proposal.id)
    else:
        await connected(bench, pod.url)
        await followups.run_due(bench)
    left = await only_review(bench)
    assert (left.order_id, left.state, left.confirmed) == (new_id, "refused", True)
    assert [await notifications_of(bench, f"id:{id_}") for id_ in (order_id, new_id)] == [[], []]


async def test_a_package_of_a_connection_that_does_not_know_the_order_is_refused(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    await bench.write(stored_linking.split, await orders.find(bench, "10001"), connection.id)
    with refused("forward.order_not_known", connection="Pod", number="10001"):
        await forward.accept(bench, (await only_review(bench)).id)
    assert await notifications_of(bench) == []


async def test_a_package_is_proposed_once_where_its_orders_become_one_again(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    order_id = await orders.find(bench, "10001")
    new_id = await linking.unlink(bench, order_id, connection.id, "another buyer")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH, uuid="2")))
    states = [(review.order_id, review.state) for review in await forward.reviews(bench)]
    assert states == [(new_id, "refused"), (order_id, "shipped")]
    order, other = [(await orders.sheet(bench, id_)).order for id_ in (order_id, new_id)]
    await linking.link(bench, order_id, new_id, linking.match_items(order, other), "one buyer after all")
    assert (await only_review(bench)).state == "shipped"
    assert len(await notifications_of(bench)) == 1


async def test_the_connections_that_have_the_order_are_notified(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto", "ShipEngine", "Starshipit")
    order_id = await orders.find(bench, "10001")
    (starshipit,) = await connections.named(bench, ["Starshipit"])
    await bench.write(stored_linking.split, order_id, starshipit.id)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    sheet = await orders.sheet(bench, order_id)
    assert [call.connection for call in sheet.calls] == ["ShipEngine"]
    assert (await only_review(bench)).message == Message(
        "forward.notified_some", connections=("ShipEngine",), others=("Starshipit",)
    )


async def test_a_refused_package_is_tried_again_when_the_platform_reports_more_of_it(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    pod.orders["77"] = order_of(shipped_package(NUMBER))
    await process.process_one(
        bench, await received(bench, connection, webhook(order_of(shipped_package(NUMBER)), shipped_package(NUMBER)))
    )
    assert (await only_review(bench)).state == "refused"
    pod.orders["77"] = order_of(BOTH, updated_at="2026-11-20T09:00:00.000000Z")
    await process.process_one(bench, await received(bench, connection, webhook(pod.orders["77"], BOTH, uuid="2")))
    assert (await only_review(bench)).state == "shipped"
    assert await notifications_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1})]


async def test_a_refused_package_without_new_data_stays_refused(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    odd = shipped_package(NUMBER, A=4)
    pod.orders["77"] = order_of(odd)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(odd), odd)))
    refused = await only_review(bench)
    pod.orders["77"] = order_of(odd, updated_at="2026-11-20T09:00:00.000000Z")
    await rule(bench, "review")
    await process.process_one(bench, await received(bench, connection, webhook(pod.orders["77"], odd, uuid="2")))
    assert (await only_review(bench), refused.state) == (refused, "refused")


async def test_a_number_in_two_orders_is_a_package_of_each(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    other_id = await orders.find(bench, "10002")
    line = (await orders.sheet(bench, other_id)).order.lines[0]
    of = shipped_package(NUMBER, A=1)
    item = {"id": 1, "sku": line.sku, "quantity": line.ordered, "order_item_id": "A"}
    address = {"name": "M. Rossi", "city": "Milano", "country": "IT", "zip": "20123"}
    pod.orders["78"] = {**order_of(of, number="10002", line_items=[item], address=address), "id": 78}
    await process.process_one(bench, await received(bench, connection, webhook(pod.orders["78"], of, uuid="2")))
    first, second = sorted(await forward.reviews(bench))
    await forward.accept(bench, first.id)
    with refused("label.taken", order="10001"):
        await forward.accept(bench, second.id)
    await forward.accept(bench, second.id, reuse_reason="both in one box")
    assert await notifications_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1})]
    (shipment,) = (await orders.sheet(bench, other_id)).shipments
    assert [(package.tracking_number, package.kept_reason) for package in shipment.packages] == [
        (NUMBER, "both in one box")
    ]


async def test_what_waits_comes_before_what_was_decided_on(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id = await orders.find(bench, "10001")

    def many(db: Db) -> None:
        for number in ("refused", "waits", "shipped", "declined"):
            forwarding.put_review(
                db,
                connection_id=connection.id,
                tracking_number=number,
                order_id=order_id,
                carrier="",
                items=(),
                confirmed=False,
                message=NO_MESSAGE,
                remote_changed_at_ms=0,
                now_ms=1,
            )
            proposal = forwarding.open_of(db, connection.id)[-1]
            if number != "waits":
                forwarding.end(db, proposal, number, NO_MESSAGE)

    await bench.write(many)
    for most, listed in ((4, ["waits", "refused", "declined", "shipped"]), (3, ["waits", "refused", "declined"])):
        assert [review.tracking_number for review in await forward.reviews(bench, most=most)] == listed
    assert [review.tracking_number for review in await forward.reviews(bench, most=1)] == ["waits"]


async def test_an_undone_package_is_forwarded_again_only_by_a_person(bench: Context, pod: Pod) -> None:
    ctx = replace(bench, undo_window_s=30)
    connection = await connected(ctx, pod.url)
    await rule(ctx, "auto")
    await process.process_one(ctx, await received(ctx, connection, webhook(order_of(BOTH), BOTH)))
    shipped = await only_review(ctx)
    assert shipped.shipment_id is not None
    await undo.undo_shipment(ctx, shipped.order_id, shipped.shipment_id)
    words = Message("undo.forwarding", packer="Bench 1")
    taken = await only_review(ctx)
    assert (taken.state, taken.message, await forward.count_waiting(ctx)) == ("refused", words, 1)
    # Not even what is new of it has it go on by itself.
    fewer = shipped_package(NUMBER, A=2)
    pod.orders["77"] = order_of(fewer, updated_at="2026-11-20T09:00:00.000000Z")
    await process.process_one(ctx, await received(ctx, connection, webhook(pod.orders["77"], fewer, uuid="2")))
    taken = await only_review(ctx)
    assert (taken.state, taken.message, await notifications_of(ctx)) == ("refused", words, [])
    assert (await forward.accept(ctx, taken.id)).state == "shipped"
    assert await notifications_of(ctx) == [(NUMBER, {"MOBILE-CASE-BLK": 2})]


async def test_what_a_packer_typed_stays_typed(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, OTHER)
    await orders.save_draft(bench, order_id, draft)
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    sheet = await orders.sheet(bench, order_id)
    assert (len(sheet.shipments), sheet.draft) == (1, draft)


async def test_a_test_order_reaches_no_platform(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    pod.orders["77"] = order_of(BOTH, test_order=True)
    # The webhook hides it; what the platform has counts.
    await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert (await forward.reviews(bench), await notifications_of(bench)) == ((), [])


async def test_what_turns_out_to_be_a_test_order_is_shown_and_forwarded_nowhere(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False, apply=True)
    await rule(bench, "auto")
    hidden = webhook(order_of(BOTH), BOTH)
    pod.orders["77"] = order_of(BOTH, test_order=True)
    await process.process_one(bench, await received(bench, connection, hidden))
    assert (await only_review(bench)).state == "proposed"
    await connected(bench, pod.url)
    await followups.run_due(bench)
    declined = await only_review(bench)
    assert (declined.state, declined.message) == ("declined", forward.TEST_ORDER)
    with refused("forward.already_decided", state="declined"):
        await forward.accept(bench, declined.id)
    assert await notifications_of(bench) == []


async def test_what_the_platform_calls_a_test_when_it_is_asked_is_not_shown(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    pod.orders["77"] = order_of(BOTH, test_order=True)
    done = await process.process_one(bench, await received(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert (done.state, done.message) == ("ignored", forward.TEST_ORDER)
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert (sheet.tracks, [link.remote_id for link in sheet.links if link.connection_id == connection.id]) == ((), [])


async def test_an_imported_test_order_reaches_no_platform(bench: Context, pod: Pod) -> None:
    """It stands alone, whatever its number, and cannot be shipped or made known to others."""
    connection = await connected(bench, pod.url)
    first = await orders.find(bench, "10001")
    pod.orders["77"] = order_of(test_order=True, status="new_order")
    found = await import_orders.fetch_order(bench, connection, "77")
    assert isinstance(found, RemoteOrder)
    assert await bench.write(upsert.upsert_orders, connection, (found,), now_ms=bench.clock.now_ms()) == 1
    (row,) = [row for row in await orders.list_rows(bench) if row.number == "10001" and row.id != first]
    draft = await ship.draft_with_items(bench, row.id, None, PackageDraft(tracking_number=NUMBER))
    with refused("order.is_test", connection="Pod"):
        await ship.ship(bench, row.id, draft, ["Shipup"])
    (shipup,) = await connections.named(bench, ["Shipup"])
    with refused("order.is_test", connection="Pod"):
        await create.preview(bench, row.id, shipup.id)


@pytest.mark.parametrize(
    ("source", "to", "mode", "words"),
    [
        ("ShipEngine", ("Starshipit",), "auto", "ShipEngine ships nothing itself"),
        ("Pod", ("Pod",), "auto", "Pod can't be notified about a shipment"),
        ("Pod", (), "auto", "Choose the connections"),
        ("Pod", ("ShipEngine",), "always", "The mode is one of off, review, auto"),
        ("Nobody", ("ShipEngine",), "auto", "There is no connection “Nobody”"),
    ],
)
async def test_rules_that_cannot_be_are_refused(
    bench: Context, pod: Pod, source: str, to: tuple[str, ...], mode: str, words: str
) -> None:
    await connected(bench, pod.url)
    with pytest.raises(ValidationFailed, match=words):
        await forward.set_rule(bench, source, to, mode)
    assert await forward.rules(bench) == ()
