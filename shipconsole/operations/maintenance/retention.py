"""Retention: processed webhook events are removed after some days; the keys that identify them stay."""

import asyncio
import logging
from collections.abc import Callable

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.store import webhook_events

DAY_MS = 86_400_000
AT_ONCE = 100
FIRST_AFTER_S = 60.0
EVERY_S = 3_600.0
REST_S = 0.05

_log = logging.getLogger(__name__)


async def run(ctx: Context, days: Callable[[], int]) -> None:
    """Remove webhook events older than so many days for as long as this runs; 0 keeps all."""
    # The first minute belongs to the person who opened the window.
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        try:
            removed = await remove_old(ctx, days()) if days() else 0
        except EnvironmentFailure as error:
            _log.warning("Old webhooks could not be removed: %s", error.message)
        else:
            if removed:
                _log.info("%s webhooks older than %s days were removed", removed, days())
        await asyncio.sleep(EVERY_S)


async def remove_old(ctx: Context, days: int) -> int:
    """Remove events received and processed more than some days ago; return how many.

    Each transaction removes a few, so that nothing else has to wait for all of them.
    """
    now_ms, removed = ctx.clock.now_ms(), 0
    while count := await ctx.write(webhook_events.remove_old, now_ms - days * DAY_MS, now_ms, AT_ONCE):
        removed += count
        await asyncio.sleep(REST_S)
    return removed
