"""However a label is entered, every platform gets the carrier's own number, and no way in can pass another."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.orders import scan as scanning
from shipconsole.operations.shipping import correct, ship
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections as stored_connections
from tests.operations.pod import Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import USPS_NUMBERS, draft_of, effects

LABELS = [
    ("]C1420902459261290336128704042634", "9261290336128704042634"),
    ("(420)90245(92)61290336128704042634", "9261290336128704042634"),
    ("4209024512345\x1d9261290336128704042634", "9261290336128704042634"),
    ("1071804952390002087800925989385163", "925989385163"),
    ("9622080430002481027200399594546820", "399594546820"),
    ("9612804882227378545377", "882227378545377"),
    ("1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
    ("1z999aa10123456784", "1Z999AA10123456784"),
    ("\uff11Z999AA1-0123456784\u200b\r", "1Z999AA10123456784"),
    (f"A{USPS_NUMBERS[2]}B", USPS_NUMBERS[2]),
    (f"*{USPS_NUMBERS[2]}*", USPS_NUMBERS[2]),
    ("LOC 12 345", "LOC12345"),
]
EVERYTHING = tuple(LabelIssueKind)
REASON = "the same label by every way"


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


def numbers_in(body: Any) -> set[str]:
    """The tracking numbers in a request, wherever they stand."""
    if isinstance(body, list):
        return set().union(*map(numbers_in, body))
    if isinstance(body, dict):
        own = {str(value) for key, value in body.items() if key == "tracking_number" and value}
        return own.union(*map(numbers_in, body.values()))
    return set()


async def notified_numbers(ctx: Context, server: SimulatorServer, order: str) -> dict[str, set[str]]:
    """Return the numbers that each platform was notified of for an order."""
    await worker.flush(ctx, until_empty=True)
    found: dict[str, set[str]] = {}
    for effect in effects(server, order):
        found.setdefault(effect["vendor"], set()).update(numbers_in(effect["body"]))
    return found


@pytest.mark.parametrize(("raw", "number"), LABELS)
async def test_every_input_sends_the_carriers_number(
    bench: Context, simulated_platforms: SimulatorServer, pod: Pod, raw: str, number: str
) -> None:
    everybody = {"shipengine": {number}, "starshipit": {number}, "shipup": {number}}

    typed = PackageDraft(tracking_number=raw, accepted=EVERYTHING, kept_reason=REASON)
    order_id = await orders.find(bench, "10002")
    draft = await ship.draft_with_items(bench, order_id, None, typed)
    shown = await ship.preview(bench, order_id, draft)
    assert [numbers_in(json.loads(update.request.body_text)) for update in shown] == [{number}] * len(shown)
    await ship.ship(bench, order_id, draft)
    (package,) = (await orders.sheet(bench, order_id)).shipments[0].packages
    assert (package.tracking_number, package.raw_scan) == (number, raw)
    assert await notified_numbers(bench, simulated_platforms, "10002") == everybody

    order_id = await orders.find(bench, "10003")
    scan = await scanning.scan(bench, raw, order_id)
    scanned = PackageDraft(tracking_number=scan.number, raw_scan=scan.raw, accepted=EVERYTHING, kept_reason=REASON)
    await ship.ship(bench, order_id, await ship.draft_with_items(bench, order_id, None, scanned))
    assert (await notified_numbers(bench, simulated_platforms, "10003")) == everybody

    order_id, draft = await draft_of(bench, "10004", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    (package,) = (await orders.sheet(bench, order_id)).shipments[0].packages
    every = [connection.id for connection in await bench.read(stored_connections.every)]
    new = NewLabel(raw, accepted=EVERYTHING)
    await correct.edit_tracking(bench, order_id, package.id or 0, new, every, REASON)
    corrected = await notified_numbers(bench, simulated_platforms, "10004")
    # ShipEngine's practice vendor has nothing left of the order to take a second notice of.
    for vendor in ("starshipit", "shipup"):
        assert corrected[vendor] - {USPS_NUMBERS[0]} == {number}

    of = shipped_package(raw, A=3, B=1)
    pod.orders["77"] = order_of(of)
    connection = await connected(bench, pod.url)
    await forward.set_rule(bench, "Pod", ("ShipEngine", "Starshipit", "Shipup"), "review")
    await received(bench, connection, webhook(order_of(of), of))
    await process.run_due(bench)
    (proposal,) = await forward.reviews(bench)
    assert proposal.tracking_number == number
    await forward.accept(bench, proposal.id, reuse_reason=REASON)
    assert (await notified_numbers(bench, simulated_platforms, "10001")) == everybody
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert {track.tracking_number for track in sheet.tracks} == {number}
