"""Asks what is to take the place of a store that cannot be used as it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.ui.dialogs.damaged_database import words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class DamagedStoreDialog(QDialog):
    """What is wrong and which copy there is; accepted means that it is to be put back. Opened with `open()`.

    `copy` says which copy there is, and is empty where there is none. `refuse` is on the button that leaves all as it
    is, `other` on a third one, with what it means; signal: other_chosen.
    """

    other_chosen = Signal()

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        found: str,
        *,
        copy: str,
        refuse: str,
        title: str = words.TITLE,
        other: tuple[str, str] = ("", ""),
    ) -> None:
        """Say what was found."""
        super().__init__(parent)
        self.setObjectName("damaged_store_dialog")
        self.setWindowTitle(title)
        px = theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(title, "heading"))
        label, other_means = other
        for text, name, style in (
            (copy or words.NO_COPY, "copy", ""),
            (words.MEANS if copy else words.COMMAND, "means", "" if copy else "strong"),
            (other_means, "other_means", ""),
            (found, "found", "secondary"),
        ):
            if not text:
                continue
            said = kit.label(kit.plain(text), style)
            said.setObjectName(name)
            said.setWordWrap(True)
            said.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            column.addWidget(said)
        column.addSpacing(px(6))
        buttons = QHBoxLayout()
        leave = kit.button(refuse, "plain", "Esc")
        leave.setObjectName("leave_damaged")
        # No button is pressed by Enter: every scan ends with one.
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        if label:
            choose = kit.button(label, "plain")
            choose.setObjectName("other_choice")
            choose.setAutoDefault(False)
            choose.clicked.connect(self._choose_other)
            buttons.addWidget(choose)
        if copy:
            put_back = kit.button(words.PUT_BACK, "primary")
            put_back.setObjectName("put_back")
            put_back.setAutoDefault(False)
            put_back.clicked.connect(self.accept)
            buttons.addWidget(put_back)
        column.addLayout(buttons)
        self.setMinimumWidth(px(520))

    def _choose_other(self) -> None:
        # Neither accepted nor rejected: those are said of the other two.
        self.other_chosen.emit()
        self.hide()
        self.deleteLater()
