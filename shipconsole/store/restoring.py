"""Restore: replace a database by a backup or an empty one, or accept an older one as it is.

The replacement is completed beside the database first, under a name that `fitness.restored_of` finds. From then on the
restore is finished by this program or, if it ends, by the next one; before, nothing has changed. The name has the tag
under which the old database is kept. No other program may have the database open; the caller holds its profile.

A restored database sends nothing by itself, because it may have been sent since the backup was made. Packages shipped
since are known by their tracking numbers, if the replaced database can be read.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.store import backup, engine, fitness, holding, mark, migrations
from shipconsole.store.database import Db, Row
from shipconsole.store.engine import Connection
from shipconsole.store.errors import StoreError, StoreMovedError
from shipconsole.store.files import part_of, put_in_place, sync_folder

_LOG_FILES = ("-wal", "-shm")


class Restored(NamedTuple):
    """The result of a restore: how many updates and which rules a person has to check, and where the old database is.

    `rules` are the names of the connections whose packages were forwarded automatically.
    """

    orders: int
    updates: int = 0
    rules: tuple[str, ...] = ()
    aside: Path | None = None


def restore(store: Path, copy: Path, *, now_ms: int) -> Restored:
    """Replace a database by a backup, and set the old one aside.

    Raises `StoreError`, with nothing changed, if the backup cannot be used or another program has the database open.
    """
    orders = backup.check(copy)

    def fill(target: Connection) -> Restored:
        with closing(engine.open_unchanging(copy)) as source:
            engine.copy(source, target)
        migrations.migrate(target)
        return _hold_updates(target, now_ms)._replace(orders=orders)

    return _replaced(store, fill, now_ms, lambda reason: Message("restore.failed", file=copy.name, reason=reason))


def start_empty(store: Path, *, now_ms: int) -> Restored:
    """Replace a database by an empty one, and set the old one aside; raises `StoreError` if that fails."""

    def fill(target: Connection) -> Restored:
        migrations.migrate(target)
        return Restored(0)

    return _replaced(store, fill, now_ms, lambda reason: Message("database.no_empty", reason=reason))


def accept_older(store: Path, *, now_ms: int) -> Restored:
    """Accept a database that lost commits, or that was moved to a server, as it is; raises `StoreError` if that fails.

    It is one transaction, which takes back the mark that the database was moved.
    """
    fitness.refuse_lost(store)
    known = fitness.last_known(store)
    log, shared = (store.with_name(store.name + end) for end in _LOG_FILES)
    try:
        engine.refuse_held(store)
        if not log.exists():
            # It belongs to a write-ahead file that is gone.
            shared.unlink(missing_ok=True)
        with closing(engine.connect(store, writing=True)) as connection:
            migrations.refuse_other_layout(connection, store)
            fitness.refuse_moved(connection, store, unless_left=True)
            connection.execute("BEGIN IMMEDIATE")
            Db(connection).change("moving.forget")
            restored = _hold_updates(connection, now_ms)
            _continue_from(connection, known)
            connection.execute("COMMIT")
            return restored._replace(orders=int(Db(connection).value("backup.orders")))
    except (OSError, engine.Error) as error:
        raise engine.as_failure(error, store) from error


def was_moved(store: Path) -> bool:
    """Return whether a sound database was moved to a server, or is being moved."""
    try:
        with closing(engine.connect(store, writing=False)) as connection:
            fitness.refuse_moved(connection, store)
    except StoreMovedError:
        return True
    except (OSError, engine.Error) as error:
        raise engine.as_failure(error, store) from error
    return False


def finish(store: Path) -> bool:
    """Finish an interrupted restore, or delete its unfinished files; return whether one was finished."""
    file = store
    try:
        for file in fitness.parts_of(store):
            file.unlink(missing_ok=True)
        restored = fitness.restored_of(store)
        if restored is None:
            return False
        file = restored
        _exchange(store, restored)
    except OSError as error:
        message = Message("restore.not_finished", reason=error.strerror or str(error), file=file.name)
        raise StoreError(message) from error
    return True


def _replaced(
    store: Path, fill: Callable[[Connection], Restored], now_ms: int, failure: Callable[[Message], Message]
) -> Restored:
    finish(store)
    restored = store.with_name(f"{store.name}{fitness.RESTORED}{_free_tag(store, now_ms)}")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        with part_of(store) as part:
            # A program that opens the database from here on sees the part and waits.
            if store.exists() and store.stat().st_size:
                engine.refuse_held(store)
            with closing(engine.open_alone(part)) as target:
                done = fill(target)
                _store_lost_packages(target, _shipped_in(store))
                _continue_from(target, fitness.last_known(store))
                target.execute("PRAGMA journal_mode = delete").fetchall()
            backup.check(part)
            put_in_place(part, restored)
    except (OSError, engine.Error) as error:
        raise StoreError(failure(engine.reason(error))) from error
    try:
        aside = _exchange(store, restored)
    except OSError as error:
        restored.unlink(missing_ok=True)
        raise StoreError(failure(engine.reason(error))) from error
    return done._replace(aside=aside)


def _shipped_in(store: Path) -> list[Row]:
    """Return the packages that shipped in a database, as far as it can be read."""
    if not store.exists():
        return []
    try:
        connection = engine.connect(store, writing=False)
    except (engine.Error, StoreError, OSError):
        return []
    try:
        return list(Db(connection).rows("backup.shipped"))
    except (engine.Error, StoreError):
        return []
    finally:
        engine.close_untouched(connection, store)


def _store_lost_packages(target: Connection, shipped: Iterable[Row]) -> None:
    """Store what shipped after the backup, so that shipping it again is refused."""
    db = Db(target)
    for tracking_key, order_number, shipped_at_ms, packer in shipped:
        db.change(
            "backup.add_lost",
            tracking_key=tracking_key,
            order_number=order_number,
            shipped_at_ms=shipped_at_ms,
            packer=packer,
        )


def _exchange(store: Path, restored: Path) -> Path | None:
    """Set a database aside and put the restored one in its place, also after an interruption.

    Returns where the old one is kept. A failure is undone and raises OSError.
    """
    aside = _aside(store, restored.name.rpartition(fitness.RESTORED)[2])
    moves = [(store.with_name(store.name + end), aside.with_name(aside.name + end)) for end in _LOG_FILES]
    if store.exists() and not aside.exists():
        try:
            # A second name first, so that there is a database at every moment.
            aside.hardlink_to(store)
        except OSError:
            moves.append((store, aside))
    moved: list[tuple[Path, Path]] = []
    try:
        for file, target in moves:
            # It exists if another program opened the old database between an interruption and now.
            free = target.with_name(f"{target.name}-2") if target.exists() else target
            if file.exists():
                file.rename(free)
                moved.append((file, free))
        restored.replace(store)
    except OSError:
        for file, target in reversed(moved):
            target.rename(file)
        raise
    sync_folder(store.parent)
    return aside if aside.exists() else None


def _aside(store: Path, tag: str) -> Path:
    return store.with_name(f"{store.name}.damaged-{tag}")


def _free_tag(store: Path, now_ms: int) -> str:
    """Return the tag of a restore: its time, and a number if another restore had that time."""
    stamp = datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(backup.TIME)
    tag, number = stamp, 1
    while any(_aside(store, tag + end).exists() for end in ("", *_LOG_FILES)):
        number += 1
        tag = f"{stamp}-{number}"
    return tag


def _hold_updates(connection: Connection, now_ms: int) -> Restored:
    """Have every unfinished update and automatic rule wait for a person; return how many."""
    updates, rules = holding.hold_updates(Db(connection), now_ms)
    return Restored(0, updates, rules)


def _continue_from(connection: Connection, known: mark.Mark | None) -> None:
    """Continue the count of the mark, so that the accepted database is not behind it."""
    last = known or fitness.reached(connection)
    if last is not None:
        Db(connection).change("info.continue_from", database_id=last.database_id, commits=last.commits)
