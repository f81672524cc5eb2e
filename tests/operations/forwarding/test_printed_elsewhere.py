"""The published webhook passed on: three platforms hold the right parts once, however it comes, and never too much."""

import json
from itertools import permutations
from typing import Any

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.operations.forwarding import printed
from tests.operations.forwarding.printed import FIRST, PARTS, SECOND
from tests.operations.pod import received
from tests.support.bench import NAMES, draft_of
from tests.support.refusals import refused

EACH = sorted(PARTS.items())
TOLD = {"shipengine": EACH, "starshipit": [(FIRST, {}), (SECOND, {})], "shipup": EACH}
NOTHING: dict[str, list[tuple[str, dict[str, int]]]] = {"shipengine": [], "starshipit": [], "shipup": []}


@pytest.fixture
async def pod(bench: Context, simulated_platforms: SimulatorServer) -> Connection:
    """SwiftPOD, whose order the three others know as well."""
    printed.put_order(simulated_platforms.url)
    await import_orders.sync(bench, await connections.every(bench))
    return await printed.connect_printer(bench, simulated_platforms.url)


async def rule(ctx: Context, mode: str) -> None:
    await forward.set_rule(ctx, "SwiftPOD", list(NAMES.values()), mode)


async def receive(ctx: Context, pod: Connection, *bodies: dict[str, Any]) -> None:
    """Take webhooks in and do all that comes of them."""
    for body in bodies:
        await received(ctx, pod, body)
    await process.run_due(ctx)
    await worker.flush(ctx, until_empty=True)


async def states(ctx: Context) -> dict[str, tuple[str, Message]]:
    """What became of each proposed package, and why."""
    return {review.tracking_number: (review.state, review.message) for review in await forward.reviews(ctx)}


def about_second(uuid: str) -> dict[str, Any]:
    """The same order's webhook about its other package."""
    body = printed.webhook(uuid=uuid)
    about = body["data"]["trackings"][1]
    keys = ("tracking_number", "tracking_url", "shipped_items")
    reported = {"tracking_status": about["status"], "carrier_code": about["carrier"]}
    body["event"]["tracking"] = {**{key: about[key] for key in keys}, **reported}
    return body


async def test_as_it_was_published_it_ends_at_three_platforms_once(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer
) -> None:
    await rule(bench, "auto")
    body = json.loads(printed.BODY)
    await receive(bench, pod, body, body)
    await receive(bench, pod, body)
    assert printed.held(simulated_platforms.url) == TOLD
    sheet = await orders.sheet(bench, await orders.find(bench, printed.NUMBER))
    assert {line.sku: line.left for line in sheet.order.lines} == {"SHIRT": 1, "MUG": 0, "POSTER": 0, "CARD": 1}
    assert {track.status for track in sheet.tracks} == {"delivered"}
    packed = {track.tracking_number: {item.remote_id: item.quantity for item in track.items} for track in sheet.tracks}
    assert packed == PARTS
    # What contradicts itself in it is said with the package.
    doubts = {track.tracking_number: tuple(map(str, track.doubts)) for track in sheet.tracks}
    assert str(Message("swiftpod.unknown_item", number=FIRST, item="28002-A-001", platform="SwiftPOD")) in doubts[FIRST]
    assert f"{SECOND}: the link led to another package." in doubts[SECOND]
    assert "The check digit is wrong." in doubts[SECOND]
    assert "The check digit is wrong." not in doubts[FIRST]


async def test_events_in_any_order_with_duplicates_lead_to_the_same_state(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer
) -> None:
    await rule(bench, "auto")
    first, second = printed.webhook(), about_second("2")
    for position, some in enumerate(permutations([first, second, {**second}])):
        await receive(bench, pod, *some)
        assert printed.held(simulated_platforms.url) == TOLD, position
    assert set(await states(bench)) == {FIRST, SECOND}


async def test_under_review_no_platform_is_notified_before_a_person_decides(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer
) -> None:
    await rule(bench, "review")
    await receive(bench, pod, printed.webhook())
    assert printed.held(simulated_platforms.url) == NOTHING
    for proposal in await forward.reviews(bench):
        await forward.accept(bench, proposal.id)
    await receive(bench, pod, about_second("2"))
    assert printed.held(simulated_platforms.url) == TOLD


async def test_what_a_person_shipped_of_it_is_not_shipped_again(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer
) -> None:
    """Two shirts left by hand under another number: three more would be too many, and a person hears why."""
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, printed.NUMBER, {"SHIRT": 2}, "9400111206206406260787")
    await ship.ship(bench, order_id, draft)
    await receive(bench, pod, printed.webhook())
    words = Message("ship.too_many", sku="SHIRT", count=3, left=2)
    assert (await states(bench))[FIRST] == ("refused", words)
    (proposal,) = [review for review in await forward.reviews(bench) if review.state == "refused"]
    with refused("ship.too_many", left=2):
        await forward.accept(bench, proposal.id)
    by_hand = ("9400111206206406260787", {"SHIRT": 2})
    held = printed.held(simulated_platforms.url)
    assert held["shipup"] == held["shipengine"] == [(SECOND, PARTS[SECOND]), by_hand]


async def test_a_package_that_a_person_entered_is_sent_once(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer
) -> None:
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, printed.NUMBER, PARTS[FIRST], FIRST)
    await ship.ship(bench, order_id, draft)
    await receive(bench, pod, printed.webhook())
    assert (await states(bench))[FIRST] == ("shipped", Message("forward.recorded_here"))
    assert printed.held(simulated_platforms.url) == TOLD


@pytest.mark.parametrize(
    ("item", "quantity", "words"),
    [
        ("28002-A-009", 1, Message("forward.unknown_item", item="28002-A-009")),
        ("28002-A-001", 5, Message("ship.too_many", sku="SHIRT", count=5, left=4)),
        ("28002-A-001", None, Message("forward.unknown_quantity", item="28002-A-001")),
    ],
)
async def test_what_does_not_match_reaches_no_platform_and_is_reported(
    bench: Context, pod: Connection, simulated_platforms: SimulatorServer, item: str, quantity: int | None, words: str
) -> None:
    await rule(bench, "auto")
    body = printed.webhook()
    packed = {"order_item_id": item, "quantity": quantity}
    for tracking in (body["event"]["tracking"], body["data"]["trackings"][0]):
        tracking["shipped_items"] = [packed]
    printed.put_printed(simulated_platforms.url, body["data"])
    await receive(bench, pod, body)
    assert (await states(bench))[FIRST] == ("refused", words)
    assert [number for number, _ in printed.held(simulated_platforms.url)["shipengine"]] == [SECOND]


@pytest.mark.parametrize("printer_first", [False, True])
async def test_an_order_of_the_same_number_without_a_common_item_is_another(
    bench: Context, simulated_platforms: SimulatorServer, *, printer_first: bool
) -> None:
    """The number alone proves nothing: another shop may have it too."""
    printed.put_order(simulated_platforms.url)
    other = printed.webhook()
    for tracking in (other["event"]["tracking"], *other["data"]["trackings"]):
        for item in tracking["shipped_items"]:
            item["order_item_id"] += "-X"
    printed.put_printed(simulated_platforms.url, other["data"])
    pod = await printed.connect_printer(bench, simulated_platforms.url)
    shop = [connection for connection in await connections.every(bench) if connection.id != pod.id]
    if not printer_first:
        await import_orders.sync(bench, shop)
    await rule(bench, "auto")
    await receive(bench, pod, other)
    if printer_first:
        await import_orders.sync(bench, shop)
        await process.run_due(bench)
    # It is an order of its own, whose packages cannot be forwarded until a person says that the two are one.
    proposals = await forward.reviews(bench)
    shops = await orders.find(bench, f"{printed.NUMBER}@ShipEngine")
    assert {(review.state, review.order_id == shops) for review in proposals} == {("refused", False)}
    sheet = await orders.sheet(bench, shops)
    assert ([duplicate.connections for duplicate in sheet.possible_duplicates], sheet.tracks) == ([("SwiftPOD",)], ())
    assert printed.held(simulated_platforms.url) == NOTHING


async def test_what_a_printer_calls_otherwise_is_paired_by_the_shops_id(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    """An order that is still printed is one with the shop's, though the printer has SKUs of its own."""
    printed.put_order(simulated_platforms.url)
    document = {**printed.webhook()["data"], "status": "in_production", "trackings": []}
    document["line_items"] = [{"id": 9, "sku": "UNPT1B00M", "quantity": 3, "order_item_id": "28002-A-001"}]
    printed.put_printed(simulated_platforms.url, document)
    await printed.connect_printer(bench, simulated_platforms.url)
    await import_orders.sync(bench, await connections.every(bench))
    sheet = await orders.sheet(bench, await orders.find(bench, printed.NUMBER))
    (link,) = [link for link in sheet.links if link.remote_id == "2"]
    (shirt,) = [line.id for line in sheet.order.lines if line.sku == "SHIRT"]
    assert [(line.line_id, line.remote_id) for line in link.lines] == [(shirt, "28002-A-001")]
