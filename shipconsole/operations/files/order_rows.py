"""Rows that are orders: checked and created order by order, by the operation that the window uses."""

from collections.abc import Sequence

from shipconsole.domain.address import Address
from shipconsole.domain.import_columns import OF_ADDRESS, ImportField, title_of
from shipconsole.domain.import_row import ImportRow, weight_kg
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.files import rows as importing
from shipconsole.operations.files.rows import RowResult, RowsRefused, refuse, result
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.store import connections, imports, orders
from shipconsole.store.database import Db

_OF_ORDER = (*OF_ADDRESS, ImportField.NOTE, ImportField.CONNECTION)


def check_order(db: Db, ctx: Context, rows: Sequence[ImportRow], to: Sequence[str]) -> list[RowResult]:
    """Return what would become of an order's rows; store nothing."""
    order = _Order(db, rows)
    if order.new is not None:
        try:
            manual_orders.requests_in(db, ctx, order.new, _connections(db, rows, to))
            order.done("ready")
        except ValidationFailed as failed:
            order.fail(failed)
    return order.results


def create_order(db: Db, ctx: Context, rows: Sequence[ImportRow], to: Sequence[str], file: str) -> list[RowResult]:
    """Create an order of a file and store its rows with it; raises `RowsRefused` where it can't be created."""
    order = _Order(db, rows)
    if order.new is None:
        return order.results
    try:
        created = manual_orders.create_in(db, ctx, order.new, _connections(db, rows, to))
    except ValidationFailed as failed:
        order.fail(failed)
        raise RowsRefused(order.results) from failed
    importing.keep(db, ctx, order.rows, order.keys, file, created.order_id)
    message = Message("audit.imported", file=file, number=order.rows[0].number)
    ctx.record_change(db, created.order_id, message, "", now_ms=ctx.clock.now_ms())
    order.done("created", order_id=created.order_id, call_ids=created.call_ids)
    return order.results


class _Order:
    """One order of a file: its rows, the order to create, and the result of each row."""

    def __init__(self, db: Db, rows: Sequence[ImportRow]) -> None:
        """Plan an order; without one there is nothing to create and all results are known."""
        self.rows = sorted(rows, key=lambda row: row.number)
        match_key = orders.match_key(self.rows[0].value(ImportField.ORDER))
        self.keys = {row.number: importing.order_key(row, match_key) for row in rows}
        self.new: NewOrder | None = None
        self.results: list[RowResult] = []
        done = {row.number: found for row in rows if (found := imports.done(db, self.keys[row.number]))}
        _, duplicates = importing.without_duplicates(self.rows, self.keys)
        if done:
            self.results = [importing.done_before(row, done[row.number]) for row in self.rows if row.number in done]
            others = [row for row in self.rows if row.number not in done]
            self.results += refuse(others, Message("import_file.order_done"))
        elif duplicates:
            twice = {found.number for found in duplicates}
            others = [row for row in self.rows if row.number not in twice]
            self.results = duplicates + refuse(others, Message("import_file.order_refused"))
        elif field := importing.conflicting(self.rows, _OF_ORDER):
            self.results = refuse(self.rows, Message("import_file.order_conflict", field=title_of(field)))
        else:
            try:
                self.new = _new_order(self.rows)
            except ValidationFailed as failed:
                self.fail(failed)

    def done(self, status: importing.RowStatus, **ids: object) -> None:
        """Set the results of rows that are done or can be."""
        self.results = [result(row, status, NO_MESSAGE, **ids) for row in self.rows]

    def fail(self, failed: ValidationFailed) -> None:
        """Set the results of rows whose order can't be created: each has its own reason, if there is one."""
        own: dict[int, list[Message]] = {}
        common: list[Message] = []
        for problem in failed.problems:
            if problem.path[:1] == ("lines",) and len(problem.path) > 1:
                own.setdefault(int(problem.path[1]), []).append(problem.sentence)
            else:
                common.append(problem.sentence)
        others = sentences(*dict.fromkeys(common)) or Message("import_file.order_refused")
        self.new = None
        self.results = [
            result(row, "refused", sentences(*dict.fromkeys(own[position])) if position in own else others)
            for position, row in enumerate(self.rows)
        ]


def _new_order(rows: Sequence[ImportRow]) -> NewOrder:
    address = {field.value: importing.first_value(rows, field) for field in OF_ADDRESS}
    lines: list[NewLine] = []
    problems: list[Problem] = []
    for position, row in enumerate(rows):
        weight = weight_kg(row)
        value = decimal_from_text(weight) if weight else None
        if weight and (value is None or not 0 <= value <= 100_000):
            problems.append(Problem(("lines", position), Message("ship.weight", weight=weight)))
        weight_g = grams(value, "kg") if value is not None and not problems else None
        sku, description = row.value(ImportField.SKU), row.value(ImportField.DESCRIPTION)
        lines.append(NewLine(sku, description, row.quantity, weight_g))
    if problems:
        raise ValidationFailed(*problems)
    number = rows[0].value(ImportField.ORDER)
    return NewOrder(number, Address(**address), tuple(lines), importing.first_value(rows, ImportField.NOTE))


def _connections(db: Db, rows: Sequence[ImportRow], to: Sequence[str]) -> list[int]:
    """Return the ids of the connections in which an order is created, by default none."""
    known = {connection.name.casefold(): connection.id for connection in connections.every(db)}
    names = importing.connection_names(rows, to)
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        raise ValidationFailed(*(Problem(("to",), Message("import_file.no_connection", name=name)) for name in unknown))
    return [known[name.casefold()] for name in names]
