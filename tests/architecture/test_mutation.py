"""The table of guarding lines matches the code, and breaking a line has the expected result."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import ROOT
from tests.mutation.guard import Guard, why_stale
from tests.mutation.mutate import GUARDS, break_one

CODE = "LIMIT = 3\n\n\ndef fits(number):\n    return 0 <= number < LIMIT\n"
TESTS = """from code_that_guards import fits


def test_the_end():
    assert not fits(3)


def test_nothing():
    assert True


def test_that_cannot_start(unknown_fixture):
    assert fits(1)
"""
TRUE = Guard("code_that_guards.py", "number < LIMIT", "number <= LIMIT", ("test_it.py::test_the_end",), "one too many")


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """Return a project with a guarding line and its tests."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "code_that_guards.py").write_text(CODE, encoding="utf-8")
    (root / "test_it.py").write_text(TESTS, encoding="utf-8")
    return root


def test_each_guarding_line_and_each_of_its_tests_exists_once() -> None:
    assert [reason for guard in GUARDS for reason in why_stale(guard, ROOT)] == []


def test_each_guarding_part_of_the_program_has_lines_in_the_table() -> None:
    count = Counter(Path(guard.file).parts[1] for guard in GUARDS)
    assert set(count) == {"store", "operations", "vendors"}
    assert min(count.values()) >= 20
    assert len({guard[:3] for guard in GUARDS}) == len(GUARDS)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"original": "number < LIMITS"}, "is there 0 times"),
        ({"original": "LIMIT"}, "is there 2 times"),
        ({"broken": TRUE.original}, "is not broken"),
        ({"file": "gone.py"}, "gone.py is not there"),
        ({"tests": ()}, "no test is named"),
        ({"tests": ("test_gone.py",)}, "test_gone.py is not there"),
        ({"tests": ("test_it.py::test_gone",)}, "test_it.py::test_gone is not there"),
        ({"tests": ("test_it.py::test_gone[3]",)}, "is not there"),
    ],
)
def test_a_stale_entry_is_reported(small_tree: Path, changed: dict[str, Any], expected: str) -> None:
    assert why_stale(TRUE, small_tree) == []
    (reason,) = why_stale(TRUE._replace(**changed), small_tree)
    assert expected in reason


@pytest.mark.parametrize(
    ("test", "verdict", "by"),
    [
        ("test_the_end", "caught", "test_it.py::test_the_end"),
        ("test_nothing", "SURVIVED", "test_it.py::test_nothing"),
        ("test_that_cannot_start", "UNCLEAR", "pytest ended with 1"),
    ],
)
def test_a_broken_line_is_restored_whatever_the_result(small_tree: Path, test: str, verdict: str, by: str) -> None:
    result = break_one(small_tree, TRUE._replace(tests=(f"test_it.py::{test}",)))
    assert (result.verdict, result.by[: len(by)]) == (verdict, by)
    assert (small_tree / TRUE.file).read_text(encoding="utf-8") == CODE
    assert TRUE.line(small_tree) == 5
