"""A menu in which typing a letter goes to the next entry that begins with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu


class Menu(QMenu):
    """The menus of the window: long ones are not walked through with the arrows alone."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next entry of a letter, from the present one on and around the end."""
        letter = event.text().casefold()
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if not (is_plain and letter.isalnum()):
            super().keyPressEvent(event)
            return
        entries = [action for action in self.actions() if action.isEnabled() and not action.isSeparator()]
        active = self.activeAction()
        start = entries.index(active) + 1 if active in entries else 0
        for action in entries[start:] + entries[:start]:
            if action.text().casefold().startswith(letter):
                self.setActiveAction(action)
                break
