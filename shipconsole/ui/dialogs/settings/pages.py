"""The pages that have more than settings: the scanner's test, sounds to listen to, backups, webhooks, new versions."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QLabel, QWidget

from shipconsole import __version__
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups, updates
from shipconsole.operations.orders import station_names
from shipconsole.station import settings
from shipconsole.ui.dialogs.settings.controls import PrinterControl
from shipconsole.ui.dialogs.settings.page import SettingsPage
from shipconsole.ui.dialogs.settings.scanner_test import ScannerTest
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.layout import action, wrapped
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.sounds.effects import NAMES

if TYPE_CHECKING:
    from shipconsole.ui.sounds.effects import SoundEffects


class SettingsParts(NamedTuple):
    """What the pages need of the window; `open_entry` opens an entry of its menu by name."""

    ctx: Context
    tasks: Tasks
    theme: Theme
    live: LiveSettings
    sounds: "SoundEffects"
    receiver: ReceiverState
    open_entry: Callable[[str], None]


class StationPage(SettingsPage):
    """The station and its packer."""

    page = "station"

    def __init__(self, parts: SettingsParts) -> None:
        """Show both."""
        self._parts = parts
        super().__init__(parts.live, parts.theme)

    def add_after(self) -> None:
        """Add the packer, who is no setting but signs in and out."""
        self._packer = wrapped("", name="current_packer")
        title = text("settings_dialog.change_packer")
        change = action("change_packer", title, lambda: self._parts.open_entry("packer"))
        self.fact(text("settings_dialog.packer"), self._packer, change)

    def opened(self) -> None:
        """Show the current packer, and learn which names other stations have."""
        self._parts.tasks.spawn("read the names of the stations", self._read_names())
        self._packer.setText(plain(self._parts.ctx.operator or text("settings_dialog.no_packer")))

    async def _read_names(self) -> None:
        self._live.names_in_use = await station_names.in_use(self._parts.ctx)


class ScannerPage(SettingsPage):
    """The scanner, with a test."""

    page = "scanner"

    def add_before(self) -> None:
        """Add the test."""
        self.test = ScannerTest(self._live, self._theme)
        self.column.addWidget(self.test)
        self.add_line()


class SoundsPage(SettingsPage):
    """The sounds, each with a test."""

    page = "sounds"

    def __init__(self, live: LiveSettings, theme: Theme, sounds: "SoundEffects") -> None:
        """Show which sounds are on."""
        self._sounds = sounds
        super().__init__(live, theme)
        sounds.player.changed.connect(self.opened)

    def beside(self, key: str) -> Sequence[QWidget]:
        """Return a button that plays a sound, and the sound's shape in words."""
        name = key.removeprefix("sound_")
        if key == "sound_volume":
            return ()
        shape = widgets.label(text(f"sounds.shape_{name}"), "secondary")
        widest = max(shape.fontMetrics().horizontalAdvance(text(f"sounds.shape_{sound}")) for sound in NAMES)
        shape.setMinimumWidth(widest)
        test = action(f"test_{name}", text("sounds.test"), lambda: self._sounds.test(name))
        test.setAccessibleName(plain(text("sounds.test_of", sound=text(f"setting.{key}"))))
        return (shape, test)

    def add_after(self) -> None:
        """Add why nothing may be heard."""
        self._problem = wrapped("", "secondary", "wait", name="sounds_problem", selectable=True)
        self.column.addSpacing(self._theme.tokens.px(10))
        self.column.addWidget(self._problem)

    def opened(self) -> None:
        """Show why nothing may be heard."""
        problem = str(self._sounds.player.problem)
        self._problem.setText(plain(problem))
        self._problem.setVisible(bool(problem))


class PrintingPage(SettingsPage):
    """The printers, which are asked for when the page is shown."""

    page = "printing"

    def __init__(self, parts: SettingsParts) -> None:
        """Begin with the printers of the settings."""
        self._parts = parts
        super().__init__(parts.live, parts.theme)

    def opened(self) -> None:
        """Read the computer's printers, on a thread: a print server may be slow."""
        self._parts.tasks.spawn("list printers", self._list_printers())

    async def _list_printers(self) -> None:
        names = await asyncio.to_thread(printer_names)
        for row in self.rows:
            if isinstance(row.control, PrinterControl):
                row.control.show_printers(names)
                row.control.show_value(getattr(self._live.settings, row.key))


class WebhooksPage(SettingsPage):
    """The receiver, with its state, and the way to events and forwarding."""

    page = "webhooks"

    def __init__(self, parts: SettingsParts) -> None:
        """Show the receiver's state."""
        self._parts = parts
        super().__init__(parts.live, parts.theme)
        parts.receiver.changed.connect(self.opened)

    def add_before(self) -> None:
        """Add the receiver's state."""
        self._state = wrapped("", name="receiver_state_now", selectable=True)
        self.fact(text("settings_dialog.receiver_state"), self._state)

    def add_after(self) -> None:
        """Add the way to the events, and where forwarding is set."""
        title = text("menu.webhook_events")
        show = action("open_webhook_events", title, lambda: self._parts.open_entry("webhook_events"))
        means = wrapped(text("settings_dialog.forwarding_means"), "secondary")
        self.fact(text("settings_dialog.forwarding"), means, show)

    def opened(self) -> None:
        """Show the receiver's state."""
        state = self._parts.receiver
        self._state.setText(plain(state.reason or state.message))
        widgets.set_severity(self._state, "bad" if state.severity == "bad" else "")


class BackupsPage(SettingsPage):
    """Where the backups are, how many there are, and one more now."""

    page = "backups"

    def __init__(self, parts: SettingsParts) -> None:
        """Show them."""
        self._parts = parts
        super().__init__(parts.live, parts.theme)

    def add_after(self) -> None:
        """Add the facts and the button; of a database on a server, the page says that it is backed up there."""
        if self._parts.ctx.store.file is None:
            self.intro.setText(plain(text("settings_dialog.backups_on_server")))
            return
        self._folder = wrapped("", name="backups_folder", selectable=True)
        self._count = wrapped("", name="backups_count")
        self._newest = wrapped("", name="backups_newest")
        self._message = wrapped("", "secondary", name="backups_message", selectable=True)
        self._button = action("back_up_now", text("settings_dialog.back_up_now"), self._on_clicked)
        self.fact(text("settings_dialog.backups_folder"), self._folder)
        self.fact(text("settings_dialog.backups_count"), self._count)
        self.fact(text("settings_dialog.backups_newest"), self._newest, self._button)
        self.column.addSpacing(self._theme.tokens.px(8))
        self.column.addWidget(self._message)

    def opened(self) -> None:
        """Read the backups."""
        if self._parts.ctx.store.file is not None:
            self._parts.tasks.spawn("list backups", self._show())

    async def _show(self) -> None:
        file = self._parts.ctx.store.file
        assert file is not None
        found = await asyncio.to_thread(backups.every, file)
        today = datetime.now().astimezone().date()
        newest = when(found[0].at_ms, today) if found else text("settings_dialog.no_backup")
        self._folder.setText(plain(str(backups.folder_of(file))))
        self._count.setText(text("settings_dialog.backups_kept", count=len(found), kept=backups.KEPT_DAILY))
        self._newest.setText(plain(newest))

    def _on_clicked(self) -> None:
        self._button.setEnabled(False)
        self._message.setText(text("settings_dialog.backing_up"))
        self._parts.tasks.spawn("back up the database", self._back_up())

    async def _back_up(self) -> None:
        try:
            made = await backups.back_up(self._parts.ctx)
            done, severity = text("settings_dialog.backed_up", file=made.file.name), "good"
        except EnvironmentFailure as failure:
            done, severity = str(failure.message), "bad"
        self._message.setText(plain(done))
        widgets.set_severity(self._message, severity)
        self._button.setEnabled(True)
        await self._show()


class VersionsPage(SettingsPage):
    """Announcements of new versions, and a look for one now."""

    page = "versions"

    def __init__(self, parts: SettingsParts) -> None:
        """Show this version."""
        self._parts = parts
        super().__init__(parts.live, parts.theme)

    def add_before(self) -> None:
        """Add this version and the button."""
        self._result: QLabel = wrapped(__version__, name="version_result", selectable=True)
        check = action("check_versions", text("settings_dialog.check_versions"), self._on_clicked)
        self.fact(text("settings_dialog.version"), self._result, check)

    def _on_clicked(self) -> None:
        self._result.setText(text("settings_dialog.checking_versions"))
        self._parts.tasks.spawn("check for new versions", self._check())

    async def _check(self) -> None:
        found = await updates.check(self._live.profile, self._live.settings)
        self._result.setText(plain(str(found.message)))


def printer_names() -> tuple[str, ...]:
    """Return the names of the computer's printers; blocks."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return tuple(QPrinterInfo.availablePrinterNames())


def make_page(page: settings.Page, parts: SettingsParts) -> SettingsPage:
    """Return a page of the dialog."""
    match page:
        case "station":
            return StationPage(parts)
        case "scanner":
            return ScannerPage(parts.live, parts.theme)
        case "sounds":
            return SoundsPage(parts.live, parts.theme, parts.sounds)
        case "printing":
            return PrintingPage(parts)
        case "webhooks":
            return WebhooksPage(parts)
        case "backups":
            return BackupsPage(parts)
        case "versions":
            return VersionsPage(parts)
        case _:
            return SettingsPage(parts.live, parts.theme, page)
