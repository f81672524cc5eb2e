"""The settings of this station: its name, its scanner's prefix, its window. Never a secret."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, cast

from shipconsole import messages
from shipconsole.domain.label_rules import LabelRules
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import settings_file
from shipconsole.station.profile import Profile, folder_named

ThemeChoice = Literal["system", "light", "dark"]

_THEMES: tuple[ThemeChoice, ...] = ("system", "light", "dark")
_BETWEEN_WORDS = re.compile(r"[-_\s]+|(?<=[a-z])(?=\d+$)")


class SettingsNotSavedError(EnvironmentFailure):
    """The settings file could not be written; the old one is complete."""


def name_from_host(host: str) -> str:
    """Return a station's name from its host name: ``bench-1.local`` is "Station 1"."""
    label = host.partition(".")[0]
    message = " ".join(word for word in _BETWEEN_WORDS.split(label) if word)[:50]
    if message.lower() in ("", "localhost"):
        return "Station 1"
    return message[0].upper() + message[1:]


def host_name() -> str:
    """Return this computer's name."""
    # From the system itself: loading `socket` would delay the window.
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


class Settings(NamedTuple):
    """One station's settings.

    `language` is the language of all texts, ``system`` for the computer's own. `text_scale` is a factor (1.25 is 125
    %). `command_prefix` starts every command code, as in ``%SHIP``. `undo_window_s` is how long a shipment can be
    undone. `carriers_used` are ids of carriers whose numbers are accepted although only their shape is known;
    `number_reuse_days` is how long a tracking number stops after it shipped. `window_state` is Qt's own bytes as base64
    text. `receiver` means that an open window receives webhooks at `receiver_port`; `receiver_names` are the host
    names, separated by commas, that platforms use for this computer. `webhook_days` is after how many days a stored
    webhook event is removed, 0 for never. `announcements` is the URL of the announcements of new versions, and
    `announcements_signer` the public key that verifies them, in base64; without both nothing is requested.
    `package_presets` are the boxes of the station, each with its size in centimetres.
    """

    station_name: str = name_from_host(host_name())
    language: str = messages.SYSTEM
    theme: ThemeChoice = "system"
    text_scale: float = 1.0
    command_prefix: str = "%"
    undo_window_s: int = 5
    carriers_used: tuple[str, ...] = ()
    number_reuse_days: int = 180
    window_state: str = ""
    receiver: bool = False
    receiver_port: int = 8787
    receiver_names: str = ""
    webhook_days: int = 90
    announcements: str = ""
    announcements_signer: str = ""
    package_presets: tuple[str, ...] = ()
    ship_when_packed: bool = False

    @property
    def label_rules(self) -> LabelRules:
        """Return the settings for labels."""
        return LabelRules(self.number_reuse_days, self.carriers_used)


class LoadedSettings(NamedTuple):
    """The settings, and what was wrong with the file, for the banner."""

    settings: Settings
    messages: tuple[Message, ...]


def load(profile: Profile) -> LoadedSettings:
    """Load the settings; a missing or invalid value becomes its default, and an invalid one is reported."""
    defaults = Settings()
    try:
        table = settings_file.read(profile.folder)
    except OSError as error:
        return LoadedSettings(defaults, (Message("settings.not_read", reason=error.strerror or str(error)),))
    reader = _Reader(table)
    settings = Settings(
        station_name=reader.text("station_name", defaults.station_name, shortest=1, longest=50),
        language=reader.language("language", defaults.language),
        theme=reader.theme("theme", defaults.theme),
        text_scale=reader.number("text_scale", defaults.text_scale, least=0.75, most=3.0),
        command_prefix=reader.text("command_prefix", defaults.command_prefix, shortest=1, longest=10),
        undo_window_s=reader.whole_number("undo_window_s", defaults.undo_window_s, least=0, most=600),
        carriers_used=reader.texts("carriers_used", defaults.carriers_used, longest=50),
        number_reuse_days=reader.whole_number("number_reuse_days", defaults.number_reuse_days, least=0, most=3_650),
        window_state=reader.text("window_state", defaults.window_state, shortest=0, longest=20_000),
        receiver=reader.truth("receiver", defaults.receiver),
        receiver_port=reader.whole_number("receiver_port", defaults.receiver_port, least=1, most=65_535),
        receiver_names=reader.text("receiver_names", defaults.receiver_names, shortest=0, longest=1_000),
        webhook_days=reader.whole_number("webhook_days", defaults.webhook_days, least=0, most=36_500),
        announcements=reader.text("announcements", defaults.announcements, shortest=0, longest=2_000),
        announcements_signer=reader.text("announcements_signer", defaults.announcements_signer, shortest=0, longest=99),
        package_presets=reader.texts("package_presets", defaults.package_presets, longest=100),
        ship_when_packed=reader.truth("ship_when_packed", defaults.ship_when_packed),
    )
    notice = table.get(settings_file.NOTICE)
    notices = (from_stored(notice),) if isinstance(notice, str) else ()
    return LoadedSettings(settings, (*notices, *reader.messages))


def language_of(folder: str | None, env: Mapping[str, str]) -> str:
    """Return the language in a profile's settings before the profile is opened; the system's if there is none."""
    table = settings_file.read(folder_named(Path(folder) if folder else None, env))
    language = table.get("language")
    return language if language in messages.LANGUAGES else messages.SYSTEM


def save(profile: Profile, settings: Settings, before: Settings | None = None) -> None:
    """Write the settings that differ from `before`, the settings as last loaded; all else in the file stays.

    Without `before` they are compared with the file. Raises SettingsNotSavedError if writing fails.
    """
    known = (before or load(profile).settings)._asdict()
    changed = {key: value for key, value in settings._asdict().items() if known[key] != value}
    try:
        settings_file.change(profile.folder, changed)
    except OSError as error:
        raise SettingsNotSavedError(Message("settings.not_saved", reason=error.strerror or str(error))) from error


class _Reader:
    """Read single settings of the table and collect the invalid ones."""

    def __init__(self, table: settings_file.Table) -> None:
        self._table = table
        self.messages: list[Message] = []

    def text(self, key: str, default: str, *, shortest: int, longest: int) -> str:
        value = self._table.get(key, default)
        if isinstance(value, str) and shortest <= len(value) <= longest and value.isprintable():
            return value
        self._note(key, default)
        return default

    def texts(self, key: str, default: tuple[str, ...], *, longest: int) -> tuple[str, ...]:
        value = self._table.get(key, default)
        if isinstance(value, list | tuple):
            found = tuple(
                text for text in cast("Sequence[object]", value) if isinstance(text, str) and len(text) <= longest
            )
            if len(found) == len(cast("Sequence[object]", value)):
                return found
        self._note(key, default)
        return default

    def theme(self, key: str, default: ThemeChoice) -> ThemeChoice:
        value = self._table.get(key, default)
        for theme in _THEMES:
            if value == theme:
                return theme
        self._note(key, default)
        return default

    def language(self, key: str, default: str) -> str:
        value = self._table.get(key, default)
        if isinstance(value, str) and value in (messages.SYSTEM, *messages.LANGUAGES):
            return value
        self._note(key, default)
        return default

    def truth(self, key: str, default: bool) -> bool:
        value = self._table.get(key, default)
        if isinstance(value, bool):
            return value
        self._note(key, default)
        return default

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        value = self._table.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        self._note(key, default)
        return default

    def whole_number(self, key: str, default: int, *, least: int, most: int) -> int:
        value = self._table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._note(key, default)
        return default

    def _note(self, key: str, default: object) -> None:
        self.messages.append(Message("settings.unusable_value", key=key, value=str(default)))
