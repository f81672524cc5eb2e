"""The simulator command: it prints its address, stops on a signal, and refuses unknown faults."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.program import Program, leave, line
from tests.support import local_http

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these are signals of other systems")


@pytest.fixture
def alone(tmp_path: Path) -> Program:
    """The program without keyring or platforms."""
    return Program(tmp_path / "profile", dict(os.environ))


def address(process: "subprocess.Popen[str]") -> str:
    """Return where the simulated platforms are: their first line, which is that alone in every language."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", line), line
    return line.strip()


def test_it_prints_its_address_and_stops_on_a_signal(alone: Program) -> None:
    commands = [
        ("simulator", "--orders", "3", "--fault", "shipup:503:1"),
        ("simulator",),
        ("simulator", "--ends-with-input"),
    ]
    interrupted, terminated, left = [alone.start(*words) for words in commands]
    try:
        url = address(interrupted)
        assert local_http.get(f"{url}/shipup/v2/orders").status_code == 503
        assert len(local_http.get(f"{url}/_simulator/state").json()["starshipit"]) == 3
        assert "Simulator" in local_http.get(address(terminated)).text
        assert "Simulator" in local_http.get(address(left)).text
        busy = alone.run("simulator", "--port", url.rpartition(":")[2])
        assert busy.code == 5
        assert url.rpartition(":")[2] in busy.err

        interrupted.send_signal(signal.SIGINT)
        terminated.terminate()
        assert alone.end(interrupted).code == 130
        assert alone.end(terminated).code == -signal.SIGTERM
        assert alone.end(left).code == 0
    finally:
        for process in (interrupted, terminated, left):
            leave(process)
    with pytest.raises(httpx.ConnectError):
        local_http.get(url)
    assert not alone.profile.exists()


def test_faults_and_ports_that_do_not_exist_are_refused(alone: Program) -> None:
    no_vendor, no_kind, no_port, no_orders = alone.run_together(
        [
            ("simulator", "--fault", "acme:slow"),
            ("simulator", "--fault", "shipup:sleepy"),
            ("simulator", "--port", "70000"),
            ("simulator", "--orders", "-1"),
        ]
    )
    assert [ended.code for ended in (no_vendor, no_kind, no_port, no_orders)] == [2] * 4
    assert "“acme”" in no_vendor.err
    assert "“sleepy”" in no_kind.err
    assert no_port.err.endswith(line("cli.not_whole_number", text="70000", least=0, most=65_535))
    assert "-1 is not a whole number" in no_orders.err
