"""The settings: written completely, read whatever the file contains."""

import stat
import sys
import threading
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import LANGUAGES, SYSTEM, texts
from shipconsole.station import settings, settings_file
from shipconsole.station.file_lock import FileLock
from shipconsole.station.profile import Profile, open_profile
from shipconsole.station.settings import Settings


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    opened = open_profile(tmp_path / "profile", {})
    assert opened.id
    return opened


def file_of(profile: Profile) -> Path:
    return profile.folder / "settings.toml"


def test_a_fresh_profile_has_the_defaults(profile: Profile) -> None:
    assert settings.load(profile) == (Settings(), ())


def test_saved_settings_are_loaded(profile: Profile) -> None:
    chosen = Settings(
        station_name="Bänk 2 北",
        theme="high_contrast",
        text_scale=1.5,
        bench_text_scale=1.75,
        reduced_motion="on",
        command_prefix="~~",
        undo_window_s=0,
        window_state="AAAA/w==",
    )
    settings.save(profile, chosen)
    assert settings.load(profile) == (chosen, ())
    assert stat.S_IMODE(file_of(profile).stat().st_mode) == 0o600
    assert [path.name for path in profile.folder.glob("settings.toml*")] == ["settings.toml"]


def test_every_key_survives_being_saved_and_loaded(profile: Profile) -> None:
    others = {int: 99, float: 1.75}
    chosen = Settings()
    for key, info in Settings.model_fields.items():
        value = getattr(chosen, key)
        choices = get_args(info.annotation)
        if isinstance(value, bool):
            other: object = not value
        elif isinstance(value, tuple):
            other = ("due:today",) if key == "first_rules" else ("auspost", "evri")
        elif isinstance(value, str):
            other = next(choice for choice in choices if choice != value) if choices else "Ü 1"
            other = "postgresql://station@db.example.org/ship" if key == "database" else other
        else:
            other = others[type(value)]
        chosen = chosen.changed(**{key: other})
    assert not {*dict(chosen).items()} & {*settings.DEFAULTS.items()}
    settings.save(profile, chosen)
    assert settings.load(profile) == (chosen, ())


def test_all_bad_values_are_reported_and_the_good_ones_kept(profile: Profile) -> None:
    file_of(profile).write_text('theme = "purple"\nsound_volume = 5\nreceiver_port = "x"\nlater = 1\n')
    loaded = settings.load(profile)
    assert loaded.settings == Settings(sound_volume=5)
    assert {message.arguments["key"] for message in loaded.messages} == {"theme", "receiver_port"}


def test_each_key_says_what_it_is_for_and_is_on_one_page() -> None:
    known = texts()
    for key, info in Settings.model_fields.items():
        assert (info.title, info.description) == (f"setting.{key}", f"setting.{key}.help")
        assert {info.title, info.description} <= known.keys()
    by_page = [key for page in (*settings.PAGES, "") for key in settings.keys_of(page)]
    assert sorted(by_page) == sorted(Settings.model_fields)
    assert {*get_args(Settings.model_fields["language"].annotation)} == {SYSTEM, *LANGUAGES}


def test_a_change_that_is_wrong_is_refused_in_words() -> None:
    with pytest.raises(ValidationFailed) as refused:
        Settings().changed(undo_window_s=601)
    (problem,) = refused.value.problems
    assert (problem.message.id, problem.path) == ("form.at_most", ("undo_window_s",))


def test_keys_that_are_not_ours_stay(profile: Profile) -> None:
    identity = profile.id
    with file_of(profile).open("a") as file:
        file.write('of_a_later_version = "x"\n[printer]\nname = "Zebra"\n')
    settings.save(profile, Settings(theme="light"))
    table = tomllib.loads(file_of(profile).read_text())
    assert (table["of_a_later_version"], table["printer"]) == ("x", {"name": "Zebra"})
    assert (table["theme"], open_profile(profile.folder, {}).id) == ("light", identity)


def test_only_what_changed_is_written_over_edits_made_meanwhile(profile: Profile) -> None:
    loaded = settings.load(profile).settings
    text = '# the bench by the door\nstation_name = "Dock 7" # painted on it\nhold_s = 9\n'
    file_of(profile).write_text(f'profile_id = "{profile.id}"\n{text}')
    settings.save(profile, loaded.changed(window_state="AAAA"), loaded)
    assert file_of(profile).read_text() == f'profile_id = "{profile.id}"\n{text}window_state = "AAAA"\n'


def test_saving_nothing_new_leaves_the_file_alone(profile: Profile) -> None:
    settings.save(profile, Settings(theme="dark"))
    before = file_of(profile).stat().st_ino
    settings.save(profile, Settings(theme="dark"))
    assert file_of(profile).stat().st_ino == before


def test_a_byte_order_mark_and_windows_line_ends_are_read(profile: Profile) -> None:
    file_of(profile).write_bytes(b'\xef\xbb\xbftheme = "dark"\r\nhold_s = 5\r\n')
    loaded = settings.load(profile)
    assert (loaded.settings.theme, loaded.settings.undo_window_s, loaded.messages) == ("dark", 5, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_settings_that_powershell_wrote_are_read_and_broken_ones_keep_the_profile_id(
    profile: Profile, encoding: str
) -> None:
    text = file_of(profile).read_text("utf-8")
    file_of(profile).write_bytes(f'theme = "dark"\r\n{text}'.encode(encoding))
    loaded = settings.load(profile)
    assert (loaded.settings.theme, loaded.messages) == ("dark", ())
    assert open_profile(profile.folder, {}).id == profile.id
    file_of(profile).write_bytes(f"theme = dark\r\n{text}".encode(encoding))
    assert open_profile(profile.folder, {}).id == profile.id


@pytest.mark.parametrize(
    "broken",
    [
        b"theme = ",
        b"\xff\xfe\x00",
        b"\x00" * 200,
        b"a = " + b"[" * 100_000,
        b"#" * 2_000_000,
        b"a = 1\na = 2\n",
    ],
    ids=["half", "not text", "zeros", "deep", "huge", "twice"],
)
def test_a_broken_file_is_set_aside_and_reported_until_the_next_save(profile: Profile, broken: bytes) -> None:
    file_of(profile).write_bytes(broken)
    loaded = settings.load(profile)
    assert loaded.settings == Settings()
    (message,) = loaded.messages
    assert message == Message("settings.restarted", file="settings.broken-1.toml")
    assert (profile.folder / "settings.broken-1.toml").read_bytes() == broken
    again = open_profile(profile.folder, {})
    assert settings.load(again) == loaded
    settings.save(again, loaded.settings)
    assert settings.load(again).messages == ()


def test_a_broken_file_keeps_the_profile_id(profile: Profile) -> None:
    with file_of(profile).open("a") as file:
        file.write("theme = dark\n")
    again = open_profile(profile.folder, {})
    assert again.id == profile.id
    (message,) = settings.load(again).messages
    assert message == Message("settings.restarted", file="settings.broken-1.toml")


def test_a_second_broken_file_does_not_replace_the_first(profile: Profile) -> None:
    for broken in ("=1", "=2"):
        file_of(profile).write_text(broken)
        settings.load(profile)
    saved = [(profile.folder / f"settings.broken-{number}.toml").read_text() for number in (1, 2)]
    assert saved == ["=1", "=2"]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('theme = "purple"', "theme"),
        ("text_scale = nan", "text_scale"),
        ("text_scale = 40.0", "text_scale"),
        ("text_scale = true", "text_scale"),
        ("undo_window_s = 1.5", "undo_window_s"),
        ("undo_window_s = -1", "undo_window_s"),
        ('receiver = "yes"', "receiver"),
        ("receiver = 1", "receiver"),
        ("receiver_port = 0", "receiver_port"),
        ("receiver_names = 5", "receiver_names"),
        ("webhook_days = -1", "webhook_days"),
        ("undo_window_s = true", "undo_window_s"),
        ('station_name = ""', "station_name"),
        ('station_name = "a\\u202Eb"', "station_name"),
        ("command_prefix = 5", "command_prefix"),
        ("text_scale = 2.5", "text_scale"),
        ("sound_volume = 101", "sound_volume"),
        ('sound_good = "chime"', "sound_good"),
        ('paper = "a4"', "paper"),
        ('carriers_used = ["ups", 5]', "carriers_used"),
        ('carriers_used = "ups"', "carriers_used"),
        ("ship_when_packed = 1", "ship_when_packed"),
        ('paper = "A5"', "paper"),
        ("slip_printer = 1", "slip_printer"),
        ("label_printer = true", "label_printer"),
        ('report_printer = "a\\nb"', "report_printer"),
        ("print_slip_when_shipped = 1", "print_slip_when_shipped"),
        ("slip_logo = []", "slip_logo"),
        ("slip_template = 3", "slip_template"),
        ("handed_over_silent_h = 721", "handed_over_silent_h"),
        ('database = "orders.db"', "database"),
        ('database = "postgresql://station@db:port/ship"', "database"),
        ('database = "postgresql://station:s3cret@db/ship"', "database"),
        ("handed_over_silent_h = -1", "handed_over_silent_h"),
    ],
)
def test_an_invalid_value_takes_its_default_and_is_reported(profile: Profile, line: str, key: str) -> None:
    file_of(profile).write_text(f"{line}\nwindow_state = 'AAAA'\n")
    loaded = settings.load(profile)
    assert loaded.settings == Settings(window_state="AAAA")
    (message,) = loaded.messages
    assert (message.id, message.arguments["key"]) == ("settings.unusable_value", key)


def test_a_whole_number_serves_as_text_scale(profile: Profile) -> None:
    file_of(profile).write_text("text_scale = 2\n")
    assert settings.load(profile) == (Settings(text_scale=2.0), ())


def test_a_settings_file_that_cannot_be_read_is_reported(profile: Profile) -> None:
    file_of(profile).unlink()
    file_of(profile).mkdir()
    assert settings.load(profile) == (Settings(), (Message("settings.not_read", reason="Is a directory"),))


def test_a_failed_save_leaves_the_old_settings_complete(profile: Profile) -> None:
    settings.save(profile, Settings(theme="dark"))
    (profile.folder / "settings.toml.new").mkdir()
    with pytest.raises(settings.SettingsNotSavedError) as failed:
        settings.save(profile, Settings(theme="light"))
    assert failed.value.message == Message("settings.not_saved", reason="Is a directory")
    assert settings.load(profile).settings.theme == "dark"


def test_changes_made_at_the_same_time_are_all_kept(profile: Profile) -> None:
    def change(number: int) -> None:
        settings_file.change(profile.folder, {f"from_{number}": number})

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    table = tomllib.loads(file_of(profile).read_text())
    assert [table[f"from_{number}"] for number in range(8)] == list(range(8))


def test_a_lock_of_another_process_is_reported_after_a_short_wait(
    profile: Profile,
) -> None:
    lock = FileLock(profile.folder / "settings.lock")
    assert lock.acquire()
    with pytest.raises(settings.SettingsNotSavedError, match="locked by another program"):
        settings.save(profile, Settings())
    lock.release()


def test_nothing_in_the_settings_is_a_secret() -> None:
    names = " ".join(Settings.model_fields)
    assert not any(word in names for word in ("key", "password", "secret", "token"))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("bench-1.local", "Bench 1"),
        ("bench2", "Bench 2"),
        ("packing_station-north", "Packing station north"),
        ("DESKTOP-AB12CD", "DESKTOP AB12CD"),
        ("localhost", "Station 1"),
        ("", "Station 1"),
        ("---", "Station 1"),
        ("a" * 80, "A" + "a" * 49),
    ],
)
def test_a_station_is_named_after_its_computer(host: str, name: str) -> None:
    assert settings.name_from_host(host) == name


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such device")
def test_an_endless_settings_file_is_set_aside(profile: Profile) -> None:
    file_of(profile).unlink()
    file_of(profile).symlink_to("/dev/zero")
    (message,) = settings.load(profile).messages
    assert message == Message("settings.restarted", file="settings.broken-1.toml")
    assert (profile.folder / "settings.broken-1.toml").is_symlink()
    assert not file_of(profile).is_symlink()
