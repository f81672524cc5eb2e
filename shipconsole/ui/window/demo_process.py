"""Starts the demo as a program of its own, so that it does not touch this one's profile."""

import sys

from PySide6.QtCore import QProcess, QProcessEnvironment

PRACTICE = "SHIPCONSOLE_PRACTICE"
_OF_THIS_PROGRAM = ("SHIPCONSOLE_PROFILE", "SHIPCONSOLE_DATABASE")


def demo_process(program: str = sys.executable, *, frozen: bool | None = None) -> QProcess:
    """Return the demo with its practice package, not started."""
    is_frozen = bool(getattr(sys, "frozen", False)) if frozen is None else frozen
    process = QProcess()
    process.setProgram(program)
    process.setArguments(["--demo"] if is_frozen else ["-m", "shipconsole", "--demo"])
    env = QProcessEnvironment.systemEnvironment()
    for name in _OF_THIS_PROGRAM:
        env.remove(name)
    env.insert(PRACTICE, "1")
    process.setProcessEnvironment(env)
    for hide in (process.setStandardInputFile, process.setStandardOutputFile, process.setStandardErrorFile):
        hide(QProcess.nullDevice())
    return process


def start_demo() -> bool:
    """Start the demo beside this program; return whether that worked."""
    return bool(demo_process().startDetached()[0])
