"""A receiver that ends by itself is reported, and no platform is kept waiting."""

import asyncio
import contextlib
import socket
import threading
from typing import Self

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.headless import serve
from shipconsole.operations.context import Context
from shipconsole.receiver.server import ENDED, Receiver
from tests.support.silence import ExpectedNoise

WAIT_S = 60.0


class LoneContext(Context):
    """A context that can't be copied, so that the receiver fails to start."""

    @classmethod
    def like(cls, ctx: Context) -> Self:
        return cls(ctx.store, ctx.sender, ctx.keys, ctx.clock, ctx.station)

    def __new__(cls, *_args: object, **_values: object) -> Self:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("no second desk")
        return super().__new__(cls)


async def test_its_owner_is_notified(ctx: Context, expected_noise: ExpectedNoise) -> None:
    notified = threading.Event()
    receiver = Receiver(LoneContext.like(ctx), on_end=notified.set)
    port = int(receiver.urls[0].rpartition(":")[2])
    with expected_noise("The receiver ended"):
        receiver.start()
        assert await asyncio.to_thread(notified.wait, WAIT_S)
    assert receiver.has_ended
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
    receiver.stop()


async def test_a_stopped_receiver_has_not_ended_by_itself(ctx: Context) -> None:
    notified = threading.Event()
    receiver = Receiver(ctx, on_end=notified.set)
    receiver.start()
    await asyncio.to_thread(receiver.stop)
    assert (notified.is_set(), receiver.has_ended) == (False, False)


async def test_serve_ends_with_a_message(ctx: Context, expected_noise: ExpectedNoise) -> None:
    messages: list[Message] = []
    with expected_noise("The receiver ended"), pytest.raises(EnvironmentFailure) as ended:
        await asyncio.wait_for(
            serve(
                LoneContext.like(ctx),
                host="127.0.0.1",
                port=0,
                names=(),
                announce=messages.append,
                warn=messages.append,
            ),
            WAIT_S,
        )
    assert ended.value.message == ENDED


async def test_a_connection_just_before_the_stop_is_closed(ctx: Context) -> None:
    """A connection is being accepted only for a moment, so several are tried."""
    for _ in range(6):
        receiver = Receiver(ctx)
        port = int(receiver.urls[0].rpartition(":")[2])
        connections = [socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) for _ in range(5)]
        receiver.start()
        await asyncio.to_thread(receiver.stop)
        for connection in connections:
            with connection, contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""
