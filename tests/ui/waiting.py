"""Waits for what the window does by itself."""

import asyncio
from collections.abc import Awaitable, Callable

STEP_S = 0.005
LONGEST_S = 60.0


async def until(true: Callable[[], object]) -> None:
    """Let the window run until something holds."""
    for _ in range(round(LONGEST_S / STEP_S)):
        if true():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError("what was waited for did not happen")


async def until_stored(true: Callable[[], Awaitable[object]]) -> None:
    """Let the window run until something holds of the store."""
    for _ in range(round(LONGEST_S / STEP_S)):
        if await true():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError("what was waited for did not happen")
