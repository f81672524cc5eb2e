"""ShipEngine's signatures: only the exact right one is accepted."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from shipconsole.domain.connection import Connection
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound.receive import WebhookInbox
from shipconsole.store import webhook_events
from shipconsole.vendors.request import Response
from shipconsole.vendors.shipengine import webhook_signatures as signatures
from tests.receiver.conftest import OpenReceiver
from tests.receiver.senders import TRACK, KeyServer, Signer, status_of, track
from tests.support.clock import ManualClock
from tests.support.silence import ExpectedNoise

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def named(headers: tuple[str, ...]) -> dict[str, str]:
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in headers)}


def flipped(text: str, position: int) -> str:
    return text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]


async def opened(ctx: Context, keys: KeyServer) -> tuple[WebhookInbox, Connection, ManualClock]:
    """Return an inbox whose clock is at noon."""
    clock = ManualClock(round(NOON.timestamp() * 1_000))
    at_noon = type(ctx)(ctx.store, ctx.sender, ctx.keys, clock, ctx.station)
    connection = await connections.connect(at_noon, "shipengine", "SE", url=keys.url, secrets={"api_key": "TEST_key"})
    return WebhookInbox(at_noon), connection, clock


async def taken(
    inbox: WebhookInbox, connection: Connection, headers: Mapping[str, str], body: bytes, noise: ExpectedNoise
) -> str:
    """Return the verdict on a webhook, whatever is logged."""
    with noise() as _:
        return (await inbox.store_webhook(connection, headers, body)).kind


async def test_only_the_right_signature_is_accepted(
    ctx: Context, keys: KeyServer, signer: Signer, expected_noise: ExpectedNoise
) -> None:
    inbox, connection, _ = await opened(ctx, keys)
    weak, stranger = Signer.make("weak", 1024), Signer.make(signer.id)
    keys.keys += [weak.public(), {"kty": "EC", "kid": "ec", "crv": "P-256", "x": "AA", "y": "AA"}]
    right = named(signer.headers(TRACK, NOON))
    signature, stamp = right[signatures.SIGNATURE_HEADER], right[signatures.TIMESTAMP_HEADER]
    changed = {
        "bit of the body": (right, TRACK.replace(b"IT", b"DE")),
        "JSON written anew": (right, json.dumps(json.loads(TRACK), indent=1).encode()),
        "bit of the signature": ({**right, signatures.SIGNATURE_HEADER: flipped(signature, 40)}, TRACK),
        "bit of the time": ({**right, signatures.TIMESTAMP_HEADER: stamp.replace("12:00:00", "12:00:01")}, TRACK),
        "same time otherwise written": ({**right, signatures.TIMESTAMP_HEADER: stamp.replace("Z", "+00:00")}, TRACK),
        "no base64": ({**right, signatures.SIGNATURE_HEADER: "#" + signature}, TRACK),
        "cut signature": ({**right, signatures.SIGNATURE_HEADER: signature[:-4]}, TRACK),
        "not a time": ({**right, signatures.TIMESTAMP_HEADER: "yesterday"}, TRACK),
        "no such time": ({**right, signatures.TIMESTAMP_HEADER: "9999-12-31T23:59:59-12:00"}, TRACK),
        "a stranger's key": (named(stranger.headers(TRACK, NOON)), TRACK),
        "unknown id": ({**right, signatures.KEY_ID_HEADER: "another"}, TRACK),
        "a key of another kind": ({**right, signatures.KEY_ID_HEADER: "ec"}, TRACK),
        "RSA of 1,024 bits": (named(weak.headers(TRACK, NOON)), TRACK),
        "PSS": (named(signer.headers(TRACK, NOON, pss=True)), TRACK),
        "301 s old": (named(signer.headers(TRACK, NOON - timedelta(seconds=301))), TRACK),
        "301 s ahead": (named(signer.headers(TRACK, NOON + timedelta(seconds=301))), TRACK),
    }
    for what, (headers, body) in changed.items():
        with expected_noise("a webhook was rejected"):
            verdict = await inbox.store_webhook(connection, headers, body)
        # No key of that id came a moment ago; there may be one by now.
        unknown = what in ("unknown id", "a key of another kind", "RSA of 1,024 bits")
        assert verdict.kind == ("retry_later" if unknown else "untrusted"), what
    for missing in (signatures.KEY_ID_HEADER, signatures.SIGNATURE_HEADER, signatures.TIMESTAMP_HEADER):
        with expected_noise("not signed"):
            verdict = await inbox.store_webhook(connection, {**right, missing: ""}, TRACK)
        assert verdict.kind == "unsigned"
    assert await ctx.read(webhook_events.unprocessed, 10) == ()
    for seconds in (-300, 0, 300):
        headers = named(signer.headers(TRACK, NOON + timedelta(seconds=seconds)))
        assert (await inbox.store_webhook(connection, headers, TRACK)).kind == "stored"
    (stored,) = await ctx.read(webhook_events.unprocessed, 10)
    assert stored.duplicates == 2


async def test_keys_are_requested_every_12_hours_and_at_most_once_a_minute(
    ctx: Context, keys: KeyServer, signer: Signer, expected_noise: ExpectedNoise
) -> None:
    inbox, connection, clock = await opened(ctx, keys)

    async def kind(by: Signer, number: int) -> str:
        body = track(number)
        headers = named(by.headers(body, datetime.fromtimestamp(clock.now_ms() / 1_000, UTC)))
        return (await inbox.store_webhook(connection, headers, body)).kind

    assert [await kind(signer, number) for number in range(20)] == ["stored"] * 20
    assert len(keys.asked) == 1
    assert keys.asked[0]["path"] == "/jwks"
    assert "TEST_key" not in json.dumps(keys.asked)
    new = Signer.make("key-2")
    keys.keys.append(new.public())
    # Rotated within a minute of the last time the keys were asked for: the platform is to send it again.
    with expected_noise(*["its key may be newer"] * 2):
        assert [await kind(new, 20), await kind(new, 20)] == ["retry_later"] * 2
    clock.pass_s(60)
    assert await kind(new, 20) == "stored"
    with expected_noise(*["its key may be newer"] * 10):
        for number in range(10):
            assert await kind(Signer("guessed", signer.key), number) == "retry_later"
    assert len(keys.asked) == 2
    clock.pass_s(60)
    with expected_noise("its key is unknown", "its key may be newer"):
        assert await kind(Signer("guessed", signer.key), 30) == "untrusted"
        assert await kind(Signer("guessed", signer.key), 30) == "retry_later"
    assert len(keys.asked) == 3
    clock.pass_s(12 * 3_600 - 1)
    assert await kind(signer, 21) == "stored"
    clock.pass_s(1)
    assert await kind(signer, 22) == "stored"
    assert len(keys.asked) == 4


async def test_missing_keys_have_the_webhook_resent(
    ctx: Context, keys: KeyServer, signer: Signer, expected_noise: ExpectedNoise
) -> None:
    inbox, connection, clock = await opened(ctx, keys)
    keys.status = 500
    with expected_noise(*["the platform's public keys could not be downloaded"] * 2):
        for _ in range(2):
            result = await inbox.store_webhook(connection, named(signer.headers(TRACK, NOON)), TRACK)
            assert result.kind == "retry_later"
    assert len(keys.asked) == 1
    keys.status = 200
    clock.pass_s(60)
    assert (await inbox.store_webhook(connection, named(signer.headers(TRACK, NOON)), TRACK)).kind == "stored"


async def test_five_late_webhooks_in_a_row_report_the_clock(
    ctx: Context, keys: KeyServer, signer: Signer, expected_noise: ExpectedNoise
) -> None:
    inbox, connection, _ = await opened(ctx, keys)
    headers = named(signer.headers(TRACK, NOON - timedelta(minutes=61)))
    with expected_noise(*["too long ago"] * 4, r"this computer's clock seems to be off by \+61 min"):
        messages = [(await inbox.store_webhook(connection, headers, TRACK)).message for _ in range(5)]
    assert str(messages[-1]) == "this computer's clock seems to be off by +61 min; set it"


async def test_each_verdict_has_its_response(
    running: OpenReceiver, signer: Signer, expected_noise: ExpectedNoise
) -> None:
    with expected_noise("not signed"):
        assert status_of(running.url, running.shipengine, TRACK) == 404
    with expected_noise("too long ago"):
        late = datetime.now(UTC) - timedelta(seconds=310)
        assert status_of(running.url, running.shipengine, TRACK, *signer.headers(TRACK, late)) == 400
    with expected_noise("its signature is wrong"):
        assert status_of(running.url, running.shipengine, track(1), *signer.headers(TRACK)) == 400
    assert status_of(running.url, running.shipengine, TRACK, *signer.headers(TRACK)) == 200
    assert len(running.stored()) == 1


def test_an_invalid_key_set_has_no_keys() -> None:
    assert signatures.read_jwks(Response(200, {}, b"[" * 100_000)) is None
    assert signatures.read_jwks(Response(200, {}, b"[]")) is None
    assert signatures.read_jwks(Response(503, {}, b'{"keys": []}')) is None
    odd: list[object] = [None, 1, {}, {"kid": 1}, {"kid": "a", "kty": "RSA", "n": "\u00e4", "e": "AQAB"}]
    big = base64.urlsafe_b64encode(b"\xff" * 4_096).decode()
    odd += [{"kid": "a", "kty": "RSA", "n": big, "e": "AQAB"}, {"kid": "b", "kty": "RSA", "n": big[:344], "e": "AA"}]
    assert signatures.read_jwks(Response(200, {}, json.dumps({"keys": odd}).encode())) == {}
