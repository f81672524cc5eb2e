"""Asking a platform about a package: what comes back, what is refused before anything is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.connections import connections
from shipconsole.operations.connections.ask_once import outcome_message, outcome_problems
from shipconsole.operations.context import Context
from shipconsole.operations.tracking import query
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import SECRETS, USPS_NUMBERS, fault
from tests.support.refusals import refused

NUMBER = USPS_NUMBERS[0]


async def made(ctx: Context, server: SimulatorServer, vendor: str = "shipengine") -> Connection:
    url = f"{server.url}/{vendor}"
    return await connections.connect(ctx, vendor, "C", url=url, secrets=SECRETS.get(vendor, {"api_key": "k"}))


def asked(server: SimulatorServer) -> list[dict[str, Any]]:
    """Every request that the simulated platforms had."""
    return local_http.get(f"{server.url}/_simulator/requests").json()


def tracked(server: SimulatorServer) -> list[str]:
    return local_http.get(f"{server.url}/_simulator/state").json()["shipengine"]["tracked"]


async def test_a_package_is_queried_with_the_carrier_found_from_its_number(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await made(ctx, simulated_platforms)
    track = await query.query_package(ctx, connection, f" {NUMBER} ")
    assert isinstance(track, RemoteTrack)
    assert (track.tracking_number, track.status) == (NUMBER, "not_yet")
    last = asked(simulated_platforms)[-1]
    assert last["query"] == {"carrier_code": "stamps_com", "tracking_number": NUMBER}


async def test_a_carrier_may_have_our_name(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    await query.query_package(ctx, await made(ctx, simulated_platforms), "N1", "Royal Mail")
    last = asked(simulated_platforms)[-1]
    assert last["query"]["carrier_code"] == "royal_mail"


async def test_a_platform_that_finds_the_carrier_is_asked_without_one(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    await query.query_package(ctx, await made(ctx, simulated_platforms, "starshipit"), "LOCAL-4711")
    assert asked(simulated_platforms)[-1]["query"] == {"tracking_number": "LOCAL-4711"}


async def test_news_are_asked_for_and_no_longer(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await made(ctx, simulated_platforms)
    assert await query.subscribe_package(ctx, connection, NUMBER) == Accepted()
    assert tracked(simulated_platforms) == [NUMBER]
    assert await query.unsubscribe_package(ctx, connection, NUMBER) == Accepted()
    assert tracked(simulated_platforms) == []


async def test_what_cannot_be_asked_is_refused_unsent(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await made(ctx, simulated_platforms)
    with refused("track.not_a_number"):
        await query.query_package(ctx, connection, " ", "ups")
    with refused("track.no_carrier", number="N1"):
        await query.subscribe_package(ctx, connection, "N1")
    shipup = await connections.connect(ctx, "shipup", "S", url=simulated_platforms.url, secrets=SECRETS["shipup"])
    with refused("track.not_supported", platform="Shipup", able=("ShipEngine", "Starshipit")):
        await query.unsubscribe_package(ctx, shipup, NUMBER)
    assert asked(simulated_platforms) == []


@pytest.mark.parametrize(
    ("do", "kind", "expected"),
    [
        (query.query_package, "refuse", Refused),
        (query.query_package, "401", Blocked),
        (query.query_package, "429", TryLater),
        (query.query_package, "drop_before", TryLater),
        (query.query_package, "empty", Unsure),
        (query.subscribe_package, "refuse", Refused),
        (query.subscribe_package, "401", Blocked),
        (query.subscribe_package, "drop_after", Unsure),
        (query.unsubscribe_package, "html", Unsure),
    ],
)
async def test_trouble_is_an_outcome_and_leaves_the_connection_open(
    ctx: Context,
    simulated_platforms: SimulatorServer,
    do: Callable[[Context, Connection, str], Awaitable[RemoteTrack | Outcome]],
    kind: str,
    expected: type,
) -> None:
    connection = await made(ctx, simulated_platforms)
    fault(simulated_platforms, "shipengine", kind)
    outcome = await do(ctx, connection, NUMBER)
    assert isinstance(outcome, expected)
    assert not isinstance(outcome, RemoteTrack)
    assert outcome_message(outcome)
    assert bool(outcome_problems(outcome)) == (expected is Refused)
    (known,) = await connections.every(ctx)
    assert str(known.blocked_message) == ""


async def test_an_unreachable_platform_is_retried_and_a_wrong_address_blocks(ctx: Context) -> None:
    away = await connections.connect(ctx, "shipengine", "C", url="http://127.0.0.1:9", secrets=SECRETS["shipengine"])
    assert isinstance(await query.subscribe_package(ctx, away, NUMBER), TryLater)
