"""What is packaged runs: the menu entry starts the program, and the wheel holds all that the program needs."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from shipconsole import __version__
from tests.house.tree import ROOT, name_of, own_files

DESKTOP_FILE = ROOT / "packaging" / "linux" / "io.shipconsole.Shipconsole.desktop"


def test_the_menu_entry_starts_the_program_and_has_its_icon() -> None:
    read = configparser.ConfigParser(interpolation=None)
    read.read(DESKTOP_FILE, encoding="utf-8")
    entry = read["Desktop Entry"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert entry["Type"] == "Application"
    assert entry["Exec"].split()[0] in scripts
    assert (ROOT / "resources" / "icons" / f"{entry['Icon']}.svg").is_file()
    assert entry["StartupWMClass"] == "shipconsole"
    assert all(part for part in entry["Categories"].removesuffix(";").split(";"))
    assert "Version" not in entry


def test_the_window_says_the_menu_entrys_name() -> None:
    source = (ROOT / "shipconsole" / "app.py").read_text(encoding="utf-8")
    assert f'"{DESKTOP_FILE.stem}"' in source


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, since building writes beside what it builds."""
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for file in own_files():
        target = copy / name_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)], copy)
    (found,) = built.glob("*.whl")
    return found


def run(command: Sequence[str], folder: Path, **env: str) -> str:
    """Run a program that must end well, and give what it printed."""
    ended = subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.heavy
def test_the_wheel_holds_code_sql_and_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    wanted = {name_of(file) for file in own_files() if file.is_relative_to(ROOT / "shipconsole")}
    resources = {f"shipconsole/{name_of(file)}" for file in own_files() if file.is_relative_to(ROOT / "resources")}
    assert held == wanted | resources
    assert any(name.endswith(".sql") and "/migrations/" in name for name in held)


@pytest.mark.heavy
def test_the_installed_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python, program = str(scripts / "python"), str(scripts / "shipconsole")
    # The libraries are those of this environment; the checkout is not among them.
    libraries = sysconfig.get_path("purelib")
    run(
        [python, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", str(wheel)],
        tmp_path,
        PYTHONPATH=libraries,
    )

    assert run([program, "--version"], tmp_path, PYTHONPATH=libraries) == f"shipconsole {__version__}\n"
    where = [python, "-c", "import shipconsole; print(shipconsole.__file__)"]
    assert Path(run(where, tmp_path, PYTHONPATH=libraries).strip()).is_relative_to(home)
    listed = run([program, "--profile", str(tmp_path / "profile"), "orders", "--json"], tmp_path, PYTHONPATH=libraries)
    assert json.loads(listed) == []
    assert (tmp_path / "profile" / "shipconsole.db").is_file()
    icon = [
        python,
        "-c",
        "from shipconsole.station.resources import resource; print(resource('icons/shipconsole.svg'))",
    ]
    assert Path(run(icon, tmp_path, PYTHONPATH=libraries).strip()).is_relative_to(home)
