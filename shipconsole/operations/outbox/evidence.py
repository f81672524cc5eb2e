"""Evidence: what a person needs to decide about a call of which it is not known whether the platform acted."""

import json
from dataclasses import dataclass

from shipconsole.domain.call import Attempt, Call
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.request_codec import spelled_out
from shipconsole.station.logs import mask
from shipconsole.store import calls, orders
from shipconsole.store.database import Db


@dataclass(frozen=True, slots=True)
class UpdateEvidence:
    """What was sent, how the platform's order stood before, what looks at it came to, how it stands as last read.

    `sent` is the request with its body spelled out, keys masked; empty where nothing left. `before` and `now` are
    the platform's own words for the order's state; `now_at_ms` is 0 where it was never read.
    """

    sent: str = ""
    before: str = ""
    looks: tuple[Attempt, ...] = ()
    now: str = ""
    now_at_ms: int = 0


async def of_call(ctx: Context, call: Call) -> UpdateEvidence:
    """The evidence about one call."""
    return await ctx.read(_of_call, call)


def _of_call(db: Db, call: Call) -> UpdateEvidence:
    link = next((one for one in orders.links(db, call.order_id) if one.connection_id == call.connection_id), None)
    return UpdateEvidence(
        sent=mask(spelled_out(call.request)) if call.request else "",
        before=str(json.loads(call.evidence or "{}").get("before", "")),
        looks=tuple(one for one in calls.attempts(db, call.id) if one.what == "read_back"),
        now=link.status if link else "",
        now_at_ms=link.seen_at_ms if link else 0,
    )
