"""Show at the end of a run where a worker's process crashed: its own output has scrolled by, or is lost, until then."""

import faulthandler
import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDER, _NAME = "TESTS_CRASHES", "PYTEST_XDIST_WORKER"
_made: list[Path] = []


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have each worker write its last trace into a file of its own, after pytest chose the standard error output."""
    if not hasattr(config, "workerinput"):
        _made.append(Path(tempfile.mkdtemp(prefix="shipconsole-crashes-")))
        os.environ[_FOLDER] = str(_made[0])
    elif folder := os.environ.pop(_FOLDER, ""):
        faulthandler.enable(os.open(Path(folder, os.environ[_NAME]), os.O_WRONLY | os.O_CREAT, 0o600))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the traces."""
    for file in sorted(file for folder in _made for file in folder.iterdir()):
        if trace := file.read_text(encoding="utf-8", errors="replace"):
            terminalreporter.section(f"the crash of {file.name}")
            terminalreporter.write_line(trace)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Remove the files."""
    for folder in _made:
        shutil.rmtree(folder, ignore_errors=True)
