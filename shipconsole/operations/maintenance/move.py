"""Moving a database from a file to a server: in steps that can be interrupted at any point and go on when run again.

1. The file is held against other programs and marked, so that nothing is packed on it from then on.
2. Its tables are copied in batches. The server stores each batch with how far it got, in one transaction.
3. Every table is read again at the server, and its count and its sum are compared with those of the file.
4. The server creates its indexes and keys and takes over the file's id, count of commits and last ids, in one
   transaction. From its commit on the server's database counts.
5. The file is marked as left. It stays as it was.

Until the fourth step begins, `cancel` ends the move and the file is used as before.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from shipconsole.domain.database_address import FORM, DatabaseAddress, database_address, is_server
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.maintenance.opening import ServerAccess
from shipconsole.station import settings_file
from shipconsole.station.clock import Clock, SystemClock
from shipconsole.station.keys import Keys
from shipconsole.station.profile import Profile
from shipconsole.station.settings import host_name
from shipconsole.store import steady_time
from shipconsole.store.errors import StoreAwayError, StoreError
from shipconsole.store.move_source import Source
from shipconsole.store.moved_rows import Progress, Table
from shipconsole.store.moves import Move, RowRefusedError

if TYPE_CHECKING:
    from shipconsole.store.postgresql.move_target import Target

T = TypeVar("T")

PATIENCE_S = 60.0
"""How long a server that is gone is waited for, since it last did something."""
RETRY_S = 1.0
REMOVES = "removes_old_data"
"""The setting by which this station removes what is old at the server, too."""


class Step(NamedTuple):
    """What a move does now: rows `done` of `total` of a table; for 'finish' statements, for 'wait' nothing is known."""

    kind: Literal["check", "copy", "verify", "finish", "wait"]
    table: str = ""
    done: int = 0
    total: int = 0


class Moved(NamedTuple):
    """A finished move: the rows of each table with their sum, and how many characters had to be replaced.

    `was_done` is whether an earlier run had finished it.
    """

    to: str
    file: Path
    tables: Mapping[str, Progress]
    ended_at_ms: int
    was_done: bool = False

    @property
    def rows(self) -> int:
        """Return how many rows were moved."""
        return sum(progress.copied for progress in self.tables.values())

    @property
    def replaced(self) -> int:
        """Return how many characters were replaced."""
        return sum(progress.replaced for progress in self.tables.values())


class Mover:
    """Moves one file to one server."""

    def __init__(
        self,
        source: Source,
        target: "Target",
        to: str,
        clock: Clock,
        show: Callable[[Step], object],
        patience_s: float = PATIENCE_S,
        folder: Path | None = None,
    ) -> None:
        """Store the parts; `to` is the server's address without its password, `folder` that of the profile."""
        self._source, self._target, self._to = source, target, to
        self._clock, self._show, self._patience_s, self._folder = clock, show, patience_s, folder
        self._tables = source.tables()
        self._heard_s = clock.monotonic_s()

    def run(self) -> Moved:
        """Move, or go on where an earlier run ended; raises `ValidationFailed` if the server's database can't be used.

        Raises `StoreError` for everything else that stops it; run again, it goes on.
        """
        known = self._source.move
        if known is not None and known.other != self._to:
            raise _wrong(Message("move.other_target", to=known.other))
        if known is not None and known.state == "left":
            return Moved(self._to, self._source.file, {}, known.ended_at_ms or 0, was_done=True)
        # A mistake in the address is reported at once.
        self._target.connect()
        there = self._patiently(self._target.move)
        was_done = (
            known is not None and there is not None and (there.move_id, there.state) == (known.move_id, "arrived")
        )
        if not was_done:
            move = self._begun(known, there)
            for table in self._tables:
                self._patiently(lambda table=table: self._copy(table, move))
            for table in self._tables:
                self._patiently(lambda table=table: self._verify(table))
            self._source.change_state("ending")
            self._patiently(lambda: self._finish(move))
        tables = {
            table.name: self._patiently(lambda table=table: self._target.progress(table)) for table in self._tables
        }
        if self._folder is not None:
            self._target.forget_mark(self._folder)
        ended_at_ms = self._clock.now_ms()
        self._source.change_state("left", ended_at_ms=ended_at_ms)
        return Moved(self._to, self._source.file, tables, ended_at_ms, was_done=was_done)

    def cancel(self) -> Message:
        """End an unfinished move, so that the file is used as before; return what is left to do at the server, if any.

        Raises `ValidationFailed` if there is none, or if the server's database counts already.
        """
        known = self._source.move
        if known is None:
            raise _wrong(Message("move.none"))
        if known.state == "left":
            raise _wrong(Message("move.is_done", to=known.other))
        left_over = NO_MESSAGE
        try:
            self._target.connect()
            there = self._target.move()
            if there is not None and there.move_id == known.move_id:
                if there.state == "arrived":
                    raise _wrong(Message("move.has_arrived", to=known.other))
                self._target.give_up(self._tables)
        except StoreAwayError:
            if known.state == "ending":
                # Whether the server's database counts is known by the server alone.
                raise
            left_over = Message("move.left_over", to=known.other)
        self._source.forget()
        return left_over

    def _begun(self, known: Move | None, there: Move | None) -> Move:
        """Return the move, begun in both databases; rows of another state of the file are copied anew."""
        mark = self._source.mark
        if there is not None and (there.state != "arriving" or there.mark.database_id != mark.database_id):
            raise _wrong(Message("move.target_has_moved", database=self._target.label, other=there.other))
        if problem := self._patiently(lambda: self._target.prepare(self._tables)):
            raise _wrong(problem)
        self._target.refuse_others()
        if known is not None and there is not None and (there.move_id, there.mark) == (known.move_id, mark):
            return known
        if known is None or known.mark != mark:
            self._show(Step("check"))
            self._source.refuse_damaged()
            known = Move(
                os.urandom(16).hex(),
                "leaving",
                self._to,
                self._clock.now_ms(),
                None,
                mark,
                self._patiently(self._target.steady_ms) - self._steady_ms(),
            )
            self._source.begin(known)
        here = f"{host_name()}: {self._source.file}"
        self._patiently(lambda: self._target.begin(known._replace(other=here), self._tables))
        return known

    def _steady_ms(self) -> int:
        return steady_time.now_ms(
            self._source.db,
            run=self._clock.computer_run(),
            monotonic_ms=round(self._clock.monotonic_s() * 1_000),
            wall_ms=self._clock.now_ms(),
        )

    def _copy(self, table: Table, move: Move) -> None:
        progress, total = self._target.progress(table), self._source.count(table)
        is_last = False
        while not is_last:
            self._show(Step("copy", table.name, progress.copied, total))
            self._heard_s = self._clock.monotonic_s()
            with self._source.batch(table, progress, move.steady_offset_ms) as batch:
                try:
                    progress = self._target.copy(table, batch)
                except RowRefusedError as error:
                    raise self._refused(table, progress, error) from error
                is_last = batch.is_last
        self._show(Step("copy", table.name, progress.copied, total))

    def _verify(self, table: Table) -> None:
        progress = self._target.progress(table)
        if progress.verified:
            return
        counted = self._source.count(table)
        self._show(Step("verify", table.name, 0, counted))
        there = self._target.tally(table)
        if not counted == progress.copied == there.rows or progress.row_sum != there.row_sum:
            raise StoreError(Message("move.differs", table=table.name, here=counted, there=there.rows))
        self._target.verified(table)
        self._show(Step("verify", table.name, counted, counted))

    def _finish(self, move: Move) -> None:
        there = self._target.move()
        if there is not None and (there.move_id, there.state) == (move.move_id, "arrived"):
            # The connection ended while the server committed.
            return
        self._target.refuse_others()
        self._target.finish(
            move,
            self._tables,
            self._source.last_ids(),
            lambda done, total: self._show(Step("finish", done=done, total=total)),
        )

    def _refused(self, table: Table, before: Progress, error: RowRefusedError) -> StoreError:
        """Return the error of a row that the server refused, with where it is."""
        number = self._source.row_number(table, before, error.place) if error.place else None
        return StoreError(
            Message(
                "move.row_refused",
                table=table.name,
                row=str(number) if number is not None else "?",
                column=error.column or "?",
                reason=error.message,
            )
        )

    def _patiently(self, do: Callable[[], T]) -> T:
        """Do something at the server; while it is gone, wait and do it again, which goes on where it ended."""
        while True:
            try:
                done = do()
            except StoreAwayError:
                if self._is_over:
                    raise
                self._wait()
            else:
                self._heard_s = self._clock.monotonic_s()
                return done

    def _wait(self) -> None:
        """Connect again; raises `StoreAwayError` once the server has been gone for too long."""
        while True:
            self._show(Step("wait"))
            time.sleep(RETRY_S)
            try:
                self._target.connect()
            except StoreAwayError:
                if self._is_over:
                    raise
            else:
                return

    @property
    def _is_over(self) -> bool:
        """Whether the server was gone for too long."""
        return self._clock.monotonic_s() - self._heard_s >= self._patience_s


def _wrong(message: Message) -> ValidationFailed:
    return ValidationFailed(Problem(("to",), message))


def move(
    profile: Profile,
    file: Path,
    to: str | DatabaseAddress,
    *,
    station: str | None = None,
    show: Callable[[Step], object],
    clock: Clock | None = None,
    keys: Keys | None = None,
) -> Moved:
    """Move a file to the server at an address, and have the profile use it; the caller holds the profile's lock.

    `station` is the URL that the profile uses afterwards, by default `to`. Raises `ValidationFailed` for a server or a
    database that can't be used, `EnvironmentFailure` for what stops the move; run again, it goes on.
    """
    address = _server(to)
    used = _server(station) if station else address
    with closing(Source(file)) as source, closing(_target(profile, address, keys)) as target:
        moved = Mover(source, target, address.text, clock or SystemClock(), show, folder=profile.folder).run()
    # Its numbers of days held for these orders until now, and go on to do so.
    settings_file.change(profile.folder, {settings_file.DATABASE: used.text, REMOVES: True}, is_read=False)
    return moved


def cancel(
    profile: Profile, file: Path, to: str | DatabaseAddress | None = None, *, keys: Keys | None = None
) -> Message:
    """End an unfinished move, as `Mover.cancel`; `to` is needed only for a password that is nowhere else."""
    with closing(Source(file)) as source:
        if source.move is None:
            raise _wrong(Message("move.none"))
        address = _server(to or source.move.other)
        if address.text != source.move.other:
            raise _wrong(Message("move.other_target", to=source.move.other))
        with closing(_target(profile, address, keys)) as target:
            return Mover(source, target, address.text, SystemClock(), lambda _: None).cancel()


def _server(url: str | DatabaseAddress) -> DatabaseAddress:
    if isinstance(url, DatabaseAddress):
        return url
    if not is_server(url):
        raise _wrong(Message("database_address.not_one", form=FORM))
    return database_address(url)


def _target(profile: Profile, address: DatabaseAddress, keys: Keys | None) -> "Target":
    try:
        from shipconsole.store.postgresql.move_target import Target
    except ImportError as error:
        raise EnvironmentFailure(Message("server.no_driver", reason=str(error))) from error
    access = ServerAccess(profile, address, keys)
    return Target(access.url, access.password)
