"""Sounds are played by the system's own player; what can't be played is said and breaks nothing."""

import math
import os
import runpy
import struct
import wave
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import NO_MESSAGE
from shipconsole.station.resources import resource
from shipconsole.ui.sounds.effects import NAMES
from shipconsole.ui.sounds.player import SoundPlayer, find_program, scaled
from tests.architecture.tree import ROOT

ALL_BYTES_MOST = 200_000
LONGEST_S = 0.7
SHAPES = {
    "good": [1318],
    "complete": [659, 830, 988],
    "shipped": [784, 1046],
    "error": [147, 147],
    "question": [880, 880],
    "away": [698, 466],
}

PITCHES = sorted({hertz for shape in SHAPES.values() for hertz in shape})
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "sounds.py"))


def fake_player(folder: Path, name: str = "pw-play", code: str = 'cp "$1" "$0.played"') -> Path:
    """Put a player on a search path of its own; it keeps what it plays."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$@" >> "$0.calls"\nset -- "$last"\n{code}\n')
    program.chmod(0o755)
    return program


def calls(program: Path) -> list[str]:
    file = Path(f"{program}.calls")
    return file.read_text().splitlines() if file.exists() else []


def read(file: Path) -> tuple[int, list[int]]:
    with wave.open(str(file), "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        raw = sound.readframes(sound.getnframes())
        return sound.getframerate(), list(struct.unpack(f"<{len(raw) // 2}h", raw))


def loudness(samples: list[int], rate: int, hertz: float) -> float:
    """Return how much of a frequency is in samples."""
    turns = [2 * math.pi * hertz * at / rate for at in range(len(samples))]
    sine = sum(sample * math.sin(turn) for sample, turn in zip(samples, turns, strict=True))
    cosine = sum(sample * math.cos(turn) for sample, turn in zip(samples, turns, strict=True))
    return math.hypot(sine, cosine) / max(1, len(samples))


@pytest.mark.parametrize("name", NAMES)
def test_each_sound_is_short_loud_at_once_and_has_its_own_tones(name: str) -> None:
    rate, samples = read(resource(f"sounds/{name}.wav"))
    assert len(samples) / rate <= LONGEST_S
    assert max(map(abs, samples)) == 26_214
    assert max(map(abs, samples[: rate // 100])) > 10_000
    found: list[int] = []
    begin = 0
    for tone in SCRIPT["SOUNDS"][name]:
        part = samples[begin : begin + round(tone.seconds * rate)]
        begin += len(part)
        if max(map(abs, part)) > 0:
            found.append(max(PITCHES, key=lambda hertz: loudness(part, rate, hertz)))
    assert begin == len(samples)
    assert found == SHAPES[name]


def test_the_sounds_are_those_of_the_script_and_small() -> None:
    files = sorted(resource("sounds").glob("*.wav"))
    assert {file.stem for file in files} == {*SCRIPT["SOUNDS"]} == {*NAMES}
    assert sum(file.stat().st_size for file in files) < ALL_BYTES_MOST
    for file in files:
        assert read(file) == (SCRIPT["RATE"], SCRIPT["samples"](SCRIPT["SOUNDS"][file.stem]))


def test_the_first_player_that_is_installed_plays(tmp_path: Path) -> None:
    for name in ("aplay", "paplay", "pw-play"):
        program = fake_player(tmp_path / "bin", name)
        found = find_program(str(tmp_path / "bin"))
        assert found is not None
        assert found.path == str(program)
    assert find_program(str(tmp_path)) is None


def test_without_a_player_nothing_happens_and_the_reason_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    player = SoundPlayer(folders=str(tmp_path))
    assert player.problem.id == "sounds.no_player"
    player.play(resource("sounds/good.wav"))
    player.stop()


def test_a_sound_is_played_whole_and_at_its_volume(qtbot: QtBot, tmp_path: Path) -> None:
    program = fake_player(tmp_path / "bin")
    player = SoundPlayer(folders=str(tmp_path / "bin"))
    assert player.problem == NO_MESSAGE
    file, played = resource("sounds/good.wav"), Path(f"{program}.played")
    player.play(file)
    qtbot.waitUntil(lambda: len(calls(program)) == 1)
    qtbot.waitUntil(played.exists)
    assert calls(program) == [str(file)]
    player.play(file, 50)
    qtbot.waitUntil(lambda: len(calls(program)) == 2)
    rate, full = read(file)
    qtbot.waitUntil(lambda: played.stat().st_size > 0 and read(played)[1] != full)
    assert read(played) == (rate, [int(sample / 4) for sample in full])
    player.play(file, 0)
    player.stop()
    assert len(calls(program)) == 2


def test_aplay_is_told_to_be_silent_about_itself(qtbot: QtBot, tmp_path: Path) -> None:
    program = fake_player(tmp_path / "bin", "aplay")
    player = SoundPlayer(folders=str(tmp_path / "bin"))
    player.play(resource("sounds/good.wav"))
    qtbot.waitUntil(lambda: bool(calls(program)))
    assert calls(program)[0].startswith("-q ")
    player.stop()


def test_a_player_that_fails_is_reported_until_one_works(qtbot: QtBot, tmp_path: Path) -> None:
    marker = tmp_path / "no-card"
    marker.touch()
    fake_player(tmp_path / "bin", code=f'[ -e "{marker}" ] && echo "no  sound\ncard" >&2 && exit 1; exit 0')
    player = SoundPlayer(folders=str(tmp_path / "bin"))
    with qtbot.waitSignal(player.changed):
        player.play(resource("sounds/error.wav"))
    assert player.problem.id == "sounds.failed"
    assert player.problem.arguments["reason"] == "no sound card"
    marker.unlink()
    with qtbot.waitSignal(player.changed):
        player.play(resource("sounds/error.wav"))
    assert player.problem == NO_MESSAGE


@pytest.mark.skipif(os.geteuid() == 0 and not os.access("/bin/sh", os.X_OK), reason="needs a shell")
def test_a_player_that_can_not_start_is_reported(qtbot: QtBot, tmp_path: Path) -> None:
    program = fake_player(tmp_path / "bin")
    player = SoundPlayer(folders=str(tmp_path / "bin"))
    program.write_text("#!/no/such/interpreter\n")
    with qtbot.waitSignal(player.changed):
        player.play(resource("sounds/error.wav"))
    assert player.problem.id == "sounds.failed"


def test_sounds_that_still_play_are_stopped_and_never_more_than_a_few(qtbot: QtBot, tmp_path: Path) -> None:
    program = fake_player(tmp_path / "bin", code="exec sleep 30")
    player = SoundPlayer(folders=str(tmp_path / "bin"))
    for _ in range(6):
        player.play(resource("sounds/error.wav"))
    qtbot.waitUntil(lambda: len(calls(program)) >= 3)
    assert len(player.playing) == 3
    player.stop()
    assert player.playing == ()
    assert player.problem == NO_MESSAGE


def test_loudness_is_scaled_by_its_square() -> None:
    raw = struct.pack("<3h", 30_000, -30_000, 3)
    assert struct.unpack("<3h", scaled(raw, 50)) == (7_500, -7_500, 0)
    assert scaled(raw, 100) == raw
    assert struct.unpack("<3h", scaled(raw, -5)) == (0, 0, 0)
