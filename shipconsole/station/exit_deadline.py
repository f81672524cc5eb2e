"""Ends the program in time once somebody closes it, whatever hangs."""

import os
import threading
from collections.abc import Callable

LEAVE_AFTER_S = 7.5
"""From the wish to close to the end of the program: what hangs by then is left, and the database closed without it."""

CLOSES_WITHIN_S = 1.0


class ExitDeadline:
    """Ends the process when a keyring, a name server, or the interpreter hangs while the program closes.

    What was in flight then stands in the database as being sent, and the next start looks into it. `close` closes the
    database within the seconds that it is given.
    """

    def __init__(self, close: Callable[[float], object]) -> None:
        """Begin without a deadline."""
        self._close = close
        self._lifted = threading.Event()

    def begin(self) -> None:
        """Give the orderly end its time, which goes on when there is no window any more."""
        threading.Thread(target=self._wait, name="exit-deadline", daemon=True).start()

    def lift(self) -> None:
        """Let the program go on: another window is opened."""
        self._lifted.set()

    def _wait(self) -> None:
        if not self._lifted.wait(LEAVE_AFTER_S):
            self._close(CLOSES_WITHIN_S)
            os._exit(0)
