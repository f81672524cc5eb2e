"""Imports go down, neighbours do not know each other, and each outside library has one home."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, copy_tree

OFFENCES = {
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
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plants every offence in one copy of the tree and gives what is said about them."""
    folder = tmp_path_factory.mktemp("planted")
    copy_tree(folder)
    for name, line in OFFENCES.items():
        path = folder / "shipconsole" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        path.write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    answer = lint_imports(folder)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.parametrize("name", OFFENCES)
def test_a_planted_offence_is_found(name: str, verdict: str) -> None:
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    _, _, broken = verdict.partition("Broken contracts")
    said = [line for line in broken.splitlines() if f"shipconsole.{module}" in line]
    assert said, verdict
