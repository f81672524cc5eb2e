"""Connections: what may be entered, where keys go, and what a test of one tells."""

import pytest

from shipconsole.domain.message import NO_MESSAGE
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections as stored_connections
from tests.support.bench import SECRETS, USPS_NUMBERS, draft_of, fault
from tests.support.refusals import refused


async def refusal(ctx: Context, vendor: str, name: str, **given: object) -> list[str]:
    with pytest.raises(ValidationFailed) as caught:
        await connections.connect(ctx, vendor, name, **given)  # type: ignore[arg-type]
    assert await connections.every(ctx) == ()
    return [str(problem.message) for problem in caught.value.problems]


async def test_wrong_entries_are_refused_by_name_and_nothing_is_stored(ctx: Context) -> None:
    assert "“fedex” isn't a known platform" in (await refusal(ctx, "fedex", "F"))[0]
    assert "needs a name" in (await refusal(ctx, "shipup", " "))[0]
    assert "not a web address" in (await refusal(ctx, "shipup", "S", url="ftp://x"))[0]
    for address in ("https://api.example.test/v1?api_key=abc123", "https://api.example.test#abc123"):
        (words,) = await refusal(ctx, "shipup", "S", url=address)
        assert "abc123" not in words
        assert "keyring" in words
    assert "unencrypted" in (await refusal(ctx, "shipup", "S", url="http://api.example.test"))[0]
    assert "no option “color”" in (await refusal(ctx, "shipup", "S", options={"color": "red"}))[0]
    assert "bearer is one of" in (await refusal(ctx, "shipup", "S", options={"bearer": "maybe"}))[0]
    assert "no key “password”" in (await refusal(ctx, "shipup", "S", secrets={"password": "x"}))[0]
    assert len(await refusal(ctx, "shipup", "", url="x", options={"a": "b"})) == 3


async def test_connecting_again_changes_it_and_keeps_what_was_not_named(ctx: Context) -> None:
    url = "http://127.0.0.1:1"
    await connections.connect(ctx, "shipup", "After sales", url=url, options={"bearer": "yes"})
    changed = await connections.connect(ctx, "shipup", "after SALES", options={"create_missing": "known"})
    assert (changed.name, changed.base_url, dict(changed.options)) == (
        "After sales",
        url,
        {"bearer": "yes", "create_missing": "known"},
    )
    with refused("connection.other_platform", platform="Shipup"):
        await connections.connect(ctx, "shipengine", "After sales")


async def test_an_unknown_name_is_reported_with_the_known_ones(ctx: Context) -> None:
    await connections.connect(ctx, "shipup", "After sales")
    with refused("connection.unknown", name="Shop", known=("After sales",)):
        await connections.named(ctx, ["Shop"])


@pytest.mark.parametrize("vendor", list(SECRETS))
async def test_a_connection_test_reports_what_is_wrong(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str
) -> None:
    made = await connections.connect(ctx, vendor, "C", url=f"{simulated_platforms.url}/{vendor}")
    assert (await connections.test(ctx, made)).verdict == "no key"
    wrong = dict.fromkeys(SECRETS[vendor], "wrong")
    made = await connections.connect(ctx, vendor, "C", secrets=wrong)
    assert (await connections.test(ctx, made)).verdict == "wrong key"
    (blocked,) = await connections.every(ctx)
    assert str(blocked.blocked_message)
    made = await connections.connect(ctx, vendor, "C", secrets=SECRETS[vendor])
    assert str(made.blocked_message) == ""
    assert (await connections.test(ctx, made)).verdict == "ok"
    for kind, verdict in [
        ("429", "try later"),
        ("drop_before", "no answer"),
        ("html", "no answer"),
        ("garbage", "no answer"),
    ]:
        fault(simulated_platforms, vendor, kind)
        assert (await connections.test(ctx, made)).verdict == verdict, kind
    gone = await connections.connect(ctx, vendor, "C", url="http://127.0.0.1:9")
    assert (await connections.test(ctx, gone)).verdict == "no network"


async def test_the_mark_that_a_pipe_puts_before_a_key_is_no_part_of_it(ctx: Context) -> None:
    await connections.connect(ctx, "shipup", "S", secrets={"api_key": "\ufeff key-1 \r\n"})
    key = ctx.keys.get("S", "api_key").result()
    assert key is not None
    assert key.reveal() == "key-1"


async def test_a_connection_that_works_again_is_open_again(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    made = await connections.connect(
        ctx, "shipup", "S", url=f"{simulated_platforms.url}/shipup", secrets=SECRETS["shipup"]
    )
    fault(simulated_platforms, "shipup", "401")
    await connections.test(ctx, made)
    (blocked,) = await connections.every(ctx)
    assert str(blocked.blocked_message)
    await connections.test(ctx, blocked)
    (opened,) = await connections.every(ctx)
    assert str(opened.blocked_message) == ""


async def test_a_connection_that_was_blocked_while_it_was_asked_is_open_again(bench: Context) -> None:
    """An update with the old key was turned away just when the new key was entered and is tested."""
    (connection,) = await connections.named(bench, ["Shipup"])
    await bench.write(stored_connections.block, connection.id, "Shipup does not accept the key.")
    assert not connection.is_blocked
    assert (await connections.test(bench, connection)).verdict == "ok"
    (now,) = await connections.named(bench, ["Shipup"])
    assert not now.is_blocked


async def test_a_connection_is_blocked_even_without_a_message(bench: Context) -> None:
    (connection,) = await connections.named(bench, ["ShipEngine"])
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await bench.write(stored_connections.block, connection.id, NO_MESSAGE)
    await worker.flush(bench, until_empty=True)
    waiting = [call.connection for call in await worker.latest(bench, state="pending")]
    (blocked,) = await connections.named(bench, ["ShipEngine"])
    assert (blocked.is_blocked, waiting) == (True, ["ShipEngine"])
    await bench.write(connections.unblock, connection.id, now_ms=bench.clock.now_ms())
    await worker.flush(bench, until_empty=True)
    assert await worker.latest(bench, state="pending") == ()


async def test_an_account_is_connected_once(ctx: Context) -> None:
    """Connected twice, each of its orders would be listed and its customer notified twice."""
    secrets, url = SECRETS["starshipit"], "http://127.0.0.1:1"
    await connections.connect(ctx, "starshipit", "A", url=url, secrets=secrets)
    with refused("connection.same_account", name="A"):
        await connections.connect(ctx, "starshipit", "B", url=f"{url}/", secrets=secrets)
    # Entering its keys again is no second connection, and neither is another account at the same platform.
    await connections.connect(ctx, "starshipit", "A", url=url, secrets=secrets)
    other = {field: f"{value}-2" for field, value in secrets.items()}
    await connections.connect(ctx, "starshipit", "B", url=url, secrets=other)
    assert [connection.name for connection in await connections.every(ctx)] == ["A", "B"]
    # A connection cannot become another one's account either, and keeps its own keys then.
    with refused("connection.same_account", name="A"):
        await connections.connect(ctx, "starshipit", "B", secrets=secrets)
    (_, kept) = await connections.every(ctx)
    assert await connections.secrets_of(ctx, kept) == other


async def test_one_account_may_be_connected_in_parts(ctx: Context) -> None:
    secrets, url = {"api_key": "k"}, "http://127.0.0.1:1"
    for name, statuses in (("New", "new_order"), ("Held", "on_hold")):
        await connections.connect(ctx, "swiftpod", name, url=url, options={"statuses": statuses}, secrets=secrets)
    assert [connection.name for connection in await connections.every(ctx)] == ["New", "Held"]
    # A part that another has as well, or all of it, would be there twice.
    for statuses in ("on_hold,new_order", ""):
        with refused("connection.same_account", name="New"):
            await connections.connect(ctx, "swiftpod", "Held", options={"statuses": statuses})


async def test_a_connection_is_not_moved_to_an_account_that_is_connected(ctx: Context) -> None:
    """Its keys need not be typed again for that."""
    secrets, url = SECRETS["starshipit"], "http://127.0.0.1:1"
    await connections.connect(ctx, "starshipit", "A", url=url, secrets=secrets)
    await connections.connect(ctx, "starshipit", "B", url="http://127.0.0.1:2", secrets=secrets)
    with refused("connection.same_account", name="A"):
        await connections.connect(ctx, "starshipit", "B", url=url)
    assert [connection.base_url for connection in await connections.every(ctx)] == [url, "http://127.0.0.1:2"]
    await connections.connect(ctx, "starshipit", "B", url="http://127.0.0.1:3")
