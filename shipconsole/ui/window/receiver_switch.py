"""Receives webhooks while the window is open and somebody has that switched on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.trouble import Trouble


class Listening(Protocol):
    """A receiver at work, with the addresses that it listens at."""

    urls: tuple[str, ...]
    has_ended: bool

    def stop(self) -> None:
        """Answer what is in hand and listen no longer."""
        ...


Listen = Callable[[int, Callable[[], None]], Listening]
"""Begins to listen at a port, 0 for any that is free; calls back from its own thread where it ends by itself.

Takes a moment, so it is called in a thread. Raises `EnvironmentFailure` where the port cannot be had.
"""


class ReceiverSwitch:
    """Switches the receiver as the window's `receiver` state requests, one step at a time.

    `remember` stores the choice, in a thread. `introduce` is awaited with the address once it listens, which it keeps
    then when it is switched off and on again.
    """

    def __init__(
        self,
        window: MainWindow,
        tasks: Tasks,
        listen: Listen,
        *,
        port: int,
        is_on: bool,
        remember: Callable[[bool], None],
        introduce: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Begin as `is_on` says."""
        self._window = window
        self._tasks = tasks
        self._listen = listen
        self._port = port
        self._remember = remember
        self._introduce = introduce
        self._loop = asyncio.get_running_loop()
        self._receiver: Listening | None = None
        self._one_at_a_time = asyncio.Lock()
        self.is_on = is_on
        window.receiver.switch_requested.connect(self._on_wanted)
        if is_on:
            tasks.spawn("receive webhooks", self._start())

    async def stop(self) -> None:
        """Answer what is in hand and listen no longer."""
        async with self._one_at_a_time:
            receiver, self._receiver = self._receiver, None
            if receiver is not None:
                await asyncio.to_thread(receiver.stop)

    def _on_wanted(self, on: bool) -> None:
        self.is_on = on
        self._tasks.spawn("switch the receiver", self._switch(on))

    async def _switch(self, on: bool) -> None:
        if on:
            await self._start()
        else:
            await self.stop()
            self._window.banner.settle("receiver")
            self._window.receiver.show_off()
        await asyncio.to_thread(self._remember, on)

    async def _start(self) -> None:
        async with self._one_at_a_time:
            if self._receiver is not None:
                return
            self._window.receiver.show_starting()
            try:
                self._receiver = await asyncio.to_thread(self._listen, self._port, self._on_end)
            except EnvironmentFailure as error:
                self._window.receiver.show_failed(str(error.message))
                self._window.banner.tell(Trouble(str(error.message), text("webhook_receiver.failed"), topic="receiver"))
                return
            url = self._receiver.urls[0]
            self._window.receiver.show_listening(self._receiver.urls)
            if self._introduce is not None:
                # Switched off and on again it is at the address that was introduced.
                self._port = int(url.rpartition(":")[2])
                await self._introduce(url)

    def _on_end(self) -> None:
        """Called on the receiver's thread: it ended by itself."""
        self._loop.call_soon_threadsafe(lambda: self._tasks.spawn("the receiver ended", self._show_end()))

    async def _show_end(self) -> None:
        """Say that the receiver has ended, unless it was switched off or begun anew meanwhile."""
        async with self._one_at_a_time:
            if self._receiver is None or not self._receiver.has_ended:
                return
            self._receiver = None
            ended = text("receiver.stopped")
            self._window.receiver.show_failed(ended)
            self._window.banner.tell(Trouble(ended, text("webhook_receiver.ended"), topic="receiver"))
