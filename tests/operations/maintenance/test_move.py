"""Moving a database to a server: everything arrives, whatever interrupts it, and no one packs on the old one."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.maintenance import backups, move
from shipconsole.operations.maintenance.move import Mover, Step
from shipconsole.station.clock import SystemClock
from shipconsole.station.profile import Profile, open_profile
from shipconsole.store import calls, moved_rows, steady_time
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreAwayError, StoreError, StoreHeldError, StoreMovedError
from shipconsole.store.move_source import Source
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql import schema
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.engine import connect
from shipconsole.store.postgresql.move_target import Target
from shipconsole.store.postgresql.store import PostgresqlStore
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql
from tests.support.filled_tables import filled
from tests.support.moved_rows import assert_all_there, ordered, rows_here, rows_there, steady_offset
from tests.support.postgresql import PostgresqlServer, database_name


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_profile(tmp_path / "profile", {})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("made"))


@pytest.fixture
def file(profile: Profile, made: Path) -> Path:
    return Path(shutil.copy(made, profile.folder))


def quiet(step: Step) -> None:
    """Show nothing."""


def moved(profile: Profile, file: Path, url: str, show: Callable[[Step], object] = quiet) -> move.Moved:
    return move.move(profile, file, url, show=show)


def change(file: Path, *statements: str) -> None:
    with closing(sql.connect(file)) as opened:
        for statement in statements:
            opened.execute(statement)


def refusal(file: Path) -> EnvironmentFailure:
    """Return the failure with which a station cannot open a file."""
    store = SqliteStore(file)
    store.open()
    try:
        with pytest.raises(StoreError) as refused:
            store.read(lambda db: db.value("backup.orders")).result(60)
        return refused.value
    finally:
        store.close()


def test_every_table_arrives_row_by_row(profile: Profile, file: Path, postgresql_database: str) -> None:
    here = rows_here(file)
    with closing(sql.connect(file)) as opened:
        names = {name for (name,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    others = {name for name in names if name.startswith(("sqlite_", "order_search"))}
    assert set(here) == names - others - moved_rows.LEFT_OUT
    assert all(len(rows) > 5 for rows in here.values())
    done = moved(profile, file, postgresql_database)
    assert {name: progress.copied for name, progress in done.tables.items()} == {
        name: len(rows) for name, rows in here.items()
    }
    assert not done.replaced
    assert_all_there(file, postgresql_database)
    with closing(connect(postgresql_database)) as there:
        # Every index, key, and trigger is back: the schema is that of a new database.
        schema.refuse_unfit(there, parsed(postgresql_database))
        refused = there.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'").fetchall()
        assert not refused


def test_the_database_goes_on_where_the_file_ended(profile: Profile, file: Path, postgresql_database: str) -> None:
    change(file, "DELETE FROM change WHERE seq > 5")
    before = rows_here(file)
    with closing(Source(file)) as source:
        mark, last_ids = source.mark, source.last_ids()
    assert last_ids["change"] > max(row["seq"] for row in before["change"])
    moved(profile, file, postgresql_database)
    store = PostgresqlStore(postgresql_database, profile.folder)
    store.open()
    try:
        assert store.read(lambda db: db.rows("moving.last_commit")).result(60) == [(mark.database_id, mark.commits + 1)]
        store.write(lambda db: db.note("order", 1)).result(60)
        newest = store.read(lambda db: db.value("changes.newest")).result(60)
        assert newest == last_ids["change"] + 1
        assert store.read(lambda db: db.rows("moving.last_commit")).result(60)[0][1] == mark.commits + 2
    finally:
        store.close()
    assert profile.database_url({}, None) == postgresql_database


def test_waiting_times_go_on_by_the_clock_of_the_server(profile: Profile, file: Path, postgresql_database: str) -> None:
    clock = SystemClock()
    run, monotonic_ms = clock.computer_run(), round(clock.monotonic_s() * 1_000)
    # The computer was off for a day, in which its steady time stood still.
    change(
        file,
        "INSERT INTO steady_time (id, at_ms, run, monotonic_ms)"
        f" VALUES (1, {clock.now_ms() - 86_400_000}, '{run}', {monotonic_ms})",
        'UPDATE call SET evidence = \'{"absent_at_ms": 1000, "a": "b"}\' WHERE id = 2',
        f"UPDATE connection SET held_until_ms = {clock.now_ms() - 86_400_000 + 60_000} WHERE id = 1",
        "UPDATE call SET due_at_ms = 0, check_at_ms = NULL WHERE id = 3",
    )
    moved(profile, file, postgresql_database)
    offset_ms = steady_offset(postgresql_database)
    assert abs(offset_ms - 86_400_000) < 30_000
    with closing(connect(postgresql_database)) as there:
        ((held_until_ms, server_ms),) = there.execute(
            "SELECT held_until_ms, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT FROM connection WHERE id = 1"
        ).fetchall()
        assert 0 < held_until_ms - server_ms <= 60_000
        ((evidence,),) = there.execute("SELECT evidence FROM call WHERE id = 2").fetchall()
        assert evidence == f'{{"absent_at_ms": {1000 + offset_ms}, "a": "b"}}'
        assert there.execute("SELECT due_at_ms, check_at_ms FROM call WHERE id = 3").fetchall() == [(0, None)]


def test_an_update_that_was_being_sent_is_taken_over_and_not_sent(
    profile: Profile, file: Path, postgresql_database: str
) -> None:
    far_ms = SystemClock().now_ms() + 600_000
    change(file, f"UPDATE call SET lease_until_ms = {far_ms}, job = '', in_job = 0 WHERE state = 'sending'")
    sending = [row["id"] for row in rows_here(file)["call"] if row["state"] == "sending"]
    moved(profile, file, postgresql_database)
    store = PostgresqlStore(postgresql_database, profile.folder)
    store.open()
    try:
        steady_ms = store.read(_steady_ms).result(60)
        left = store.read(calls.abandoned, steady_ms=steady_ms, latest_ms=steady_ms + 60_000).result(60)
        assert set(sending) <= {call.id for call in left}
    finally:
        store.close()


def _steady_ms(db: Db) -> int:
    return steady_time.now_ms(db, run="", monotonic_ms=0, wall_ms=0)


def test_values_that_are_hard_to_store(profile: Profile, file: Path, postgresql_database: str) -> None:
    hard = "\\N \\. \t\r\n\x01\x1f\x7f ' \" % 😀 \u2028 {}"
    long = "x" * 6_000_000
    with closing(sql.connect(file)) as opened:
        opened.execute("UPDATE link SET document = ? WHERE id = 1", (hard,))
        opened.execute("UPDATE link SET document = ? WHERE id = 2", (long,))
        opened.execute("UPDATE link SET document = ?, status = ? WHERE id = 3", ("a\0b\0", r"a\x00b"))
        opened.execute("UPDATE link SET as_of = ? WHERE id = 1", (2**63 - 1,))
        opened.execute("UPDATE link SET as_of = ? WHERE id = 2", (-(2**63),))
        opened.execute("UPDATE webhook_event SET body = ? WHERE id = 1", (bytes(range(256)) * 20_000,))
        opened.execute("UPDATE track_event SET latitude = ?, longitude = ? WHERE id = 1", (1e-320, float("inf")))
        opened.execute("UPDATE track_event SET latitude = ?, longitude = ? WHERE id = 2", (0.1 + 0.2, -1.7e308))
    done = moved(profile, file, postgresql_database)
    assert done.replaced == 2
    here = rows_here(file)
    here["link"][2]["document"] = "a\ufffdb\ufffd"
    there = rows_there(postgresql_database, here)
    for name in ("link", "webhook_event", "track_event"):
        assert ordered(there[name]) == ordered(here[name]), name


def test_a_row_that_the_server_refuses_is_named(profile: Profile, file: Path, postgresql_database: str) -> None:
    change(file, f"UPDATE package SET position = {2**40} WHERE id = 7")
    with pytest.raises(StoreError) as refused:
        moved(profile, file, postgresql_database)
    assert refused.value.message.id == "move.row_refused"
    assert {"table": "package", "row": "7", "column": "position"}.items() <= refused.value.message.arguments.items()
    assert "out of range" in str(refused.value)
    move.cancel(profile, file)
    change(file, "UPDATE package SET position = 7 WHERE id = 7")
    moved(profile, file, postgresql_database)
    assert_all_there(file, postgresql_database)


def test_damaged_text_is_reported_with_its_table(profile: Profile, file: Path, postgresql_database: str) -> None:
    change(file, "UPDATE orders SET note = CAST(x'61EDA080' AS TEXT) WHERE id = 3")
    with pytest.raises(StoreError, match="its table orders is damaged"):
        moved(profile, file, postgresql_database)
    assert not profile.database_url({}, None).startswith("postgresql")


class Cut(Exception):
    """The program ends here."""


def ending_at(kind: str, table: str = "", at_least: int = 0) -> Callable[[Step], None]:
    """Return a function that ends the program at a step."""

    def show(step: Step) -> None:
        if (step.kind, step.table) == (kind, table) and step.done >= at_least:
            raise Cut

    return show


@pytest.mark.parametrize(
    ("kind", "table"),
    [("check", ""), ("copy", "connection"), ("copy", "call"), ("verify", "orders"), ("finish", "")],
)
def test_it_goes_on_wherever_it_ended(
    kind: str, table: str, profile: Profile, file: Path, postgresql_database: str
) -> None:
    for _ in range(2):
        with pytest.raises(Cut):
            moved(profile, file, postgresql_database, ending_at(kind, table))
        if kind != "check":
            assert isinstance(refusal(file), StoreMovedError)
    again: list[Step] = []
    done = moved(profile, file, postgresql_database, again.append)
    assert_all_there(file, postgresql_database)
    assert not done.was_done
    copied_again = {step.table for step in again if step.kind == "copy" and step.done < step.total}
    assert bool(copied_again) == (kind in ("check", "copy"))
    if (kind, table) == ("copy", "call"):
        # What was copied before is not copied again.
        assert "orders" not in copied_again


class ForgetfulSource(Source):
    """A file whose program ends before it stores that the server's database counts."""

    def change_state(self, state: str, *, ended_at_ms: int | None = None) -> None:
        if state == "left":
            raise Cut
        super().change_state(state, ended_at_ms=ended_at_ms)


def test_a_program_that_ends_after_the_server_has_everything(
    profile: Profile, file: Path, postgresql_database: str
) -> None:
    with closing(ForgetfulSource(file)) as source, closing(Target(postgresql_database)) as target, pytest.raises(Cut):
        Mover(source, target, postgresql_database, SystemClock(), quiet).run()
    assert isinstance(refusal(file), StoreMovedError)
    with pytest.raises(ValidationFailed, match="complete and counts"):
        move.cancel(profile, file)
    done = moved(profile, file, postgresql_database)
    assert done.was_done
    assert profile.database_url({}, None) == postgresql_database
    assert moved(profile, file, postgresql_database).was_done
    with pytest.raises(ValidationFailed, match="was moved to"):
        move.cancel(profile, file)


def test_a_connection_that_is_cut_is_made_again(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    cuts = {("copy", "package"), ("copy", "attempt"), ("verify", "track"), ("finish", "")}
    shown: list[Step] = []

    def show(step: Step) -> None:
        shown.append(step)
        if (step.kind, step.table) in cuts:
            cuts.remove((step.kind, step.table))
            postgresql_server.admin(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shipconsole move'"
            )

    moved(profile, file, postgresql_database, show)
    assert not cuts
    assert sum(step.kind == "wait" for step in shown) >= 4
    assert_all_there(file, postgresql_database)


def test_a_server_that_stays_away_ends_the_move_for_now(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    def show(step: Step) -> None:
        if (step.kind, step.table) == ("copy", "package") and postgresql_server.is_running:
            postgresql_server.stop()

    with closing(Source(file)) as source, closing(Target(postgresql_database)) as target:
        mover = Mover(source, target, postgresql_database, SystemClock(), show, patience_s=1.0)
        with pytest.raises(StoreAwayError):
            mover.run()
    assert isinstance(refusal(file), StoreMovedError)
    postgresql_server.start()
    again: list[Step] = []
    moved(profile, file, postgresql_database, again.append)
    assert not any(step.table == "orders" and step.done < step.total for step in again if step.kind == "copy")
    assert_all_there(file, postgresql_database)


def test_a_move_is_stopped_before_its_end(profile: Profile, file: Path, postgresql_database: str) -> None:
    before = rows_here(file)
    with pytest.raises(ValidationFailed, match="No move"):
        move.cancel(profile, file)
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("copy", "call"))
    assert not move.cancel(profile, file)
    assert rows_here(file) == before
    with closing(connect(postgresql_database)) as there:
        schema.refuse_unfit(there, parsed(postgresql_database))
        assert there.execute("SELECT COUNT(*) FROM orders").fetchall() == [(0,)]
    store = SqliteStore(file)
    store.open()
    store.write(lambda db: db.note("order", 1)).result(60)
    store.close()
    moved(profile, file, postgresql_database)
    assert_all_there(file, postgresql_database)


def test_a_move_is_stopped_without_its_server(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("copy", "call"))
    postgresql_server.stop()
    left_over = move.cancel(profile, file)
    assert left_over.id == "move.left_over"
    # What was packed meanwhile is moved too: nothing that was copied before is used.
    change(file, "UPDATE orders SET note = 'packed meanwhile'", "UPDATE database_info SET commits = commits + 1")
    postgresql_server.start()
    moved(profile, file, postgresql_database)
    assert_all_there(file, postgresql_database)


def test_a_file_that_changed_meanwhile_is_copied_anew(profile: Profile, file: Path, postgresql_database: str) -> None:
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("copy", "call"))
    change(file, "UPDATE orders SET note = 'changed'", "UPDATE database_info SET commits = commits + 5")
    with closing(Source(file)) as source:
        commits = source.mark.commits
    moved(profile, file, postgresql_database)
    assert_all_there(file, postgresql_database)
    with closing(connect(postgresql_database)) as there:
        assert there.execute("SELECT commits FROM database_info").fetchall() == [(commits + 1,)]


def test_while_the_outcome_is_open_only_the_server_decides(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("finish"))
    postgresql_server.stop()
    with pytest.raises(StoreAwayError):
        move.cancel(profile, file)
    assert isinstance(refusal(file), StoreMovedError)
    postgresql_server.start()
    assert not move.cancel(profile, file)


def test_nobody_works_on_the_file_while_it_moves(profile: Profile, file: Path, postgresql_database: str) -> None:
    failures: list[EnvironmentFailure] = []

    def show(step: Step) -> None:
        if (step.kind, step.table) == ("copy", "orders") and not failures:
            failures.append(refusal(file))

    moved(profile, file, postgresql_database, show)
    assert [type(failure) for failure in failures] == [StoreHeldError]


def test_a_station_that_has_the_file_open_is_noticed(profile: Profile, file: Path, postgresql_database: str) -> None:
    store = SqliteStore(file)
    store.open()
    try:
        store.read(lambda db: db.value("backup.orders")).result(60)
        with pytest.raises(StoreHeldError):
            moved(profile, file, postgresql_database)
        store.write(lambda db: db.note("order", 1)).result(60)
    finally:
        store.close()
    moved(profile, file, postgresql_database)


def test_the_old_database_says_where_it_went_and_a_person_can_go_back(
    profile: Profile, file: Path, postgresql_database: str
) -> None:
    moved(profile, file, postgresql_database)
    failure = refusal(file)
    assert failure.message.id == "database.left"
    assert postgresql_database in str(failure)
    assert isinstance(backups.with_advice(failure, file), StoreMovedError)
    with pytest.raises(ValidationFailed):
        backups.start_empty(file, now_ms=SystemClock().now_ms())
    waiting = [row["id"] for row in rows_here(file)["call"] if row["state"] in ("pending", "sending", "held")]
    restored = backups.accept_older(file, now_ms=SystemClock().now_ms())
    assert restored.updates >= len(waiting) > 0
    store = SqliteStore(file)
    store.open()
    try:
        assert store.read(lambda db: db.value("backup.orders")).result(60) == restored.orders
    finally:
        store.close()


def test_an_unfinished_move_is_not_taken_back_by_accepting(
    profile: Profile, file: Path, postgresql_database: str
) -> None:
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("finish"))
    with pytest.raises(StoreMovedError):
        backups.accept_older(file, now_ms=SystemClock().now_ms())
    moved(profile, file, postgresql_database)


def test_only_an_empty_database_is_filled(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str, tmp_path: Path
) -> None:
    name = database_name(postgresql_database)

    def refused(url: str = postgresql_database) -> str:
        with pytest.raises(ValidationFailed) as wrong:
            moved(profile, file, url)
        store = SqliteStore(file)
        store.open()
        store.read(lambda db: db.value("backup.orders")).result(60)
        store.close()
        return wrong.value.problems[0].message.id

    assert refused("sqlite:///other.db") == "database_address.not_one"
    postgresql_server.admin("CREATE TABLE ours (a INT)", database=name)
    assert refused() == "move.target_has_other_tables"
    postgresql_server.admin("DROP TABLE ours", database=name)
    # A new one that no one has worked on is as good as an empty one.
    create_or_upgrade(postgresql_database)
    postgresql_server.admin("INSERT INTO connection (name, vendor, base_url) VALUES ('A', 'shipup', '')", database=name)
    assert refused() == "move.target_has_rows"
    postgresql_server.admin("DELETE FROM connection", database=name)
    other = open_profile(tmp_path / "other", {})
    with pytest.raises(Cut):
        moved(other, filled(other.folder, 3), postgresql_database, ending_at("copy", "call"))
    assert refused() == "move.target_has_moved"
    move.cancel(other, other.folder / "shipconsole.db")
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("copy", "call"))
    with pytest.raises(ValidationFailed, match="is being moved to"):
        moved(profile, file, postgresql_server.url("elsewhere"))
    moved(profile, file, postgresql_database)
    with pytest.raises(ValidationFailed) as wrong:
        moved(other, other.folder / "shipconsole.db", postgresql_database)
    assert wrong.value.problems[0].message.id == "move.target_has_moved"


def test_no_station_opens_a_database_that_is_being_filled(
    profile: Profile, file: Path, postgresql_database: str, tmp_path: Path
) -> None:
    with pytest.raises(Cut):
        moved(profile, file, postgresql_database, ending_at("copy", "call"))
    store = PostgresqlStore(postgresql_database, tmp_path / "station")
    store.open()
    try:
        with pytest.raises(StoreMovedError) as refused:
            store.read(lambda db: db.value("backup.orders")).result(60)
        assert refused.value.message.id == "database.arriving"
    finally:
        store.close()


def test_a_program_at_the_servers_database_is_noticed(
    profile: Profile, file: Path, postgresql_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shipconsole.store.postgresql.move_target.OTHERS_GONE_S", 0.2)
    create_or_upgrade(postgresql_database)
    store = PostgresqlStore(postgresql_database, tmp_path / "station")
    store.open()
    try:
        store.read(lambda db: db.value("backup.orders")).result(60)
        with pytest.raises(StoreError) as refused:
            moved(profile, file, postgresql_database)
        assert refused.value.message.id == "move.target_in_use"
    finally:
        store.close()
    moved(profile, file, postgresql_database)


def test_a_station_that_opened_the_empty_database_before_moves_to_it(
    profile: Profile, file: Path, postgresql_database: str
) -> None:
    create_or_upgrade(postgresql_database)
    for _ in range(2):
        store = PostgresqlStore(postgresql_database, profile.folder)
        store.open()
        try:
            store.write(lambda db: db.value("changes.newest")).result(60)
        finally:
            store.close()
        moved(profile, file, postgresql_database)


def test_a_difference_is_noticed(
    profile: Profile, file: Path, postgresql_server: PostgresqlServer, postgresql_database: str
) -> None:
    name = database_name(postgresql_database)
    spoiled: list[Step] = []

    def show(step: Step) -> None:
        if step.kind == "verify" and not spoiled:
            spoiled.append(step)
            postgresql_server.admin("UPDATE packed SET quantity = quantity + 1 WHERE line_id = 3", database=name)

    for _ in range(2):
        with pytest.raises(StoreError) as refused:
            moved(profile, file, postgresql_database, show)
        assert refused.value.message.id == "move.differs"
        assert refused.value.message.arguments["table"] == "packed"
    move.cancel(profile, file)
    moved(profile, file, postgresql_database)
    assert_all_there(file, postgresql_database)
