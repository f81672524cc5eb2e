"""The banner: messages of the program, laid over the bottom of the items until they are dismissed or over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.announce import announce
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button, label
from shipconsole.ui.window.banner_message import BannerMessage

DISMISS_KEY = "Alt+D"


class Banner(QFrame):
    """Shows the oldest message of the program or of the open order, and how many there are.

    Signal: changed(), when it needs another place.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize hidden."""
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("variant", "banner_message")
        self.setAccessibleName(text("banner.name"))
        self._messages: list[BannerMessage] = []
        self._order_id: int | None = None
        px = theme.tokens.px
        self._what = label(variant="strong")
        self._means = label()
        self._count = label(variant="secondary", severity="bad")
        for name, part in (("what", self._what), ("means", self._means), ("count", self._count)):
            part.setObjectName(f"message_{name}")
        for part in (self._what, self._means):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details_button = button(text("button.details"), "tab")
        self._copy_button = button(text("button.copy"), "plain")
        self._dismiss_button = button(text("button.dismiss"), "plain", DISMISS_KEY)
        self._dismiss_button.setObjectName("dismiss")
        self._details_button.setObjectName("details")
        self._copy_button.setObjectName("copy_details")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(text("button.details"))
        self._details.setMaximumHeight(px(120))
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self._what)
        texts.addWidget(self._means)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addLayout(texts, 1)
        for part in (self._count, self._copy_button, self._details_button, self._dismiss_button):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(px(18), px(10), px(14), px(10))
        inside.addLayout(row)
        inside.addWidget(self._details)
        self._dismiss_button.clicked.connect(self.dismiss)
        self._details_button.toggled.connect(self._show_details)
        self._copy_button.clicked.connect(self._copy)
        self.hide()

    def show_order(self, order_id: int | None) -> None:
        """Show the messages of this order from now on, and not those of others."""
        self._order_id = order_id
        self._show()

    def messages(self) -> tuple[BannerMessage, ...]:
        """Return the messages that are neither dismissed nor over, oldest first."""
        return tuple(self._messages)

    def show_message(self, message: BannerMessage) -> None:
        """Show a message after those shown already; the same message again changes nothing."""
        if message in self._messages:
            return
        topics = [shown.topic for shown in self._messages]
        if message.topic and message.topic in topics:
            self._messages[topics.index(message.topic)] = message
        else:
            self._messages.append(message)
        self._show()
        if message in self._shown():
            # Not Qt's alert, which screen readers on Linux are not told of.
            announce(
                self, " ".join(part for part in (message.what, message.means, message.advice) if part), is_urgent=True
            )

    def settle(self, topic: str) -> None:
        """Remove the messages of a topic, which is over."""
        left = [message for message in self._messages if message.topic != topic]
        if len(left) != len(self._messages):
            self._messages = left
            self._show()

    def dismiss(self) -> None:
        """Dismiss the message that is shown."""
        shown = self._shown()
        if shown:
            self._messages.remove(shown[0])
            self._show()

    def _shown(self) -> list[BannerMessage]:
        return [message for message in self._messages if message.order_id in (None, self._order_id)]

    def _show(self) -> None:
        shown = self._shown()
        if not shown:
            self.hide()
            return
        first = shown[0]
        self._what.setText(plain(first.what, lines=True))
        self._means.setText(plain(" ".join(part for part in (first.means, first.advice) if part), lines=True))
        self._means.setVisible(bool(first.means or first.advice))
        self._count.setText(text("banner.count", count=len(shown)))
        self._count.setVisible(len(shown) > 1)
        if self._details.toPlainText() != (details := plain(first.details, lines=True)):
            self._details_button.setChecked(False)
            self._details.setPlainText(details)
        self._details_button.setVisible(bool(first.details))
        self.show()
        self._show_details(self._details_button.isChecked())

    def _show_details(self, shown: bool) -> None:
        shown = shown and bool(self._details.toPlainText())
        self._details.setVisible(shown)
        self._copy_button.setVisible(shown)
        self.changed.emit()

    def _copy(self) -> None:
        widgets.copy(f"{self._what.text()}\n{self._means.text()}\n{self._details.toPlainText()}")
