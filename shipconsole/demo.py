"""The demo: a temporary profile with simulated platforms in a process of their own."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure

if TYPE_CHECKING:
    from shipconsole.operations.context import Context


@contextmanager
def running_simulator() -> Generator[str]:
    """Run the simulated platforms in a process that ends with this one; yield their address."""
    no_console = 0
    if not getattr(sys, "frozen", False):
        program = [sys.executable, "-m", "shipconsole"]
    elif sys.platform == "win32":
        # The executable that opens the window can't print; the one for commands is beside it.
        program = [str(Path(sys.executable).with_name("shipconsole.exe"))]
        no_console = subprocess.CREATE_NO_WINDOW
    else:
        program = [sys.executable]
    process = subprocess.Popen(
        [*program, "simulator", "--ends-with-input"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        creationflags=no_console,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("http://"):
            raise EnvironmentFailure(Message("simulator.not_started"))
        sys.stderr.write(f"{Message('simulator.started', url=url)}\n")
        yield url
    finally:
        process.communicate()


async def connect_simulator(ctx: "Context", url: str) -> None:
    """Connect each simulated platform, and forward SwiftPOD's shipments after a person has reviewed them."""
    from shipconsole import simulator
    from shipconsole.operations.connections.connections import connect
    from shipconsole.operations.forwarding.forward import set_rule

    secrets = {
        "shipengine": {"api_key": simulator.SHIPENGINE_API_KEY},
        "starshipit": {
            "api_key": simulator.STARSHIPIT_API_KEY,
            "subscription_key": simulator.STARSHIPIT_SUBSCRIPTION_KEY,
        },
        "shipup": {"api_key": simulator.SHIPUP_API_KEY},
    }
    for name, title in (("shipengine", "ShipEngine"), ("starshipit", "Starshipit"), ("shipup", "Shipup")):
        await connect(ctx, name, title, url=f"{url}/{name}", secrets=secrets[name])
    # Only the SwiftPOD order that ships during the demo is synced: the others belong to no order of this station.
    secret, states = {"api_key": simulator.SWIFTPOD_API_KEY}, {"statuses": "in_production"}
    await connect(ctx, "swiftpod", "SwiftPOD", url=f"{url}/swiftpod", secrets=secret, options=states)
    await set_rule(ctx, "SwiftPOD", ["ShipEngine", "Starshipit", "Shipup"], "review")


async def subscribe_simulator(ctx: "Context", url: str) -> None:
    """Register the receiver's URL at the simulated platforms, so that they send their webhooks."""
    from shipconsole.operations.connections.connections import named
    from shipconsole.operations.inbound import receive, subscriptions

    for name, event in (("ShipEngine", "track"), ("SwiftPOD", "shipment_notify")):
        (connection,) = await named(ctx, [name])
        await subscriptions.register(ctx, connection, event, f"{url}{await receive.webhook_path(ctx, connection)}")
