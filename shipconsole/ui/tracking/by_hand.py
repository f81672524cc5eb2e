"""What people did to the open order by hand: entered, cancelled, linked, taken apart, with who and why."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from shipconsole.domain.manual_change import ManualChange
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.times import when
from shipconsole.ui.tracking.timeline import Step, Timeline


class HandHistory(QWidget):
    """A timeline, the newest on top."""

    def __init__(self, theme: Theme, changes: Sequence[ManualChange]) -> None:
        """Show these changes, given oldest first."""
        super().__init__()
        self.setObjectName("by_hand")
        today = date.today()  # noqa: DTZ011 - the day at this bench
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(4))
        column.addWidget(kit.label(text("track_panel.manual_changes"), "field"))
        column.addWidget(Timeline(theme, [_step(one, today) for one in reversed(changes)]))


def _step(change: ManualChange, today: date) -> Step:
    where = (change.operator or change.station, when(change.at_ms, today), change.reason)
    return Step(str(change.what), " · ".join(part for part in where if part), tone="quiet")
