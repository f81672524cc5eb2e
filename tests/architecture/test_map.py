"""The map in docs/architecture.md lists every module with the first sentence of its docstring, and nothing else."""

from pathlib import Path

from tests.architecture.tree import first_sentence, modules, name_of
from tests.architecture.write_map import expected_map, written_map


def test_every_module_has_a_docstring_with_a_sentence() -> None:
    missing = [name_of(path) for path in modules() if not first_sentence(path).endswith(".")]
    assert missing == []


def test_the_map_lists_exactly_the_modules() -> None:
    expected, written = expected_map(), written_map()
    missing = [line for line in expected if line not in written]
    stale = [line for line in written if line not in expected]
    assert (missing, stale) == ([], []), "run `poe map`"
    assert written == expected, "the order differs: run `poe map`"


def test_the_first_sentence_ends_at_its_period(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text('"""Ships an order\nin parts. More\nwords.\n\nAnd more.\n"""\n', encoding="utf-8")
    assert first_sentence(path) == "Ships an order in parts."
    path.write_text("x = 1\n", encoding="utf-8")
    assert first_sentence(path) == ""
