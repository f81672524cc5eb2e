"""A verdict as the banner shows it: sign, headline, second line, and what ends it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from shipconsole.domain.plain_text import plain
from shipconsole.domain.verdict import Verdict
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button, label
from shipconsole.ui.window.verdict_sign import VerdictSign
from shipconsole.ui.window.verdict_strings import ENTER, ESCAPE, KEEP_KEY, VerdictText


class VerdictView(QFrame):
    """Shows one verdict. Signals: acknowledged(), refused(), keep_requested(), chosen(number), for a button pressed."""

    acknowledged = Signal()
    refused = Signal()
    keep_requested = Signal()
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize without a verdict."""
        super().__init__()
        self.setObjectName("verdict")
        self.setProperty("variant", "verdict")
        self._shown = VerdictText("", "")
        self._theme = theme
        px = theme.tokens.px
        self._sign = VerdictSign(theme)
        self.headline = label(variant="number")
        self.headline.setObjectName("verdict_headline")
        self.second = label()
        self.second.setObjectName("verdict_second")
        for part in (self.headline, self.second):
            part.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self.headline)
        texts.addWidget(self.second)
        texts.addStretch(1)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(px(6))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(18), px(10), px(14), px(10))
        row.setSpacing(px(16))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addLayout(self._buttons)

    def show_verdict(self, verdict: Verdict, shown: VerdictText) -> None:
        """Show a verdict; a screen reader reads it again where it is repeated."""
        self._shown = shown
        self.setProperty("severity", str(verdict.severity))
        self._sign.show_sign(verdict.kind, verdict.severity)
        self.headline.setText(plain(shown.headline))
        self.second.setText(plain(f"{shown.second} {shown.hint}".strip(), lines=True))
        self._fill_buttons()
        for part in (self, self.headline, self.second):
            part.style().unpolish(part)
            part.style().polish(part)
        self.setAccessibleName(plain(f"{shown.headline}. {shown.second}"))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _fill_buttons(self) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for choice in self._shown.choices:
            widget = button(plain(choice.label), "plain", choice.key)
            widget.setObjectName(f"verdict_{choice.key.lower().replace('+', '_')}")
            # The scan field keeps the keyboard.
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            widget.clicked.connect(lambda _=False, key=choice.key: self._on_pressed(key))
            self._buttons.addWidget(widget)

    def _on_pressed(self, key: str) -> None:
        if key == ENTER:
            self.acknowledged.emit()
        elif key == ESCAPE:
            self.refused.emit()
        elif key == KEEP_KEY:
            self.keep_requested.emit()
        else:
            self.chosen.emit(int(key))
