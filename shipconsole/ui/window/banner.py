"""The banner: a verdict that waits or is to be noticed is in sight until it ends, trouble until dismissed or over."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from shipconsole.domain.verdict import Severity, Verdict
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme, button, label, plain
from shipconsole.ui.window.trouble import Trouble
from shipconsole.ui.window.verdict_strings import Said
from shipconsole.ui.window.verdict_view import VerdictView

KEY = "Alt+D"


class Banner(QFrame):
    """Shows the verdict that waits, else one trouble of the open order or of none at a time, the oldest first.

    A notice stands above the trouble: nothing has to be done about it, so it keeps nothing else out of sight.
    """

    def __init__(self, theme: Theme) -> None:
        """Begin without trouble, unseen."""
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("variant", "trouble")
        self.setAccessibleName(text("banner.name"))
        self._troubles: list[Trouble] = []
        self._order_id: int | None = None
        self._waits = False
        self.verdict = VerdictView(theme)
        self.verdict.hide()
        px = theme.tokens.px
        self._what = label(variant="strong")
        self._means = label()
        self._count = label(variant="secondary", tone="bad")
        for part in (self._what, self._means):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details_button = button(text("button.details"), "tab")
        self._copy_button = button(text("button.copy"), "plain")
        self._dismiss_button = button(text("button.dismiss"), "plain", KEY)
        self._dismiss_button.setObjectName("dealt_with")
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
        self._trouble = QFrame()
        inside = QVBoxLayout(self._trouble)
        inside.setContentsMargins(px(18), px(10), px(14), px(10))
        inside.addLayout(row)
        inside.addWidget(self._details)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.verdict)
        column.addWidget(self._trouble)
        self._dismiss_button.clicked.connect(self.dismiss)
        self._details_button.toggled.connect(self._show_details)
        self._copy_button.clicked.connect(self._copy)
        self.hide()

    def show_verdict(self, verdict: Verdict, said: Said) -> None:
        """Show a verdict that waits or is to be noticed; any other takes the one that was shown away."""
        shown = verdict.waits or verdict.severity == Severity.NOTICE
        self._waits = verdict.waits
        if shown:
            self.verdict.show_verdict(verdict, said)
        self.verdict.setVisible(shown)
        self._show()

    def show_order(self, order_id: int | None) -> None:
        """Show what belongs to an order that is open now, and not what belongs to another."""
        self._order_id = order_id
        self._show()

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

    def dismiss(self) -> None:
        """Take away the trouble that is shown."""
        shown = self._shown()
        if shown and not self._waits:
            self._troubles.remove(shown[0])
            self._show()

    def _shown(self) -> list[Trouble]:
        return [one for one in self._troubles if one.order_id in (None, self._order_id)]

    def _show(self) -> None:
        shown = self._shown()
        # What waits comes first: scanning waits with it.
        self._trouble.setVisible(bool(shown) and not self._waits)
        if not shown:
            self.setVisible(not self.verdict.isHidden())
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
        self._show_details(self._details_button.isChecked())
        self.show()

    def _show_details(self, shown: bool) -> None:
        shown = shown and bool(self._details.toPlainText())
        self._details.setVisible(shown)
        self._copy_button.setVisible(shown)

    def _copy(self) -> None:
        kit.copy(f"{self._what.text()}\n{self._means.text()}\n{self._details.toPlainText()}")
