"""Plays sound files through the system's own player, without ever blocking the window."""

import array
import os
import sys
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QStandardPaths, QTemporaryDir, Signal

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.plain_text import plain

AT_ONCE_MOST = 3
FULL_VOLUME = 100
STOP_WAIT_MS = 500
_REASON_MAX = 200
_LIBRARIES = "LD_LIBRARY_PATH"
_MISSING = Message("sounds.no_player")


class Program(NamedTuple):
    """A program that plays a file, which its arguments are followed by."""

    path: str
    arguments: tuple[str, ...] = ()


_LINUX = (Program("pw-play"), Program("paplay"), Program("aplay", ("-q",)))
_MACOS = (Program("/usr/bin/afplay"),)


def find_program(folders: str | None = None) -> Program | None:
    """Return the system's player, None if there is none; `folders` replaces the search path."""
    paths = folders.split(os.pathsep) if folders is not None else []
    for program in _MACOS if sys.platform == "darwin" else _LINUX:
        if found := QStandardPaths.findExecutable(program.path, paths):
            return Program(found, program.arguments)
    return None


def scaled(raw: bytes, volume: int) -> bytes:
    """Return 16-bit samples at a volume in percent; loudness is felt as the square root of it."""
    samples = array.array("h", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    factor = (min(max(volume, 0), FULL_VOLUME) / FULL_VOLUME) ** 2
    made = array.array("h", [int(sample * factor) for sample in samples])
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()


class Playback(QProcess):
    """A player that plays one file. Signal: ended(itself, what failed)."""

    ended = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        """Begin with nothing started."""
        super().__init__(parent)
        self.setProcessEnvironment(_environment())
        self.setStandardInputFile(QProcess.nullDevice())
        self.setStandardOutputFile(QProcess.nullDevice())
        self.finished.connect(self._on_finished)
        self.errorOccurred.connect(self._on_error)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        said = bytes(self.readAllStandardError().data()).decode("utf-8", "replace")
        has_failed = code != 0 and status == QProcess.ExitStatus.NormalExit
        reason = plain(" ".join(said.split()))[:_REASON_MAX] or str(code)
        self.ended.emit(self, Message("sounds.failed", reason=reason) if has_failed else NO_MESSAGE)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(self, Message("sounds.failed", reason=self.errorString()))


class SoundPlayer(QObject):
    """Plays files one over the other. Signal: changed(), when `problem` has changed.

    `problem` says why nothing is heard: there is no player, or it has failed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, folders: str | None = None) -> None:
        """Look for the player; `folders` replaces the search path."""
        super().__init__(parent)
        self._program = None if sys.platform == "win32" else find_program(folders)
        self._running: list[Playback] = []
        self._folder: QTemporaryDir | None = None
        self.problem = NO_MESSAGE if self._program or sys.platform == "win32" else _MISSING

    @property
    def playing(self) -> tuple[Playback, ...]:
        """The players that run."""
        return tuple(self._running)

    def play(self, file: Path, volume: int = FULL_VOLUME) -> None:
        """Begin to play a file; what fails is in `problem`."""
        if volume <= 0:
            return
        try:
            heard = self._at_volume(file, volume)
        except (OSError, EOFError, wave.Error) as error:
            self._note(Message("sounds.failed", reason=str(error)))
            return
        if sys.platform == "win32":
            self._play_on_windows(heard)
        elif self._program is not None:
            self._start(self._program, heard)

    def stop(self) -> None:
        """Stop all sounds."""
        self._running.clear()
        for playback in self.findChildren(Playback):
            playback.kill()
            playback.waitForFinished(STOP_WAIT_MS)

    def _start(self, program: Program, file: Path) -> None:
        while len(self._running) >= AT_ONCE_MOST:
            self._running.pop(0).kill()
        playback = Playback(self)
        playback.ended.connect(self._on_ended)
        self._running.append(playback)
        playback.start(program.path, [*program.arguments, str(file)])

    def _on_ended(self, playback: "Playback", problem: Message) -> None:
        # One that was stopped on purpose has no result.
        if playback in self._running:
            self._running.remove(playback)
            self._note(problem)
        playback.deleteLater()

    def _play_on_windows(self, file: Path) -> None:
        if sys.platform == "win32":
            import winsound

            try:
                winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            except RuntimeError as error:
                self._note(Message("sounds.failed", reason=str(error)))
            else:
                self._note(NO_MESSAGE)

    def _note(self, problem: Message) -> None:
        if problem != self.problem:
            self.problem = problem
            self.changed.emit()

    def _at_volume(self, file: Path, volume: int) -> Path:
        """Return a copy of a file at a volume: players state theirs in different ways, or not at all."""
        if volume >= FULL_VOLUME:
            return file
        self._folder = self._folder or QTemporaryDir()
        copy = Path(self._folder.path()) / f"{file.stem}-{volume}.wav"
        if not copy.exists():
            with wave.open(str(file), "rb") as source:
                form, raw = source.getparams(), source.readframes(source.getnframes())
            with wave.open(str(copy), "wb") as target:
                target.setparams(form)
                target.writeframes(scaled(raw, volume))
        return copy


def _environment(env: Mapping[str, str] = os.environ) -> QProcessEnvironment:
    """Return the environment for another program: a frozen program's own libraries are not for it."""
    made = QProcessEnvironment.systemEnvironment()
    if getattr(sys, "frozen", False):
        made.remove(_LIBRARIES)
        if own := env.get(f"{_LIBRARIES}_ORIG"):
            made.insert(_LIBRARIES, own)
    return made
