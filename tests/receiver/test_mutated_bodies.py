"""Spoiled webhooks of every platform and kind, sent as their platforms send them and worked off: nothing breaks.

What a spoiled body says may be taken for true, where it is signed or its platform signs nothing. But nobody is told of
anything by it, nothing ships, no package that arrived is on its way again but by something newer, nothing that was
known to have happened is lost, and no order changes that no body names.
"""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive
from shipconsole.store import webhook_events
from shipconsole.vendors.catalog import VENDORS
from tests.receiver.conftest import Open
from tests.receiver.end_state import end_state
from tests.receiver.senders import KeyShop, Signer, post, say, status
from tests.receiver.storm import storm
from tests.support import sql
from tests.vendors.making import HERE
from tests.vendors.test_mutations import spoiled

NAMES = {"shipengine": "ShipEngine", "swiftpod": "Pod", "starshipit": "Starshipit", "shipup": "Shipup"}
SAMPLES = {
    "ShipEngine": "shipengine/samples/webhooks/*.json",
    "Pod": "swiftpod/samples/shipment_notify/webhook.json",
    "Starshipit": "starshipit/samples/tracking_webhook/*.json",
    "Shipup": "shipup/samples/webhooks/*.json",
}
LINES = 8
AT_ONCE = 400
UNTOUCHED = "X-"


class Seen(NamedTuple):
    """What is stored, as far as no webhook may change it at will."""

    deaf: Counter[str]
    untouched: list[str]
    events: set[str]
    arrived: dict[str, int]


def bodies() -> list[tuple[str, bytes]]:
    """Every published body, and those of a storm: each kind of every platform."""
    found = [(name, path.read_bytes()) for name, pattern in SAMPLES.items() for path in sorted(HERE.glob(pattern))]
    assert {name for name, _ in found} == set(SAMPLES)
    return found + storm(150, Random(3)).events


def seen(file: Path) -> Seen:
    with closing(sql.connect(file)) as store:
        counted = ("shipment", "package", "call", "manual_change", "follow_up_job WHERE kind <> 'confirm'")
        deaf = Counter({what: store.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0] for what in counted})
        tracks = store.execute("SELECT connection_id, tracking_number, details FROM track WHERE status = 'delivered'")
        arrived = {f"{one} {number}": newest_ms(file, one, number) for one, number, _ in tracks.fetchall()}
    state = end_state(file)
    untouched = [
        row for what in ("orders", "lines", "links") for row in state[what] if row.startswith(f"('{UNTOUCHED}")
    ]
    return Seen(deaf, untouched, set(state["events"]), arrived)


def newest_ms(file: Path, connection_id: int, number: str) -> int:
    """When the newest thing happened that is known of a package."""
    query = (
        "SELECT COALESCE(MAX(occurred_at_ms), 0) FROM track_event JOIN track ON track.id = track_id"
        " WHERE connection_id = ? AND tracking_number = ?"
    )
    with closing(sql.connect(file)) as store:
        return int(store.execute(query, (connection_id, number)).fetchone()[0])


@contextmanager
def unheard() -> Generator[None]:
    """Lets the receiver say why it turns webhooks away, without an end."""
    log = logging.getLogger(receive.__name__)
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(logging.NOTSET)


async def pelted(ctx: Context, url: str, keys: KeyShop, signer: Signer, count: int) -> dict[str, int]:
    """Send so many spoiled bodies, work off what was taken, and look that nothing is wrong; what was answered."""
    for vendor, name in NAMES.items():
        address = keys.url if vendor == "shipengine" else "http://127.0.0.1:9"
        await connections.connect(ctx, vendor, name, url=address)
    await forward.set_rule(ctx, "Pod", ["Shipup"], "auto")
    known = {one.name: one for one in await connections.every(ctx)}
    paths = {name: await receive.webhook_path(ctx, one) for name, one in known.items()}
    whole = bodies()
    for name, body in whole:
        await receive.bring_in(ctx, known[name], body)
        other = body.replace(b'"S-', b'"X-').replace(b'"so-', b'"xo-')
        if b"API_SALES_ORDERS_IMPORTED" in body and other != body:
            await receive.bring_in(ctx, known[name], other)
    while await process.run_due(ctx):
        pass
    before, kept_before = seen(ctx.store.file), await _kept(ctx)
    assert before.untouched
    assert before.arrived
    chance = Random(count)
    said: Counter[int] = Counter()
    keys_said: set[tuple[int, str]] = set()

    def send(sent: tuple[str, bytes]) -> tuple[str, bytes, bytes]:
        name, body = sent
        headers = signer.headers(body) if name == "ShipEngine" else ()
        return name, body, say(url, post(paths[name], body, *headers))

    with ThreadPoolExecutor(LINES) as lines:
        for begin in range(0, count, AT_ONCE):
            chosen = [chance.choice(whole) for _ in range(min(AT_ONCE, count - begin))]
            worse = [(name, spoiled(_new(body, begin + place), chance)) for place, (name, body) in enumerate(chosen)]
            answers = asyncio.get_running_loop().run_in_executor(None, lambda sent=worse: list(lines.map(send, sent)))
            for name, body, answer in await answers:
                said[status(answer)] += 1
                assert answer.partition(b"\r\n\r\n")[2] in (b"", b"{}")
                if status(answer) == 200:
                    reading = VENDORS[known[name].vendor].deliveries
                    assert reading is not None
                    keys_said.add((known[name].id, reading.read(body).dedupe_key))
            for connection_id in await process.senders(ctx):
                await process.run_due_of(ctx, connection_id)
    # An order that came in has those worked off again that had waited for it.
    while await process.run_due(ctx):
        pass
    assert set(said) <= {200, 400}
    assert await _kept(ctx) - kept_before == said[200]
    with closing(sql.connect(ctx.store.file)) as store:
        stored = set(store.execute("SELECT connection_id, dedupe_key FROM webhook_event").fetchall())
        states = dict(store.execute("SELECT state, COUNT(*) FROM webhook_event GROUP BY state").fetchall())
        proposed = {state for (state,) in store.execute("SELECT DISTINCT state FROM forward_review")}
    assert keys_said <= stored
    assert set(states) <= {"processed", "ignored"}
    assert proposed <= {"proposed"}
    after = seen(ctx.store.file)
    assert after.deaf == before.deaf
    assert after.untouched == before.untouched
    assert _gone(before.events, after.events) == []
    for one, then_ms in before.arrived.items():
        if one not in after.arrived:
            connection_id, _, number = one.partition(" ")
            assert newest_ms(ctx.store.file, int(connection_id), number) > then_ms, one
    assert await ctx.read(webhook_events.senders) == ()
    return {"sent": count, **{str(code): number for code, number in said.items()}, **states}


def _new(body: bytes, number: int) -> bytes:
    """The body as that of another event, so that what becomes of it is no twin's where its platform counts events."""
    return body.replace(b'"uuid": "', b'"uuid": "%d-' % number)


async def _kept(ctx: Context) -> int:
    """How many webhooks came and were kept, duplicates among them."""
    return sum(1 + one.duplicates for one in await receive.latest(ctx, -1))


def _gone(before: set[str], after: set[str]) -> list[str]:
    """Events that are known no more, by when and what they were; more may be told of one by now."""
    by_beginning = {_beginning(one) for one in after}
    return [one for one in before if _beginning(one) not in by_beginning]


def _beginning(event: str) -> tuple[str, ...]:
    return tuple(event.split(", ")[:6])


async def test_spoiled_webhooks_do_no_harm(ctx: Context, keys: KeyShop, signer: Signer, open_receiver: Open) -> None:
    with unheard():
        figures = await pelted(ctx, open_receiver().urls[0], keys, signer, 400)
    assert figures["200"] > 100
    assert figures["400"] > 100


@pytest.mark.heavy
async def test_a_hundred_thousand_spoiled_webhooks_do_no_harm(
    ctx: Context, keys: KeyShop, signer: Signer, open_receiver: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    with unheard():
        figures = await pelted(ctx, open_receiver().urls[0], keys, signer, 100_000)
    with capsys.disabled():
        sys.stdout.write(f"\nspoiled webhooks: {figures}\n")
    assert figures["200"] > 20_000
