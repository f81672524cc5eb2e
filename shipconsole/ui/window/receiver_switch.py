"""Receives webhook events while the window is open, if that is switched on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow


class Listening(Protocol):
    """A receiver that listens at some addresses."""

    urls: tuple[str, ...]
    has_ended: bool

    def stop(self) -> None:
        """Respond to open requests, and listen no longer."""
        ...


Listen = Callable[[int, Callable[[], None]], Listening]
"""Begins to listen at a port, 0 for any free one; the callback is called from its own thread if it ends by itself.

It takes a moment, so it is called in a thread. Raises `EnvironmentFailure` if the port can't be used.
"""


class ReceiverSwitch:
    """Switches the receiver as the window's `receiver` state requests, one step at a time.

    `save` stores the choice, in a thread. `subscribe` is awaited with the address once the receiver listens, which
    keeps that address then when it is switched off and on again.
    """

    def __init__(
        self,
        window: MainWindow,
        tasks: Tasks,
        listen: Listen,
        *,
        port: int,
        is_on: bool,
        save: Callable[[bool], None],
        subscribe: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Begin as `is_on` says."""
        self._window = window
        self._tasks = tasks
        self._listen = listen
        self._port = port
        self._save = save
        self._subscribe = subscribe
        self._loop = asyncio.get_running_loop()
        self._receiver: Listening | None = None
        self._lock = asyncio.Lock()
        self.is_on = is_on
        window.receiver.switch_requested.connect(self._on_wanted)
        if is_on:
            tasks.spawn("start the receiver", self._start())

    async def stop(self) -> None:
        """Respond to open requests, and listen no longer."""
        async with self._lock:
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
        await asyncio.to_thread(self._save, on)

    async def _start(self) -> None:
        async with self._lock:
            if self._receiver is not None:
                return
            self._window.receiver.show_starting()
            try:
                self._receiver = await asyncio.to_thread(self._listen, self._port, self._on_end)
            except EnvironmentFailure as error:
                self._window.receiver.show_failed(str(error.message))
                self._window.banner.show_message(
                    BannerMessage(str(error.message), text("webhook_receiver.failed"), topic="receiver")
                )
                return
            url = self._receiver.urls[0]
            self._window.receiver.show_listening(self._receiver.urls)
            if self._subscribe is not None:
                # Switched off and on again it must be at the address that was subscribed.
                self._port = int(url.rpartition(":")[2])
                await self._subscribe(url)

    def _on_end(self) -> None:
        """Handle, on the receiver's thread, that it ended by itself."""
        self._loop.call_soon_threadsafe(lambda: self._tasks.spawn("the receiver ended", self._show_end()))

    async def _show_end(self) -> None:
        """Show that the receiver has ended, unless it was switched off or started again meanwhile."""
        async with self._lock:
            if self._receiver is None or not self._receiver.has_ended:
                return
            self._receiver = None
            ended = text("receiver.stopped")
            self._window.receiver.show_failed(ended)
            self._window.banner.show_message(BannerMessage(ended, text("webhook_receiver.ended"), topic="receiver"))
