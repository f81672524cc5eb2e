"""An open window while webhooks pour in: how long its loop does not come round, beside how that is when nothing comes.

The window is a process of its own, with its receiver on and the webhooks worked off as they come; they are sent from
here. A timer of 5 ms in the window notes each time that it is late, by the clock, by what its thread worked meanwhile,
and by what the whole program did: on a computer that others use too only the last two are the program's doing.
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tests.cli.program import ROOT, Program
from tests.cli.test_serve import path_of
from tests.e2e.test_receiver import free_port, profile_with
from tests.receiver.senders import status_of
from tests.support import sql
from tests.support.bench import USPS_NUMBERS
from tests.support.labels import usps

SENDERS = 8
IDLE_S = 4.0
WARMING_UP = 20
PARCELS = 500

WINDOW = """
import json, sys, time
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from shipconsole import app

class Application(QApplication):
    def __init__(self, words):
        super().__init__(words)
        self.ticks = []
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.timer.start(5)

    def tick(self):
        self.ticks.append((time.monotonic(), time.thread_time(), time.process_time()))

made = []
class Only(Application):
    def __init__(self, words):
        super().__init__(words)
        made.append(self)

app.QApplication = Only
code = app.run_window(profile=sys.argv[1], database=None, demo=False)
print(json.dumps(made[0].ticks))
sys.exit(code)
"""


@dataclass(frozen=True)
class Gaps:
    """Between two ticks, in ms, that of one in a hundred and the longest.

    By the clock; what the window's thread worked; and what the program did by which its thread can have been held up.
    """

    clock: tuple[float, float]
    thread: tuple[float, float]
    program: tuple[float, float]
    count: int


def gaps_between(ticks: list[list[float]], begin: float, end: float) -> Gaps:
    within = [tick for tick in ticks if begin <= tick[0] <= end]
    pairs = list(pairwise(within))
    clock, thread, program = (
        [1_000 * (after[number] - before[number]) for before, after in pairs] for number in range(3)
    )
    # Several threads at once may work more than the clock counts.
    held = [min(both) for both in zip(clock, program, strict=True)]
    return Gaps(_worst(clock), _worst(thread), _worst(held), len(pairs))


def _worst(found: list[float]) -> tuple[float, float]:
    found = sorted(found)
    return round(found[len(found) * 99 // 100], 1), round(found[-1], 1)


def news(number: int, numbers: list[str]) -> bytes:
    """About 4 kB of news of a package, each number another event."""
    events = [
        {
            "occurred_at": f"2026-11-{10 + (number // len(numbers) + index) % 20}T08:00:00Z",
            "carrier_occurred_at": f"2026-11-{10 + (number // len(numbers) + index) % 20}T08:00:00",
            "description": "Arrived at a facility of the carrier on its way",
            "city_locality": "Austin",
            "state_province": "TX",
            "postal_code": "78756",
            "country_code": "US",
            "status_code": "IT",
            "latitude": 30.3,
            "longitude": -97.7,
        }
        for index in range(12)
    ]
    data = {
        "tracking_number": numbers[number % len(numbers)],
        "status_code": "EX" if number % 50 == 0 else "IT",
        "carrier_detail_code": str(number),
        "estimated_delivery_date": "2026-11-30T00:00:00Z",
        "events": events,
    }
    return json.dumps({"resource_type": "API_TRACK", "resource_url": "", "data": data}).encode()


def measured(program: Program, count: int) -> tuple[Gaps, Gaps, dict[str, int]]:
    """The gaps of an idle window and of one into which so many webhooks pour, and how fast they were taken in."""
    port = free_port()
    profile_with(program.profile, port)
    path = path_of(program, "ShipEngine")
    numbers = [*USPS_NUMBERS, *(usps(number) for number in range(PARCELS))]
    bodies = [news(number, numbers) for number in range(count)]
    env = {**os.environ, **program.env}
    words = [sys.executable, "-c", WINDOW, str(program.profile)]
    with subprocess.Popen(
        words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as window:
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 30
            while time.monotonic() < until:
                try:
                    assert status_of(url, "/webhooks/nobody/x", b"{}") == 404
                    break
                except OSError:
                    time.sleep(0.05)
            # What is done once, at the start and for the first webhooks, is not what is measured.
            for number in range(WARMING_UP):
                assert status_of(url, path, news(count + number, numbers)) == 200
            time.sleep(2)
            idle = time.monotonic()
            time.sleep(IDLE_S)
            begin = time.monotonic()
            lines = [
                threading.Thread(target=_send, args=(url, path, bodies[number::SENDERS])) for number in range(SENDERS)
            ]
            for line in lines:
                line.start()
            for line in lines:
                line.join()
            sent = time.monotonic()
            _wait_until_worked_off(program, 30 + count / 20)
            end = time.monotonic()
            window.terminate()
            out, err = window.communicate(timeout=30)
        finally:
            window.kill()
    assert "Traceback" not in err, err
    ticks: list[list[float]] = json.loads(out.splitlines()[-1])
    rates = {"taken_per_s": round(count / (sent - begin)), "worked_off_per_s": round(count / (end - begin))}
    return gaps_between(ticks, idle, begin), gaps_between(ticks, begin, end), rates


def _send(url: str, path: str, bodies: list[bytes]) -> None:
    # The senders stand for other computers: they get what the window leaves of this one.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
    for body in bodies:
        assert status_of(url, path, body) == 200


def _wait_until_worked_off(program: Program, limit_s: float) -> None:
    until = time.monotonic() + limit_s
    with closing(sql.connect(program.profile / "shipconsole.db")) as store:
        while store.execute("SELECT COUNT(*) FROM webhook_event WHERE state = 'new'").fetchone()[0]:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.fixture
def warehouse(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A profile of its own with orders, some of whose packages are on their way."""
    made = program.on(tmp_path_factory.mktemp("load") / "profile")
    url = next(connection["url"] for connection in program.json("connections") if connection["name"] == "ShipEngine")
    words = ("connect", "shipengine", "--name", "ShipEngine", "--url", url, "--option", "webhook_signature=off")
    made.done(*words, "--secret", "api_key", typed="TEST_simulator_shipengine\n")
    made.done("sync")
    for number, tracking in zip(("10001", "10002", "10003"), USPS_NUMBERS, strict=True):
        made.done("ship", number, "--all-left", "--tracking", tracking)
    return made


@pytest.mark.heavy
def test_five_thousand_webhooks_do_not_stop_the_window(warehouse: Program, capsys: pytest.CaptureFixture[str]) -> None:
    idle, busy, rates = measured(warehouse, 5_000)
    with capsys.disabled():
        sys.stdout.write(f"\nidle: {idle}\n5,000 webhooks: {busy}\n{rates}\n")
    assert busy.program[0] <= 12
    assert busy.program[1] <= 16.7
