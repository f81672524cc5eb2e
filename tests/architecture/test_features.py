"""The features of a packing station: each is listed with tests that exist."""

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import ROOT

FEATURES: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/features.toml").read_text("utf-8"))["feature"]


@cache
def defined_in(file: Path) -> frozenset[str]:
    """Return the names of a file's tests."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def missing(named: list[str]) -> list[str]:
    """Return which of these tests, as `path::name`, do not exist."""
    return [
        test
        for test in named
        for path, _, name in [test.partition("::")]
        if not (ROOT / path).is_file() or name not in defined_in(ROOT / path)
    ]


def test_all_thirty_features_are_listed_once_and_in_order() -> None:
    assert [feature["number"] for feature in FEATURES] == list(range(1, 31))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: str(feature["number"]))
def test_the_tests_of_a_feature_exist(feature: dict[str, Any]) -> None:
    assert feature["name"]
    assert feature["check"].endswith(".")
    assert feature["tests"]
    assert len(set(feature["tests"])) == len(feature["tests"])
    assert missing(feature["tests"]) == []
    assert feature.get("falls_short", "stated.").endswith(".")


def test_a_test_that_does_not_exist_is_found() -> None:
    gone = ["tests/architecture/test_features.py::test_gone", "tests/test_gone.py::test_gone"]
    assert missing([*gone, "tests/architecture/test_features.py::test_a_test_that_does_not_exist_is_found"]) == gone
