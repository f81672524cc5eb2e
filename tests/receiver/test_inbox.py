"""A webhook comes in, is kept, and is answered; whoever is nobody's is not."""

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
from tests.receiver.conftest import House, Open, paths
from tests.receiver.senders import TRACK, KeyShop, Signer, answered, post, say, status
from tests.support import sql
from tests.support.bench import open_context
from tests.support.silence import ExpectedNoise

SHIPMENT = json.dumps({"event": {"uuid": "4e3f192a", "name": "shipment_notify"}, "data": {"id": 2}}).encode()


async def test_it_is_kept_as_it_came_before_it_is_answered(house: House, signer: Signer) -> None:
    headers = signer.headers(TRACK)
    said = say(house.url, post(house.shipengine, TRACK, *headers))
    assert (status(said), said.partition(b"\r\n\r\n")[2]) == (200, b"")
    (kept,) = house.kept()
    assert (kept.body, kept.verified, str(kept.verify_message), kept.duplicates) == (
        TRACK,
        True,
        "signature verified",
        0,
    )
    assert kept.headers == {name.lower(): value for name, value in (line.split(": ") for line in headers)}


async def test_swiftpod_reads_two_braces(house: House) -> None:
    said = say(house.url, post(house.swiftpod, SHIPMENT))
    assert (status(said), said.partition(b"\r\n\r\n")[2]) == (200, b"{}")
    (kept,) = house.kept()
    assert (kept.body, kept.verified) == (SHIPMENT, None)


async def test_a_twin_is_counted_and_answered_alike(house: House, signer: Signer) -> None:
    other = json.dumps(json.loads(TRACK), indent=2).encode()
    for body in (TRACK, TRACK, other):
        assert answered(house.url, house.shipengine, body, *signer.headers(body)) == 200
    (kept,) = house.kept()
    assert (kept.body, kept.duplicates) == (TRACK, 2)


async def test_a_path_that_is_nobodys_leads_nowhere(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = house.swiftpod.rsplit("/", 1)[1]
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
    assert [answered(house.url, path, SHIPMENT) for path in wrong] == [404] * len(wrong)
    assert house.kept() == ()
    assert answered(house.url, house.swiftpod, SHIPMENT) == 200
    assert token not in caplog.text


async def test_a_token_is_made_once_and_is_long(house: House) -> None:
    ctx = house.ctx
    connection = await ctx.read(connections.find, "ShipEngine")
    assert connection is not None
    assert await receive.webhook_path(ctx, connection) == house.shipengine
    token = house.shipengine.rsplit("/", 1)[1]
    assert (len(token), token in house.swiftpod) == (43, False)


async def test_a_store_that_takes_nothing_has_it_sent_again_later(
    house: House, tmp_path: Path, expected_noise: ExpectedNoise
) -> None:
    other = sql.connect(tmp_path / "shipconsole.db")
    other.execute("BEGIN IMMEDIATE")
    with expected_noise("a webhook could not be stored: Not saved. .* another program is using it"):
        assert answered(house.url, house.swiftpod, SHIPMENT) == 503
    other.execute("ROLLBACK")
    other.close()
    assert house.kept() == ()
    assert answered(house.url, house.swiftpod, SHIPMENT) == 200


async def test_an_unlooked_at_signature_is_said_so(house: House, keys: KeyShop, expected_noise: ExpectedNoise) -> None:
    ctx = house.ctx
    with expected_noise("a webhook was rejected: not signed"):
        assert answered(house.url, house.shipengine, TRACK) == 404
    changed = await connecting.connect(ctx, "shipengine", "ShipEngine", options={"webhook_signature": "off"})
    assert receive.skips_verification(changed)
    assert answered(house.url, house.shipengine, TRACK) == 200
    (kept,) = house.kept()
    assert (kept.verified, str(kept.verify_message)) == (False, "signature not checked")
    assert keys.asked == []


async def test_it_listens_to_this_computer_alone(ctx: Context, keys: KeyShop, open_receiver: Open) -> None:
    await paths(ctx, keys.url)
    urls = open_receiver().urls
    assert [url.rsplit(":", 1)[0] for url in urls] in (["http://127.0.0.1", "http://[::1]"], ["http://127.0.0.1"])
    assert all(status(say(url, post("/webhooks/x/y", b"{}"))) == 404 for url in urls)


async def test_a_new_path_closes_the_old_one_at_once(house: House, tmp_path: Path) -> None:
    assert answered(house.url, house.swiftpod, SHIPMENT) == 200
    # As another program does: the receiver here hears of it from the store alone.
    async with open_context(tmp_path) as beside:
        other = replace(beside, keys=house.ctx.keys)
        connection = await other.read(connections.find, "Swift POD")
        assert connection is not None
        path = await receive.rotate_path(other, connection)
        assert path != house.swiftpod
        assert answered(house.url, house.swiftpod, SHIPMENT) == 404
        assert answered(house.url, path, SHIPMENT) == 200
        assert await receive.webhook_path(other, connection) == path
