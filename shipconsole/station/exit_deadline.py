"""The time limit for closing the program, whatever hangs."""

import logging
import os
import threading
from collections.abc import Callable

EXIT_AFTER_S = 7.5
"""Seconds from closing to the end of the program; what still hangs then is abandoned."""

CLOSE_TIMEOUT_S = 1.0

_log = logging.getLogger(__name__)


class ExitDeadline:
    """End the process if a keyring, a name server, or the interpreter hangs while the program closes.

    Updates in flight are stored as being sent, and the next start checks them. `close` closes the database within the
    seconds that it is given; the process ends even if it fails.
    """

    def __init__(self, close: Callable[[float], object]) -> None:
        """Initialize without a deadline."""
        self._close = close
        self._lifted = threading.Event()

    def begin(self) -> None:
        """Start the time limit, which continues after the window is gone."""
        threading.Thread(target=self._wait, name="exit-deadline", daemon=True).start()

    def lift(self) -> None:
        """Cancel the limit: another window is opened."""
        self._lifted.set()

    def _wait(self) -> None:
        if self._lifted.wait(EXIT_AFTER_S):
            return
        try:
            self._close(CLOSE_TIMEOUT_S)
        except Exception:  # noqa: BLE001 - the process ends in any case
            _log.exception("The database could not be closed at the end of the program")
        finally:
            os._exit(0)
