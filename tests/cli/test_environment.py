"""Every command in an environment that fails: its exit code and a message, no traceback, nothing half stored."""

import logging
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TextIO

import apsw
import pytest
from PySide6.QtWidgets import QApplication

from shipconsole.cli.program import READING
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.file_lock import FileLock
from tests.cli.every_command import ADDRESS, Row, begun, make, names, rows
from tests.cli.in_process import Here
from tests.cli.program import Ended
from tests.support import sql

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what fails here is made with means of POSIX")

Streams = dict[str, TextIO | None]
ALONE = frozenset({"serve", "restore", "database"})
"""What may not run beside a window."""
WITHOUT_PROFILE = frozenset({"simulator"})
READ_NO_TEXTS = frozenset(
    {"simulator", "backup", "restore", "database", "packers", "cases", "command-sheet", "shift-report", "diagnostics"}
    # Nothing there is old.
    | {"retention"}
)
READ_WHAT_IS_HELD = frozenset({"simulator", "database", "backup", "command-sheet", "diagnostics"})
NO_TEXTS = (
    *("orders.recipient", "orders.note", "connection.blocked_message", "call.summary", "webhook_event.message"),
    "forward_review.message",
)
BOOKKEEPING = frozenset({"steady_time", "profile", "database_info", "connection", "change", "rate_limit"})
"""What a program notes of itself, and of connections that it tried."""
# Room for the file that all connections share, and none for a commit.
ROOM_BYTES = 60_000


@pytest.fixture(scope="module")
def made(shared_simulator: SimulatorServer, synced_database: Path, qapp: QApplication) -> Iterator[Here]:
    """A profile on which every command does something, in a folder that others can look into; to be copied.

    What a command loads when it needs it is loaded: a user who may write nothing may not read Python's folders either,
    nor those of the tests.
    """
    import_module("shipconsole.headless")
    with tempfile.TemporaryDirectory(prefix="shipconsole-every-") as folder:
        Path(folder).chmod(0o755)
        here = begun(Path(folder) / "made")
        make(here, synced_database, shared_simulator.url)
        sql.have_just_read(here.profile / "shipconsole.db")
        yield here


@contextmanager
def no_room(most_bytes: int) -> Generator[None]:
    """A limit on the size of files stands for a full disk: it holds for everyone, also for root."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def nothing_fits(_: Path) -> Generator[Streams]:
    with no_room(0):
        yield {}


@contextmanager
def no_commit_fits(profile: Path) -> Generator[Streams]:
    """Another program has the database open, and its log is as large as the disk allows."""
    file = profile / "shipconsole.db"
    with closing(sql.connect(file)) as reader, closing(sql.connect(file)) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM orders").fetchall()
        while (profile / "shipconsole.db-wal").stat().st_size < 2 * ROOM_BYTES:
            writer.execute("UPDATE orders SET note = note || 'x'")
        with no_room(ROOM_BYTES):
            yield {}


@contextmanager
def read_only(profile: Path) -> Generator[Streams]:
    parts = [profile, *profile.rglob("*")]
    for part in parts:
        part.chmod(0o555 if part.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:  # who may write everything
        os.seteuid(65534)
    try:
        yield {}
    finally:
        if is_root:
            os.seteuid(0)
        for part in parts:
            part.chmod(0o755)


@contextmanager
def closed_output(_: Path) -> Generator[Streams]:
    yield {"out": None}


@contextmanager
def closed_streams(_: Path) -> Generator[Streams]:
    yield {"out": None, "err": None}


@contextmanager
def left_pipe(_: Path) -> Generator[Streams]:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w", encoding="utf-8") as out:
        yield {"out": out}


@contextmanager
def full_output(_: Path) -> Generator[Streams]:
    with Path("/dev/full").open("w", encoding="utf-8") as out:
        yield {"out": out}


@contextmanager
def window_open(profile: Path) -> Generator[Streams]:
    lock = FileLock(profile / "profile.lock")
    assert lock.acquire()
    yield {}
    lock.release()


@contextmanager
def unusable_lock(profile: Path) -> Generator[Streams]:
    (profile / "profile.lock").unlink(missing_ok=True)
    (profile / "profile.lock").mkdir()
    yield {}


@contextmanager
def held_database(profile: Path) -> Generator[Streams]:
    with closing(sql.connect(profile / "shipconsole.db")) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr("shipconsole.store.engine.BUSY_TIMEOUT_S", 0.02)
        other.execute("BEGIN IMMEDIATE")
        yield {}


@contextmanager
def bytes_for_text(profile: Path) -> Generator[Streams]:
    with closing(sql.connect(profile / "shipconsole.db")) as database:
        for column in NO_TEXTS:
            table, _, name = column.partition(".")
            database.execute(f"UPDATE {table} SET {name} = CAST(x'41ff42' AS TEXT)")
        # Manual changes are append-only.
        database.execute("INSERT INTO manual_change (order_id, at_ms, what) VALUES (1, 1, CAST(x'41ff42' AS TEXT))")
    yield {}


@contextmanager
def no_folder_of_logs(profile: Path) -> Generator[Streams]:
    shutil.rmtree(profile / "logs")
    (profile / "logs").touch()
    yield {}


@contextmanager
def log_is_a_link(profile: Path) -> Generator[Streams]:
    """To what has no end, so that reading it would have none."""
    (profile / "logs" / "shipconsole.log").unlink()
    (profile / "logs" / "shipconsole.log").symlink_to("/dev/zero")
    yield {}


def code_when_full(name: str, _: Row) -> int:
    return 0 if name in WITHOUT_PROFILE else 5


def code_without_commits(name: str, row: Row) -> int:
    return 5 if row.stores or name in ("backup", "restore") else row.code


def usual_code(_: str, row: Row) -> int:
    return row.code


def code_of_full_output(name: str, row: Row) -> int:
    # What was to be read is lost; what was done is done, and what was refused says so on the other stream.
    return 5 if name in READING and "--csv" not in row.words and row.code != 2 else row.code


def code_beside_a_window(name: str, row: Row) -> int:
    return 5 if name in ALONE else row.code


def code_when_held(name: str, row: Row) -> int:
    return row.code if name in READ_WHAT_IS_HELD else 5


def code_of_bytes(name: str, row: Row) -> int:
    return row.code if name in READ_NO_TEXTS else 5


Surroundings = Callable[[Path], AbstractContextManager[Streams]]
TABLE: dict[Surroundings, Callable[[str, Row], int]] = {
    nothing_fits: code_when_full,
    no_commit_fits: code_without_commits,
    read_only: code_when_full,
    closed_output: usual_code,
    closed_streams: usual_code,
    left_pipe: usual_code,
    full_output: code_of_full_output,
    window_open: code_beside_a_window,
    unusable_lock: code_beside_a_window,
    held_database: code_when_held,
    bytes_for_text: code_of_bytes,
    no_folder_of_logs: usual_code,
    log_is_a_link: usual_code,
}


def test_every_command_has_a_row(tmp_path: Path) -> None:
    assert [*rows(tmp_path, "")] == names()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("surrounded", TABLE, ids=lambda entry: entry.__name__)
def test_a_command_ends_as_it_should(
    made: Here,
    simulated_platforms: SimulatorServer,
    surrounded: Surroundings,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if surrounded is no_commit_fits:
        # That nothing can be sent then is logged, by `serve` too where it comes so far.
        caplog.set_level(logging.ERROR, "shipconsole.operations.worker")
    with tempfile.TemporaryDirectory(prefix="shipconsole-row-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        shutil.copytree(made.profile.parent, folder, dirs_exist_ok=True)
        here = Here(folder / "profile", made.keys)
        row = rows(folder, simulated_platforms.url)[name]
        before = stored(here.profile), files(folder)
        with surrounded(here.profile) as streams:
            before_it = stored(here.profile) if surrounded is no_commit_fits else before[0]
            ended = here.run(*row.words, typed="key\n", **streams)
        assert ended.code == TABLE[surrounded](name, row), ended
        check_messages(ended, row, streams)
        if ended.code == 5 and surrounded in (nothing_fits, no_commit_fits, read_only, held_database):
            assert stored(here.profile) == before_it
            assert files(folder) == before[1]


def check_messages(ended: Ended, row: Row, streams: Streams) -> None:
    """Check that each failure has one of our messages, as often as it should."""
    assert "Traceback" not in ended.err
    for word in ("Errno", "apsw", "disk I/O error", "not an error"):
        assert word not in ended.err
    if ended.code not in (0, row.code) and "err" not in streams:
        assert ended.err.strip() or ended.out.strip()
        assert (
            ended.err.endswith(".\n") or ended.err == "" or any(value in ended.err for value in ("usage:", "restore"))
        ), ended


def stored(profile: Path, *, without: frozenset[str] = frozenset()) -> list[str]:
    """All that is in the database, but for some tables."""
    with closing(sql.connect(profile / "shipconsole.db")) as opened:
        kept = [table for table in tables(opened) if table not in without]
        return [repr(entry) for table in kept for entry in opened.execute(f"SELECT * FROM {table}")]


def tables(opened: apsw.Connection) -> list[str]:
    found = opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [str(name) for (name,) in found if not str(name).startswith(("sqlite_", "order_text_"))]


def files(folder: Path) -> set[str]:
    """The files that a person would find, but for SQLite's own beside the database and the log."""
    found = {str(file.relative_to(folder)) for file in folder.rglob("*")}
    return {entry for entry in found if not entry.endswith(("-wal", "-shm", ".lock", ".log"))}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("ship", "10006", "--all-left", "--tracking", "X-1", "--weight", "1e99999999999"), 2, "weight"),
        (("preview", "10006", "--all-left", "--tracking", "X-1", "--weight", "-1e99999999999"), 2, "weight"),
        (("create-order", "N-1", "--item", "CABLE=1", "--weight", "CABLE=1e99999999999", *ADDRESS), 2, "CABLE"),
        (("ship", "10006", "--all-left", "--tracking", "X-1", "--weight", "nan"), 2, "weight"),
        (("ship", "10006", "--item", f"POWER-BANK-20K={'9' * 5_000}", "--tracking", "X-1"), 2, "POWER-BANK-20K"),
        (("ship", "10006", "--all-left", "--tracking", "X-1", "--wait", "1e999"), 2, "seconds"),
        (("resolve", "9" * 5_000, "--retry"), 2, "whole number"),
        (("audit-log", "--since", "9" * 5_000), 2, "is not a time"),
        (("connect", "shipup", "--name", "Two", "--url", "https://a.test/?key=k"), 2, "API keys belong in the keyring"),
        (("connect", "shipup", "--name", "Two", "--url", "https://a.test/#k"), 2, "API keys belong in the keyring"),
        (("connect", "shipup", "--name", "Two", "--url", "https://[::1"), 2, "is not a web address"),
        (("orders", "--database", "sqlite:///"), 5, "names no file"),
        (("orders", "--database", "sqlite:////"), 5, "names no file"),
        (("orders", "--database", "sqlite:////dev/null"), 5, ""),
        (("restore", "/dev/null"), 5, ""),
        (("audit-log", "--csv", "/dev/full"), 5, "No space left"),
        (("shift-report", "--csv", "/dev/full"), 5, "No space left"),
        (("audit-log", "--csv", "/nowhere/x.csv"), 5, "No such file"),
        (("shift-report", "--csv", "/"), 5, "Is a directory"),
        (("diagnostics", "--to", "/nowhere/x.txt"), 5, "No such file"),
        (("backup", "--to", "/nowhere/far/x.db"), 5, ""),
    ],
    ids=lambda entry: "-".join(map(str, entry))[:40] if isinstance(entry, tuple) else "",
)
def test_an_impossible_request_has_a_message_and_its_exit_code(
    made: Here, simulated_platforms: SimulatorServer, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    shutil.copytree(made.profile.parent, tmp_path, dirs_exist_ok=True)
    here = Here(tmp_path / "profile", made.keys)
    before = stored(here.profile, without=BOOKKEEPING)
    ended = here.run(*words)
    assert (ended.code, ended.out) == (code, ""), ended
    assert message in ended.err
    check_messages(ended, Row(words), {})
    assert stored(here.profile, without=BOOKKEEPING) == before


@pytest.mark.parametrize("there", ["", "what was there"])
@pytest.mark.parametrize("command", ["audit-log", "shift-report"])
def test_a_file_that_does_not_fit_is_not_left_there_by_halves(
    made: Here, tmp_path: Path, command: str, there: str
) -> None:
    shutil.copytree(made.profile.parent, tmp_path, dirs_exist_ok=True)
    here = Here(tmp_path / "profile", made.keys)
    target = tmp_path / "out.csv"
    if there:
        target.write_text(there)
    # Its database stays open to another program, so that only the file lacks room.
    with closing(sql.connect(here.profile / "shipconsole.db")) as other:
        other.execute("BEGIN")
        other.execute("SELECT COUNT(*) FROM orders").fetchall()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("shipconsole.operations.maintenance.audit_log.write_csv", too_much)
            patch.setattr("shipconsole.operations.maintenance.shift_report.write_csv", too_much)
            with no_room(ROOM_BYTES):
                ended = here.run(command, "--csv", str(target))
    assert (ended.code, "could not be written" in ended.err) == (5, True)
    assert (target.read_text() if target.exists() else "") == there
    assert not list(tmp_path.glob(".*"))


def too_much(_rows: object, to: TextIO, **_named: object) -> int:
    """Write more rows than there is room for."""
    to.write("x" * 2 * ROOM_BYTES)
    to.flush()
    return 1


def test_a_doctor_says_which_files_others_can_open(made: Here, tmp_path: Path) -> None:
    shutil.copytree(made.profile.parent, tmp_path, dirs_exist_ok=True)
    here = Here(tmp_path / "profile", made.keys)
    here.profile.chmod(0o755)
    (here.profile / "backups").chmod(0o755)
    for name in ("settings.toml", "backups/copy.db"):
        (here.profile / name).touch()
        (here.profile / name).chmod(0o644)
    found = {entry["what_code"]: entry for entry in here.run("doctor", "--json").json}["health.profile"]
    assert (found["ok"], found["code"]) == (False, "health.profile_exposed")
    assert "backups/copy.db, settings.toml" in found["message"]
    here.profile.chmod(0o700)
    assert {entry["what_code"]: entry for entry in here.run("doctor", "--json").json}["health.profile"]["ok"]
