"""The settings while the program runs: what a person changes acts at once, and is saved a moment later."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from shipconsole.domain import code
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.station import settings
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings

if TYPE_CHECKING:
    from shipconsole.ui.kit.tasks import Tasks

SAVE_AFTER_MS = 400


class LiveSettings(QObject):
    """Signals: settings_changed(Settings), when a value is another; saving_failed(message); saved()."""

    settings_changed = Signal(object)
    saving_failed = Signal(str)
    saved = Signal()

    def __init__(self, profile: Profile, loaded: Settings, parent: QObject | None = None) -> None:
        """Begin with the settings as loaded."""
        super().__init__(parent)
        self.profile = profile
        self._settings = loaded
        self._saved = loaded
        self._at_start = loaded
        self.names_in_use: frozenset[str] = frozenset()
        """The keys of the names that other stations on the database have."""
        self._tasks: Tasks | None = None
        self._lock = asyncio.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save_soon)

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self._settings

    @property
    def stored(self) -> Settings:
        """The settings as the file has them, as far as this program knows."""
        return self._saved

    def start(self, tasks: "Tasks") -> None:
        """Save from now on; what was changed before is saved now."""
        self._tasks = tasks
        if self._settings != self._saved:
            self._timer.start()

    def stop(self) -> None:
        """Save nothing from now on: the program saves `settings` itself as it ends."""
        self._tasks = None
        self._timer.stop()

    def waits_for_restart(self, key: str) -> bool:
        """Return whether a setting was changed that takes effect at the next start."""
        is_other = getattr(self._settings, key) != getattr(self._at_start, key)
        return is_other and settings.place_of(key).needs_restart

    def change(self, **values: object) -> None:
        """Change settings; raise `ValidationFailed` for values that can't be used."""
        changed = self._settings.changed(**values)
        if changed.station_name != self._settings.station_name and code.key(changed.station_name) in self.names_in_use:
            message = Message("settings.station_name_in_use", name=changed.station_name)
            raise ValidationFailed(Problem(("station_name",), message))
        if changed != self._settings:
            self._settings = changed
            self.settings_changed.emit(changed)
            if self._tasks is not None:
                self._timer.start()

    def take_stored(self, **values: object) -> None:
        """Follow what the program itself stored in the file, unless a person has changed the same since."""
        for key, value in values.items():
            if getattr(self._settings, key) == getattr(self._saved, key):
                self._settings = self._settings.changed(**{key: value})
            self._saved = self._saved.changed(**{key: value})

    def reset(self, keys: Iterable[str]) -> None:
        """Give settings their defaults; a name that another station has by now is not taken."""
        values = {name: settings.DEFAULTS[name] for name in keys}
        if code.key(str(values.get("station_name", ""))) in self.names_in_use:
            del values["station_name"]
        self.change(**values)

    async def save(self) -> None:
        """Save what has changed; what fails is reported and tried again with the next change."""
        async with self._lock:
            self._timer.stop()
            changed, before = self._settings, self._saved
            if changed == before:
                return
            try:
                await asyncio.to_thread(settings.save, self.profile, changed, before)
            except EnvironmentFailure as failure:
                self.saving_failed.emit(str(failure.message))
                return
            self._saved = changed
            self.saved.emit()

    def _save_soon(self) -> None:
        if self._tasks is not None:
            self._tasks.spawn("save the settings", self.save())


def problem_of(live: LiveSettings, key: str, value: object) -> str:
    """Change one setting; return why the value can't be used, "" where it is used now."""
    try:
        live.change(**{key: value})
    except ValidationFailed as refused:
        return "\n".join(str(problem.message) for problem in refused.problems)
    return ""
