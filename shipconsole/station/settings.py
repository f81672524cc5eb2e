"""The settings of this station: its name, its scanner's prefix, its window. Never a secret.

`Settings` states each key once, with its type, limits, default, page, and the messages of its title and help. Loading,
saving, the settings dialog, and the table in docs/settings.md all read the model.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, cast, get_args

from pydantic import AfterValidator, Field, ValidationError

from shipconsole import messages
from shipconsole.domain.claim import STALE_AFTER_MIN
from shipconsole.domain.database_address import FORM, AddressError, database_address, is_server
from shipconsole.domain.database_address import LONGEST as LONGEST_URL
from shipconsole.domain.first_rule import LONGEST, rules_from
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.label_rules import LabelRules
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.model_problems import problems_of
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.station import settings_file
from shipconsole.station.profile import SQLITE, Profile, folder_named

ThemeChoice = Literal["system", "light", "dark", "high_contrast"]
PaperChoice = Literal["system", "A4", "Letter"]
Page = Literal[
    "appearance",
    "language",
    "station",
    "scanner",
    "sounds",
    "shipping",
    "printing",
    "webhooks",
    "data",
    "backups",
    "versions",
]
PAGES: tuple[Page, ...] = get_args(Page)
"""The pages of the settings dialog, in its order."""

_BETWEEN_WORDS = re.compile(r"[-_\s]+|(?<=[a-z])(?=\d+$)")


class SettingsNotSavedError(EnvironmentFailure):
    """The settings file could not be written; the old one is complete."""


class Place(NamedTuple):
    """Where a setting is shown, and what else the dialog knows of it.

    `page` is "" for a key that the program keeps for itself. `unit` is a message with the argument `count`, and `zero`
    the message that stands for 0, if any. A change of one that `needs_restart` takes effect at the next start.
    """

    page: Page | Literal[""] = ""
    unit: str = ""
    needs_restart: bool = False
    zero: str = ""


def name_from_host(host: str) -> str:
    """Return a station's name from its host name: ``bench-1.local`` is "Bench 1"."""
    label = host.partition(".")[0]
    name = " ".join(word for word in _BETWEEN_WORDS.split(label) if word)[:50]
    if name.lower() in ("", "localhost"):
        return "Station 1"
    return name[0].upper() + name[1:]


def host_name() -> str:
    """Return this computer's name."""
    # From the system itself: loading `socket` would delay the window.
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(Message("settings.not_printable"))
    return text


def _rules(texts: tuple[str, ...]) -> tuple[str, ...]:
    rules = tuple(map(str, rules_from(texts)))
    if len(rules) < len(texts):
        raise ValueError("a text is no rule")
    return rules


def _database(url: str) -> str:
    if is_server(url):
        try:
            has_password = database_address(url).password is not None
        except AddressError as wrong:
            raise ValueError(wrong.message) from None
        if has_password:
            raise ValueError(Message("settings.database_password"))
    elif url and not url.startswith(SQLITE):
        raise ValueError(Message("settings.database_kind", server=FORM, file=SQLITE))
    return url


Line = Annotated[str, AfterValidator(_printable)]
"""A text without control characters."""
Database = Annotated[Line, AfterValidator(_database)]
"""The URL of a database without a password; empty for the SQLite database in the profile."""
Rules = Annotated[tuple[Annotated[str, Field(max_length=LONGEST)], ...], AfterValidator(_rules)]
"""Rules of `domain.first_rule`, as it writes them."""


def _key(title: str, default: Any, place: Place = Place(), **limits: Any) -> Any:  # noqa: B008 - a value
    """Return a key's default, title, and limits; the message of its help is ``<title>.help``."""
    extra = {"place": cast("Any", place)}
    return Field(default, title=title, description=f"{title}.help", json_schema_extra=extra, **limits)


_APPEARANCE, _STATION, _SCANNER = Place("appearance"), Place("station"), Place("scanner")
_SOUNDS, _SHIPPING, _PRINTING = Place("sounds"), Place("shipping"), Place("printing")
_PERCENT = Place("appearance", "settings.unit_percent")
_DAYS, _HOURS, _MINUTES = "settings.unit_days", "settings.unit_h", "settings.unit_min"
_NEVER = "settings.never"
_DATA = Place("data", _DAYS, zero=_NEVER)
_NAME = name_from_host(host_name())


class Settings(Frozen):
    """One station's settings, by page and in the order in which the dialog shows them.

    To add one, add a line here and its title and help in texts/settings.py (`setting.<key>`, `setting.<key>.help`); the
    choices of a `Literal` have titles too. Of the keys that no page shows, `window_state` is Qt's own bytes as base64.
    """

    theme: ThemeChoice = _key("setting.theme", "system", _APPEARANCE)
    text_scale: float = _key("setting.text_scale", 1.0, _PERCENT, ge=0.75, le=2.0)
    bench_text_scale: float = _key("setting.bench_text_scale", 1.5, _PERCENT, ge=1.4, le=2.0)
    reduced_motion: Literal["system", "on", "off"] = _key("setting.reduced_motion", "system", _APPEARANCE)
    language: Literal["system", "en", "de", "en-XA"] = _key(
        "setting.language", messages.SYSTEM, Place("language", needs_restart=True)
    )
    station_name: Line = _key("setting.station_name", _NAME, _STATION, min_length=1, max_length=50)
    sends_updates: bool = _key("setting.sends_updates", True, _STATION)
    show_units_per_hour: bool = _key("setting.show_units_per_hour", True, _STATION)
    command_prefix: Line = _key("setting.command_prefix", "%", _SCANNER, min_length=1, max_length=10)
    scanner_pause_ms: int = _key("setting.scanner_pause_ms", 37, Place("scanner", "settings.unit_ms"), ge=15, le=120)
    sound_good: bool = _key("setting.sound_good", True, _SOUNDS)
    sound_complete: bool = _key("setting.sound_complete", True, _SOUNDS)
    sound_question: bool = _key("setting.sound_question", True, _SOUNDS)
    sound_error: bool = _key("setting.sound_error", True, _SOUNDS)
    sound_shipped: bool = _key("setting.sound_shipped", True, _SOUNDS)
    sound_away: bool = _key("setting.sound_away", True, _SOUNDS)
    sound_volume: int = _key("setting.sound_volume", 70, Place("sounds", "settings.unit_percent"), ge=0, le=100)
    undo_window_s: int = _key("setting.undo_window_s", 5, Place("shipping", "settings.unit_s"), ge=0, le=600)
    ship_when_packed: bool = _key("setting.ship_when_packed", False, _SHIPPING)
    number_reuse_days: int = _key("setting.number_reuse_days", 180, Place("shipping", _DAYS), ge=0, le=3_650)
    item_pictures: bool = _key("setting.item_pictures", False, Place("appearance", needs_restart=True))
    package_presets: tuple[Annotated[str, Field(max_length=100)], ...] = _key("setting.package_presets", (), _SHIPPING)
    carriers_used: tuple[Annotated[str, Field(max_length=50)], ...] = _key("setting.carriers_used", (), _SHIPPING)
    paper: PaperChoice = _key("setting.paper", "system", _PRINTING)
    slip_printer: Line = _key("setting.slip_printer", "", _PRINTING, max_length=1_000)
    label_printer: Line = _key("setting.label_printer", "", _PRINTING, max_length=1_000)
    report_printer: Line = _key("setting.report_printer", "", _PRINTING, max_length=1_000)
    print_slip_when_shipped: bool = _key("setting.print_slip_when_shipped", False, _PRINTING)
    slip_logo: Line = _key("setting.slip_logo", "", _PRINTING, max_length=1_000)
    slip_template: Line = _key("setting.slip_template", "", _PRINTING, max_length=1_000)
    handed_over_silent_h: int = _key("setting.handed_over_silent_h", 24, Place("shipping", _HOURS), ge=0, le=720)
    claim_minutes: int = _key("setting.claim_minutes", STALE_AFTER_MIN, Place("shipping", _MINUTES), ge=5, le=1_440)
    first_rules: Rules = _key("setting.first_rules", (), _SHIPPING)
    receiver: bool = _key("setting.receiver", False, Place("webhooks"))
    receiver_port: int = _key("setting.receiver_port", 8787, Place("webhooks", needs_restart=True), ge=1, le=65_535)
    receiver_names: Line = _key("setting.receiver_names", "", Place("webhooks", needs_restart=True), max_length=1_000)
    webhook_days: int = _key("setting.webhook_days", 90, Place("webhooks", _DAYS, zero=_NEVER), ge=0, le=36_500)
    personal_days: int = _key("setting.personal_days", 180, _DATA, ge=0, le=36_500)
    history_days: int = _key("setting.history_days", 730, _DATA, ge=0, le=36_500)
    order_days: int = _key("setting.order_days", 0, _DATA, ge=0, le=36_500)
    archive_removed: bool = _key("setting.archive_removed", True, Place("data"))
    removes_old_data: bool = _key("setting.removes_old_data", False, Place("data"))
    database: Database = _key("setting.database", "", Place("backups", needs_restart=True), max_length=LONGEST_URL)
    announcements: Line = _key("setting.announcements", "", Place("versions"), max_length=2_000)
    announcements_signer: Line = _key("setting.announcements_signer", "", Place("versions"), max_length=99)
    window_state: Line = _key("setting.window_state", "", max_length=20_000)
    first_run_done: bool = _key("setting.first_run_done", False)

    @property
    def receiver_hosts(self) -> tuple[str, ...]:
        """Return the host names in `receiver_names`."""
        return tuple(self.receiver_names.replace(",", " ").split())

    @property
    def label_rules(self) -> LabelRules:
        """Return the settings for labels."""
        return LabelRules(self.number_reuse_days, self.carriers_used)

    def changed(self, **values: object) -> "Settings":
        """Return the settings with other values; raise `ValidationFailed` for values that can't be used."""
        try:
            return Settings.model_validate({**dict(self), **values})
        except ValidationError as wrong:
            raise ValidationFailed(*problems_of(Settings, wrong)) from None


class LoadedSettings(NamedTuple):
    """The settings, and what was wrong with the file, for the banner."""

    settings: Settings
    messages: tuple[Message, ...]


def place_of(key: str) -> Place:
    """Return where a setting is shown."""
    extra: Any = Settings.model_fields[key].json_schema_extra
    return extra["place"]


def keys_of(page: str) -> tuple[str, ...]:
    """Return the keys of a page, in its order; those that no page shows for ""."""
    return tuple(key for key in Settings.model_fields if place_of(key).page == page)


def load(profile: Profile) -> LoadedSettings:
    """Load the settings; a missing or invalid value becomes its default, and an invalid one is reported."""
    try:
        table = settings_file.read(profile.folder)
    except OSError as error:
        return LoadedSettings(Settings(), (Message("settings.not_read", reason=error.strerror or str(error)),))
    values = {key: _read(table[key]) for key in Settings.model_fields if key in table}
    wrong: list[str] = []
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        wrong = [key for key in values if any(details["loc"][0] == key for details in error.errors(include_url=False))]
        settings = Settings.model_validate({key: value for key, value in values.items() if key not in wrong})
    unusable = [Message("settings.unusable_value", key=key, value=shown(getattr(settings, key))) for key in wrong]
    notice = table.get(settings_file.NOTICE)
    notices = (from_stored(notice),) if isinstance(notice, str) else ()
    return LoadedSettings(settings, (*notices, *unusable))


def language_of(folder: str | None, env: Mapping[str, str]) -> str:
    """Return the language in a profile's settings before the profile is opened; the system's if there is none."""
    table = settings_file.read(folder_named(Path(folder) if folder else None, env))
    language = table.get("language")
    return language if language in messages.LANGUAGES else messages.SYSTEM


def save(profile: Profile, settings: Settings, before: Settings | None = None) -> None:
    """Write the settings that differ from `before`, the settings as last loaded; all else in the file stays.

    Without `before` they are compared with the file. Raises SettingsNotSavedError if writing fails.
    """
    known = dict(before or load(profile).settings)
    changed = {key: _written(value) for key, value in settings if known[key] != value}
    try:
        settings_file.change(profile.folder, changed)
    except OSError as error:
        raise SettingsNotSavedError(Message("settings.not_saved", reason=error.strerror or str(error))) from error


def shown(value: object) -> str:
    """Return a value as the settings file has it, without quotes."""
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return f"[{', '.join(map(str, cast('tuple[object, ...]', value)))}]"
        case _:
            return str(value)


def _read(value: object) -> object:
    """Return a value of the file for the model: TOML has lists where the model has tuples."""
    return tuple(cast("list[object]", value)) if isinstance(value, list) else value


def _written(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


DEFAULTS: Mapping[str, object] = MappingProxyType(dict(Settings()))
"""The default of each key."""
