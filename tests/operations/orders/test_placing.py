"""A list in which changed orders are placed one by one is the list that the store would give."""

import random
from array import array

import pytest

from shipconsole.operations.orders.placing import Placement, placement
from shipconsole.store import browse, changes
from shipconsole.store.database import Db, Store
from tests.support.engines import NewStore

pytestmark = pytest.mark.both_engines

COUNT = 120
ROUNDS = 25
CHANGES = (
    "due_at_ms = due_at_ms + CAST({by} AS BIGINT) * 86400000",
    "left_units = CASE WHEN left_units = 0 THEN 3 ELSE 0 END",
    "is_first = 1 - is_first",
    "recipient = 'J. Smith {by}'",
    "changed_at_ms = changed_at_ms + {by}",
    "number_key = '{by}'",
    "first_by = 'no other place'",
)
SORTS = [(view, sort) for view in sorted(browse.PLACED_VIEWS) for sort in browse.VIEWS[view]]


STATES = ("open", "partly_shipped", "shipped")


def fill(db: Db) -> None:
    for n in range(COUNT):
        left = 0 if n % 3 == 2 else 2
        db.connection.execute(
            "INSERT INTO orders (number, match_key, number_key, recipient, state, ordered_units, shipped_units,"
            " left_units, needs_attention, waiting_updates, due_at_ms, search_text, changed_at_ms) VALUES"
            f" ('{n}', '{n}', '{n:05}', 'J. {n % 9}', '{STATES[n % 3]}', 2, {2 - left}, {left}, {n % 2}, {n % 4},"
            f" {n % 7 * 86_400_000}, '', {n % 11})"
        )


def change(db: Db, chance: random.Random) -> int:
    order_id = chance.randrange(1, COUNT + 1)
    to = chance.choice(CHANGES).format(by=chance.randrange(-40, 40))
    db.connection.execute(f"UPDATE orders SET {to} WHERE id = {order_id}")
    db.note("order", order_id)
    return order_id


def apply(listed: "array[int]", found: Placement) -> None:
    for position in found.removed:
        listed.pop(position)
    for position, order_id in found.inserted:
        listed.insert(position, order_id)


def at(listed: "array[int]", ids: set[int]) -> dict[int, int | None]:
    return {id_: listed.index(id_) if id_ in listed else None for id_ in ids}


@pytest.fixture
def store(new_store: NewStore) -> Store:
    made = new_store()
    made.write(fill).result()
    return made


@pytest.mark.parametrize(("view", "sort"), SORTS)
def test_the_list_stays_that_of_the_store(store: Store, view: str, sort: str) -> None:
    chance = random.Random(f"{view} {sort}")
    listed = store.read(browse.ids, view, sort).result()
    cursor = store.read(changes.newest).result()
    late: set[int] = set()
    for number in range(ROUNDS):
        changed = {store.write(change, chance).result() for _ in range(chance.choice((1, 1, 1, 2, 5)))} | late
        cursor = store.read(changes.newest).result()
        # What changes after the feed was read is placed by the next change, and misleads no other until then.
        late = {store.write(change, chance).result() for _ in range(number % 3)} - changed
        found = store.read(placement, view, sort, listed, at(listed, changed), cursor).result()
        assert found is not None
        assert {row.id for row in found.rows} == changed
        apply(listed, found)
    found = store.read(placement, view, sort, listed, at(listed, late or {1}), cursor).result()
    assert found is not None
    apply(listed, found)
    assert list(listed) == list(store.read(browse.ids, view, sort).result())


def test_an_order_that_does_not_move_is_not_touched(store: Store) -> None:
    listed = store.read(browse.ids, "to_ship", "due").result()
    cursor = store.read(changes.newest).result()
    found = store.read(placement, "to_ship", "due", listed, at(listed, {5, 60, 119}), cursor).result()
    assert found is not None
    assert (found.removed, found.inserted) == ([], [])


def test_where_too_much_changed_the_list_is_to_be_read_again(store: Store) -> None:
    listed = store.read(browse.ids, "all", "changed").result()
    cursor = store.read(changes.newest).result()

    def touch_all(db: Db) -> None:
        for order_id in range(1, COUNT + 1):
            db.note("order", order_id)

    store.write(touch_all).result()
    assert store.read(placement, "all", "changed", listed, {1: 0}, cursor).result() is None
