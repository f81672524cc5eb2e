"""Orders to pack first: a person's decision with a line in the audit log, or a rule's; they sort first."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shipconsole.domain.order_row import OrderRow
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import first, order_list, orders
from tests.support.engines import beside


async def listed(ctx: Context, sort: str = "due") -> list[int]:
    return list(await asyncio.wrap_future(order_list.ids(ctx.store, "to_ship", sort)))


async def row_of(ctx: Context, order_id: int) -> OrderRow:
    (row,) = await asyncio.wrap_future(order_list.rows(ctx.store, [order_id]))
    return row


async def applied(ctx: Context, rules: Sequence[str]) -> Context:
    """Apply rules until nothing is due, and return the context that has them."""
    with_rules = replace(ctx, first_rules=tuple(rules))
    while await first.run_due(with_rules):
        pass
    return with_rules


def put(ctx: Context, order_id: int, columns: str) -> None:
    with beside(ctx.store) as db:
        db.execute(f"UPDATE orders SET {columns}, rules_due = 1 WHERE id = ?", (order_id,))


async def test_a_person_has_an_order_packed_first_and_the_audit_log_shows_who(bench: Context) -> None:
    last = (await listed(bench))[-1]
    assert await first.pack_first(bench, [last]) == 1
    for sort in ("due", "number", "recipient"):
        assert (await listed(bench, sort))[0] == last, sort
    row = await row_of(bench, last)
    assert (row.is_first, row.first_by) == (1, "person")
    assert await first.pack_first(bench, [last]) == 0, "it was decided before"
    assert await first.pack_first(bench, [last], is_first=False) == 1
    assert (await listed(bench))[0] != last
    changes = (await orders.sheet(bench, last)).manual_changes
    assert [change.what.id for change in changes] == ["audit.first", "audit.not_first"]


async def test_a_rule_applies_to_what_is_there_and_to_what_comes_and_says_which(bench: Context) -> None:
    ids = await listed(bench)
    for order_id in ids:
        put(bench, order_id, "service = 'Standard'")
    put(bench, ids[-1], "service = 'DHL Express'")
    ctx = await applied(bench, ["service:express"])
    assert (await listed(ctx))[0] == ids[-1]
    assert (await row_of(ctx, ids[-1])).first_by == "service:express"
    put(ctx, ids[2], "service = 'EXPRESS 9:00'")
    put(ctx, ids[-1], "service = 'Standard'")
    await applied(ctx, ctx.first_rules)
    assert [(await row_of(ctx, id_)).is_first for id_ in (ids[2], ids[-1])] == [1, 0]


async def test_a_persons_decision_stays_whatever_the_rules_say(bench: Context) -> None:
    ids = await listed(bench)
    put(bench, ids[0], "service = 'Express'")
    put(bench, ids[1], "service = 'Standard'")
    await first.pack_first(bench, [ids[0]], is_first=False)
    await first.pack_first(bench, [ids[1]])
    await applied(bench, ["service:express"])
    assert [(await row_of(bench, id_)).is_first for id_ in ids[:2]] == [0, 1]


async def test_rules_that_changed_are_applied_to_all_orders_anew(bench: Context) -> None:
    ids = await listed(bench)
    for order_id in ids:
        put(bench, order_id, "service = 'Standard'")
    put(bench, ids[3], "service = 'Express'")
    await applied(bench, ["service:express"])
    assert (await row_of(bench, ids[3])).is_first == 1
    await applied(bench, ["service:standard"])
    assert [(await row_of(bench, id_)).is_first for id_ in (ids[3], ids[4])] == [0, 1]
    await applied(bench, [])
    assert not any([(await row_of(bench, id_)).is_first for id_ in ids])


async def test_an_order_becomes_due_with_time_alone(bench: Context) -> None:
    ids = await listed(bench)
    tomorrow_ms = time.time_ns() // 1_000_000 + 3 * 86_400_000
    for order_id in ids:
        put(bench, order_id, f"due_at_ms = {tomorrow_ms}")
    ctx = await applied(bench, ["due:today"])
    assert not any([(await row_of(ctx, id_)).is_first for id_ in ids])
    with beside(ctx.store) as db:
        # As if days had passed: nothing marks the order as changed.
        db.execute("UPDATE orders SET due_at_ms = 1 WHERE id = ?", (ids[5],))
    await applied(ctx, ctx.first_rules)
    assert (await row_of(ctx, ids[5])).is_first == 1


async def test_the_background_jobs_apply_the_rules(bench: Context) -> None:
    ids = await listed(bench)
    put(bench, ids[0], "service = 'Express'")
    await worker.flush(replace(bench, first_rules=("service:express",)))
    assert (await row_of(bench, ids[0])).first_by == "service:express"


async def test_the_service_of_a_platforms_order_is_what_the_rule_is_about(bench: Context) -> None:
    """The simulated stores name a service: it arrives with the order."""
    with beside(bench.store) as db:
        services = {service for (service,) in db.execute("SELECT service FROM orders")}
    assert any("express" in service.casefold() for service in services), services


@pytest.mark.parametrize("rules", [(), ("service:express",)])
async def test_nothing_is_written_while_nothing_is_new(bench: Context, rules: Sequence[str]) -> None:
    """The job runs every second: it must not write, and must not look at orders that it has looked at."""
    ctx = await applied(bench, rules)

    def commits() -> int:
        with beside(ctx.store) as db:
            ((count,),) = db.execute("SELECT commits FROM database_info").fetchall()
        return int(count)

    before = commits()
    assert [await first.run_due(ctx) for _ in range(3)] == [0, 0, 0]
    assert commits() == before
