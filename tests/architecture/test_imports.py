"""Imports go down, neighbors do not import each other, and each third-party library has one home."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, copy_tree

VIOLATIONS = {
    "domain/planted.py": "import shipconsole.store",
    "vendors/planted.py": "import shipconsole.station",
    "operations/planted.py": "import httpx",
    "store/planted.py": "import keyring",
    "domain/planted_sql.py": "import sqlite3",
    "operations/planted_driver.py": "import apsw",
    "store/planted_driver.py": "import apsw",
    "store/planted_sql.py": "import sqlite3",
    "station/planted.py": "from PySide6.QtCore import QObject",
    "cli/planted.py": "import shipconsole.store",
    "cli/planted_vendor.py": "import shipconsole.vendors.catalog",
    "simulator/planted.py": "import shipconsole.domain",
    "operations/planted_simulator.py": "import shipconsole.simulator",
    "ui/order_list/planted.py": "import psygnal",
    "operations/planted_signal.py": "from psygnal import EventedModel",
    "planted/__init__.py": "",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)


def test_the_import_rules_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the output for a copy of the project with every violation."""
    folder = tmp_path_factory.mktemp("planted")
    copy_tree(folder)
    for name, line in VIOLATIONS.items():
        path = folder / "shipconsole" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        path.write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    result = lint_imports(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_planted_violation_is_found(name: str, output: str) -> None:
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    _, _, broken = output.partition("Broken contracts")
    assert any(f"shipconsole.{module}" in line for line in broken.splitlines()), output
