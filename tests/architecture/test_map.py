"""The map in docs/architecture.md lists every module with the first sentence of its docstring, and nothing else."""

from pathlib import Path

from tests.architecture.tree import first_sentence, modules, name_of
from tests.architecture.write_map import expected_map, written_map


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [name_of(path) for path in modules() if not first_sentence(path).endswith(".")]
    assert silent == []


def test_the_map_lists_what_is_there_and_nothing_else() -> None:
    expected, written = expected_map(), written_map()
    missing = [line for line in expected if line not in written]
    stale = [line for line in written if line not in expected]
    assert (missing, stale) == ([], []), "run `poe map`"
    assert written == expected, "the order differs: run `poe map`"


def test_the_first_sentence_ends_at_its_full_stop(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text('"""Ships an order\nin parts. More\nwords.\n\nAnd more.\n"""\n', encoding="utf-8")
    assert first_sentence(path) == "Ships an order in parts."
    path.write_text("x = 1\n", encoding="utf-8")
    assert first_sentence(path) == ""
