"""Run a command at a terminal of its own, as a person does who is asked for a password."""

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ENDS_WITHIN_S = 240


def at_terminal(command: Sequence[str], answers: Sequence[str], env: Mapping[str, str], folder: Path) -> str:
    """Run a command that must succeed, answer each question that ends with a colon, and return what is shown."""
    above, below = pty.openpty()
    try:
        process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command], cwd=folder, env=env, stdin=below, stdout=below, stderr=below
        )
    finally:
        os.close(below)
    shown, left = "", list(answers)
    try:
        while found := _read(above):
            shown += found
            if left and shown.endswith(": "):
                os.write(above, f"{left.pop(0)}\n".encode())
        assert process.wait(ENDS_WITHIN_S) == 0, shown
    finally:
        process.kill()
        process.wait()
        os.close(above)
    return shown


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4_096).decode("utf-8", "replace")
    except OSError:
        # The last program at the terminal has ended.
        return ""
