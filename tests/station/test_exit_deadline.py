"""The end of the program whatever hangs: the process ends even if its database cannot be closed."""

import subprocess
import sys

import pytest

HANGING = """
import threading
from shipconsole.station import exit_deadline

def close(timeout_s):
    print("closing", flush=True)
    {failure}

exit_deadline.EXIT_AFTER_S = 0.01
exit_deadline.ExitDeadline(close).begin()
threading.Event().wait()
"""


@pytest.mark.parametrize("failure", ["", "raise OSError('no such disk')", "raise SystemExit"])
def test_the_process_ends_even_if_closing_fails(failure: str) -> None:
    program = [sys.executable, "-c", HANGING.format(failure=failure)]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=240)
    assert (ended.returncode, ended.stdout) == (0, "closing\n")
    assert ("no such disk" in ended.stderr) == ("no such disk" in failure)
