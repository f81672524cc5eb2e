"""The libraries are the tested ones, and the lock files name exact versions."""

import re
import sys
from importlib.metadata import version

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from pytestqt.qtbot import QtBot

from tests.architecture.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
ROUNDS = 1_000


class Bell(QObject):
    """An object with a signal: rung(loud)."""

    rung = Signal(bool)


def references() -> tuple[int, int]:
    return sys.getrefcount(None), sys.getrefcount(True)


def test_pyside_is_older_than_the_release_that_aborts() -> None:
    major, minor = (int(part) for part in version("PySide6-Essentials").split(".")[:2])
    assert (6, 8) <= (major, minor) < (6, 12)


def test_emitting_and_timers_keep_the_references_of_none_and_true(qtbot: QtBot) -> None:
    bell, timer, heard, ticks = Bell(), QTimer(), [], []
    bell.rung.connect(heard.append)
    timer.timeout.connect(lambda: ticks.append(None))
    none_before, true_before = references()
    for _ in range(ROUNDS):
        bell.rung.emit(True)
        bell.setObjectName("bell")
    timer.start(0)
    qtbot.waitUntil(lambda: len(ticks) >= ROUNDS, timeout=10_000)
    timer.stop()
    heard.clear()
    ticks.clear()
    none_after, true_after = references()
    assert none_after > none_before - ROUNDS // 10
    assert true_after > true_before - ROUNDS // 10


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_library_has_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    loose = [entry for entry in entries if not re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+", entry)]
    unhashed = [entry for entry in entries if "--hash=sha256:" not in entry]
    assert (loose, unhashed) == ([], [])
    assert "//" not in text


def test_the_development_lock_holds_the_run_time_lock() -> None:
    """Compare the locks without their conditions: tests may need a library on more systems."""
    run_time, development = (
        {line.partition(" ;")[0].strip(" \\") for line in (ROOT / name).read_text(encoding="utf-8").splitlines()}
        for name in LOCKS
    )
    assert run_time - development == set()
