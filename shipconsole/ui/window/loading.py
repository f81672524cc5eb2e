"""The opening of the log, and the loading of what the first paint must not wait for, in a thread."""

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.profile import Profile
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    import ssl

MODULES = (
    "qasync",
    # The first request would load these, on the event loop.
    "anyio._backends._asyncio",
    "httpcore",
    "shipconsole.operations.worker",
    "shipconsole.operations.orders.scan",
    "shipconsole.operations.shipping.ship",
    "shipconsole.ui.kit.tasks",
    "shipconsole.ui.activity.panel",
    "shipconsole.ui.window.closing",
    "shipconsole.ui.window.status_refresh",
    "shipconsole.ui.window.verdict_answers",
    "shipconsole.ui.order_editor.panel",
    "shipconsole.ui.window.paper",
    "shipconsole.ui.tracking.panel",
    "shipconsole.vendors.http",
)


class Loading(QObject):
    """Begins when the window is painted. Signal: done(), after which `tls` or `error` is set."""

    done = Signal()

    def __init__(self, window: MainWindow, profile: Profile, make_tls: "Callable[[], ssl.SSLContext]") -> None:
        """Wait for the first paint; `make_tls` is called in the thread once all is loaded."""
        super().__init__(window)
        self._window = window
        self._profile = profile
        self._make_tls = make_tls
        self.tls: ssl.SSLContext | None = None
        self._stop_log: Callable[[], None] = _no_log
        self.error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._ended = False
        window.painted.connect(self._start)

    def _start(self) -> None:
        if self._ended:
            return
        from shipconsole.station import logs

        try:
            self._stop_log = logs.start(self._profile)
        except EnvironmentFailure as error:
            # Packing goes on without a log.
            self._window.banner.show_message(BannerMessage(str(error.message), topic="log"))
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the thread, which must not signal a deleted window, and close the log.

        A window that is closed before its first paint is painted all the same.
        """
        self._ended = True
        if self._thread is not None:
            self._thread.join()
        self._stop_log()

    def _load(self) -> None:
        try:
            for name in MODULES:
                importlib.import_module(name)
            self.tls = self._make_tls()
        except BaseException as error:  # noqa: BLE001 - raised again on the GUI thread, which waits for it
            self.error = error
        self.done.emit()


def _no_log() -> None:
    """Close the log that was not opened yet."""
