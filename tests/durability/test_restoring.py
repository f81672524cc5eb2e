"""A restore killed at any step leaves the old database or the restored one complete; leftovers are deleted."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from shipconsole.store import backup, connections, fitness, mark, restoring
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreError
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import ROOT
from tests.support import sql

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed by a signal there")

NOW_MS = 1_790_000_000_000
OLD, COPIED = ("A", "B", "C"), ("A",)
# Does one thing to a copy of a profile again and again, each time killed one step later, until it ends by itself. A
# step is a change of a name, an opening of a file, or a statement of SQL. Its own process, so that it may be forked.
KILLS = """
import json, os, shutil, signal, sys
from pathlib import Path
import apsw
from shipconsole.store import fitness, restoring

template, into, what, links = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4] == "links"
STEPS = {"os.rename", "os.link", "os.remove", "open", "os.mkdir"}
NOW_MS = 1_790_000_000_000

def act(folder):
    file = folder / "shipconsole.db"
    if what == "put back":
        restoring.restore(file, next((folder / "backups").iterdir()), now_ms=NOW_MS)
    elif what == "begin anew":
        restoring.start_empty(file, now_ms=NOW_MS)
    elif what == "accept":
        restoring.accept_older(file, now_ms=NOW_MS)
    else:
        restoring.finish(file)

def killed_before(step, folder):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    left = step
    def count(*_):
        nonlocal left
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return True
    def hear(event, details):
        if event in STEPS and str(folder) in str(details):
            count()
    def no_link(*_, **__):
        raise OSError("this disk knows no second names")
    if not links:
        os.link = no_link
    sys.addaudithook(hear)
    if what != "begin anew":  # its statements are those of a new schema
        apsw.connection_hooks.append(lambda connection: connection.set_exec_trace(count))
    act(folder)
    os._exit(0)

step = 0
while True:
    folder = into / str(step)
    shutil.copytree(template, folder)
    if not killed_before(step, folder):
        break
    step += 1
print(step)
"""


class Killed(NamedTuple):
    """What is left of a profile whose program was killed before a step, and whether a restore was to be finished."""

    step: int
    folder: Path
    to_finish: bool


def killed(template: Path, into: Path, what: str, *, links: bool = True) -> list[Killed]:
    """Every way to be killed, and at the end what is there without."""
    into.mkdir()
    words = [sys.executable, "-c", KILLS, str(template), str(into), what, "links" if links else "no links"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    steps = range(int(ran.stdout) + 1)
    folders = [into / str(step) for step in steps]
    return [
        Killed(n, folder, fitness.restored_of(folder / "shipconsole.db") is not None)
        for n, folder in enumerate(folders)
    ]


def add(db: Db, name: str) -> int:
    return connections.put(db, name=name, vendor="shipup", base_url="", options={})


def names(db: Db) -> tuple[str, ...]:
    return tuple(connection.name for connection in connections.every(db))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile whose program was killed with its last commits in the log alone, and a backup from before those."""
    folder, kept = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("template")
    store = SqliteStore(folder / "shipconsole.db")
    store.open()
    store.write(add, "A").result()
    backup.make(store.file, now_ms=NOW_MS)
    for name in OLD[1:]:
        store.write(add, name).result()
    shutil.copytree(folder, kept, dirs_exist_ok=True)
    store.close()
    return kept


def started(folder: Path) -> tuple[str, ...]:
    """What the next start of the program does, and finds."""
    file = folder / "shipconsole.db"
    restoring.finish(file)
    store = SqliteStore(file)
    store.open()
    try:
        found = store.read(names).result()
        store.write(add, "later").result()
    finally:
        store.close()
    assert not fitness.is_restore_unfinished(file)
    assert not [file.name for file in folder.iterdir() if ".part" in file.name]
    return found


def set_aside(folder: Path) -> tuple[str, ...]:
    """What is in the database that was set aside, its log with it."""
    (file,) = (file for file in folder.glob("shipconsole.db.damaged-*") if not file.name.endswith(("-wal", "-shm")))
    with closing(sql.connect(file)) as connection:
        return tuple(name for (name,) in connection.execute("SELECT name FROM connection ORDER BY id"))


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize(("what", "new"), [("put back", COPIED), ("begin anew", ())])
def test_a_kill_at_any_step_leaves_one_database_or_the_other(
    template: Path, tmp_path: Path, what: str, new: Sequence[str], links: bool
) -> None:
    ways = killed(template, tmp_path / "killed", what, links=links)
    assert sum(way.to_finish for way in ways) >= 4, "in the midst of it, too"
    found = {way.step: started(way.folder) for way in ways}
    whole = [step for step, there in found.items() if there == OLD]
    assert found == {way.step: OLD if way.step < len(whole) else tuple(new) for way in ways}
    assert len(whole) > 3
    for way in ways[len(whole) :]:
        assert set_aside(way.folder) == OLD, "nothing of it is lost"


def test_finishing_may_be_killed_as_well(template: Path, tmp_path: Path) -> None:
    again = 0
    for way in killed(template, tmp_path / "killed", "put back"):
        if not way.to_finish:
            continue
        for second in killed(way.folder, tmp_path / f"finishing-{way.step}", "finish"):
            again += 1
            assert started(second.folder) == COPIED
            assert set_aside(second.folder) == OLD
    assert again > 10


def test_an_older_database_is_accepted_whole_or_not_at_all(template: Path, tmp_path: Path) -> None:
    older = shutil.copytree(template, tmp_path / "older")
    log = older / "shipconsole.db-wal"
    os.truncate(log, log.stat().st_size - 1)
    ways = killed(older, tmp_path / "killed", "accept")
    outcomes: list[str] = []
    for way in ways:
        try:
            found = started(way.folder)
        except StoreError:
            outcomes.append("refused")
        else:
            outcomes.append("accepted")
            assert found == OLD[:2]
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {"refused", "accepted"}


def test_without_finishing_the_last_commits_would_be_missing(template: Path, tmp_path: Path) -> None:
    """The canary: the old database in the midst of a restore, opened as one that was never touched."""
    ways = killed(template, tmp_path / "killed", "put back")
    cut: list[Path] = []
    for way in ways:
        if way.to_finish and not (way.folder / "shipconsole.db-wal").exists():
            for restored in way.folder.glob("shipconsole.db-restoring-*"):
                restored.unlink()
            mark.file_of(way.folder / "shipconsole.db").unlink()
            cut.append(way.folder)
    assert cut
    for folder in cut:
        with pytest.raises(StoreError):
            started(folder)


def test_a_restore_that_fails_changes_nothing(template: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(template, tmp_path / "profile")
    file = folder / "shipconsole.db"
    (copy,) = (folder / "backups").iterdir()
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2])
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(StoreError):
        restoring.restore(file, copy, now_ms=NOW_MS)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert started(folder) == OLD


def test_what_was_restored_before_is_restored_again(template: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(template, tmp_path / "profile")
    file = folder / "shipconsole.db"
    (copy,) = (folder / "backups").iterdir()
    for _ in range(3):
        assert restoring.restore(file, copy, now_ms=NOW_MS).aside is not None
        assert started(folder) == COPIED
    assert len(list(folder.glob("shipconsole.db.damaged-*Z*"))) >= 3


STATES = ("held", "pending", "sending", "retry_wait", "unknown", "checking", "blocked", "confirmed", "rejected", "dead")


def test_nothing_that_is_restored_goes_by_itself(tmp_path: Path) -> None:
    """Whether the platform's calls are repeatable or not: what was sent since would be sent twice."""
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    store.write(add, "A").result()
    with closing(sql.connect(store.file)) as connection:
        for number, (state, repeatable) in enumerate([(entry, flag) for entry in STATES for flag in (0, 1)], 1):
            connection.execute(
                "INSERT INTO orders (id, number, match_key, number_key, state, changed_at_ms)"
                " VALUES (?1, ?1, ?1, ?1, 'open', 0)",
                (number,),
            )
            connection.execute(
                "INSERT INTO call (key, order_id, intent, connection_id, state, created_at_ms, changed_at_ms,"
                " due_at_ms, check_at_ms, attempts, checks, request, position, repeatable, job, in_job)"
                " VALUES (?1, ?1, '{}', 1, ?2, 0, 0, 0, 0, 1, 1, '{}', ?1, ?3, ?4, ?5)",
                (number, state, repeatable, "job" if state == "checking" else "", int(state == "checking")),
            )
    made = backup.make(store.file, now_ms=NOW_MS)
    store.close()
    done = restoring.restore(store.file, made.file, now_ms=NOW_MS)
    assert done.updates == 14
    with closing(sql.connect(store.file)) as connection:
        found = connection.execute("SELECT state, in_job FROM call ORDER BY id").fetchall()
        waiting = connection.execute("SELECT COUNT(*) FROM orders WHERE needs_attention = 1").fetchall()
    sent, unsent = ("needs_attention", 0), ("dead", 0)
    wanted = [unsent, unsent, sent, unsent, sent, sent, unsent, ("confirmed", 0), ("rejected", 0), ("dead", 0)]
    assert found == [entry for entry in wanted for _ in range(2)]
    assert waiting == [(14,)]


def test_only_rules_that_were_automatic_are_set_to_review(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    for name in ("Shipup", "Starshipit", "SwiftPOD"):
        store.write(add, name).result()
    with closing(sql.connect(store.file)) as connection:
        connection.execute(
            "INSERT INTO forwarding_rule VALUES (1, '[3]', 'off'), (2, '[3]', 'review'), (3, '[1, 2]', 'auto')"
        )
    made = backup.make(store.file, now_ms=NOW_MS)
    store.close()
    assert restoring.restore(store.file, made.file, now_ms=NOW_MS).rules == ("SwiftPOD",)
    with closing(sql.connect(store.file)) as connection:
        rules = connection.execute("SELECT to_ids, mode FROM forwarding_rule ORDER BY from_id").fetchall()
    assert rules == [("[3]", "off"), ("[3]", "review"), ("[1, 2]", "review")]
