"""Evidence: what a person needs to resolve a call of which it is unknown whether the platform acted."""

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
    """What was sent, the platform's order before, the results of the checks, and the order as last fetched.

    `sent` is the request with its body formatted and keys masked, empty where nothing was sent. `before` and `now` are
    the platform's own texts for the order's state; `now_at_ms` is 0 where it was never fetched.
    """

    sent: str = ""
    before: str = ""
    checks: tuple[Attempt, ...] = ()
    now: str = ""
    now_at_ms: int = 0


async def of_call(ctx: Context, call: Call) -> UpdateEvidence:
    """Return the evidence about one call."""
    return await ctx.read(_of_call, call)


def _of_call(db: Db, call: Call) -> UpdateEvidence:
    link = next((link for link in orders.links(db, call.order_id) if link.connection_id == call.connection_id), None)
    return UpdateEvidence(
        sent=mask(spelled_out(call.request)) if call.request else "",
        before=str(json.loads(call.evidence or "{}").get("before", "")),
        checks=tuple(attempt for attempt in calls.attempts(db, call.id) if attempt.what == "read_back"),
        now=link.status if link else "",
        now_at_ms=link.seen_at_ms if link else 0,
    )
