"""Every timestamp is read in a time zone, because Windows cannot convert times near 1970 to local time."""

import ast

import pytest

from tests.architecture.tree import modules, name_of


def naive_readings(source: str) -> list[int]:
    """Return the lines that read a timestamp without a time zone."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "fromtimestamp"
        and len(call.args) + len(call.keywords) < 2
    ]


def test_no_timestamp_is_read_without_a_time_zone() -> None:
    found = {name_of(path): naive_readings(path.read_text(encoding="utf-8")) for path in modules()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "is_naive"),
    [
        ("datetime.fromtimestamp(at_ms / 1000).astimezone()", True),
        ("datetime.fromtimestamp(at_ms / 1000, UTC)", False),
        ("datetime.fromtimestamp(at_ms / 1000, tz=UTC)", False),
    ],
)
def test_a_planted_reading_is_found(line: str, is_naive: bool) -> None:
    assert bool(naive_readings(line)) is is_naive
