"""What a screen reader says by itself, wherever the focus is."""

from PySide6.QtWidgets import QWidget

from shipconsole.domain.plain_text import plain


def announce(widget: QWidget, message: str, *, is_urgent: bool) -> None:
    """Have a screen reader say a message once; an urgent one interrupts what it says."""
    # Loaded with the first message: the first paint needs none of it.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, plain(message))
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
