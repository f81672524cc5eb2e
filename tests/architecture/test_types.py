"""The type checker is as strict as configured, shown by violations in a copy of the project."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import ROOT

LOOSE = '"""Planted."""\n\n\ndef loose(a, b: dict):\n    return a\n'
WRONG = '"""Planted."""\n\n\ndef weight_g() -> int:\n    return "heavy"\n'


@pytest.fixture(scope="module")
def broken_rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return the rules that each planted file breaks."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "bootstrap.py").touch()
    for name in ("tests/architecture", "tests/support", "tests/mutation"):
        (folder / name).mkdir(parents=True)
    for room in ("domain", "operations", "vendors", "store", "station", "cli", "simulator", "ui"):
        (folder / "shipconsole" / room).mkdir(parents=True)
        (folder / "shipconsole" / room / "loose.py").write_text(LOOSE, encoding="utf-8")
        (folder / "shipconsole" / room / "wrong.py").write_text(WRONG, encoding="utf-8")
    program = Path(sys.executable).with_name("basedpyright")
    command = [str(program), "--outputjson", "--pythonpath", sys.executable]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    report: dict[str, Any] = json.loads(result.stdout[result.stdout.index("{") :])
    found: dict[str, set[str]] = {}
    for problem in report["generalDiagnostics"]:
        name = Path(problem["file"]).relative_to(folder / "shipconsole").as_posix()
        found.setdefault(name, set()).add(problem["rule"])
    return found


@pytest.mark.parametrize("room", ["domain", "operations", "vendors", "store", "station", "cli", "simulator"])
def test_untyped_code_is_refused_below_the_window(room: str, broken_rules: dict[str, set[str]]) -> None:
    assert {"reportMissingParameterType", "reportMissingTypeArgument"} <= broken_rules[f"{room}/loose.py"]


@pytest.mark.parametrize("room", ["domain", "ui"])
def test_a_wrong_type_is_refused_everywhere(room: str, broken_rules: dict[str, set[str]]) -> None:
    assert "reportReturnType" in broken_rules[f"{room}/wrong.py"]
