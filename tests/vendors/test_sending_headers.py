"""A call counts as sent from the first byte of its headers on, and not only from the last."""

import asyncio

from shipconsole.domain.connection import Connection
from shipconsole.vendors.http import NoResponse, Sender
from shipconsole.vendors.request import Request
from tests.support.bench import tls
from tests.vendors.test_http import HURRIED

NOTIFY = Request("notify_shipped", "POST", "/v-beta/sales_orders/1/notify_shipped", body={}, repeatable=False)


async def test_headers_that_were_sent_in_part_may_have_arrived() -> None:
    """Whoever is on the way may have passed on what it had."""

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1_000)
        writer.transport.abort()

    # More than fits into the buffers between two programs while neither reads.
    keys = {"x-key": "k" * 32 * 1024 * 1024}
    sender = Sender(tls())
    async with await asyncio.start_server(break_off, "127.0.0.1", 0, limit=2_000) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sent = await sender.send(Connection(1, "ShipEngine", "shipengine", address), HURRIED, NOTIFY, keys)
    await sender.close()
    assert isinstance(sent, NoResponse)
    assert len(str(sent.message)) < 1_000
