"""List the files of the project for the architecture tests."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "shipconsole"
_GENERATED = {".git", ".venv", "__pycache__", "build", "dist", ".ruff_cache", ".hypothesis"}


def own_files() -> list[Path]:
    """Return every file of the project, from git in a checkout, or else from the folder."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = [ROOT / name for name in output.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _GENERATED.intersection(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


def modules() -> list[Path]:
    """Return every module of the package, in the order of the map."""
    return [path for path in own_files() if path.suffix == ".py" and path.is_relative_to(PACKAGE)]


def name_of(path: Path) -> str:
    """Return a file's path relative to the root of the project."""
    return path.relative_to(ROOT).as_posix()


def first_sentence(path: Path) -> str:
    """Return the first sentence of a module's docstring, or an empty text."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    end = paragraph.find(". ")
    return paragraph if end < 0 else paragraph[: end + 1]


def copy_tree(target: Path) -> None:
    """Copy what the checkers read, so that a violation can be planted in the copy."""
    shutil.copy(ROOT / "pyproject.toml", target)
    shutil.copytree(PACKAGE, target / "shipconsole", ignore=shutil.ignore_patterns("__pycache__"))


def called_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the source text of the name of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
