"""What the demo's simulated platforms do wrong, set by a person who wants to see how the program deals with it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from shipconsole.domain.simulated_fault import ALL_PLATFORMS, SimulatedFault
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (720, 420)
PLATFORMS: Mapping[str, str] = {"shipengine": "ShipEngine", "starshipit": "Starshipit", "shipup": "Shipup"}
KINDS: Mapping[str, str] = {
    "slow": "demo_faults.slow",
    "refuse": "demo_faults.refuse",
    "429": "demo_faults.asks_to_wait",
    "drop_after": "demo_faults.drop_after",
    "drop_before": "demo_faults.drop_before",
    "401": "demo_faults.wrong_key",
}
"""The faults to choose from, by the simulator's name."""
TIMED = ("slow", "429")
"""The faults that last some seconds."""
TIMES: Mapping[int | None, str] = {1: "demo_faults.once", 3: "demo_faults.three_times", None: "demo_faults.always"}
SECONDS = (5, 20, 60)


class Faults(Protocol):
    """The simulated platforms' faults; each call returns those that are active then."""

    async def add(self, fault: SimulatedFault) -> tuple[SimulatedFault, ...]:
        """Add a fault."""
        ...

    async def active(self) -> tuple[SimulatedFault, ...]:
        """Change nothing."""
        ...

    async def clear(self) -> tuple[SimulatedFault, ...]:
        """Remove every fault."""
        ...


class DemoFaultsDialog(ContextDialog):
    """Sets faults, and lists those that are set. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, faults: Faults) -> None:
        """Show the active faults once they were read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="demo_faults_dialog",
            message_name="demo_faults_message",
            title=text("demo_faults.title"),
        )
        self._faults = faults
        self.platform, platform = _choice("fault_platform", "demo_faults.platform", theme)
        self.kind, kind = _choice("fault_kind", "demo_faults.fault", theme)
        self.times, times = _choice("fault_times", "demo_faults.how_often", theme)
        self.seconds, seconds = _choice("fault_seconds", "demo_faults.how_long", theme)
        self.platform.addItem(text("demo_faults.all_platforms"), ALL_PLATFORMS)
        for name, title in PLATFORMS.items():
            self.platform.addItem(title, name)
        for name, title in KINDS.items():
            self.kind.addItem(text(title), name)
        for number, title in TIMES.items():
            self.times.addItem(text(title), number)
        for number in SECONDS:
            self.seconds.addItem(text("demo_faults.seconds", count=number), number)
        self.kind.currentIndexChanged.connect(self._show_buttons)
        self.active = QListWidget()
        self.active.setObjectName("active_faults")
        self.active.setAccessibleName(text("demo_faults.active"))
        self.active.setWordWrap(True)
        self.active.setSpacing(theme.tokens.px(3))
        self.active.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._clear = self._button_row.add("clear_faults", text("demo_faults.clear"), self.clear)
        self._add = self._button_row.add("set_fault", text("demo_faults.add"), self.add, ENTER, kind="primary")
        main = self._column()
        main.addWidget(widgets.label(text("demo_faults.title"), "number"))
        main.addWidget(wrapped(text("demo_faults.hint"), "secondary", name="demo_faults_hint"))
        main.addLayout(row(theme, (platform, 1), (kind, 2)))
        main.addLayout(row(theme, (times, 1), (seconds, 1)))
        main.addWidget(widgets.label(text("demo_faults.active"), "secondary"))
        main.addWidget(widgets.card(column(theme, self.active, margins=(6, 6, 6, 6))), 1)
        main.addLayout(self._button_row)
        self._make_keys({ENTER: self.add})
        self._fit(SIZE_PX)
        self._show_active(())
        self.platform.setFocus()
        self._begin("read the demo's faults", faults.active(), self._show_active)

    def add(self) -> None:
        """Set the fault that is chosen."""
        if not self._busy:
            kind = self.kind.currentData()
            seconds = self.seconds.currentData() if kind in TIMED else 0
            fault = SimulatedFault(kind, self.platform.currentData(), self.times.currentData(), seconds)
            self._begin("set a fault of the demo", self._faults.add(fault), self._on_added)

    def clear(self) -> None:
        """Remove every fault."""
        if not self._busy:
            self._begin("clear the demo's faults", self._faults.clear(), self._on_cleared)

    def _on_added(self, active: Sequence[SimulatedFault]) -> None:
        self._show_active(active)
        self._show_message(text("demo_faults.added"), "good")

    def _on_cleared(self, active: Sequence[SimulatedFault]) -> None:
        self._show_active(active)
        self._show_message(text("demo_faults.cleared"), "good")

    def _show_active(self, active: Sequence[SimulatedFault]) -> None:
        self.active.clear()
        self.active.addItems([fault_text(fault) for fault in active] or [text("demo_faults.none")])
        self._count = len(active)
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.seconds.setEnabled(self.kind.currentData() in TIMED)
        self._add.setEnabled(not self._busy)
        self._clear.setEnabled(bool(self._count) and not self._busy)


def fault_text(fault: SimulatedFault) -> str:
    """Return an active fault as one line."""
    platform = PLATFORMS.get(fault.platform, fault.platform)
    parts = [
        text("demo_faults.all_platforms") if fault.platform == ALL_PLATFORMS else platform,
        text(KINDS[fault.kind]) if fault.kind in KINDS else fault.kind,
        text("demo_faults.always") if fault.times is None else text("demo_faults.left", count=fault.times),
    ]
    if fault.kind in TIMED:
        parts.append(text("demo_faults.seconds", count=fault.seconds))
    return " · ".join(parts)


def _choice(name: str, title: str, theme: Theme) -> tuple[Choice, QVBoxLayout]:
    """Return a list to choose from, and its place below its title."""
    made = Choice()
    made.setObjectName(name)
    made.setAccessibleName(text(title))
    caption = widgets.label(text(title), "secondary")
    caption.setBuddy(made)
    return made, column(theme, caption, made, spacing=3)
