"""The project has no forbidden calls, file names, or addresses of a computer or package registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import called_names, modules, name_of, own_files

# Built from parts, so that this file does not match itself.
ADDRESSES = re.compile(
    "|".join(
        (
            r"(?<![\w.])/" + r"(?:work|root|home/\w+|Users/\w+)/",
            r"[A-Z]:\\" + r"Users\\",
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "registry" + r"\.npmjs",
            "deb" + r"\.debian\.org",
        )
    )
)
MARKS = re.compile(r"#\s*(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
FILE_NAMES = {"utils", "helpers", "common", "misc", "base", "manager"}
STATIC_BOXES = {"about", "aboutQt", "critical", "information", "question", "warning"}
TEXT = {
    "",
    ".cfg",
    ".css",
    ".desktop",
    ".ini",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".qss",
    ".sh",
    ".sql",
    ".svg",
    ".toml",
    ".yml",
}


# Before the event loop of coroutines starts, Qt's own loop may run.
BEFORE_THE_LOOP = {("app.py", "waiting.exec")}


def forbidden_calls(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason of each call that the window must not make."""
    tree = ast.parse(source)
    for line, name in called_names(tree):
        owner, _, last = name.rpartition(".")
        if owner and last in {"exec", "exec_"}:
            yield line, f"{name}: modal; use open() and await finished"
        if last == "processEvents":
            yield line, f"{name}: slots would run inside other slots"
        if owner.endswith("QMessageBox") and last in STATIC_BOXES:
            yield line, f"{name}: modal; use open() and await finished"
        if name == "QComboBox":
            yield line, f"{name}: scrolling over it would change it; use the kit's Choice"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                if alias.name in {"*", "asyncSlot", "asyncClose"}:
                    yield node.lineno, f"import of {alias.name}"
        elif isinstance(node, ast.Attribute) and node.attr in {"asyncSlot", "asyncClose"}:
            yield node.lineno, node.attr


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.suffix in TEXT else ""


def test_the_window_makes_no_forbidden_call() -> None:
    found = [
        f"{name_of(path)}:{line}: {reason}"
        for path in modules()
        for line, reason in forbidden_calls(path.read_text(encoding="utf-8"))
        if (path.name, reason.partition(":")[0]) not in BEFORE_THE_LOOP
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "dialog.exec()",
        "QFileDialog(self).exec_()",
        "QApplication.processEvents()",
        "QMessageBox.warning(self, 'a', 'b')",
        "QtWidgets.QMessageBox.question(self, 'a', 'b')",
        "from PySide6.QtWidgets import *",
        "from qasync import asyncSlot",
        "QComboBox()",
        "qasync.asyncClose",
    ],
)
def test_each_forbidden_call_is_found(source: str) -> None:
    assert len(list(forbidden_calls(source))) == 1


def test_similar_calls_are_allowed() -> None:
    allowed = "exec('1')\nlog.warning('x')\nbox.open()\nfrom PySide6.QtWidgets import QMessageBox"
    assert list(forbidden_calls(allowed)) == []


def test_no_file_has_a_meaningless_name() -> None:
    found = [name_of(path) for path in own_files() if path.suffix == ".py" and path.stem in FILE_NAMES]
    assert found == []


def test_packaging_stays_a_plain_folder() -> None:
    """Check that `packaging` has no `__init__.py`: it would hide the library of that name, which pytest needs."""
    assert "packaging/__init__.py" not in {name_of(path) for path in own_files()}


def test_no_file_names_a_computer_or_a_registry() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in own_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if ADDRESSES.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("address", ["/" + "work/main/x", "see /" + "root/x", "https://py" + "pi.org/simple"])
def test_a_computer_or_a_registry_is_found(address: str) -> None:
    assert ADDRESSES.search(address)


def test_no_file_has_an_open_task() -> None:
    found = [name_of(path) for path in own_files() if path.suffix == ".py" and MARKS.search(text_of(path))]
    assert found == []
