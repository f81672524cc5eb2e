"""End the program in time when it is closed, whatever hangs."""

import os
import threading
from collections.abc import Callable

LEAVE_AFTER_S = 7.5
"""Seconds from closing to the end of the program; what still hangs then is abandoned."""

CLOSES_WITHIN_S = 1.0


class ExitDeadline:
    """End the process if a keyring, a name server, or the interpreter hangs while the program closes.

    Updates in flight are stored as being sent, and the next start checks them. `close` closes the database within the
    seconds that it is given.
    """

    def __init__(self, close: Callable[[float], object]) -> None:
        """Start without a deadline."""
        self._close = close
        self._lifted = threading.Event()

    def begin(self) -> None:
        """Start the time limit, which continues after the window is gone."""
        threading.Thread(target=self._wait, name="exit-deadline", daemon=True).start()

    def lift(self) -> None:
        """Cancel the limit: another window is opened."""
        self._lifted.set()

    def _wait(self) -> None:
        if not self._lifted.wait(LEAVE_AFTER_S):
            self._close(CLOSES_WITHIN_S)
            os._exit(0)
