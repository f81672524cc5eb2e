"""The real program is closed while something hangs: it ends in time all the same, and knows afterwards what it left."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from shipconsole.simulator.server import SimulatorServer
from tests.faults.test_quitting import connect, ship_all
from tests.support import sql
from tests.support.bench import fault
from tests.support.secret_service import SecretService

PROGRAM = ("-m", "shipconsole", "--profile")
# A thread that Python waits for at its end, as for a name that is being looked up.
HANGS_S = 600
HANGING = f"""
import sys, threading, time
from shipconsole.app import run_window
def hang():
    time.sleep({HANGS_S})
threading.Thread(target=hang).start()
sys.exit(run_window(profile=sys.argv[1], database=None, demo=False))
"""


def states(profile: Path) -> list[str]:
    with closing(sql.connect(profile / "shipconsole.db")) as store:
        return [state for (state,) in store.execute("SELECT state FROM call ORDER BY id")]


def close_when(words: Sequence[str], env: Mapping[str, str], ready: Callable[[], bool]) -> None:
    """Start the program and close it once something holds; it ends long before what hangs does."""
    program = subprocess.Popen(
        [sys.executable, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    until_s = monotonic() + 60
    while not ready() and monotonic() < until_s:
        time.sleep(0.02)
    if not ready():
        program.kill()
    assert ready(), "what the test waits for did not happen"
    program.send_signal(signal.SIGTERM)
    try:
        message, _ = program.communicate(timeout=HANGS_S / 5)
    finally:
        program.kill()
    assert (program.returncode, message) == (0, "")


def after(seconds: float) -> Callable[[], bool]:
    began_s = monotonic()
    return lambda: monotonic() - began_s > seconds


@pytest.fixture
def profile(tmp_path: Path, secret_service: SecretService, simulated_platforms: SimulatorServer) -> Path:
    """Return a profile with two shipments that ShipEngine was not notified of yet."""
    connect(tmp_path, secret_service.env, simulated_platforms.url)
    asyncio.run(ship_all(tmp_path, 2))
    return tmp_path


def test_a_platform_that_never_answers(
    profile: Path, secret_service: SecretService, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "slow", call="notify_shipped", times=None, seconds=HANGS_S)
    close_when((*PROGRAM, str(profile)), secret_service.env, lambda: "sending" in states(profile))
    assert set(states(profile)) == {"unknown"}


def test_a_keyring_that_hangs(profile: Path, secret_service: SecretService) -> None:
    secret_service.freeze()
    try:
        close_when((*PROGRAM, str(profile)), secret_service.env, after(4))
    finally:
        secret_service.thaw()
    assert set(states(profile)) <= {"pending", "retry_wait"}


def test_a_thread_that_python_would_wait_for(
    profile: Path, secret_service: SecretService, simulated_platforms: SimulatorServer
) -> None:
    env = secret_service.env | {"PYTHONPATH": os.pathsep.join(sys.path)}
    close_when(("-c", HANGING, str(profile)), env, lambda: set(states(profile)) == {"confirmed"})
    assert set(states(profile)) == {"confirmed"}
