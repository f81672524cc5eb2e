"""A receiver on a real store, for connections to ShipEngine and SwiftPOD."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest

from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.receiver.rules import Rules
from shipconsole.receiver.server import Receiver
from shipconsole.store import webhook_events
from shipconsole.store.webhook_events import WebhookEvent
from tests.receiver.senders import KeyShop, Signer, key_shop


@pytest.fixture(scope="session")
def signer() -> Signer:
    """ShipEngine's key."""
    return Signer.make("key-1")


@pytest.fixture
def keys(signer: Signer) -> Generator[KeyShop]:
    """Where ShipEngine's public key is."""
    with key_shop() as shop:
        shop.keys.append(signer.public())
        yield shop


@dataclass
class House:
    """A receiver and where each platform's webhooks come in."""

    ctx: Context
    url: str
    shipengine: str
    swiftpod: str

    def kept(self) -> tuple[WebhookEvent, ...]:
        """What was kept."""
        return self.ctx.store.read(webhook_events.unprocessed, 100_000).result()


Open = Callable[..., Receiver]


@pytest.fixture
def open_receiver(ctx: Context) -> Generator[Open]:
    """Opens receivers, and closes them at the end."""
    opened: list[Receiver] = []

    def open_(rules: Rules | None = None) -> Receiver:
        opened.append(Receiver(ctx, rules=rules))
        opened[-1].start()
        return opened[-1]

    yield open_
    for one in opened:
        one.stop()


async def paths(ctx: Context, keys_url: str) -> tuple[str, str]:
    """Where the webhooks of two new connections come in."""
    shipengine = await connections.connect(
        ctx, "shipengine", "ShipEngine", url=keys_url, secrets={"api_key": "TEST_key_of_ours"}
    )
    swiftpod = await connections.connect(ctx, "swiftpod", "Swift POD")
    return await receive.webhook_path(ctx, shipengine), await receive.webhook_path(ctx, swiftpod)


@pytest.fixture
async def house(ctx: Context, keys: KeyShop, open_receiver: Open) -> House:
    """A receiver as it is by default."""
    shipengine, swiftpod = await paths(ctx, keys.url)
    return House(ctx, open_receiver().urls[0], shipengine, swiftpod)
