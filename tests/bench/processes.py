"""Several processes that begin at the same moment: each writes `ready`, waits for a line, and writes a result."""

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def results_of(module: str, url: str, work: Path, count: int, options: Sequence[object]) -> list[str]:
    """Run a module of this folder in some processes at once, and return the line that each wrote at its end.

    The arguments of each are the database, a folder of its own, the options, its number, and how many there are.
    """
    commands: list[list[str]] = []
    for number in range(count):
        folder = work / f"{module}-{number}"
        folder.mkdir(exist_ok=True)
        commands.append(["-m", f"tests.bench.{module}", *map(str, (url, folder, *options, number, count))])
    return run_at_once(commands)


def run_at_once(commands: Sequence[Sequence[str]]) -> list[str]:
    """Run Python with some arguments each, all at once, and return the line that each wrote at its end."""
    with contextlib.ExitStack() as stack:
        processes: list[subprocess.Popen[str]] = []
        for arguments in commands:
            command = [sys.executable, *arguments]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            stack.callback(process.kill)
            processes.append(stack.enter_context(process))
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        lines: list[str] = []
        for process in processes:
            assert process.stdout is not None
            lines.append(process.stdout.readline())
    assert [process.returncode for process in processes] == [0] * len(processes), lines
    return lines
