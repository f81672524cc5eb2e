"""A walk: the real program in a process of its own, driven by its keyboard and read as by a screen reader.

With ``PICTURES=FOLDER`` in the environment the walks save pictures of their screens there, light and dark.
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
from shipconsole.station import settings_file
from shipconsole.station.profile import open_profile
from tests.support import local_http
from tests.support.keyboard import Keyboard
from tests.support.xvfb import Display

WAIT_S = 60.0
LOOK_EVERY_S = 0.05
MAIN_WINDOW = f"^{text('program.title_demo')}$"
REAL_WINDOW = "^Shipconsole$"


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen: the window in front, the focused widget, and all texts that a screen reader reads."""

    window: str
    title: str
    focus: str
    focus_id: int
    texts: tuple[str, ...]

    def shows(self, words: str) -> bool:
        """Return whether a text on the screen contains these words."""
        return any(words in line for line in self.texts)


class Walk:
    """The running demo, or the program on a profile."""

    def __init__(
        self,
        display: Display,
        folder: Path,
        *,
        profile: Path | None = None,
        env: Mapping[str, str] | None = None,
        first_run: bool = False,
    ) -> None:
        """Start the program; `env` adds to its environment. `first_run` lets the assistant for a new profile open."""
        if profile is not None and not first_run:
            settings_file.change(open_profile(profile, {}).folder, {"first_run_done": True}, is_read=False)
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

    def read_screen(self, *, pictures: str = "") -> Screen:
        """Return the screen; with a name, take two pictures of it if ``PICTURES`` is set."""
        folder = os.environ.get("PICTURES", "")
        file = str(Path(folder).resolve() / pictures) if folder and pictures else ""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(f"{file}\n")
        self._program.stdin.flush()
        answer = json.loads(self._program.stdout.readline())
        return Screen(**{**answer, "texts": tuple(answer["texts"])})

    def until(
        self,
        is_so: Callable[[Screen], bool],
        what: str = "",
        *,
        every_s: float = LOOK_EVERY_S,
        wait_s: float = WAIT_S,
    ) -> Screen:
        """Wait for a condition of the screen; fail with the screen's texts."""
        deadline_s = time.monotonic() + wait_s
        while not is_so(screen := self.read_screen()):
            assert time.monotonic() < deadline_s, f"{what}\n" + "\n".join((str(screen)[:200], *screen.texts))
            time.sleep(every_s)
        return screen

    def until_shown(self, words: str) -> Screen:
        """Wait until a text on the screen contains these words."""
        return self.until(lambda screen: screen.shows(words), f"nothing says “{words}”")

    def until_in(self, focus: str) -> Screen:
        """Wait until the widget of a name has the focus."""
        return self.until(lambda screen: screen.focus == focus, f"the keyboard is not in {focus}")

    def tab_to(self, focus: str, most: int = 40) -> Screen:
        """Press Tab until the widget of a name has the focus."""
        seen: list[int] = []
        while (screen := self.read_screen()).focus != focus:
            assert len(seen) < most, f"Tab does not lead to {focus}"
            seen.append(screen.focus_id)
            self.keyboard.press("Tab")
            self.until(lambda now: now.focus_id != seen[-1], "Tab leads nowhere")
        return screen

    def enter(self, window: str, title: str) -> Screen:
        """Wait for a window in front, and send keys to it from now on."""
        self.until(lambda screen: screen.window == window, f"{window} is not in front")
        self.keyboard.go_to(title)
        return self.read_screen()

    def choose(self, title: str) -> None:
        """Choose the entry of an open menu that alone begins with the first letter of a title."""
        self.keyboard.write(title[0].lower())
        self.keyboard.press("Return")

    def leave_to(self, window: str, title: str) -> Screen:
        """Close the window in front with Esc, and go to the one behind it."""
        self.keyboard.press("Escape")
        return self.enter(window, title)

    def open_order(self, number: str, says: str) -> Screen:
        """Scan an order's number, and wait until it is open."""
        self.keyboard.press("F2")
        self.until_in("scan_field")
        self.keyboard.scan(number)
        return self.until_shown(says)

    def show_tab(self, name: str) -> Screen:
        """Show a part of the right column, where its parts are tabs: ``packages``, ``tracking``, ``activity``."""
        # As in any row of tabs, Tab goes to the chosen one and the arrows to the others.
        focus = self.read_screen().focus
        while not focus.startswith("tab_"):
            self.keyboard.press("Tab")
            focus = self.until(lambda screen, before=focus: screen.focus != before, "Tab leads nowhere").focus
        names = ["packages", "tracking", "activity"]
        steps = names.index(name) - names.index(focus.removeprefix("tab_"))
        self.keyboard.press(*["Right" if steps > 0 else "Left"] * abs(steps))
        self.until_in(f"tab_{name}")
        self.keyboard.press("F2")
        return self.until_in("scan_field")

    def replace(self, text: str) -> Screen:
        """Replace the text of the focused field, and wait until it is shown."""
        self.keyboard.press("ctrl+a")
        self.keyboard.write(text)
        return self.until_shown(f" | {text}")

    def effects(self, vendor: str = "") -> list[dict[str, Any]]:
        """Return the effects at all simulated platforms or one of them, oldest first."""
        happened = local_http.get(f"{self.url}/_simulator/effects").json()
        return [effect for effect in happened if vendor in ("", effect["vendor"])]

    def until_effects(self, number: int, vendor: str = "") -> list[dict[str, Any]]:
        """Wait for a number of effects."""
        self.until(lambda _: len(self.effects(vendor)) >= number, f"{number} effects do not come about")
        return self.effects(vendor)

    def fault(self, **fault: object) -> None:
        """Make a simulated platform fail."""
        local_http.post(f"{self.url}/_simulator/faults", json=fault).raise_for_status()

    def command(self, *words: str) -> Any:
        """Run a command on the window's profile, and return its output, parsed if it is JSON."""
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

    def kill(self) -> None:
        """End the program as a power cut does, if it has not ended."""
        if self._program.poll() is None:
            self._program.kill()
            self._program.communicate(timeout=WAIT_S)

    def stop(self) -> tuple[int, str]:
        """End the program as the end of the session does; return its exit code and standard error."""
        self._program.terminate()
        _, errors = self._program.communicate(timeout=WAIT_S)
        return self._program.returncode, errors


@pytest.fixture
def walk(display: Display, tmp_path: Path) -> Generator[Walk]:
    """Return a walk through the synced demo, which must end without an error."""
    started = Walk(display, tmp_path)
    try:
        orders_shown = text("order_list.count", count=24)
        started.until(lambda screen: screen.shows(orders_shown) and screen.shows("Synced"), "no orders are imported")
        yield started
    finally:
        ended = started.stop()
    assert ended == (0, "")
