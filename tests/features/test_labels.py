"""A carrier that is known from the number goes to each platform under that platform's own code."""

import json

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import draft_of, effects

UPS = "1Z999AA10123456784"


async def test_a_ups_number_has_each_platforms_own_code_for_ups(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, UPS)
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    sent = {effect["vendor"]: json.dumps(effect["body"]) for effect in effects(simulated_platforms, "10001")}
    assert '"carrier_code": "ups"' in sent["shipengine"]
    assert '"carrier": "UPS"' in sent["starshipit"]
    # Shipup has no code for UPS: it gets the name, which its page shows.
    assert '"untracked_carrier_name": "UPS"' in sent["shipup"]
    assert all(UPS in body for body in sent.values())
