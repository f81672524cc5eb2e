"""How long the window takes to its first paint beside an empty one, taken in turn in one run."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import monotonic

import pytest

from tests.kit.xvfb import Display

pytestmark = pytest.mark.heavy

ROUNDS = 15
PAINTED = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)
        return False
    def tell(self):
        print(time.monotonic(), flush=True)
        os._exit(0)
"""
EMPTY = (
    PAINTED
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
watch = Painted()
window.installEventFilter(watch)
window.show()
app.exec()
"""
)
OURS = (
    PAINTED
    + """
import shipconsole.app as app
real = app._Heavy
class Told(real):
    def __init__(self, window, profile):
        super().__init__(window, profile)
        self.watch = Painted()
        window.order_list.first_came.connect(lambda *_: self.watch.tell())
app._Heavy = Told
app.run_window(profile=sys.argv[1], database=None, demo=False)
"""
)


def seconds(code: str, display: Display, folder: Path) -> float:
    began = monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        # As installed: compiled once, also where the tests are told to leave no compiled files beside the source.
        env=display.env | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return float(ran.stdout.split()[0]) - began


def test_the_first_page_is_there_within_half_more_than_an_empty_window(display: Display, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "shipconsole", "--profile", str(tmp_path), "orders"], check=True)
    times: dict[str, list[float]] = {EMPTY: [], OURS: []}
    for code in times:
        seconds(code, display, tmp_path)
    for _ in range(ROUNDS):
        for code, taken in times.items():
            taken.append(seconds(code, display, tmp_path))
    empty_s, ours_s = (median(taken) for taken in times.values())
    print(
        f"empty window {empty_s * 1e3:.0f} ms, ours with its first page {ours_s * 1e3:.0f} ms, {ours_s / empty_s:.2f}x"
    )
    assert ours_s <= 1.5 * empty_s
