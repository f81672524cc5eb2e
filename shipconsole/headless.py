"""Shipconsole without a window: it receives webhooks, sends updates, and shuts down in order."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Generator
from types import FrameType

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.connections.connections import every
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.operations.maintenance import backups, retention
from shipconsole.operations.worker import Dispatcher
from shipconsole.receiver.rules import Rules
from shipconsole.receiver.server import ENDED, Receiver, is_open_to_others

QUIT_WAIT_S = 6.0
Show = Callable[[Message], None]


async def serve(
    ctx: Context,
    *,
    host: str,
    port: int,
    names: tuple[str, ...],
    keeping_rules: retention.Rules = retention.Rules(),  # noqa: B008 - a value
    announce: Show,
    warn: Show,
) -> None:
    """Receive webhooks and run the background jobs of the window until the program is asked to end.

    Raises `EnvironmentFailure` if the address can't be used, or if the receiver stops by itself.
    """
    dispatcher = Dispatcher(ctx)
    loop = asyncio.get_running_loop()
    if is_open_to_others(host):
        warn(Message("serve.reachable", host=host))
    for connection in await every(ctx):
        if receive.skips_verification(connection):
            warn(Message("serve.signatures_off", connection=connection.name))
    receiver_ended = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(dispatcher.wake)

    def on_receiver_end() -> None:
        loop.call_soon_threadsafe(receiver_ended.set)

    receiver = Receiver(ctx, host=host, port=port, rules=Rules(names=names), on_end=on_receiver_end)
    ctx.store.listen(wake)
    with _ended_by_signals(loop) as ended:
        receiver.start()
        announce(Message("serve.receiving", urls=tuple(receiver.urls)))
        delivering = asyncio.create_task(dispatcher.run(), name="dispatcher")
        backing_up = asyncio.create_task(backups.back_up_daily(ctx, warn), name="backups")
        keeping = asyncio.create_task(retention.run(ctx, lambda: keeping_rules), name="retention")
        waiting = asyncio.create_task(ended.wait(), name="end")
        watching = asyncio.create_task(receiver_ended.wait(), name="receiver end")
        try:
            await asyncio.wait((waiting, watching, delivering), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            watching.cancel()
            backing_up.cancel()
            keeping.cancel()
            ctx.store.listen(_ignore_change)
            await asyncio.gather(asyncio.to_thread(receiver.stop), dispatcher.stop(QUIT_WAIT_S))
            await asyncio.gather(waiting, watching, backing_up, keeping, return_exceptions=True)
        await delivering
    if receiver.has_ended:
        raise EnvironmentFailure(ENDED)


def _ignore_change() -> None:
    """Ignore changes after the dispatcher has stopped."""


@contextlib.contextmanager
def _ended_by_signals(loop: asyncio.AbstractEventLoop) -> Generator[asyncio.Event]:
    """Yield an event that is set when the program is asked to end: Ctrl+C, or the system's own signal."""
    ended = asyncio.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(ended.set)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
