"""Decisions that need a reason: without one, each is rejected at `reason`, which is also the name of the option."""

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel, link, orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import correct, ship
from tests.support.bench import USPS_NUMBERS, draft_of


async def test_every_decision_without_a_reason_is_rejected_at_the_reason(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    other_id, _ = await draft_of(bench, "10004", {}, "")
    sheet = await orders.sheet(bench, order_id)
    (shipment,) = sheet.shipments
    package_id, call_id = shipment.packages[0].id or 0, sheet.calls[0].id
    connection = (await connections.every(bench))[0]
    units = {sheet.order.lines[1].id: 1}
    for decision in (
        cancel.cancel(bench, order_id, units, " "),
        cancel.restore(bench, order_id, units, " "),
        cancel.resolve_item(bench, order_id, sheet.order.lines[0].id, "shipped", " "),
        link.link(bench, order_id, other_id, [], " "),
        link.unlink(bench, order_id, connection.id, " "),
        resolve.resolve_update(bench, call_id, "discard", " "),
        resolve.retry(bench, call_id, " "),
        correct.edit_tracking(bench, order_id, package_id, correct.NewLabel(USPS_NUMBERS[1]), (), " "),
        correct.void_shipment(bench, order_id, shipment.id, (), " "),
    ):
        with pytest.raises(ValidationFailed) as rejected:
            await decision
        assert [problem.path for problem in rejected.value.problems] == [("reason",)], decision
    assert await orders.sheet(bench, order_id) == sheet
    assert len(await worker.latest(bench)) == len(sheet.calls)
