"""Whether webhooks come in at this computer: said in words, and switched on and off."""

from PySide6.QtCore import QObject, Signal

from shipconsole.messages import text
from shipconsole.ui.kit.theme import Severity


class ReceiverState(QObject):
    """What is known of the receiver: a few `words`, and `why` it cannot listen where it cannot.

    Signals: changed(); wanted(bool on), when a person switches it.
    """

    changed = Signal()
    wanted = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin switched off."""
        super().__init__(parent)
        self.is_on = False
        self.message = text("webhook_events.receiver_off")
        self.why = ""
        self.severity: Severity = "quiet"

    def show_off(self) -> None:
        """It is switched off."""
        self._show(False, text("webhook_events.receiver_off"), "quiet")

    def show_starting(self) -> None:
        """It is switched on and about to listen."""
        self._show(True, text("webhook_events.receiver_starting"), "accent")

    def show_listening(self, addresses: tuple[str, ...]) -> None:
        """It listens at some addresses."""
        shown = tuple(address.partition("://")[2] or address for address in addresses)
        self._show(True, text("webhook_events.listening", addresses=shown), "good")

    def show_failed(self, why: str) -> None:
        """It is switched on and cannot listen."""
        self._show(True, text("webhook_events.cannot_listen"), "bad", why)

    def _show(self, is_on: bool, said: str, severity: Severity, why: str = "") -> None:
        self.is_on, self.message, self.severity, self.why = is_on, said, severity, why
        self.changed.emit()
