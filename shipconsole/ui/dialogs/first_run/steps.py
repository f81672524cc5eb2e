"""The steps of the first run: each shows some settings, and says in the list what was chosen."""

from collections.abc import Callable
from typing import Literal

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.station.settings import DEFAULTS
from shipconsole.ui.dialogs.settings.controls import PrinterControl
from shipconsole.ui.dialogs.settings.page import SettingRow
from shipconsole.ui.dialogs.settings.pages import SettingsParts, printer_names
from shipconsole.ui.dialogs.settings.scanner_test import ScannerTest
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped

StepName = Literal["station", "scanner", "sound", "printer", "orders"]
STEPS: tuple[StepName, ...] = ("station", "scanner", "sound", "printer", "orders")
_KEYS: dict[StepName, tuple[str, ...]] = {
    "station": ("station_name", "language", "theme", "text_scale"),
    "scanner": (),
    "sound": ("sound_volume",),
    "printer": ("slip_printer", "label_printer", "paper"),
    "orders": (),
}


class Step(QWidget):
    """One step. Signal: changed(), when what the list says of it is another."""

    changed = Signal()
    name: StepName = "station"

    def __init__(self, parts: SettingsParts, name: StepName | None = None) -> None:
        """Show the settings of the step."""
        super().__init__()
        self.name = name or self.name
        self.setObjectName(f"first_run_{self.name}")
        self.parts = parts
        px = parts.theme.tokens.px
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, px(10), 0)
        self.column.setSpacing(0)
        self.rows = [SettingRow(key, parts.live, parts.theme) for key in _KEYS[self.name]]
        self.add_before()
        for setting in self.rows:
            self.column.addWidget(setting)
        self.add_after()
        self.column.addStretch(1)
        parts.live.settings_changed.connect(self._on_changed)

    @property
    def summary(self) -> str:
        """What was chosen, "" for the step's own hint."""
        return ""

    @property
    def is_done(self) -> bool:
        """Whether the step is done once it was shown; a test that was left out is not."""
        return True

    def take_focus(self) -> None:
        """Take the keyboard: not in a field or a button, which a scan could fill or press."""
        self.setFocus()

    def add_before(self) -> None:
        """Add parts above the settings."""

    def add_after(self) -> None:
        """Add parts below the settings."""

    def opened(self) -> None:
        """Refresh what is read from outside, since the step is shown now."""

    def _on_changed(self) -> None:
        for setting in self.rows:
            setting.show_settings(self.parts.live.settings)
        self.changed.emit()


class StationStep(Step):
    """The station's name, which can be typed at once, and what the window looks like."""

    name = "station"

    @property
    def summary(self) -> str:
        """Return the station's name."""
        return self.parts.live.settings.station_name

    def take_focus(self) -> None:
        """Select the computer's name, over which another is typed; one that was chosen before is not typed over."""
        if self.parts.live.settings.station_name == DEFAULTS["station_name"]:
            self.rows[0].control.part.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().take_focus()


class ScannerStep(Step):
    """The scanner's test."""

    name = "scanner"

    def add_before(self) -> None:
        """Add the test."""
        self.test = ScannerTest(self.parts.live, self.parts.theme)
        self.test.tested.connect(lambda _: self.changed.emit())
        self.column.addWidget(self.test)

    def add_after(self) -> None:
        """Add what to do where nothing arrives."""
        self.column.addWidget(wrapped(text("first_run.no_beep"), "secondary", selectable=True))

    @property
    def summary(self) -> str:
        """Return whether the scanner works."""
        result = self.test.result
        if result is None:
            return ""
        return text("first_run.scanner_works") if result.is_fine else text("first_run.scanner_wrong")

    @property
    def is_done(self) -> bool:
        """Return whether a scan was tested."""
        return self.test.result is not None


class SoundStep(Step):
    """The sounds of a good and a wrong scan, and their volume."""

    name = "sound"
    _was_played = False

    @property
    def is_done(self) -> bool:
        """Return whether a sound was played, and could be heard."""
        return self._was_played and not self.parts.sounds.player.problem

    def add_before(self) -> None:
        """Add both sounds."""
        for name in ("good", "error"):
            title = widgets.label(text(f"setting.sound_{name}"), "strong")
            shape = wrapped(text(f"sounds.shape_{name}"), "secondary")
            play = action(f"play_{name}", text("sounds.test"), lambda _=False, name=name: self._play(name))
            play.setAccessibleName(plain(text("sounds.test_of", sound=text(f"setting.sound_{name}"))))
            texts = column(self.parts.theme, title, shape, spacing=1)
            self.column.addLayout(row(self.parts.theme, (texts, 1), play, margins=(0, 8, 0, 8)))

    def add_after(self) -> None:
        """Add why nothing may be heard."""
        self._problem = wrapped("", "secondary", "wait", name="first_run_sounds_problem", selectable=True)
        self.column.addSpacing(self.parts.theme.tokens.px(8))
        self.column.addWidget(self._problem)
        self.parts.sounds.player.changed.connect(self.opened)

    def opened(self) -> None:
        """Show why nothing may be heard."""
        problem = self.parts.sounds.player.problem
        self._problem.setText(plain(str(problem)))
        self._problem.setVisible(bool(problem))

    def _play(self, name: str) -> None:
        self.parts.sounds.test(name)
        self._was_played = True
        self.changed.emit()


class PrinterStep(Step):
    """The printers and the paper."""

    name = "printer"

    def opened(self) -> None:
        """Read the computer's printers."""
        self.parts.tasks.spawn("list printers", self._list_printers())

    async def _list_printers(self) -> None:
        import asyncio

        names = await asyncio.to_thread(printer_names)
        for setting in self.rows:
            if isinstance(setting.control, PrinterControl):
                setting.control.show_printers(names)
                setting.control.show_value(getattr(self.parts.live.settings, setting.key))


class OrdersStep(Step):
    """Where orders come from: a platform, or the demo with a practice package."""

    name = "orders"

    def __init__(self, parts: SettingsParts, practice: Callable[[], object], *, is_demo: bool) -> None:
        """Offer both; `practice` opens the practice package, in the demo beside this window."""
        self._practice = practice
        self._is_demo = is_demo
        self._connected: tuple[str, ...] = ()
        super().__init__(parts)

    @property
    def summary(self) -> str:
        """Return the connected platforms."""
        return text("first_run.connected", connections=self._connected) if self._connected else ""

    @property
    def is_done(self) -> bool:
        """Return whether a platform is connected."""
        return bool(self._connected)

    def opened(self) -> None:
        """Read the connections, which another dialog may have added."""
        self.parts.tasks.spawn("read the connections", self._read_connections())

    async def _read_connections(self) -> None:
        known = await connections.every(self.parts.ctx)
        names = tuple(connection.name for connection in known if not connection.is_blocked)
        if names == self._connected or not shiboken6.isValid(self):
            return
        self._connected = names
        self._next.setText(plain(text("first_run.connected_next", connections=names, key=key_name("F5"))))
        self._next.setVisible(bool(names))
        self.changed.emit()

    def add_before(self) -> None:
        """Add both ways."""
        label, means = text("first_run.practice_button"), text("first_run.practice_means")
        if self._is_demo:
            label, means = text("first_run.practice_button_here"), text("first_run.practice_means_here")
        practice = action("first_run_practice", label, self._practice, "primary")
        self._add(text("first_run.practice"), means, practice)
        label = text("first_run.connect_button")
        connect = action("first_run_connect", label, lambda: self.parts.open_entry("connections"))
        self._add(text("first_run.connect"), text("first_run.connect_means"), connect)
        self._next = wrapped("", "secondary", "good", name="first_run_connected")
        self._next.hide()
        self.column.addWidget(self._next)

    def _add(self, heading: str, explained: str, button: QWidget) -> None:
        theme = self.parts.theme
        title, means = widgets.label(heading, "title"), wrapped(explained, "secondary")
        inside = column(theme, title, means, row(theme, button, 1), spacing=8, margins=(16, 14, 16, 14))
        self.column.addWidget(widgets.card(inside))
        self.column.addSpacing(theme.tokens.px(12))


def make_step(name: StepName, parts: SettingsParts, practice: Callable[[], object], *, is_demo: bool) -> Step:
    """Return a step."""
    match name:
        case "scanner":
            return ScannerStep(parts)
        case "sound":
            return SoundStep(parts)
        case "printer":
            return PrinterStep(parts)
        case "orders":
            return OrdersStep(parts, practice, is_demo=is_demo)
        case "station":
            return StationStep(parts)
