"""A station that stops itself, as `SIGSTOP` does, at a moment of sending.

Right after a claim is committed, after it was read again, while it connects, or when the headers have left and the body
has not.

``python -m tests.operations.sending.stopping_station DATABASE FOLDER CALL MOMENT LEASE_MS``
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from shipconsole.operations.context import Context
from shipconsole.operations.sending import send
from shipconsole.operations.timings import USUAL
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Store
from tests.support.bench import NAMES, UnpacedSender, tls
from tests.support.engines import store_at
from tests.support.many_stations import put_keys

FRESH_S = 0.4
TOTAL_S = 1.0
"""The time for a request in all, where the process stops while it sends."""
STORE_MOMENTS = {"committed": ("write", send.claim), "read": ("read", send.lease_left_ms)}


class StoppingLoop(asyncio.SelectorEventLoop):
    """A loop that stops the process once a line is there, or once headers have left on it.

    Its clock does not count that, as it does not count the sleep of a computer.
    """

    moment = ""
    slept_s = 0.0

    def time(self) -> float:
        """Return the loop's time."""
        return super().time() - self.slept_s

    def sleep(self) -> None:
        """Stop until the process is woken."""
        began_s = super().time()
        os.kill(os.getpid(), signal.SIGSTOP)
        self.slept_s += super().time() - began_s

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Open a line."""
        line, protocol = await super().create_connection(*args, **kwargs)
        if self.moment == "headers sent":
            return _StoppingLine(line, self), protocol
        if self.moment == "connected":
            self.sleep()
        return line, protocol


class _StoppingLine:
    """A line on which the process stops after the headers of what must not be sent twice."""

    def __init__(self, line: asyncio.Transport, loop: StoppingLoop) -> None:
        self._line = line
        self._loop = loop

    def write(self, piece: bytes) -> None:
        self._line.write(piece)
        if piece.startswith((b"POST ", b"PUT ")):
            self._loop.sleep()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


def stopping(store: Store, moment: str) -> Store:
    """Have a store stop the process once what a moment is about was done."""
    if moment not in STORE_MOMENTS:
        return store
    kind, deadly = STORE_MOMENTS[moment]
    has_stopped: list[bool] = []
    usual: Callable[..., Future[Any]] = getattr(store, kind)

    def stopped(do: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        done = usual(do, *args, **kwargs)
        if do is deadly and not has_stopped:
            has_stopped.append(True)
            done.add_done_callback(lambda _: os.kill(os.getpid(), signal.SIGSTOP))
        return done

    setattr(store, kind, stopped)
    return store


async def main(database: str, folder: str, call_id: str, moment: str, lease_ms: str) -> None:
    """Send one update."""
    store = store_at(database, Path(folder))
    store.open()
    is_sending = moment not in STORE_MOMENTS
    sender = UnpacedSender(tls(), total_s=TOTAL_S) if is_sending else UnpacedSender(tls())
    ctx = Context(stopping(store, moment), sender, MemoryKeys(), SystemClock(), "Station 2")
    fresh_s = USUAL.claim_fresh_s if is_sending else FRESH_S
    ctx = replace(ctx, timings=replace(USUAL, claim_fresh_s=fresh_s, lease_ms=int(lease_ms)))
    put_keys(ctx, *NAMES.values())
    await send.send_update(ctx, int(call_id))
    await ctx.sender.close()
    store.close()


if __name__ == "__main__":
    stopping_loop = StoppingLoop()
    stopping_loop.moment = sys.argv[4]
    with asyncio.Runner(loop_factory=lambda: stopping_loop) as runner:
        runner.run(main(*sys.argv[1:]))
