"""Breaks each guarding line of a copy of the tree, one at a time, and shows which test notices.

`poe mutate` breaks all, `poe mutate calls.sql` those with that word in their file or reason. It ends with 1 where a
broken line survives, and where the table does not fit the code. The tree itself is never changed.
"""

import compileall
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tests.architecture.tree import ROOT, name_of, own_files
from tests.mutation.guard import Guard, why_stale
from tests.mutation.move_guards import MOVING
from tests.mutation.operations_guards import OPERATIONS
from tests.mutation.store_guards import STORE
from tests.mutation.vendors_guards import VENDORS

GUARDS: tuple[Guard, ...] = (*STORE, *OPERATIONS, *MOVING, *VENDORS)

TEST_LIMIT_S = 60
BROKEN_LIMIT_S, WHOLE_LIMIT_S = 240, 3_600
FAILED, NO_FAILURE = 1, 0

Verdict = Literal["caught", "SURVIVED", "UNCLEAR"]


class Result(NamedTuple):
    """What became of one broken line: by which test it was caught, or what happened instead."""

    guard: Guard
    verdict: Verdict
    by: str = ""


def copy_to(folder: Path, files: Iterable[Path]) -> None:
    """Copy files of the tree; what is compiled there counts only as long as its source is the same."""
    for file in files:
        target = folder / name_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    by_content = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(folder / "shipconsole", quiet=2, invalidation_mode=by_content)


def run_tests(root: Path, tests: Sequence[str], limit_s: float, *options: str) -> tuple[int | None, str]:
    """Run tests in a tree; return how pytest ended, None where it did not in time, and what it said."""
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", "-rfE", "--tb=no", "--no-header"]
    command += [f"--timeout={TEST_LIMIT_S}", f"--basetemp={root.parent / 'temporary'}", *options]
    # A file that is broken and put right within a second would pass for the same one by its time.
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "250"}
    surroundings.pop("PYTEST_ADDOPTS", None)
    with subprocess.Popen(
        command,
        cwd=root,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as running:
        try:
            message, _ = running.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            _end(running)
    return running.returncode, message


def _end(running: "subprocess.Popen[str]") -> None:
    """End a run with all that it started."""
    if sys.platform == "win32":
        running.kill()
        return
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def break_one(root: Path, guard: Guard) -> Result:
    """Break one line of a copy, run its tests, and put the line right again."""
    file = root / guard.file
    whole = file.read_bytes()
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(text.replace(guard.original, guard.broken), encoding="utf-8", newline="")
        code, message = run_tests(root, guard.tests, BROKEN_LIMIT_S, "-x")
    finally:
        file.write_bytes(whole)
    failed = next((line for line in message.splitlines() if line.startswith("FAILED ")), "")
    if code == FAILED and failed:
        return Result(guard, "caught", failed.removeprefix("FAILED ").partition(" - ")[0])
    if code == NO_FAILURE:
        return Result(guard, "SURVIVED", ", ".join(guard.tests))
    last = next((line for line in reversed(message.splitlines()) if line.strip()), "it did not end")
    return Result(guard, "UNCLEAR", f"pytest ended with {code}: {last}")


def results_of(root: Path, guards: Iterable[Guard]) -> Iterator[Result]:
    """Break one line after the other."""
    for guard in guards:
        yield break_one(root, guard)


def main(words: Sequence[str]) -> int:
    """Show the table, and return how the program is to end."""
    guards = [guard for guard in GUARDS if all(word in f"{guard.file} {guard.reason}" for word in words)]
    stale = [reason for guard in guards for reason in why_stale(guard, ROOT)]
    if stale or not guards:
        print(*(stale or ["No line has these words in its file or reason."]), sep="\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="shipconsole-mutation-") as temporary:
        root = Path(temporary) / "tree"
        copy_to(root, own_files())
        code, message = run_tests(root, sorted({test for guard in guards for test in guard.tests}), WHOLE_LIMIT_S)
        if code != NO_FAILURE:
            print("Nothing is broken yet, and the tests fail:", message, sep="\n")
            return 1
        print("| line | where nobody notices | caught by |\n|---|---|---|", flush=True)
        found: list[Result] = []
        for result in results_of(root, guards):
            found.append(result)
            by = result.by if result.verdict == "caught" else f"**{result.verdict}** {result.by}"
            print(f"| {result.guard.file}:{result.guard.line(ROOT)} | {result.guard.reason} | {by} |", flush=True)
    caught = sum(result.verdict == "caught" for result in found)
    print(f"\n{len(found)} lines broken, {caught} caught.")
    return 0 if caught == len(found) else 1


if __name__ == "__main__":
    # Ended from outside it still takes away what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
