"""A packer's whole workflow: a real window, a real keyboard, and platforms that log what happened."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from shipconsole.messages import text
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, open_context
from tests.support.keyboard import Keyboard
from tests.support.xvfb import Display

SETTLED_S = 0.3
"""Time for what cannot be observed from outside: orders saved, a scan processed, nothing sent twice."""


class Demo:
    """The demo, started as a user does, and the address of its simulated platforms."""

    def __init__(self, env: dict[str, str]) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "shipconsole", "--demo"], env=env, stderr=subprocess.PIPE, text=True
        )
        assert self._program.stderr is not None
        found = re.search(r"http://\S+", self._program.stderr.readline())
        assert found
        self.url = found[0]

    def effects(self) -> list[dict[str, Any]]:
        return local_http.get(f"{self.url}/_simulator/effects").json()

    def requests(self, path: str) -> int:
        return sum(path in request["path"] for request in local_http.get(f"{self.url}/_simulator/requests").json())

    def fault(self, **fault: object) -> None:
        local_http.post(f"{self.url}/_simulator/faults", json=fault).raise_for_status()

    def stop(self) -> tuple[int, str]:
        """End it as the end of a desktop session does; return its exit code and errors."""
        self._program.terminate()
        _, errors = self._program.communicate(timeout=60)
        return self._program.returncode, errors


@pytest.fixture
def demo(display: Display, tmp_path: Path) -> Generator[Demo]:
    started = Demo({**display.env, "TMPDIR": str(tmp_path)})
    yield started
    assert started.stop() == (0, ""), "it ends without errors"
    assert list(tmp_path.glob("shipconsole-demo-*")) == [], "its temporary profile is removed"
    with pytest.raises(httpx.ConnectError):
        started.effects()


def until(is_done: Callable[[], bool], timeout_s: float = 60) -> None:
    deadline_s = monotonic() + timeout_s
    while not is_done():
        assert monotonic() < deadline_s
        sleep(0.02)


async def previewed(url: str, folder: Path) -> dict[str, object]:
    """Return the request bodies that `preview` shows for the same package, by platform."""
    async with open_context(folder) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, url))
        order_id, draft = await draft_of(ctx, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
        updates = await ship.preview(ctx, order_id, draft)
        return {update.connection.vendor: json.loads(update.request.body_text) for update in updates}


async def test_part_of_an_order_ships_with_the_keyboard_alone(demo: Demo, display: Display, tmp_path: Path) -> None:
    expected = await previewed(demo.url, tmp_path / "other")
    keyboard = Keyboard(display, "Shipconsole")
    # The preview above and the window have both read all orders then.
    until(lambda: demo.requests("/shipup/v2/orders") >= 2)
    sleep(SETTLED_S)
    keyboard.press("F2")
    # Without pauses: each scan waits for what the previous one opened.
    for scan in ("10001", "MOBILE-CASE-BLK", USPS_NUMBERS[0]):
        keyboard.scan(scan)
    sleep(SETTLED_S)
    keyboard.press("ctrl+Return")
    keyboard.press("ctrl+Return", "ctrl+Return")
    until(lambda: len(demo.effects()) >= 3)
    until(lambda: demo.requests("/refresh") == 1)
    sleep(SETTLED_S)
    effects = demo.effects()
    assert len(effects) == 3, "one effect per platform, however often the keys were pressed"
    assert {effect["vendor"]: effect["body"] for effect in effects} == expected


def test_a_second_window_on_a_profile_is_refused(display: Display, tmp_path: Path) -> None:
    env = {**display.env, "SHIPCONSOLE_PROFILE": str(tmp_path)}
    first = subprocess.Popen([sys.executable, "-m", "shipconsole"], env=env, stderr=subprocess.PIPE, text=True)
    Keyboard(display, "Shipconsole")
    second = subprocess.Popen([sys.executable, "-m", "shipconsole"], env=env, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    assert second.stderr.readline().strip() == text("profile.in_use")
    Keyboard(display, "^Shipconsole$").press("Return")
    second.terminate()
    second.communicate(timeout=60)
    listing = subprocess.run(
        [sys.executable, "-m", "shipconsole", "orders", "--json"],
        env={**os.environ, **env},
        capture_output=True,
        check=True,
    )
    assert json.loads(listing.stdout) == [], "commands can run beside a window"
    first.terminate()
    assert first.communicate(timeout=60)[1] == ""
    assert first.returncode == 0
