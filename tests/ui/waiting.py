"""Waits for what the window does on its own."""

import asyncio
from collections.abc import Awaitable, Callable

from shipconsole.ui.kit.tasks import Tasks

STEP_S = 0.005
MAX_S = 60.0
IDLE_STEPS = 10


async def until(condition: Callable[[], object]) -> None:
    """Let the window run until a condition holds."""
    for _ in range(round(MAX_S / STEP_S)):
        if condition():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError(f"still not so after {MAX_S} s")


async def until_stored(condition: Callable[[], Awaitable[object]]) -> None:
    """Let the window run until a condition on the store holds."""
    for _ in range(round(MAX_S / STEP_S)):
        if await condition():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError(f"still not so after {MAX_S} s")


async def until_idle(tasks: Tasks) -> None:
    """Let the window run until no task has been under way for some steps."""
    steps = 0

    def is_idle() -> bool:
        nonlocal steps
        steps = 0 if tasks.running else steps + 1
        return steps >= IDLE_STEPS

    await until(is_idle)
