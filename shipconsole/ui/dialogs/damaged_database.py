"""Asks what is to take the place of a store that cannot be used as it is."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.times import locale


def backup_text(at_ms: int, orders: int) -> str:
    """Return which backup there is, in this computer's time."""
    made = locale().toString(QDateTime.fromMSecsSinceEpoch(at_ms), "d MMMM yyyy, HH:mm")
    return text("damaged_database.backup", time=made, count=orders)


def waiting_text(rules: Sequence[str], updates: int) -> str:
    """Return what waits for a person after a restore: connections whose rules are at review, and unfinished updates."""
    parts: list[str] = []
    if rules:
        parts.append(text("damaged_database.review", connections=tuple(rules)))
    if updates:
        parts.append(text("damaged_database.unfinished", count=updates))
    return " ".join(parts)


class DamagedDatabaseDialog(QDialog):
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
        title: str,
        other: tuple[str, str] = ("", ""),
    ) -> None:
        """Say what was found."""
        super().__init__(parent)
        self.setObjectName("damaged_database_dialog")
        self.setWindowTitle(title)
        px = theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(title, "heading"))
        label, other_means = other
        for shown, name, style in (
            (copy or text("damaged_database.no_backup"), "copy", ""),
            (
                text("damaged_database.means") if copy else text("damaged_database.command"),
                "means",
                "" if copy else "strong",
            ),
            (other_means, "other_means", ""),
            (found, "found", "secondary"),
        ):
            if not shown:
                continue
            said = kit.label(kit.plain(shown), style)
            said.setObjectName(name)
            said.setWordWrap(True)
            said.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            column.addWidget(said)
        column.addSpacing(px(6))
        buttons = QHBoxLayout()
        leave = kit.button(refuse, "plain", "Esc")
        leave.setObjectName("leave_database")
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
            put_back = kit.button(text("damaged_database.restore"), "primary")
            put_back.setObjectName("restore_backup")
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
