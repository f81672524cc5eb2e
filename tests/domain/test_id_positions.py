"""Positions of ids: right for a few, for many, and for ids that are far apart."""

import random
from array import array

import pytest

from shipconsole.domain.id_positions import SMALL, Positions


@pytest.mark.parametrize("count", [0, 1, 7, SMALL, SMALL + 1, 3 * SMALL])
def test_each_id_is_found_where_it_stands(count: int) -> None:
    ids = array("q", range(1, count + 1))
    random.Random(count).shuffle(mixed := list(ids))
    positions = Positions(array("q", mixed))
    assert [positions.of(id_) for id_ in mixed] == list(range(count))
    assert [positions.of(id_) for id_ in (0, -1, count + 1, 10**12)] == [None] * 4


def test_ids_that_are_far_apart_take_no_large_table() -> None:
    ids = array("q", (n * 1_000_000 for n in range(1, SMALL + 10)))
    positions = Positions(ids)
    assert positions.of(ids[-1]) == len(ids) - 1
    assert positions.of(999) is None


@pytest.mark.parametrize("count", [0, 5, SMALL + 5])
def test_ids_that_are_put_in_and_taken_out_are_found_where_they_stand(count: int) -> None:
    ids = array("q", range(1, count + 1))
    positions, chance, new = Positions(ids), random.Random(count), count
    for _ in range(200):
        if ids and chance.random() < 0.5:
            at = chance.choice((0, len(ids) - 1, chance.randrange(len(ids))))
            positions.remove(at, taken := ids.pop(at))
            assert positions.of(taken) is None
            if chance.random() < 0.5:
                at = chance.randrange(len(ids) + 1)
                ids.insert(at, taken)
                positions.insert(at, taken)
        else:
            new += 1
            at = chance.choice((0, len(ids), chance.randrange(len(ids) + 1)))
            ids.insert(at, new)
            positions.insert(at, new)
    near = range(min(len(ids), 400))
    assert [positions.of(ids[at]) for at in near] == list(near)
    assert positions.edits >= 200
