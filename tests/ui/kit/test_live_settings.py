"""What a person changes acts at once and is saved a moment later; only what changed is written."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.station import settings
from shipconsole.station.profile import Profile, open_profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit import live_settings
from shipconsole.ui.kit.live_settings import LiveSettings, problem_of
from shipconsole.ui.kit.tasks import Tasks
from tests.ui.waiting import until


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    opened = open_profile(tmp_path / "profile", {})
    assert opened.id
    return opened


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    yield made
    await made.stop()


def file_of(profile: Profile) -> Path:
    return profile.folder / "settings.toml"


async def test_a_change_is_told_once_and_saved(profile: Profile, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_settings, "SAVE_AFTER_MS", 1)
    live, told = LiveSettings(profile, Settings()), list[Settings]()
    live.settings_changed.connect(told.append)
    live.start(tasks)
    live.change(theme="dark")
    live.change(theme="dark")
    live.change(undo_window_s=9)
    assert [(chosen.theme, chosen.undo_window_s) for chosen in told] == [("dark", 5), ("dark", 9)]
    await until(lambda: live.stored == live.settings)
    assert settings.load(profile).settings == live.settings
    lines = [line.partition(" ")[0] for line in file_of(profile).read_text().splitlines()]
    assert lines == ["profile_id", "theme", "undo_window_s"]


async def test_what_was_changed_before_the_tasks_is_saved_then(profile: Profile, tasks: Tasks) -> None:
    live = LiveSettings(profile, Settings())
    live.change(theme="light")
    assert settings.load(profile).settings.theme != "light"
    live.start(tasks)
    await live.save()
    assert settings.load(profile).settings.theme == "light"


async def test_a_value_that_can_not_be_used_changes_nothing(profile: Profile) -> None:
    live = LiveSettings(profile, Settings())
    with pytest.raises(ValidationFailed):
        live.change(station_name="")
    assert live.settings == Settings()
    assert problem_of(live, "station_name", "x" * 51)
    assert problem_of(live, "station_name", "Dock 7") == ""
    assert live.settings.station_name == "Dock 7"


async def test_an_edit_of_the_file_meanwhile_is_kept(profile: Profile) -> None:
    live = LiveSettings(profile, Settings())
    with file_of(profile).open("a") as file:
        file.write("# by hand\nreceiver_port = 9000\n")
    live.change(theme="dark")
    await live.save()
    assert "# by hand\nreceiver_port = 9000\n" in file_of(profile).read_text()


async def test_a_failed_save_is_reported_and_tried_again(profile: Profile) -> None:
    live, failed = LiveSettings(profile, Settings()), list[str]()
    live.saving_failed.connect(failed.append)
    (profile.folder / "settings.toml.new").mkdir()
    live.change(theme="dark")
    await live.save()
    assert len(failed) == 1
    (profile.folder / "settings.toml.new").rmdir()
    await live.save()
    assert settings.load(profile).settings.theme == "dark"


async def test_only_what_needs_a_restart_waits_for_it(profile: Profile) -> None:
    live = LiveSettings(profile, Settings())
    live.change(language="de", theme="dark")
    assert (live.waits_for_restart("language"), live.waits_for_restart("theme")) == (True, False)
    live.change(language="system")
    assert not live.waits_for_restart("language")


async def test_a_page_is_reset(profile: Profile) -> None:
    live = LiveSettings(profile, Settings(theme="dark", text_scale=2.0, sound_volume=3))
    live.reset(settings.keys_of("appearance"))
    assert live.settings == Settings(sound_volume=3)
