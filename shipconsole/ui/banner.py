"""The banner: trouble stays in sight until it is dealt with."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from shipconsole.ui import words
from shipconsole.ui.look import Look, button, label, plain
from shipconsole.ui.trouble import Trouble

KEY = "Alt+D"


class Banner(QFrame):
    """Shows one trouble at a time, the oldest first, and how many wait."""

    def __init__(self, look: Look) -> None:
        """Begin without trouble, unseen."""
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("look", "trouble")
        self.setAccessibleName(words.TROUBLE)
        self._troubles: list[Trouble] = []
        px = look.tokens.px
        self._what = label(look="strong")
        self._means = label()
        self._count = label(look="secondary", tone="bad")
        for part in (self._what, self._means):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details_button = button(words.DETAILS, "tab")
        self._copy_button = button(words.COPY, "plain")
        self._dealt_with = button(words.DEALT_WITH, "plain", KEY)
        self._dealt_with.setObjectName("dealt_with")
        self._details_button.setObjectName("details")
        self._copy_button.setObjectName("copy_details")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(words.DETAILS)
        self._details.setMaximumHeight(px(120))
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self._what)
        texts.addWidget(self._means)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addLayout(texts, 1)
        for part in (self._count, self._copy_button, self._details_button, self._dealt_with):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(10), px(14), px(10))
        column.addLayout(row)
        column.addWidget(self._details)
        self._dealt_with.clicked.connect(self._drop)
        self._details_button.toggled.connect(self._show_details)
        self._copy_button.clicked.connect(self._copy)
        self._shortcut = QShortcut(QKeySequence(KEY), self)
        self._shortcut.activated.connect(self._drop)
        self.hide()

    def troubles(self) -> tuple[Trouble, ...]:
        """What has not been dealt with yet, oldest first."""
        return tuple(self._troubles)

    def tell(self, trouble: Trouble) -> None:
        """Show trouble, behind what is shown already; the same again changes nothing."""
        if trouble in self._troubles:
            return
        place = next((i for i, one in enumerate(self._troubles) if one.topic and one.topic == trouble.topic), None)
        if place is None:
            self._troubles.append(trouble)
        else:
            self._troubles[place] = trouble
        self._show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def settle(self, topic: str) -> None:
        """Drop the trouble of a topic: what the packer did next has dealt with it."""
        left = [one for one in self._troubles if one.topic != topic]
        if len(left) != len(self._troubles):
            self._troubles = left
            self._show()

    def _drop(self) -> None:
        if self._troubles:
            del self._troubles[0]
            self._show()

    def _show(self) -> None:
        if not self._troubles:
            self.hide()
            return
        first = self._troubles[0]
        self._what.setText(plain(first.what, lines=True))
        self._means.setText(plain(" ".join(part for part in (first.means, first.advice) if part), lines=True))
        self._means.setVisible(bool(first.means or first.advice))
        self._count.setText(words.one_of(len(self._troubles)))
        self._count.setVisible(len(self._troubles) > 1)
        if self._details.toPlainText() != first.details:
            self._details_button.setChecked(False)
            self._details.setPlainText(first.details)
        self._details_button.setVisible(bool(first.details))
        self._show_details(self._details_button.isChecked())
        self.show()

    def _show_details(self, shown: bool) -> None:
        shown = shown and bool(self._details.toPlainText())
        self._details.setVisible(shown)
        self._copy_button.setVisible(shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._what.text()}\n{self._means.text()}\n{self._details.toPlainText()}")
