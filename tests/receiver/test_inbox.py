"""A webhook is received, stored, and answered; an unknown URL is not found."""

import json
import logging
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.operations.connections import connections as connecting
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.store import connections
from tests.receiver.conftest import Open, OpenReceiver, paths
from tests.receiver.senders import TRACK, KeyServer, Signer, post, send, status, status_of
from tests.support import sql
from tests.support.bench import open_context
from tests.support.silence import ExpectedNoise

SHIPMENT = json.dumps({"event": {"uuid": "4e3f192a", "name": "shipment_notify"}, "data": {"id": 2}}).encode()


async def test_a_webhook_is_stored_as_received_before_the_response(running: OpenReceiver, signer: Signer) -> None:
    headers = signer.headers(TRACK)
    response = send(running.url, post(running.shipengine, TRACK, *headers))
    assert (status(response), response.partition(b"\r\n\r\n")[2]) == (200, b"")
    (stored,) = running.stored()
    assert (stored.body, stored.verified, str(stored.verify_message), stored.duplicates) == (
        TRACK,
        True,
        "signature verified",
        0,
    )
    assert stored.headers == {name.lower(): value for name, value in (line.split(": ") for line in headers)}


async def test_swiftpod_gets_an_empty_object(running: OpenReceiver) -> None:
    response = send(running.url, post(running.swiftpod, SHIPMENT))
    assert (status(response), response.partition(b"\r\n\r\n")[2]) == (200, b"{}")
    (stored,) = running.stored()
    assert (stored.body, stored.verified) == (SHIPMENT, None)


async def test_a_duplicate_is_counted_and_gets_the_same_response(running: OpenReceiver, signer: Signer) -> None:
    other = json.dumps(json.loads(TRACK), indent=2).encode()
    for body in (TRACK, TRACK, other):
        assert status_of(running.url, running.shipengine, body, *signer.headers(body)) == 200
    (stored,) = running.stored()
    assert (stored.body, stored.duplicates) == (TRACK, 2)


async def test_an_unknown_path_is_not_found(running: OpenReceiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = running.swiftpod.rsplit("/", 1)[1]
    wrong = (
        "/",
        "/webhooks",
        "/webhooks/Swift%20POD",
        "/webhooks/Swift%20POD/",
        f"/webhooks/Swift%20POD/{token}/",
        f"/webhooks/Swift%20POD/{token[:-1]}",
        f"/webhooks/Swift%20POD/{token.swapcase()}",
        f"/webhooks/Swift%20POD/{secrets.token_urlsafe(32)}",
        f"/webhooks/Nobody/{token}",
        f"/webhooks/ShipEngine/{token}",
        "/webhooks/Swift%20POD/%C3%A4",
    )
    assert [status_of(running.url, path, SHIPMENT) for path in wrong] == [404] * len(wrong)
    assert running.stored() == ()
    assert status_of(running.url, running.swiftpod, SHIPMENT) == 200
    assert token not in caplog.text


async def test_a_token_is_created_once_and_is_long(running: OpenReceiver) -> None:
    ctx = running.ctx
    connection = await ctx.read(connections.find, "ShipEngine")
    assert connection is not None
    assert await receive.webhook_path(ctx, connection) == running.shipengine
    token = running.shipengine.rsplit("/", 1)[1]
    assert (len(token), token in running.swiftpod) == (43, False)


async def test_a_failing_database_has_the_webhook_resent_later(
    running: OpenReceiver, tmp_path: Path, expected_noise: ExpectedNoise
) -> None:
    other = sql.connect(tmp_path / "shipconsole.db")
    other.execute("BEGIN IMMEDIATE")
    with expected_noise("a webhook could not be stored: Not saved. .* another program is using it"):
        assert status_of(running.url, running.swiftpod, SHIPMENT) == 503
    other.execute("ROLLBACK")
    other.close()
    assert running.stored() == ()
    assert status_of(running.url, running.swiftpod, SHIPMENT) == 200


async def test_an_unverified_signature_is_reported(
    running: OpenReceiver, keys: KeyServer, expected_noise: ExpectedNoise
) -> None:
    ctx = running.ctx
    with expected_noise("a webhook was rejected: not signed"):
        assert status_of(running.url, running.shipengine, TRACK) == 404
    changed = await connecting.connect(ctx, "shipengine", "ShipEngine", options={"webhook_signature": "off"})
    assert receive.skips_verification(changed)
    assert status_of(running.url, running.shipengine, TRACK) == 200
    (stored,) = running.stored()
    assert (stored.verified, str(stored.verify_message)) == (False, "signature not checked")
    assert keys.asked == []


async def test_the_receiver_listens_to_this_computer_only(ctx: Context, keys: KeyServer, open_receiver: Open) -> None:
    await paths(ctx, keys.url)
    urls = open_receiver().urls
    assert [url.rsplit(":", 1)[0] for url in urls] in (["http://127.0.0.1", "http://[::1]"], ["http://127.0.0.1"])
    assert all(status(send(url, post("/webhooks/x/y", b"{}"))) == 404 for url in urls)


async def test_a_new_webhook_url_closes_the_old_one_at_once(running: OpenReceiver, tmp_path: Path) -> None:
    assert status_of(running.url, running.swiftpod, SHIPMENT) == 200
    # As another program does: the receiver here hears of it from the store alone.
    async with open_context(tmp_path) as beside:
        other = replace(beside, keys=running.ctx.keys)
        connection = await other.read(connections.find, "Swift POD")
        assert connection is not None
        path = await receive.rotate_path(other, connection)
        assert path != running.swiftpod
        assert status_of(running.url, running.swiftpod, SHIPMENT) == 404
        assert status_of(running.url, path, SHIPMENT) == 200
        assert await receive.webhook_path(other, connection) == path
