"""Import a file: read it whole, check it, and ship or create what is good; each row has a result.

A dry run stores and sends nothing. Rows that were imported before are imported no second time, whenever a run ended.
The file's rows are sorted on the disk, so that a file of any length takes the same memory.
"""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from shipconsole.domain import import_columns
from shipconsole.domain.import_columns import Columns, ImportField, ImportKind
from shipconsole.domain.import_row import ImportRow, parsed
from shipconsole.domain.label import number_key
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.files import order_rows, results, shipment_rows
from shipconsole.operations.files.rows import (
    MOST_ROWS_TOGETHER,
    RowResult,
    RowsRefused,
    RowStatus,
    as_record,
    refuse,
    result,
    result_from,
    result_record,
    row_from,
)
from shipconsole.operations.files.spool import Spool, groups
from shipconsole.operations.files.tables import open_table
from shipconsole.store import imports, orders
from shipconsole.store.database import Db

T = TypeVar("T")

ROWS_AT_ONCE = 500
ORDERS_AT_ONCE = 16
PREVIEWED = 20
_KNOWN_ORDERS = 4_096


class Head(NamedTuple):
    """The beginning of a file: its header and some rows as they are."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Stage = Literal["reading", "checking", "running"]
STAGE_TITLES: Mapping[Stage, str] = {
    "reading": "import_stage.reading",
    "checking": "import_stage.checking",
    "running": "import_stage.running",
}
"""Message ids."""


class Progress(NamedTuple):
    """How far a run is; `total` is None while the file is read."""

    stage: Stage
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class FileImport:
    """A file to import and its columns; `to` are the connections of rows that name none."""

    path: Path
    header: tuple[str, ...]
    columns: Columns
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: how many rows have each status, and where their results are written, if anywhere."""

    kind: ImportKind
    counts: Mapping[RowStatus, int]
    result_file: str = ""

    @property
    def rows(self) -> int:
        """Return how many rows the file has."""
        return sum(self.counts.values())

    @property
    def has_problems(self) -> bool:
        """Return whether a row was refused."""
        return bool(self.counts.get("refused"))


async def head(path: Path) -> Head:
    """Return the beginning of a file; raises `ValidationFailed` or `EnvironmentFailure` where it can't be read."""
    return await asyncio.to_thread(_head, path)


async def columns_of(
    ctx: Context, header: Sequence[str], titles: Mapping[str, str], kind: ImportKind | None = None
) -> Columns:
    """Return a header's columns: as a person maps them now, else as remembered, else as recognized."""
    remembered = await ctx.read(imports.mapping, import_columns.signature(header))
    if titles or remembered is None or (kind is not None and kind != remembered[0]):
        return import_columns.mapped(header, titles, kind)
    stored_kind: Any = remembered[0]
    kept: dict[str, str] = {field.value: "" for field in ImportField} | remembered[1]
    return import_columns.mapped(header, kept, stored_kind)


async def remember(ctx: Context, job: FileImport) -> None:
    """Remember how the columns of a header are mapped."""
    await ctx.write(
        imports.keep_mapping,
        import_columns.signature(job.header),
        job.columns.kind,
        job.columns.titles(job.header),
        station=ctx.station,
        operator=ctx.operator,
        now_ms=ctx.clock.now_ms(),
    )


async def run(
    ctx: Context,
    job: FileImport,
    *,
    dry_run: bool,
    result_file: str = "",
    each: Callable[[RowResult], object] | None = None,
    report: Callable[[Progress], object] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Summary:
    """Check the rows of a file, and without `dry_run` ship or create what is good; `each` gets every result in order.

    The results are also written to `result_file`, which is opened before anything is stored. Raises `ValidationFailed`
    for a file that is no table or lacks a column, and `EnvironmentFailure`; what was stored until then stays, and the
    results say so.
    """
    if problems := import_columns.check(job.columns):
        raise ValidationFailed(*problems)
    importer = _Import(ctx, job, dry_run=dry_run, report=report or (lambda _: None), is_stopped=is_stopped)
    with contextlib.ExitStack() as stack:
        write = stack.enter_context(results.writer(result_file)) if result_file else None
        for spool in importer.spools:
            stack.enter_context(spool)
        await importer.read()
        failure = await importer.handle()
        counts = await asyncio.to_thread(importer.give_back, [give for give in (write, each) if give is not None])
        if failure is not None and not counts.keys() & {"shipped", "created"}:
            # Raised here, it leaves no result file.
            raise failure
    if failure is not None:
        raise failure
    return Summary(job.columns.kind, counts, result_file)


def _head(path: Path) -> Head:
    with _reading(path), open_table(path) as table:
        return Head(table.header, tuple(row.cells for row in itertools.islice(table.rows, PREVIEWED)))


@contextlib.contextmanager
def _reading(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        message = Message("file.not_readable", file=str(path), reason=error.strerror or str(error))
        raise ValidationFailed(Problem(("file",), message)) from error


class _Chosen(NamedTuple):
    """The rows of one order, or the beginning of those that are too many."""

    order_id: int
    rows: list[ImportRow]
    is_too_long: bool


class _Import:
    """One run over a file: rows go from spool to spool, sorted by what is decided next."""

    def __init__(
        self,
        ctx: Context,
        job: FileImport,
        *,
        dry_run: bool,
        report: Callable[[Progress], object],
        is_stopped: Callable[[], bool],
    ) -> None:
        self._ctx = ctx
        self._job = job
        self._dry_run = dry_run
        self._report = report
        self._is_stopped = is_stopped
        self._failure: BaseException | None = None
        self._by_number, self._by_order, self._results = self.spools = Spool(), Spool(), Spool()

    async def read(self) -> None:
        """Read the whole file; its usable rows are then sorted by order."""
        is_shipments = self._job.columns.kind == "shipments"
        known: dict[str, tuple[int, Message]] = {}
        count = 0
        with _reading(self._job.path), open_table(self._job.path) as table:
            if table.header != self._job.header:
                raise ValidationFailed(Problem(("file",), Message("import_file.changed", name=self._job.path.name)))
            while not self._ends() and (rows := await self._whole(asyncio.to_thread(self._next_rows, table.rows))):
                count += len(rows)
                usable = [row for row in rows if not row.problem]
                self._add_results(result(row, "refused", row.problem) for row in rows if row.problem)
                if is_shipments:
                    if len(known) > _KNOWN_ORDERS:
                        known.clear()
                    found = await self._whole(self._ctx.read(shipment_rows.find_orders, usable, known))
                    await self._whole(asyncio.to_thread(self._sort_by_number, usable, found))
                else:
                    await self._whole(asyncio.to_thread(self._sort_orders, usable))
                self._report(Progress("reading", count, None))
        if is_shipments:
            await self._whole(asyncio.to_thread(self._sort_by_order))

    async def handle(self) -> BaseException | None:
        """Check or run every order; return what ended it before the end, if anything did."""
        is_shipments = self._job.columns.kind == "shipments"
        chosen = groups(self._by_order.sorted(), 1, MOST_ROWS_TOGETHER)
        stage: Literal["checking", "running"] = "checking" if self._dry_run else "running"
        done, total = 0, self._by_order.count
        act = self._shipments if is_shipments else self._orders
        while part := await self._whole(_taken(chosen)):
            chosen_rows = [
                _Chosen(group[0][0], [row_from(record) for _, record in group], long) for group, long in part
            ]
            if self._ends():
                found = [result(row, "stopped") for group in chosen_rows for row in group.rows]
            else:
                found = await self._whole(act(chosen_rows))
            self._add_results(found)
            done += sum(len(group.rows) for group in chosen_rows)
            self._report(Progress(stage, done, total))
        return self._failure

    def _ends(self) -> bool:
        """Return whether nothing more is begun."""
        return self._failure is not None or self._is_stopped()

    async def _whole(self, work: Awaitable[T]) -> T:
        """Await work to its end, even where the caller is cancelled; then nothing more is begun."""
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            self._failure = cancelled
            return await task

    def give_back(self, takers: Sequence[Callable[[RowResult], object]]) -> Mapping[RowStatus, int]:
        """Give every result to those who take it, in the order of the file; return how many have each status."""
        counts: Counter[RowStatus] = Counter()
        for entry in self._results.sorted():
            found = result_from(entry.record)
            counts[found.status] += 1
            for take in takers:
                take(found)
        return counts

    def _next_rows(self, rows: Iterator[Any]) -> list[ImportRow]:
        return [parsed(raw, self._job.columns) for raw in itertools.islice(rows, ROWS_AT_ONCE)]

    def _sort_by_number(self, rows: Sequence[ImportRow], found: Sequence[tuple[int, Message]]) -> None:
        for row, (order_id, problem) in zip(rows, found, strict=True):
            if problem:
                self._add_results([result(row, "refused", problem)])
            else:
                key = number_key(row.value(ImportField.TRACKING))
                self._by_number.add((key, order_id, row.number), [order_id, as_record(row)])

    def _sort_orders(self, rows: Sequence[ImportRow]) -> None:
        for row in rows:
            self._by_order.add((orders.match_key(row.value(ImportField.ORDER)), row.number), [0, as_record(row)])

    def _sort_by_order(self) -> None:
        """Refuse numbers of several orders, and sort the other rows by order."""
        for group, too_many in groups(self._by_number.sorted(), 1, MOST_ROWS_TOGETHER):
            by_order: dict[int, list[ImportRow]] = {}
            for order_id, record in group:
                by_order.setdefault(order_id, []).append(row_from(record))
            if too_many:
                self._add_results(_too_many(row for rows in by_order.values() for row in rows))
            elif len(by_order) > 1:
                self._add_results(shipment_rows.on_several_orders(by_order))
            else:
                for order_id, record in group:
                    self._by_order.add((order_id, record[0]), [order_id, record])

    async def _shipments(self, chosen: Sequence["_Chosen"]) -> list[RowResult]:
        found = [_too_many(group.rows) for group in chosen if group.is_too_long]
        todo = [(group.order_id, group.rows) for group in chosen if not group.is_too_long]
        if self._dry_run:
            return [*itertools.chain(*found), *await self._ctx.read(self._check_shipments, todo)]
        shipped = await asyncio.gather(*(self._ship(order_id, rows) for order_id, rows in todo))
        return [*itertools.chain(*found, *shipped)]

    def _check_shipments(self, db: Db, todo: Sequence[tuple[int, list[ImportRow]]]) -> list[RowResult]:
        found: list[RowResult] = []
        for order_id, rows in todo:
            try:
                found += shipment_rows.check_order(db, self._ctx, order_id, rows, self._job.to)
            except LookupError:
                found += refuse(rows, Message("order.unknown", number=rows[0].value(ImportField.ORDER)))
        return found

    async def _ship(self, order_id: int, rows: Sequence[ImportRow]) -> list[RowResult]:
        """Ship an order's packages, one transaction each, in the order of the file."""
        usable, found = shipment_rows.without_unclear(rows)
        for package in shipment_rows.packages(usable):
            arguments = (self._ctx, order_id, package, self._job.to, self._job.path.name)
            found += await self._stored(package, self._ctx.write(shipment_rows.ship_package, *arguments))
        return found

    async def _orders(self, chosen: Sequence["_Chosen"]) -> list[RowResult]:
        found = [_too_many(group.rows) for group in chosen if group.is_too_long]
        todo = [group.rows for group in chosen if not group.is_too_long]
        if self._dry_run:
            check = self._ctx.read
            found += [await check(order_rows.check_order, self._ctx, rows, self._job.to) for rows in todo]
        else:
            arguments = (self._job.to, self._job.path.name)
            writes = (self._ctx.write(order_rows.create_order, self._ctx, rows, *arguments) for rows in todo)
            found += await asyncio.gather(*map(self._stored, todo, writes))
        return [*itertools.chain(*found)]

    async def _stored(self, rows: Sequence[ImportRow], stored: Awaitable[list[RowResult]]) -> list[RowResult]:
        try:
            return await stored
        except RowsRefused as refused:
            return list(refused.results)
        except LookupError:
            # The order became part of another, or was deleted, since its row was read.
            return refuse(rows, Message("order.unknown", number=rows[0].value(ImportField.ORDER)))
        except EnvironmentFailure as failure:
            self._failure = failure
            return [result(row, "stopped", failure.message) for row in rows]

    def _add_results(self, found: Iterable[RowResult]) -> None:
        for one in found:
            self._results.add((one.number, one.last), result_record(one))


def _too_many(rows: Iterable[ImportRow]) -> list[RowResult]:
    return refuse(rows, Message("import_file.too_many_rows", most=MOST_ROWS_TOGETHER))


async def _taken(chosen: Iterator[tuple[list[Any], bool]]) -> list[tuple[list[Any], bool]]:
    return await asyncio.to_thread(lambda: list(itertools.islice(chosen, ORDERS_AT_ONCE)))
