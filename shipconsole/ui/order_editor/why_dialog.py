"""Asks a person why, in a few words, before a call is settled by hand."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.operations.outbox.resolve import Decision
from shipconsole.ui.kit import strings as window_words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.order_editor import words

WHY_MAX = 200


class WhyDialog(QDialog):
    """One field and two buttons. Signal: told(call id, decision, why), when the person said it."""

    told = Signal(int, str, str)

    def __init__(self, parent: QWidget, call_id: int, decision: Decision, title: str, explained: str) -> None:
        """Ask about one decision."""
        super().__init__(parent)
        self._call_id = call_id
        self._decision = decision
        self.setObjectName("why_dialog")
        self.setWindowTitle(kit.plain(title))
        self._why = QLineEdit()
        self._why.setObjectName("why")
        self._why.setAccessibleName(words.WHY_TITLE)
        self._why.setMaxLength(WHY_MAX)
        self._why.textChanged.connect(self._on_text_changed)
        explanation = kit.label(explained)
        explanation.setWordWrap(True)
        self._keep = kit.button(title, "primary")
        self._keep.setObjectName("keep")
        self._keep.setEnabled(False)
        self._keep.setDefault(True)
        self._keep.clicked.connect(self._on_keep_clicked)
        cancel = kit.button(window_words.CANCEL)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(10)
        column.addWidget(explanation)
        column.addWidget(kit.label(words.WHY_LABEL, "secondary"))
        column.addWidget(self._why)
        column.addLayout(buttons)
        self.setMinimumWidth(440)

    def _on_text_changed(self, text: str) -> None:
        self._keep.setEnabled(bool(text.strip()))

    def _on_keep_clicked(self) -> None:
        self.told.emit(self._call_id, self._decision, self._why.text().strip())
        self.accept()
