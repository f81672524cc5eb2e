"""Orders to pack first: a person's decision, or the station's rules, applied in the background."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from shipconsole.domain.first_rule import FirstRule, rules_from
from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.store import first
from shipconsole.store.database import Db
from shipconsole.store.first import ALL_IDS, Applied

AT_ONCE = 200
"""So many orders in one transaction, beside other work."""


async def pack_first(ctx: Context, order_ids: Sequence[int], *, is_first: bool = True) -> int:
    """Have orders packed first, or no longer, whatever the rules say; return for how many that is new."""
    return await ctx.write(_pack_first, ctx, order_ids, is_first=is_first)


async def run_due(ctx: Context) -> int:
    """Apply the rules to orders that are new, changed or became due, and to all once the rules changed."""
    rules = rules_from(ctx.first_rules)
    if not await ctx.read(_is_due, ctx, rules):
        return 0
    return await ctx.write(_apply, ctx, rules)


def _pack_first(db: Db, ctx: Context, order_ids: Sequence[int], *, is_first: bool) -> int:
    what = Message("audit.first" if is_first else "audit.not_first")
    count = 0
    for order_id in order_ids:
        if first.decide(db, order_id, is_first=is_first):
            ctx.record_change(db, order_id, what, "", now_ms=ctx.clock.now_ms())
            count += 1
    return count


def _is_due(db: Db, ctx: Context, rules: Sequence[FirstRule]) -> bool:
    applied = first.applied(db, ctx.station)
    return applied.rules != _text(rules) or applied.to_id != ALL_IDS or bool(_changed(db, ctx, rules))


def _changed(db: Db, ctx: Context, rules: Sequence[FirstRule]) -> list[int]:
    """Return orders that came, changed or became due since the rules were applied to them."""
    if not rules:
        return []
    found = first.with_rules_due(db, AT_ONCE)
    if any(rule.kind == "due" for rule in rules):
        found += first.due_before(db, _tomorrow_ms(ctx), AT_ONCE)
    return list(dict.fromkeys(found))[:AT_ONCE]


def _apply(db: Db, ctx: Context, rules: Sequence[FirstRule]) -> int:
    applied, text = first.applied(db, ctx.station), _text(rules)
    if applied.rules != text:
        # From the first order on; what another station's rules decided is decided anew.
        applied = Applied(text, 0)
    ids = _changed(db, ctx, rules)
    if applied.to_id != ALL_IDS:
        swept = first.to_ship_after(db, applied.to_id, AT_ONCE)
        ids += swept
        applied = Applied(text, swept[-1] if swept else ALL_IDS)
        first.put_applied(db, ctx.station, applied)
    tomorrow_ms = _tomorrow_ms(ctx)
    for order in first.facts(db, list(dict.fromkeys(ids))):
        rule = next((rule for rule in rules if rule.is_met(order, tomorrow_ms)), None)
        first.apply(db, order.id, str(rule) if rule is not None else "")
    return len(ids)


def _text(rules: Sequence[FirstRule]) -> str:
    return "\n".join(map(str, rules))


def _tomorrow_ms(ctx: Context) -> int:
    """Return when the station's day ends."""
    today = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC).astimezone().date()
    return round(datetime.combine(today + timedelta(days=1), time()).astimezone().timestamp() * 1_000)
