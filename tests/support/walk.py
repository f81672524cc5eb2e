"""A walk: the program as a person starts it, with its keyboard, somebody who looks at its screen, and platforms that
log.

With ``PICTURES=FOLDER`` in the environment the walks leave pictures of their screens there, light and dark.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shipconsole.messages import text
from tests.support import local_http
from tests.support.keyboard import Keyboard
from tests.support.xvfb import Display

WAIT_S = 60.0
LOOK_EVERY_S = 0.05
MAIN_WINDOW = f"^{text('program.title_demo')}$"
REAL_WINDOW = "^Shipconsole$"


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on the screen: the window in front, where the keyboard is in it, and all that is said there."""

    window: str
    title: str
    focus: str
    focus_id: int
    said: tuple[str, ...]

    def says(self, words: str) -> bool:
        """Whether some text on the screen has these words in it."""
        return any(words in said for said in self.said)


class Walk:
    """The demo under way, or the program on a profile."""

    def __init__(
        self, display: Display, folder: Path, *, profile: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """Start it and wait for its window; `env` is what its surroundings have besides."""
        self._env = {**display.env, **(env or {}), "TMPDIR": str(folder)}
        self._folder = folder
        self._profile = profile
        words = ["--demo"] if profile is None else ["--profile", str(profile)]
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.support.watched", *words],
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._program.stderr is not None
        if profile is None:
            found = re.search(r"http://\S+", self._program.stderr.readline())
            assert found
            self.url = found[0]
        self.keyboard = Keyboard(display, MAIN_WINDOW if profile is None else REAL_WINDOW)

    def look(self, *, pictures: str = "") -> Screen:
        """What is on the screen now; with a name two pictures of it are taken too, where pictures are wanted."""
        folder = os.environ.get("PICTURES", "")
        file = str(Path(folder).resolve() / pictures) if folder and pictures else ""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(f"{file}\n")
        self._program.stdin.flush()
        answer = json.loads(self._program.stdout.readline())
        return Screen(**{**answer, "said": tuple(answer["said"])})

    def until(self, is_so: Callable[[Screen], bool], what: str = "") -> Screen:
        """Wait until the screen is so; fails with what is there instead."""
        deadline_s = time.monotonic() + WAIT_S
        while not is_so(screen := self.look()):
            assert time.monotonic() < deadline_s, f"{what}\n" + "\n".join((str(screen)[:200], *screen.said))
            time.sleep(LOOK_EVERY_S)
        return screen

    def until_says(self, words: str) -> Screen:
        """Wait until these words are on the screen."""
        return self.until(lambda screen: screen.says(words), f"nothing says “{words}”")

    def until_in(self, focus: str) -> Screen:
        """Wait until the keyboard is in the part with a name."""
        return self.until(lambda screen: screen.focus == focus, f"the keyboard is not in {focus}")

    def tab_to(self, focus: str, most: int = 40) -> Screen:
        """Press Tab until the keyboard is in the part with a name."""
        seen: list[int] = []
        while (screen := self.look()).focus != focus:
            assert len(seen) < most, f"Tab does not lead to {focus}"
            seen.append(screen.focus_id)
            self.keyboard.press("Tab")
            self.until(lambda now: now.focus_id != seen[-1], "Tab leads nowhere")
        return screen

    def enter(self, window: str, title: str) -> Screen:
        """Wait for a window to be in front and go into it."""
        self.until(lambda screen: screen.window == window, f"{window} is not in front")
        self.keyboard.go_to(title)
        return self.look()

    def leave_to(self, window: str, title: str) -> Screen:
        """Leave the window in front with Esc for the one behind it."""
        self.keyboard.press("Escape")
        return self.enter(window, title)

    def open_order(self, number: str, says: str) -> Screen:
        """Scan an order's number and wait until it is there."""
        self.keyboard.press("F2")
        self.until_in("scan_field")
        self.keyboard.scan(number)
        return self.until_says(says)

    def replace(self, text: str) -> Screen:
        """Type over what stands in the field that has the keyboard, and wait until it is there."""
        self.keyboard.press("ctrl+a")
        self.keyboard.write(text)
        return self.until_says(f" | {text}")

    def effects(self, vendor: str = "") -> list[dict[str, Any]]:
        """What the simulated platforms, or one of them, really did, oldest first."""
        happened = local_http.get(f"{self.url}/_simulator/effects").json()
        return [one for one in happened if vendor in ("", one["vendor"])]

    def until_effects(self, number: int, vendor: str = "") -> list[dict[str, Any]]:
        """Wait until so much has happened."""
        self.until(lambda _: len(self.effects(vendor)) >= number, f"{number} effects do not come about")
        return self.effects(vendor)

    def fault(self, **fault: object) -> None:
        """Have a simulated platform misbehave."""
        local_http.post(f"{self.url}/_simulator/faults", json=fault).raise_for_status()

    def command(self, *words: str) -> Any:
        """Run a command beside the window, on the same orders; what it printed, read."""
        (profile,) = [self._profile] if self._profile else self._folder.glob("shipconsole-demo-*")
        ran = subprocess.run(
            [sys.executable, "-m", "shipconsole", "--profile", str(profile), *words],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout) if "--json" in words else ran.stdout

    def stop(self) -> tuple[int, str]:
        """End the program as the session's end would; its exit code and what it complained of."""
        self._program.terminate()
        _, said = self._program.communicate(timeout=WAIT_S)
        return self._program.returncode, said


@pytest.fixture
def walk(display: Display, tmp_path: Path) -> Generator[Walk]:
    """A walk that begins with an empty scan field, and at whose end the program ends at once without complaint."""
    started = Walk(display, tmp_path)
    try:
        started.until(lambda screen: screen.says("24 orders") and screen.says("synced"), "no orders come in")
        yield started
    finally:
        ended = started.stop()
    assert ended == (0, "")
