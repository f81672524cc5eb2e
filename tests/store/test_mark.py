"""The mark only ever increases, whichever program writes it last."""

from contextlib import closing
from pathlib import Path

from shipconsole.store import mark
from shipconsole.store.mark import Mark, Marker


def test_who_committed_before_and_writes_later_takes_nothing_back(tmp_path: Path) -> None:
    store = tmp_path / "shipconsole.db"
    with closing(Marker(store)) as ours, closing(Marker(store)) as theirs:
        ours.reached(Mark("a" * 32, 5))
        theirs.reached(Mark("a" * 32, 4))
        assert mark.read(store) == Mark("a" * 32, 5)
        theirs.reached(Mark("a" * 32, 6))
        assert mark.read(store) == Mark("a" * 32, 6)


def test_the_mark_of_another_database_stays(tmp_path: Path) -> None:
    store = tmp_path / "shipconsole.db"
    with closing(Marker(store)) as marker:
        marker.reached(Mark("a" * 32, 5))
        marker.reached(Mark("b" * 32, 9))
    assert mark.read(store) == Mark("a" * 32, 5)
