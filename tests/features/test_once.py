"""One shipment for several platforms: each has its own end, and a retry goes only to the one that refused."""

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import NAMES, USPS_NUMBERS, draft_of, effects, fault

SENDING = {"POST", "PUT", "PATCH"}


def sent(server: SimulatorServer) -> list[str]:
    """The platforms of all requests that change something, in their order."""
    seen = local_http.get(f"{server.url}/_simulator/requests").json()
    return [request["vendor"] for request in seen if request["method"] in SENDING and "refresh" not in request["path"]]


async def test_one_of_three_platforms_refuses_and_only_that_one_is_sent_again(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    fault(simulated_platforms, "starshipit", "refuse", call="update_order")
    shipped = await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    states = {call.connection: call.state for call in await worker.updates_of(bench, shipped.call_ids)}
    assert states == {"ShipEngine": "confirmed", "Starshipit": "rejected", "Shipup": "confirmed"}
    before = sent(simulated_platforms)
    assert sorted(before) == sorted(NAMES)
    (refused,) = [call for call in await worker.latest(bench) if call.state == "rejected"]
    assert refused.problems
    await resolve.resolve_update(bench, refused.id, "retry", "fixed at the platform")
    await worker.flush(bench, until_empty=True)
    assert sent(simulated_platforms) == [*before, "starshipit"]
    assert sorted(effect["vendor"] for effect in effects(simulated_platforms, "10001")) == sorted(NAMES)
    assert {call.state for call in await worker.latest(bench) if call.order_id == order_id} <= {
        "confirmed",
        "superseded",
    }
