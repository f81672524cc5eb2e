"""A guard: a place in the code that keeps damage away, the same place broken, and the tests that must fail then."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Guard(NamedTuple):
    """A line, or a few, of a file that guards something.

    `original` stands in `file` exactly once; `broken` takes its place. `tests` are files, or tests in them as pytest
    names them (``file::test``), the fastest that must notice. `reason` says what happens where nobody does.
    """

    file: str
    original: str
    broken: str
    tests: tuple[str, ...]
    reason: str

    def line(self, root: Path) -> int:
        """Return the number of the first line that is broken."""
        both = zip(self.original, self.broken, strict=False)
        same = next((at for at, (one, other) in enumerate(both) if one != other), len(self.broken))
        text = (root / self.file).read_text(encoding="utf-8")
        return text.count("\n", 0, text.index(self.original) + same) + 1


def why_stale(guard: Guard, root: Path) -> list[str]:
    """Return what keeps a guard from being broken and noticed in a tree; nothing where all is well."""
    file = root / guard.file
    if not file.is_file():
        return [f"{guard.file} is not there"]
    found: list[str] = []
    count = file.read_text(encoding="utf-8").count(guard.original)
    if count != 1:
        found.append(f"{guard.file}: {guard.original!r} is there {count} times, not once")
    if guard.original == guard.broken:
        found.append(f"{guard.file}: {guard.original!r} is not broken")
    if not guard.tests:
        found.append(f"{guard.file}: no test is named for {guard.original!r}")
    for test in guard.tests:
        name, _, function = test.partition("::")
        if not (root / name).is_file():
            found.append(f"{name} is not there")
        elif function and function.partition("[")[0] not in _functions_of(root / name):
            found.append(f"{test} is not there")
    return found


@cache
def _functions_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
