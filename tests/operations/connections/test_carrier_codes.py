"""The table of carrier codes: what is there, what is stored, and what is sent."""

import pytest

from shipconsole.domain.carrier import CARRIERS
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import carrier_codes, connections
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import USPS_NUMBERS, draft_of, effects
from tests.support.refusals import refused


async def test_the_table_has_every_carrier_at_every_notified_connection(bench: Context) -> None:
    await connections.connect(bench, "swiftpod", "SwiftPOD")
    table = await carrier_codes.table(bench)
    assert [connection.name for connection in table.connections] == ["ShipEngine", "Starshipit", "Shipup"]
    assert [row.carrier_id for row in table.rows] == [carrier.id for carrier in CARRIERS]
    engine, starshipit, shipup = (connection.id for connection in table.connections)
    usps = next(row for row in table.rows if row.carrier_id == "usps")
    assert (usps.name, usps.codes[engine].own, usps.codes[engine].usual) == ("USPS", "", "stamps_com")
    assert usps.codes[starshipit].usual == "USPS"
    assert usps.codes[shipup].usual == ""
    assert "endicia" in usps.codes[engine].offered
    assert (table.defaults[engine].own, table.defaults[engine].usual) == ("", "other")


async def test_an_own_carrier_code_is_stored_sent_and_removed(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    engine = (await connections.every(bench))[0]
    await connections.connect(bench, "shipengine", "ShipEngine", options={"page_size": "50"})
    await carrier_codes.save(bench, engine.id, {"USPS": " endicia ", "Joe's van": "other"}, "ups")
    await carrier_codes.save(bench, engine.id, {"dhl": "dhl_global_mail"})
    stored = (await connections.every(bench))[0]
    assert stored.options == {
        "page_size": "50",
        "carrier.usps": "endicia",
        "carrier.joe's van": "other",
        "carrier.dhl": "dhl_global_mail",
        "carrier_default": "ups",
    }
    rows = {row.name: row for row in (await carrier_codes.table(bench)).rows}
    assert rows["joe's van"].codes[engine.id].own == "other"
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    (notifications,) = (
        request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipengine"
    )
    assert notifications["body"]["carrier_code"] == "endicia"
    await carrier_codes.save(bench, engine.id, {"usps": "", "dhl": "", "joe's van": ""}, "")
    assert (await connections.every(bench))[0].options == {"page_size": "50"}


async def test_what_can_be_no_code_is_refused_and_nothing_is_stored(bench: Context) -> None:
    engine = (await connections.every(bench))[0]
    with pytest.raises(ValidationFailed, match="is not a valid carrier code") as caught:
        await carrier_codes.save(bench, engine.id, {"usps": "x" * 101, "ups": "a\nb", "dhl": "fine"}, "a\x00b")
    assert [problem.path for problem in caught.value.problems] == [("codes", "usps"), ("codes", "ups"), ("default",)]
    with refused("carrier_code.invalid_carrier"):
        await carrier_codes.save(bench, engine.id, {" ": "ups"})
    pod = await connections.connect(bench, "swiftpod", "SwiftPOD")
    with refused("carrier_code.not_notified", name="SwiftPOD"):
        await carrier_codes.save(bench, pod.id, {"usps": "x"})
    assert all(connection.options == {} for connection in await connections.every(bench))
