"""A station that stops itself, as `SIGSTOP` does, right after a claim is committed or after it was read again.

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


def stopping(store: Store, moment: str) -> Store:
    """Have a store stop the process once what a moment is about was done."""
    kind, deadly = {"committed": ("write", send.claim), "read": ("read", send.lease_left_ms)}[moment]
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
    ctx = Context(stopping(store, moment), UnpacedSender(tls()), MemoryKeys(), SystemClock(), "Station 2")
    ctx = replace(ctx, timings=replace(USUAL, claim_fresh_s=FRESH_S, lease_ms=int(lease_ms)))
    put_keys(ctx, *NAMES.values())
    await send.send_update(ctx, int(call_id))
    await ctx.sender.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
