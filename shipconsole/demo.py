"""The demo: a temporary profile with simulated platforms in a process of their own."""

import asyncio
import http.client
import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.simulated_fault import SimulatedFault

if TYPE_CHECKING:
    from shipconsole.operations.context import Context

FAULTS_PATH = "/_simulator/faults"
TIMEOUT_S = 10
OF_ALL_REQUESTS = ("drop_before", "401")
"""Faults of every request; the others are of those that tell of a shipment, so that no sync uses them up."""


class SimulatorFaults:
    """The faults of the simulated platforms at an address."""

    def __init__(self, url: str) -> None:
        """Ask nothing yet."""
        self._address = urlsplit(url).netloc

    async def add(self, fault: SimulatedFault) -> tuple[SimulatedFault, ...]:
        """Add a fault, and return those that are active now."""
        call = "*" if fault.kind in OF_ALL_REQUESTS else "updates"
        body: dict[str, object] = {"vendor": fault.platform, "call": call, "kind": fault.kind, "times": fault.times}
        return await self._ask("POST", body | {"seconds": fault.seconds})

    async def active(self) -> tuple[SimulatedFault, ...]:
        """Return the active faults, oldest first."""
        return await self._ask("GET")

    async def clear(self) -> tuple[SimulatedFault, ...]:
        """Remove every fault."""
        return await self._ask("DELETE")

    async def _ask(self, method: str, body: dict[str, object] | None = None) -> tuple[SimulatedFault, ...]:
        """Raise `EnvironmentFailure` where the simulator does not respond as it should."""
        try:
            found = await asyncio.to_thread(self._send, method, body)
        except (OSError, ValueError, http.client.HTTPException):
            raise EnvironmentFailure(Message("demo_faults.no_answer")) from None
        return tuple(SimulatedFault(one["kind"], one["vendor"], one["times"], round(one["seconds"])) for one in found)

    def _send(self, method: str, body: dict[str, object] | None) -> list[dict[str, Any]]:
        connection = http.client.HTTPConnection(self._address, timeout=TIMEOUT_S)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, FAULTS_PATH, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            if response.status >= http.client.BAD_REQUEST:
                raise ValueError(response.status)
            return json.loads(content)
        finally:
            connection.close()


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
