"""A receiver on a real database, for connections to ShipEngine and SwiftPOD."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest

from shipconsole.domain.received_webhook import WebhookEvent
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.receiver.rules import Rules
from shipconsole.receiver.server import Receiver
from shipconsole.store import webhook_events
from tests.receiver.senders import KeyServer, Signer, key_server


@pytest.fixture(scope="session")
def signer() -> Signer:
    """ShipEngine's key."""
    return Signer.make("key-1")


@pytest.fixture
def keys(signer: Signer) -> Generator[KeyServer]:
    """The server of ShipEngine's public key."""
    with key_server() as shop:
        shop.keys.append(signer.public())
        yield shop


@dataclass
class OpenReceiver:
    """A receiver and the webhook path of each platform."""

    ctx: Context
    url: str
    shipengine: str
    swiftpod: str

    def stored(self) -> tuple[WebhookEvent, ...]:
        """Return the stored webhook events."""
        return self.ctx.store.read(webhook_events.unprocessed, 100_000).result()


Open = Callable[..., Receiver]


@pytest.fixture
def open_receiver(ctx: Context) -> Generator[Open]:
    """Return a function that opens receivers, which are closed at the end."""
    opened: list[Receiver] = []

    def open_(rules: Rules | None = None) -> Receiver:
        opened.append(Receiver(ctx, rules=rules))
        opened[-1].start()
        return opened[-1]

    yield open_
    for receiver in opened:
        receiver.stop()


async def paths(ctx: Context, keys_url: str) -> tuple[str, str]:
    """Return the webhook paths of two new connections."""
    shipengine = await connections.connect(
        ctx, "shipengine", "ShipEngine", url=keys_url, secrets={"api_key": "TEST_key_of_ours"}
    )
    swiftpod = await connections.connect(ctx, "swiftpod", "Swift POD")
    return await receive.webhook_path(ctx, shipengine), await receive.webhook_path(ctx, swiftpod)


@pytest.fixture
async def running(ctx: Context, keys: KeyServer, open_receiver: Open) -> OpenReceiver:
    """Return a receiver with default rules."""
    shipengine, swiftpod = await paths(ctx, keys.url)
    return OpenReceiver(ctx, open_receiver().urls[0], shipengine, swiftpod)
