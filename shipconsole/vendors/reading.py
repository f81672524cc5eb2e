"""Reading answers: what is large is read on a thread, so that nobody at the window waits for it."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from shipconsole.vendors import answer_limits
from shipconsole.vendors.exchange import Answer

P = ParamSpec("P")
T = TypeVar("T")


async def off_loop(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await a pure function of an answer, or of its body: on a thread where that is large."""
    bodies = [
        one.body if isinstance(one, Answer) else one for one in args if isinstance(one, Answer | bytes | bytearray)
    ]
    if any(answer_limits.is_heavy(body) for body in bodies):
        return await asyncio.to_thread(read, *args, **kwargs)
    return read(*args, **kwargs)
