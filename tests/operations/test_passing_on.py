"""A parcel that SwiftPOD shipped goes on to the shops once, or waits for a person, or is refused in words."""

import asyncio
from collections.abc import Generator
from dataclasses import replace
from random import Random

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.problem import RefusedError
from shipconsole.domain.shipment import PackageDraft
from shipconsole.operations import (
    connections,
    digesting,
    followups,
    introducing,
    orders,
    outbox,
    passing_on,
    pulling,
    shipping,
    taking_in,
)
from shipconsole.operations.desk import Desk
from shipconsole.operations.passing_on import Proposal
from shipconsole.practice.server import PracticeServer
from tests.kit.bench import draft_of, effects
from tests.operations.pod import Pod, came, connected, order_of, parcel, running_pod, webhook

NUMBER, OTHER = "9400100109361129278357", "9400111206206406260787"
BOTH = parcel(NUMBER, A=3, B=1)


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        running.orders["77"] = order_of(BOTH)
        yield running


async def rule(desk: Desk, mode: str, *to: str) -> None:
    await passing_on.set_rule(desk, "Pod", to or ("ShipEngine",), mode)


async def the_one(desk: Desk) -> Proposal:
    (proposal,) = await passing_on.proposals(desk)
    return proposal


async def told_of(desk: Desk) -> list[tuple[str, dict[str, int]]]:
    """The parcels in the order's shipments here, with what is in each."""
    sheet = await orders.sheet(desk, await orders.find(desk, "10001"))
    skus = {line.id: line.sku for line in sheet.order.lines}
    return [
        (package.tracking_number, {skus[packed.line_id]: packed.quantity for packed in package.lines})
        for shipment in sheet.shipments
        for package in shipment.packages
    ]


async def test_a_parcel_becomes_a_partial_shipment_and_is_told_once(
    bench: Desk, pod: Pod, practice_vendors: PracticeServer
) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto", "ShipEngine", "Starshipit")
    for uuid in ("1", "2", "1", "3"):
        await came(bench, connection, webhook(order_of(BOTH), BOTH, uuid=uuid))
    await digesting.run_due(bench)
    assert await told_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1})]
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert {call.connection for call in sheet.calls} == {"ShipEngine", "Starshipit"}
    assert (sheet.order.left, sheet.shipments[0].station) == (1, "Pod")
    assert (await the_one(bench)).state == "shipped"
    await outbox.deliver(bench, until_empty=True)
    (told,) = [one for one in effects(practice_vendors, "10001") if one["vendor"] == "shipengine"]
    assert NUMBER in str(told)


async def test_several_parcels_in_any_order_ship_each_once(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    one, two = parcel(NUMBER, A=2), parcel(OTHER, A=1, B=1)
    pod.orders["77"] = order_of(one, two)
    bodies = [webhook(order_of(one, two), of, uuid=f"{n}") for n, of in enumerate([one, two, one, two, two, one])]
    Random(7).shuffle(bodies)
    ids = [await came(bench, connection, body) for body in bodies]
    await asyncio.gather(*(digesting.digest_one(bench, id_) for id_ in ids))
    assert sorted(await told_of(bench)) == [
        (NUMBER, {"MOBILE-CASE-BLK": 2}),
        (OTHER, {"MOBILE-CASE-BLK": 1, "CHARGER-USB-C": 1}),
    ]


async def test_under_review_a_person_says_yes_first(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert await told_of(bench) == []
    proposal = await the_one(bench)
    assert (proposal.state, proposal.confirmed) == ("proposed", True)
    assert (await passing_on.accept(bench, proposal.id)).state == "shipped"
    assert len(await told_of(bench)) == 1
    with pytest.raises(RefusedError, match="decided on already: shipped"):
        await passing_on.accept(bench, proposal.id)
    assert len(await told_of(bench)) == 1


async def test_a_parcel_that_is_declined_never_goes_on(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "review")
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    await passing_on.decline(bench, (await the_one(bench)).id)
    await rule(bench, "auto")
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH, uuid="2")))
    assert (await the_one(bench)).state == "declined"
    assert await told_of(bench) == []


async def test_without_a_rule_nothing_goes_on(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    await rule(bench, "off")
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH, uuid="2")))
    assert (await passing_on.proposals(bench), await told_of(bench)) == ((), [])


async def test_a_webhook_alone_tells_nobody(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False)
    await rule(bench, "auto")
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    proposal = await the_one(bench)
    assert (proposal.state, proposal.confirmed, proposal.words) == ("proposed", False, passing_on.NOT_CONFIRMED)
    assert await told_of(bench) == []
    # Once there is a key, the vendor is asked and the parcel goes on by itself.
    await connected(bench, pod.url)
    await followups.run_due(replace(bench, clock=bench.clock))
    assert len(await told_of(bench)) == 1


async def test_what_the_vendor_does_not_show_is_not_believed(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    pod.orders["77"] = order_of()
    done = await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert f"Pod does not show {NUMBER} in the order itself." in done.words
    assert (await passing_on.proposals(bench), await told_of(bench)) == ((), [])


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"A": 4}, "MOBILE-CASE-BLK: 4 in the parcel, but only 3 left to ship."),
        ({"A": 1, "Z": 1}, "Z is no item of the order."),
        ({}, f"Pod does not say what is in parcel {NUMBER}."),
    ],
)
async def test_what_cannot_ship_is_refused_in_words_and_kept(
    bench: Desk, pod: Pod, items: dict[str, int], words: str
) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    odd = parcel(NUMBER, **items)
    pod.orders["77"] = order_of(odd)
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(odd), odd)))
    proposal = await the_one(bench)
    assert (proposal.state, proposal.words) == ("refused", words)
    assert await told_of(bench) == []
    with pytest.raises(RefusedError):
        await passing_on.accept(bench, proposal.id)


async def test_a_number_that_was_entered_here_is_not_entered_again(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, NUMBER)
    await shipping.ship(bench, order_id, draft)
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert (await the_one(bench)).words == "It was entered here already."
    assert await told_of(bench) == [(NUMBER, {"MOBILE-CASE-BLK": 1})]


async def test_what_a_packer_typed_stays_typed(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, OTHER)
    await orders.keep_draft(bench, order_id, draft)
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    sheet = await orders.sheet(bench, order_id)
    assert (len(sheet.shipments), sheet.draft) == (1, draft)


async def test_a_test_order_reaches_nobody(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    pod.orders["77"] = order_of(BOTH, test_order=True)
    # The webhook hides it; what the vendor has counts.
    await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert (await passing_on.proposals(bench), await told_of(bench)) == ((), [])


async def test_what_turns_out_to_be_a_test_order_is_shown_and_passed_on_nowhere(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url, key=False)
    await rule(bench, "auto")
    hidden = webhook(order_of(BOTH), BOTH)
    pod.orders["77"] = order_of(BOTH, test_order=True)
    await digesting.digest_one(bench, await came(bench, connection, hidden))
    assert (await the_one(bench)).state == "proposed"
    await connected(bench, pod.url)
    await followups.run_due(bench)
    declined = await the_one(bench)
    assert (declined.state, declined.words) == ("declined", passing_on.TEST_ORDER)
    with pytest.raises(RefusedError, match="decided on already"):
        await passing_on.accept(bench, declined.id)
    assert await told_of(bench) == []


async def test_what_the_vendor_calls_a_test_when_it_is_asked_is_not_shown(bench: Desk, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    pod.orders["77"] = order_of(BOTH, test_order=True)
    done = await digesting.digest_one(bench, await came(bench, connection, webhook(order_of(BOTH), BOTH)))
    assert (done.state, done.words) == ("ignored", passing_on.TEST_ORDER)
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert (sheet.tracks, [link.remote_id for link in sheet.links if link.connection_id == connection.id]) == ((), [])


async def test_a_test_order_that_was_brought_in_is_told_to_nobody(bench: Desk, pod: Pod) -> None:
    """It stands alone, whatever its number, and cannot be shipped or made known to others."""
    connection = await connected(bench, pod.url)
    first = await orders.find(bench, "10001")
    pod.orders["77"] = order_of(test_order=True, status="new_order")
    found = await pulling.read_order(bench, connection, "77")
    assert isinstance(found, RemoteOrder)
    assert await bench.write(taking_in.take_in, connection, (found,), now_ms=bench.clock.now_ms()) == 1
    (row,) = [one for one in await orders.listed(bench) if one.number == "10001" and one.id != first]
    draft = await shipping.draft_of(bench, row.id, None, PackageDraft(tracking_number=NUMBER))
    with pytest.raises(RefusedError, match="is a test order at Pod: nobody may hear of it"):
        await shipping.ship(bench, row.id, draft, ["Shipup"])
    (shipup,) = await connections.named(bench, ["Shipup"])
    with pytest.raises(RefusedError, match="is a test order at Pod"):
        await introducing.preview(bench, row.id, shipup.id)


@pytest.mark.parametrize(
    ("source", "to", "mode", "words"),
    [
        ("ShipEngine", ("Starshipit",), "auto", "ShipEngine ships nothing by itself"),
        ("Pod", ("Pod",), "auto", "Pod cannot be told of a shipment"),
        ("Pod", (), "auto", "Say to whom"),
        ("Pod", ("ShipEngine",), "always", "The mode is one of off, review, auto"),
        ("Nobody", ("ShipEngine",), "auto", "There is no connection “Nobody”"),
    ],
)
async def test_rules_that_cannot_be_are_refused(
    bench: Desk, pod: Pod, source: str, to: tuple[str, ...], mode: str, words: str
) -> None:
    await connected(bench, pod.url)
    with pytest.raises(RefusedError, match=words):
        await passing_on.set_rule(bench, source, to, mode)
    assert await passing_on.rules(bench) == ()
