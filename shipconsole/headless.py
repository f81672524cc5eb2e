"""Puts together without a window: webhooks come in, what is due is delivered, and an orderly end."""

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
Say = Callable[[Message], None]


async def serve(
    ctx: Context, *, host: str, port: int, names: tuple[str, ...], webhook_days: int = 0, say: Say, warn: Say
) -> None:
    """Take webhooks in and do what the window does by itself, until somebody ends the program.

    Raises `EnvironmentFailure` where the address cannot be had, or webhooks are taken in no longer.
    """
    dispatcher = Dispatcher(ctx)
    loop = asyncio.get_running_loop()
    if is_open_to_others(host):
        warn(Message("serve.reachable", host=host))
    for connection in await every(ctx):
        if receive.skips_verification(connection):
            warn(Message("serve.signatures_off", connection=connection.name))
    fell = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(dispatcher.wake)

    def fall() -> None:
        loop.call_soon_threadsafe(fell.set)

    receiver = Receiver(ctx, host=host, port=port, rules=Rules(names=names), on_end=fall)
    ctx.store.listen(wake)
    with _ended_by_signals(loop) as ended:
        receiver.start()
        say(Message("serve.receiving", urls=tuple(receiver.urls)))
        delivering = asyncio.create_task(dispatcher.run(), name="dispatcher")
        copying = asyncio.create_task(backups.back_up_daily(ctx, warn), name="copies")
        keeping = asyncio.create_task(retention.run(ctx, webhook_days), name="retention")
        waiting = asyncio.create_task(ended.wait(), name="end")
        falling = asyncio.create_task(fell.wait(), name="fall")
        try:
            await asyncio.wait((waiting, falling, delivering), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            falling.cancel()
            copying.cancel()
            keeping.cancel()
            ctx.store.listen(_nobody)
            await asyncio.gather(asyncio.to_thread(receiver.stop), dispatcher.stop(QUIT_WAIT_S))
            await asyncio.gather(waiting, falling, copying, keeping, return_exceptions=True)
        await delivering
    if receiver.has_ended:
        raise EnvironmentFailure(ENDED)


def _nobody() -> None:
    """Hears of changes when nobody works on them any more."""


@contextlib.contextmanager
def _ended_by_signals(loop: asyncio.AbstractEventLoop) -> Generator[asyncio.Event]:
    """Gives what is set when the program is asked to end: Ctrl+C, or the system's own way."""
    ended = asyncio.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(ended.set)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
