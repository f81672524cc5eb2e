"""The feed reports each change once, soon, and several commits together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.messages import text
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


def test_a_commit_is_reported_once(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    with qtbot.waitSignal(feed.changed) as reported:
        store.write(note, 3)
    assert reported.args == [Changes(1, (Change("order", 3),), too_many=False)]
    with qtbot.assertNotEmitted(feed.changed, wait=60):
        feed.wake()
    feed.stop()


def test_many_commits_are_reported_in_few_reads(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    reported: list[Changes] = []
    feed.changed.connect(reported.append)
    feed.start(0)
    for order_id in range(1, 101):
        store.write(note, order_id)
    qtbot.waitUntil(lambda: bool(reported) and reported[-1].cursor == 100)
    seen = [change.ref_id for changes in reported for change in changes.changes]
    assert seen == list(range(1, 101))
    assert len(reported) < 20
    feed.stop()


def test_a_change_of_another_program_is_reported_within_a_second(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    assert feed.findChildren(QTimer)[1].interval() <= 1_000
    qtbot.wait(60)
    with qtbot.waitSignal(feed.changed) as reported:
        change_order(store, 4, "note = 'x'")
    assert reported.args is not None
    assert reported.args[0].changes == (Change("order", 4),)
    feed.stop()


def test_a_failure_of_the_store_is_reported_once(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    store.close()
    failures: list[str] = []
    feed.failed.connect(failures.append)
    feed.start(0)
    for _ in range(3):
        feed.wake()
        qtbot.wait(30)
    assert failures == [text("database.closed")]
    feed.stop()


def test_nothing_is_reported_after_the_end(qtbot: QtBot, store: Store) -> None:
    feed = ChangeFeed(store)
    feed.start(0)
    feed.stop()
    with qtbot.assertNotEmitted(feed.changed, wait=60):
        store.write(note, 3)
