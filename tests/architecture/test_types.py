"""The type checker is as strict as the project says, shown by offences in a copy of the tree."""

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
def field_errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return the rules that each planted file breaks."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "bootstrap.py").touch()
    for name in ("tests/architecture", "tests/support", "tests/mutation"):
        (folder / name).mkdir(parents=True)
    for place in ("domain", "operations", "vendors", "store", "station", "cli", "simulator", "ui"):
        (folder / "shipconsole" / place).mkdir(parents=True)
        (folder / "shipconsole" / place / "loose.py").write_text(LOOSE, encoding="utf-8")
        (folder / "shipconsole" / place / "wrong.py").write_text(WRONG, encoding="utf-8")
    program = Path(sys.executable).with_name("basedpyright")
    command = [str(program), "--outputjson", "--pythonpath", sys.executable]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    report: dict[str, Any] = json.loads(answer.stdout[answer.stdout.index("{") :])
    found: dict[str, set[str]] = {}
    for said in report["generalDiagnostics"]:
        name = Path(said["file"]).relative_to(folder / "shipconsole").as_posix()
        found.setdefault(name, set()).add(said["rule"])
    return found


@pytest.mark.parametrize("place", ["domain", "operations", "vendors", "store", "station", "cli", "simulator"])
def test_untyped_code_is_refused_below_the_window(place: str, field_errors: dict[str, set[str]]) -> None:
    assert {"reportMissingParameterType", "reportMissingTypeArgument"} <= field_errors[f"{place}/loose.py"]


@pytest.mark.parametrize("place", ["domain", "ui"])
def test_a_wrong_type_is_refused_everywhere(place: str, field_errors: dict[str, set[str]]) -> None:
    assert "reportReturnType" in field_errors[f"{place}/wrong.py"]
