"""F1 in any dialog opens its page of help; in the window itself it opens the sheet of keys."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.ui.dialogs.help.pages import FIRST, OF_DIALOG, Address, address_of
from shipconsole.ui.kit.theme import Theme

OWN_F1 = frozenset({"keys_sheet", "help_window"})
"""Dialogs in which F1 does something else, or nothing."""


def page_of(dialog: QWidget | None) -> Address:
    """Return the page of a dialog; of a question without one, the page of the dialog that asked it."""
    while dialog is not None:
        address = address_of(OF_DIALOG.get(dialog.objectName(), ""), "")
        if address is not None:
            return address
        dialog = dialog.parentWidget()
    return Address(FIRST)


class HelpKey(QObject):
    """Watches the windows of dialogs for F1."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        """Watch each window as soon as it has the keyboard, except the main one."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open help on F1."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_F1 or event.modifiers() or not isinstance(watched, QWindow):
            return False
        dialog = QApplication.activeModalWidget() or QApplication.activeWindow()
        if dialog is None or dialog is self._window or dialog.objectName() in OWN_F1:
            return False
        if not event.isAutoRepeat():
            self.show_help(dialog)
        return True

    def show_help(self, dialog: QWidget) -> None:
        """Open a dialog's page of help over it."""
        from shipconsole.ui.dialogs.help.window import HelpWindow

        shown = HelpWindow(dialog, self._theme, page_of(dialog))
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown.open()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window is not self._window.windowHandle():
            window.installEventFilter(self)
