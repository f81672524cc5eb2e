"""Whether this computer receives webhook events, as the window shows and switches it."""

from PySide6.QtCore import QObject, Signal

from shipconsole.messages import text
from shipconsole.ui.kit.theme import Severity


class ReceiverState(QObject):
    """The state of the receiver: its `message`, and the `reason` why it can't listen where it can't.

    Signals: changed(); switch_requested(bool on), when a person switches it.
    """

    changed = Signal()
    switch_requested = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize turned off."""
        super().__init__(parent)
        self.is_on = False
        self.message = text("webhook_events.receiver_off")
        self.reason = ""
        self.severity: Severity = "quiet"

    def show_off(self) -> None:
        """Show that the receiver is switched off."""
        self._show(False, text("webhook_events.receiver_off"), "quiet")

    def show_starting(self) -> None:
        """Show that the receiver is switched on and starting."""
        self._show(True, text("webhook_events.receiver_starting"), "accent")

    def show_listening(self, addresses: tuple[str, ...]) -> None:
        """Show the addresses at which the receiver listens."""
        shown = tuple(address.partition("://")[2] or address for address in addresses)
        self._show(True, text("webhook_events.listening", addresses=shown), "good")

    def show_failed(self, reason: str) -> None:
        """Show that the receiver is switched on and can't listen."""
        self._show(True, text("webhook_events.cannot_listen"), "bad", reason)

    def _show(self, is_on: bool, message: str, severity: Severity, reason: str = "") -> None:
        self.is_on, self.message, self.severity, self.reason = is_on, message, severity, reason
        self.changed.emit()
