"""Test benches: contexts on a real database, connected to simulated platforms, with API keys in memory."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shipconsole import simulator
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.clock import Clock, SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Engine, Store
from shipconsole.store.sqlite import SqliteStore
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.http import Sender, SendResult, tls_context
from shipconsole.vendors.request import Request
from tests.support import engines, local_http

SECRETS = {
    "shipengine": {"api_key": simulator.SHIPENGINE_API_KEY},
    "starshipit": {"api_key": simulator.STARSHIPIT_API_KEY, "subscription_key": simulator.STARSHIPIT_SUBSCRIPTION_KEY},
    "shipup": {"api_key": simulator.SHIPUP_API_KEY},
}
NAMES = {"shipengine": "ShipEngine", "starshipit": "Starshipit", "shipup": "Shipup"}
USPS_NUMBERS = ("9400100109361129278357", "9400111206206406260787", "9374869901600064074368")


class UnpacedSender(Sender):
    """Send as the product does, but without the rate limits of the real platforms."""

    async def send(
        self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        """Send one request."""
        unpaced = replace(vendor, rate_per_s=100_000, burst=10_000, late_s=60)
        return await super().send(connection, unpaced, request, headers)


@cache
def tls() -> ssl.SSLContext:
    """Return one TLS context for all tests: creating one takes longer than many tests."""
    return tls_context()


@asynccontextmanager
async def open_context(
    folder: Path,
    clock: Clock | None = None,
    *,
    to_be_copied: bool = False,
    store: Store | None = None,
    keys: MemoryKeys | None = None,
) -> AsyncGenerator[Context]:
    """Yield a context on a folder's database or on `store`; `to_be_copied` writes no time of this run."""
    store = store or engines.store_in(folder)
    store.open()
    ctx = Context(store, UnpacedSender(tls()), keys or MemoryKeys(), clock or SystemClock(), "Bench 1")
    if not to_be_copied:
        ctx.begin()
    try:
        yield ctx
    finally:
        await ctx.sender.close()
        store.close()


async def connect_all(ctx: Context, url: str) -> tuple[Connection, ...]:
    """Connect all three simulated platforms and return the connections."""
    for vendor, name in NAMES.items():
        await connections.connect(ctx, vendor, name, url=f"{url}/{vendor}", secrets=SECRETS[vendor])
    return await connections.every(ctx)


async def draft_of(ctx: Context, number: str, items: dict[str, int] | None, tracking: str) -> tuple[int, ShipmentDraft]:
    """Return an order's ID and a draft of one package with these units, or with all units left to ship."""
    order_id = await orders.find(ctx, number)
    pairs = None if items is None else list(items.items())
    return order_id, await ship.draft_with_items(ctx, order_id, pairs, PackageDraft(tracking_number=tracking))


def effects(server: SimulatorServer, order: str = "") -> list[dict[str, Any]]:
    """Return what the simulated platforms did, oldest first."""
    return local_http.get(f"{server.url}/_simulator/effects", params={"order": order} if order else {}).json()


def fault(
    server: SimulatorServer,
    vendor: str,
    kind: str,
    *,
    call: str = "*",
    times: int | None = 1,
    seconds: float = 1,
    field: str = "",
) -> None:
    """Add a fault at the simulated platforms."""
    body = {"vendor": vendor, "call": call, "kind": kind, "times": times, "seconds": seconds, "field": field}
    local_http.post(f"{server.url}/_simulator/faults", json=body).raise_for_status()


@pytest.fixture(scope="session")
def shared_simulator() -> Generator[SimulatorServer]:
    with running_simulator(orders=8) as server:
        yield server


@pytest.fixture
def simulated_platforms(shared_simulator: SimulatorServer) -> SimulatorServer:
    """Return reset simulated platforms, without shipments, faults, or limits."""
    local_http.delete(f"{shared_simulator.url}/_simulator/faults").raise_for_status()
    local_http.post(f"{shared_simulator.url}/_simulator/reset").raise_for_status()
    shared_simulator.remove_limits()
    return shared_simulator


@pytest.fixture
async def ctx(tmp_path: Path) -> AsyncGenerator[Context]:
    """Yield a context with an empty database."""
    async with open_context(tmp_path) as opened:
        yield opened


class Synced:
    """Databases with the simulated platforms' orders, synced once for each engine and copied by each test."""

    def __init__(self, server: SimulatorServer, folder: Path) -> None:
        """Start without any."""
        self._server = server
        self._folder = folder
        self._done: set[Engine] = set()

    async def folder_of(self, engine: Engine) -> Path:
        """Return the folder whose store has the orders, on the engine of the test that runs."""
        folder = self._folder / engine
        if engine not in self._done:
            folder.mkdir()
            async with open_context(folder, to_be_copied=True, store=self._store(engine, folder)) as ctx:
                results = await import_orders.sync(ctx, await connect_all(ctx, self._server.url))
                assert [str(result.message) for result in results] == ["", "", ""]
            engines.keep_for_all(folder)
            self._done.add(engine)
        return folder

    def _store(self, engine: Engine, folder: Path) -> Store:
        # A file is also wanted by tests that run on a server otherwise.
        return SqliteStore(folder / "shipconsole.db") if engine == "sqlite" else engines.store_in(folder)


@pytest.fixture(scope="session")
def synced(shared_simulator: SimulatorServer, tmp_path_factory: pytest.TempPathFactory) -> Synced:
    # Fixtures of the session run before those of the test, so faults of the previous test are removed here.
    local_http.delete(f"{shared_simulator.url}/_simulator/faults").raise_for_status()
    local_http.post(f"{shared_simulator.url}/_simulator/reset").raise_for_status()
    return Synced(shared_simulator, tmp_path_factory.mktemp("synced"))


@pytest.fixture(scope="session")
def synced_database(synced: Synced) -> Generator[Path]:
    """Yield the database file with the simulated platforms' orders.

    A test that writes into it makes others fail, and fails the run at its end.
    """
    file = asyncio.run(synced.folder_of("sqlite")) / "shipconsole.db"
    content = file.read_bytes()
    yield file
    assert file.read_bytes() == content, "a test wrote into the database that others copy"


@pytest.fixture
def synced_file(database_engine: Engine, request: pytest.FixtureRequest) -> Path | None:
    """Return the database file with the simulated platforms' orders, None for a test on a server."""
    return request.getfixturevalue("synced_database") if database_engine == "sqlite" else None


@pytest.fixture
async def bench(
    tmp_path: Path,
    simulated_platforms: SimulatorServer,
    synced: Synced,
    synced_file: Path | None,
    database_engine: Engine,
) -> AsyncGenerator[Context]:
    """Yield a context that is connected to the simulated platforms and has their orders."""
    engines.copy_store(synced_file.parent if synced_file else await synced.folder_of(database_engine), tmp_path)
    async with open_context(tmp_path) as opened:
        for vendor, name in NAMES.items():
            for field, value in SECRETS[vendor].items():
                opened.keys.put(name, field, value).result()
        yield opened
