"""Who is notified of a change: a tick for each connection that has a choice, and what it can withdraw."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.shipping.correct import NotifyChoice
from shipconsole.ui.dialogs.edit_tracking.marks import TickBox
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class ToldList(QWidget):
    """A row for each connection: a tick and its name, and beside them what that means."""

    def __init__(self, theme: Theme) -> None:
        """Begin with nobody."""
        super().__init__()
        self.boxes: dict[int, TickBox] = {}
        self._guides: Sequence[NotifyChoice] = ()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, theme.tokens.px(8), 0)
        self._grid.setHorizontalSpacing(theme.tokens.px(14))
        self._grid.setVerticalSpacing(theme.tokens.px(6))
        self._grid.setColumnStretch(1, 1)

    def show_guides(self, guides: Sequence[NotifyChoice], *, keep: bool = False) -> None:
        """Show what can be taken back; ticked are those that are told unless a person does not want it.

        Where ticks are kept, what a person chose stays; else the list is another package's or another question's.
        """
        if tuple(guides) == tuple(self._guides) and self._grid.count() and keep:
            return
        by_default = {one.connection.id: one.by_default for one in self._guides}
        chosen = {id_: box.isChecked() for id_, box in self.boxes.items() if box.isChecked() != by_default[id_]}
        self._guides = tuple(guides)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes.clear()
        for row, guide in enumerate(guides):
            said = kit.label(str(guide.message), "secondary")
            said.setObjectName("can_take_back")
            said.setWordWrap(True)
            # On one line with the name, whose target is taller than its words.
            said.setContentsMargins(0, self._theme.tokens.px(3), 0, 0)
            said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(self._name(guide, chosen if keep else {}), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, row, 1)
        self._grid.setRowStretch(len(guides), 1)
        if not guides:
            self._grid.addWidget(kit.label(text("edit_tracking.no_platform"), "secondary"), 0, 0, 1, 2)

    def to(self) -> list[int]:
        """The ids of those that are to be told.

        Who has no choice is told by default: it may have been told the old number a moment ago.
        """
        return [
            guide.connection.id
            for guide in self._guides
            if (self.boxes[guide.connection.id].isChecked() if guide.possible else guide.by_default)
        ]

    def _name(self, guide: NotifyChoice, chosen: Mapping[int, bool]) -> QWidget:
        name = guide.connection.name
        if not guide.possible:
            return kit.badge(name, "quiet")
        box = TickBox(name, self._theme)
        box.setObjectName(f"tell_{guide.connection.id}")
        box.setAccessibleName(kit.plain(text("edit_tracking.notify", connection=name, means=guide.message)))
        box.setChecked(chosen.get(guide.connection.id, guide.by_default))
        self.boxes[guide.connection.id] = box
        return box
