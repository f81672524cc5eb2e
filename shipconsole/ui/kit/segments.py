"""A choice of a few, side by side: the arrow keys move it, as with radio buttons."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets

_ENDS = {(True, True): "both", (True, False): "left", (False, True): "right", (False, False): ""}


class Segments(QWidget):
    """Signal: chosen(position), when a person chooses another one."""

    chosen = Signal(int)

    def __init__(self, name: str, title: str, labels: Sequence[str]) -> None:
        """Begin without a choice; buttons are named after `name` and their position."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(plain(title))
        self._name, self._title = name, title
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._shown = -1
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_labels(labels)

    @property
    def position(self) -> int:
        """The position of the choice, -1 without one."""
        return self._group.checkedId()

    def buttons(self) -> list[QPushButton]:
        """Return the buttons, from left to right."""
        return [button for button in self._group.buttons() if isinstance(button, QPushButton)]

    def set_labels(self, labels: Sequence[str]) -> None:
        """Show other choices, none of them chosen."""
        for button in self.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._shown = -1
        for position, label in enumerate(labels):
            button = QPushButton(widgets.button_text(label))
            button.setObjectName(f"{self._name}_{position}")
            button.setAccessibleName(plain(f"{self._title}: {label}"))
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("variant", "segment")
            is_first, is_last = position == 0, position == len(labels) - 1
            button.setProperty("end", _ENDS[is_first, is_last])
            self._group.addButton(button, position)
            self._row.addWidget(button)
        self._group.setExclusive(True)

    def choose(self, position: int) -> None:
        """Show a choice without a signal."""
        with QSignalBlocker(self._group):
            self._group.setExclusive(False)
            for at, button in enumerate(self.buttons()):
                button.setChecked(at == position)
            self._group.setExclusive(True)
        self._shown = position
        for at, button in enumerate(self.buttons()):
            # Tab goes to the choice and on; the arrow keys go to the others.
            is_stop = at == max(position, 0)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)

    def _on_clicked(self, position: int) -> None:
        before = self._shown
        self.choose(position)
        if position != before:
            self.chosen.emit(position)
