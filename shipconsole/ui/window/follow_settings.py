"""Lets the window, the scans, and the context follow the settings while the program runs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from shipconsole.messages import text
from shipconsole.operations.orders import station_names
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.window.banner_message import BannerMessage

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.ui.window.main_window import MainWindow

_CONTEXT = (
    "station_name",
    "undo_window_s",
    "number_reuse_days",
    "carriers_used",
    "claim_minutes",
    "first_rules",
    "ship_when_packed",
    "sends_updates",
)


class SettingsFollower(QObject):
    """Applies each change to what it is about; begins with what was changed before the window was ready."""

    def __init__(self, app: QApplication, window: "MainWindow", live: LiveSettings, applied: Settings) -> None:
        """Follow from `applied`, the settings that the window was made with."""
        super().__init__(window)
        self._app = app
        self._window = window
        self._live = live
        self._applied = applied
        live.settings_changed.connect(self._apply)
        window.receiver.switch_requested.connect(lambda on: live.change(receiver=on))
        app.styleHints().colorSchemeChanged.connect(window.appearance.apply)
        self._apply(live.settings)
        window.appearance.apply()
        self._set_pause(live.settings.scanner_pause_ms)
        if window.tasks is not None:
            window.tasks.spawn("read the names of the stations", self._read_names())

    def _apply(self, settings: Settings) -> None:
        before, self._applied = self._applied, settings
        window = self._window

        def differs(*keys: str) -> bool:
            return any(getattr(settings, key) != getattr(before, key) for key in keys)

        if differs(*_CONTEXT) and window.ctx is not None:
            window.ctx.use_settings(
                station=settings.station_name,
                undo_window_s=settings.undo_window_s,
                label_rules=settings.label_rules,
                claim_stale_s=settings.claim_minutes * 60,
                first_rules=settings.first_rules,
                ship_when_packed=settings.ship_when_packed,
                sends=settings.sends_updates,
            )
        if differs("station_name"):
            window.top_bar.show_station(settings.station_name)
            if window.ctx is not None and window.tasks is not None:
                renamed = self._rename(window.ctx, settings.station_name, before.station_name)
                window.tasks.spawn("rename the station", renamed)
        if differs("command_prefix") and window.ctx is not None:
            window.scans.prefix = settings.command_prefix
        if differs("scanner_pause_ms"):
            self._set_pause(settings.scanner_pause_ms)
        if differs("receiver") and settings.receiver != window.receiver.is_on:
            window.receiver.switch_requested.emit(settings.receiver)

    async def _read_names(self) -> None:
        if self._window.ctx is not None:
            self._live.names_in_use = await station_names.in_use(self._window.ctx)

    async def _rename(self, ctx: "Context", name: str, before: str) -> None:
        """Rename the station, unless another one took the name since the names were read."""
        now = await station_names.rename(ctx, name, before)
        if now != name and self._live.settings.station_name == name:
            self._window.banner.show_message(
                BannerMessage(text("settings.station_name_in_use", name=name), topic="station_name")
            )
            self._live.change(station_name=now)

    def _set_pause(self, pause_ms: int) -> None:
        if self._window.scan_input.keys is not None:
            self._window.scan_input.keys.set_pause(pause_ms)
