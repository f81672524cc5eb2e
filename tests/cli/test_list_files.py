"""--csv of the listing commands: a file, or standard output."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.program import Program


@pytest.mark.parametrize(
    "words",
    [
        ("orders",),
        ("orders", "--rows", "items"),
        ("orders", "--rows", "tracking", "--state", "to_ship"),
        ("outbox",),
        ("webhook-events",),
        ("connections",),
        ("audit-log",),
        ("shift-report",),
    ],
)
def test_a_list_is_written_to_a_file_or_to_standard_output(
    program: Program, tmp_path: Path, words: tuple[str, ...]
) -> None:
    path = tmp_path / "list.csv"
    program.done(*words, "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    printed = list(csv.reader(io.StringIO(program.done(*words, "--csv", "-").out)))
    assert written == printed
    assert written[0]
    assert program.run(*words, "--csv", str(tmp_path / "none" / "list.csv")).code == 5
