"""What a platform answers is masked before it is stored: it may repeat the key that it was sent, wherever it likes."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.inbound import stale
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.sending import followups, send, verify
from shipconsole.station.keys import LONGEST
from shipconsole.store import follow_up_jobs
from shipconsole.store.database import Db, Store
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Response
from tests.operations.maintenance.finished_orders import TABLES
from tests.operations.outbox.test_outbox import now, ship_one
from tests.support.bench import NAMES, SECRETS, USPS_NUMBERS
from tests.support.engines import beside

# Nothing in its form says that it is a key: it is known by its value alone.
KEY = "plain4711words0815"


@pytest.fixture
def keyed(bench: Context) -> Context:
    """Return a context that has seen the key."""
    bench.keys.put("ShipEngine", "api_key", KEY).result()
    return bench


def stored_texts(store: Store) -> list[str]:
    """Return every text of every table, as it is in the database."""
    with beside(store) as connection:
        tables = [name for (name,) in connection.execute(TABLES[store.engine])]
        rows = [
            row
            for table in tables
            if not table.startswith("order_search")
            for row in connection.execute(f'SELECT * FROM "{table}"')
        ]
    return [value for row in rows for value in row if isinstance(value, str)]


def check_nothing_leaked(ctx: Context) -> None:
    assert [text for text in stored_texts(ctx.store) if KEY in text] == []


def body(**values: object) -> bytes:
    return json.dumps(values).encode()


FUTURE_BRIDGES: dict[str, SendResult] = {
    "refused in the body": Response(
        400, body=body(errors=[{"message": f"the key {KEY} may not do this", "field_value": KEY}])
    ),
    "refused in a page": Response(422, {"content-type": "text/html"}, f"<title>{KEY}</title>".encode()),
    "blocked": Response(401, body=body(message=f"{KEY} is no key")),
    "later": Response(429, {"retry-after": "50"}, body(message=f"too many with {KEY}")),
    "not sure": Response(500, body=body(message=f"failed for {KEY}")),
    "taken": Response(204, body=KEY.encode()),
    "in the id of the exchange": Response(204, {"x-request-id": f"r-{KEY}"}),
    "lost": NoResponse(verbatim(f"the line dropped after {KEY}")),
    "not sent": NotSent(verbatim(f"no connection with {KEY}")),
}


@pytest.mark.parametrize("sent", FUTURE_BRIDGES.values(), ids=FUTURE_BRIDGES)
async def test_an_answer_to_a_call_is_kept_without_the_key(keyed: Context, sent: SendResult) -> None:
    call = await ship_one(keyed, "ShipEngine")
    (connection,) = await connections.named(keyed, ["ShipEngine"])
    claimed = await keyed.write(send.claim, keyed, call.id)
    assert claimed is not None
    await keyed.write(send.settle, keyed, claimed, connection, sent)
    assert (await now(keyed, call)).state not in ("pending", "sending")
    attempt = (await worker.attempts(keyed, call.id))[-1]
    assert "********" in attempt.answer + str(attempt.message) + attempt.vendor_request_id
    check_nothing_leaked(keyed)


OUTCOMES: tuple[Outcome, ...] = (
    Blocked(verbatim(f"{KEY} is no key")),
    TryLater(verbatim(f"no answer with {KEY}"), nobody_there=True),
    TryLater(verbatim(f"too many with {KEY}"), after_s=5, whole_account=True),
    Unsure(verbatim(f"failed for {KEY}")),
    Refused((Problem((), verbatim(f"{KEY} may not see this")),)),
)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
async def test_why_a_call_could_not_be_begun_is_kept_without_the_key(keyed: Context, outcome: Outcome) -> None:
    """A platform that is queried before an update responds before the call is claimed."""
    call = await ship_one(keyed, "Starshipit")
    (connection,) = await connections.named(keyed, ["Starshipit"])
    await keyed.write(send.put_off, keyed, call, connection, outcome)
    assert "********" in str((await now(keyed, call)).message)
    assert "********" in str((await worker.attempts(keyed, call.id))[-1].message)
    check_nothing_leaked(keyed)


@pytest.mark.parametrize("length", [len(KEY), LONGEST])
async def test_no_part_of_a_key_is_kept_where_a_long_answer_is_cut(keyed: Context, length: int) -> None:
    key = KEY.ljust(length, "k")
    keyed.keys.put("ShipEngine", "api_key", key).result()
    call = await ship_one(keyed, "ShipEngine")
    (connection,) = await connections.named(keyed, ["ShipEngine"])
    claimed = await keyed.write(send.claim, keyed, call.id)
    assert claimed is not None
    for before in range(send.ANSWER_KEPT - length - 2, send.ANSWER_KEPT + 2, 1 + length // 20):
        for rest in (b"", b" and more" * 5_000, key.encode() * 100):
            sent = Response(503, body=b"-" * before + key.encode() + rest)
            await keyed.write(send.settle, keyed, claimed, connection, sent)
            kept = (await worker.attempts(keyed, call.id))[-1].answer
            assert len(kept) <= send.ANSWER_KEPT
            assert set(kept.replace(" and more", "")) <= {*"-*", *" and more"}
            # Of an answer that is hardly more than keys nothing need be left.
            assert kept.startswith("-" * 1_000) or rest.startswith(KEY.encode())


@pytest.mark.parametrize("before", [0, 480, 490, 498, 500])
async def test_no_part_of_a_key_is_kept_where_a_long_sentence_is_cut(keyed: Context, before: int) -> None:
    call = await ship_one(keyed, "ShipEngine")
    (connection,) = await connections.named(keyed, ["ShipEngine"])
    claimed = await keyed.write(send.claim, keyed, call.id)
    assert claimed is not None
    words = f"{'w ' * (before // 2)}{KEY} {'and more ' * 500}"
    await keyed.write(send.settle, keyed, claimed, connection, Response(400, body=body(message=words)))
    ended = await now(keyed, call)
    assert ended.state == "rejected"
    assert str(ended.message).endswith("…")
    assert [text for text in stored_texts(keyed.store) if KEY[:6] in text] == []


def _be_unknown(db: Db, call_id: int) -> None:
    """Have it looked into at once what became of a call."""
    db.connection.execute("UPDATE call SET state = 'unknown', attempts = 1, check_at_ms = 0 WHERE id = ?", (call_id,))


@asynccontextmanager
async def repeating(status: int) -> AsyncGenerator[str]:
    """A platform that answers every request with the headers that came; gives its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        came = {name: value for name, _, value in (line.partition(": ") for line in head.decode().split("\r\n"))}
        await reader.readexactly(int(came.get("content-length", "0")))
        words = " and ".join(value for name, value in came.items() if "key" in name.lower() or name == "authorization")
        message = json.dumps({"message": f"not with {words}", "errors": [{"message": words}]}).encode()
        head = f"HTTP/1.1 {status} X\r\nX-Request-Id: {words}\r\nRetry-After: 1\r\nContent-Length: {len(message)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + message)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 429, 500, 503])
async def test_a_platform_that_repeats_what_it_was_sent_gets_no_key_into_the_database(
    bench: Context, status: int
) -> None:
    """Each way in which a platform is asked or told something, with a key of its own for each.

    What marks the keys has letters that no id of an update has by chance.
    """
    shipped = [
        await ship_one(bench, name, tracking=number) for name, number in zip(NAMES.values(), USPS_NUMBERS, strict=True)
    ]
    looked_into = await ship_one(bench, "ShipEngine", number="10002", tracking="A2")
    await bench.write(_be_unknown, looked_into.id)
    for kind in (followups.REFRESH, upsert.READ_BACK):
        for call in shipped:
            await bench.write(follow_up_jobs.put, connection_id=call.connection_id, order_id=call.order_id, kind=kind)
    async with repeating(status) as url:
        for vendor, name in NAMES.items():
            keys = {field: f"plain{field}x4711x{vendor}" for field in SECRETS[vendor]}
            await connections.connect(bench, vendor, name, url=url, secrets=keys)
        known = await connections.every(bench)
        await import_orders.sync(bench, known)
        for connection in known:
            await connections.test(bench, connection)
            assert [text for text in stored_texts(bench.store) if "x4711x" in text] == []
            await bench.write(connections.unblock, connection.id, now_ms=0)
        await followups.run_due(bench)
        for call in shipped:
            await send.send_update(bench, call.id)
        await verify.check_update(bench, looked_into.id)
        assert (await now(bench, looked_into)).checks or status in (401, 402, 403, 429, 503)
        await stale.run_due(bench)
        await circuit_breaker.probe_due(bench)
    notifications = [text for text in stored_texts(bench.store) if "********" in text]
    assert notifications or status == 200, "something of what was answered is kept"
    assert [text for text in stored_texts(bench.store) if "x4711x" in text] == []
