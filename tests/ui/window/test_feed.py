"""Changes are told soon, each once, and together when they come together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.store.database import Db, Store
from shipconsole.ui.window.feed import ChangeFeed
from tests.support.many_orders import change_order, store_with_orders


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_with_orders(tmp_path, 5)
    yield store
    store.close()


def note(db: Db, *order_ids: int) -> None:
    for order_id in order_ids:
        db.note("order", order_id)


def test_a_commit_is_told_at_once_and_only_once(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    with qtbot.waitSignal(feed.changed) as told:
        store.write(note, 3)
    assert told.args == [Changes(1, (Change("order", 3),), too_many=False)]
    with qtbot.assertNotEmitted(feed.changed, wait=60):
        feed._wake()
    feed.stop()


def test_many_commits_at_once_are_few_looks(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    told: list[Changes] = []
    feed.changed.connect(told.append)
    feed.start(0)
    for order_id in range(1, 101):
        store.write(note, order_id)
    qtbot.waitUntil(lambda: bool(told) and told[-1].cursor == 100)
    seen = [change.ref_id for one in told for change in one.changes]
    assert seen == list(range(1, 101))
    assert len(told) < 20
    feed.stop()


def test_what_another_program_saved_is_seen_at_the_next_look(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    assert feed._poll.interval() <= 1_000
    qtbot.wait(60)
    with qtbot.waitSignal(feed.changed) as told:
        change_order(store, 4, "note = 'x'")
    assert told.args is not None
    assert told.args[0].changes == (Change("order", 4),)
    feed.stop()


def test_trouble_with_the_store_is_told_once(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    store.close()
    said: list[str] = []
    feed.failed.connect(said.append)
    feed.start(0)
    for _ in range(3):
        feed._wake()
        qtbot.wait(30)
    assert said == ["The database is closed."]
    feed.stop()


def test_nothing_is_told_after_the_end(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    feed.stop()
    with qtbot.assertNotEmitted(feed.changed, wait=60):
        store.write(note, 3)
