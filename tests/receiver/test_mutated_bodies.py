"""Mutated webhooks of every platform and kind, sent and processed as real ones: nothing breaks.

The content of a mutated body may be accepted if it is signed or its platform does not sign. But no platform is notified
because of it, nothing ships, no delivered package is in transit again except by a newer event, no known event is lost,
and only orders that a body names change.
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
from tests.receiver.senders import KeyServer, Signer, post, send, status
from tests.receiver.storm import storm
from tests.support import sql
from tests.vendors.examples import HERE
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
    """What no webhook may change."""

    deaf: Counter[str]
    untouched: list[str]
    events: set[str]
    arrived: dict[str, int]


def bodies() -> list[tuple[str, bytes]]:
    """Return every published body, and those of a storm: each kind of every platform."""
    found = [(name, path.read_bytes()) for name, pattern in SAMPLES.items() for path in sorted(HERE.glob(pattern))]
    assert {name for name, _ in found} == set(SAMPLES)
    return found + storm(150, Random(3)).events


def seen(file: Path) -> Seen:
    with closing(sql.connect(file)) as store:
        counted = ("shipment", "package", "call", "manual_change", "follow_up_job WHERE kind <> 'confirm'")
        deaf = Counter({what: store.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0] for what in counted})
        tracks = store.execute("SELECT connection_id, tracking_number, details FROM track WHERE status = 'delivered'")
        arrived = {f"{item} {number}": newest_ms(file, item, number) for item, number, _ in tracks.fetchall()}
    state = end_state(file)
    untouched = [
        row for what in ("orders", "lines", "links") for row in state[what] if row.startswith(f"('{UNTOUCHED}")
    ]
    return Seen(deaf, untouched, set(state["events"]), arrived)


def newest_ms(file: Path, connection_id: int, number: str) -> int:
    """Return the time of a package's newest event."""
    query = (
        "SELECT COALESCE(MAX(occurred_at_ms), 0) FROM track_event JOIN track ON track.id = track_id"
        " WHERE connection_id = ? AND tracking_number = ?"
    )
    with closing(sql.connect(file)) as store:
        return int(store.execute(query, (connection_id, number)).fetchone()[0])


@contextmanager
def silenced() -> Generator[None]:
    """Silence the receiver's warnings."""
    log = logging.getLogger(receive.__name__)
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(logging.NOTSET)


async def send_mutated(ctx: Context, url: str, keys: KeyServer, signer: Signer, count: int) -> dict[str, int]:
    """Send so many mutated bodies, process the accepted ones, and check the result; return the figures."""
    for vendor, name in NAMES.items():
        address = keys.url if vendor == "shipengine" else "http://127.0.0.1:9"
        await connections.connect(ctx, vendor, name, url=address)
    await forward.set_rule(ctx, "Pod", ["Shipup"], "auto")
    known = {item.name: item for item in await connections.every(ctx)}
    paths = {name: await receive.webhook_path(ctx, item) for name, item in known.items()}
    originals = bodies()
    for name, body in originals:
        await receive.import_event(ctx, known[name], body)
        other = body.replace(b'"S-', b'"X-').replace(b'"so-', b'"xo-')
        if b"API_SALES_ORDERS_IMPORTED" in body and other != body:
            await receive.import_event(ctx, known[name], other)
    while await process.run_due(ctx):
        pass
    before, kept_before = seen(ctx.store.file), await _kept(ctx)
    assert before.untouched
    assert before.arrived
    chance = Random(count)
    statuses: Counter[int] = Counter()
    keys_said: set[tuple[int, str]] = set()

    def deliver(sent: tuple[str, bytes]) -> tuple[str, bytes, bytes]:
        name, body = sent
        headers = signer.headers(body) if name == "ShipEngine" else ()
        return name, body, send(url, post(paths[name], body, *headers))

    with ThreadPoolExecutor(LINES) as lines:
        for begin in range(0, count, AT_ONCE):
            chosen = [chance.choice(originals) for _ in range(min(AT_ONCE, count - begin))]
            worse = [
                (name, spoiled(_new(body, begin + position), chance)) for position, (name, body) in enumerate(chosen)
            ]
            answers = asyncio.get_running_loop().run_in_executor(
                None, lambda batch=worse: list(lines.map(deliver, batch))
            )
            for name, body, answer in await answers:
                statuses[status(answer)] += 1
                assert answer.partition(b"\r\n\r\n")[2] in (b"", b"{}")
                if status(answer) == 200:
                    reading = VENDORS[known[name].vendor].webhooks
                    assert reading is not None
                    keys_said.add((known[name].id, reading.read(body).dedupe_key))
            for connection_id in await process.connections_with_events(ctx):
                await process.run_due_of(ctx, connection_id)
    # An order that came in has those worked off again that had waited for it.
    while await process.run_due(ctx):
        pass
    assert set(statuses) <= {200, 400}
    assert await _kept(ctx) - kept_before == statuses[200]
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
    for item, then_ms in before.arrived.items():
        if item not in after.arrived:
            connection_id, _, number = item.partition(" ")
            assert newest_ms(ctx.store.file, int(connection_id), number) > then_ms, item
    assert await ctx.read(webhook_events.senders) == ()
    return {"sent": count, **{str(code): number for code, number in statuses.items()}, **states}


def _new(body: bytes, number: int) -> bytes:
    """Return the body as another event, so that it is no duplicate."""
    return body.replace(b'"uuid": "', b'"uuid": "%d-' % number)


async def _kept(ctx: Context) -> int:
    """Return how many webhooks were stored, including duplicates."""
    return sum(1 + item.duplicates for item in await receive.latest(ctx, None))


def _gone(before: set[str], after: set[str]) -> list[str]:
    """Return the events that are no longer stored, by time and content; they may have more details now."""
    by_beginning = {_beginning(item) for item in after}
    return [item for item in before if _beginning(item) not in by_beginning]


def _beginning(event: str) -> tuple[str, ...]:
    return tuple(event.split(", ")[:6])


async def test_mutated_webhooks_do_no_harm(ctx: Context, keys: KeyServer, signer: Signer, open_receiver: Open) -> None:
    with silenced():
        figures = await send_mutated(ctx, open_receiver().urls[0], keys, signer, 400)
    assert figures["200"] > 100
    assert figures["400"] > 100


@pytest.mark.heavy
async def test_a_hundred_thousand_mutated_webhooks_do_no_harm(
    ctx: Context, keys: KeyServer, signer: Signer, open_receiver: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    with silenced():
        figures = await send_mutated(ctx, open_receiver().urls[0], keys, signer, 100_000)
    with capsys.disabled():
        sys.stdout.write(f"\nspoiled webhooks: {figures}\n")
    assert figures["200"] > 20_000
