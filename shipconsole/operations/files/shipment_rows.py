"""Rows that are shipments: checked and shipped package by package, by the operations that the window uses."""

from collections.abc import Mapping, Sequence

from shipconsole.domain import code
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.import_columns import ImportField, title_of
from shipconsole.domain.import_row import ImportRow, weight_kg
from shipconsole.domain.label import number_key
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.files import rows as importing
from shipconsole.operations.files.rows import RowResult, RowsRefused, refuse, result
from shipconsole.operations.importing import identity
from shipconsole.operations.shipping import ship
from shipconsole.store import imports, orders
from shipconsole.store.database import Db

_OF_PACKAGE = (
    ImportField.CARRIER,
    ImportField.SERVICE,
    ImportField.WEIGHT_KG,
    ImportField.WEIGHT_G,
    ImportField.CONNECTION,
)


def find_orders(db: Db, found: Sequence[ImportRow], known: dict[str, tuple[int, Message]]) -> list[tuple[int, Message]]:
    """Return for each row the id of its order, or why it has none; `known` are those found before."""
    for row in found:
        text = row.value(ImportField.ORDER)
        if text not in known:
            known[text] = _order(db, text)
    return [_told_of_zeros(known[row.value(ImportField.ORDER)], row) for row in found]


def _order(db: Db, text: str) -> tuple[int, Message]:
    found = identity.of_number(db, text)
    if len(found) == 1:
        return found[0], NO_MESSAGE
    if found:
        listed = tuple(identity.unique_names(db, found))
        return 0, Message("order.ambiguous", count=len(found), number=text, ids=listed)
    alike = orders.with_number_key(db, text)
    unknown = Message("order.unknown", number=text)
    if alike:
        return 0, sentences(unknown, Message("import_file.zeros_lost", number=alike, field=title_of(ImportField.ORDER)))
    return 0, unknown


def _told_of_zeros(found: tuple[int, Message], row: ImportRow) -> tuple[int, Message]:
    order_id, message = found
    if message.id == "order.unknown" and row.has_number:
        return order_id, sentences(message, Message("import_file.was_number"))
    return found


def packages(rows: Sequence[ImportRow]) -> list[list[ImportRow]]:
    """Return an order's rows by their tracking numbers, in the order of the file."""
    grouped: dict[str, list[ImportRow]] = {}
    for row in sorted(rows, key=lambda row: row.number):
        grouped.setdefault(number_key(row.value(ImportField.TRACKING)), []).append(row)
    return list(grouped.values())


def check_order(db: Db, ctx: Context, order_id: int, rows: Sequence[ImportRow], to: Sequence[str]) -> list[RowResult]:
    """Return what would become of an order's rows, one package after the other; store nothing."""
    order = orders.get(db, order_id)
    found: list[RowResult] = []
    usable, refused = without_unclear(rows)
    for package in packages(usable):
        ready = _Package(db, order, package, to)
        if ready.draft is not None:
            try:
                order = ship.check_in(db, ctx, order, ready.draft, ready.to).order_after
                ready.done("ready")
            except ValidationFailed as failed:
                ready.fail(failed)
        found += ready.results
    return found + refused


def ship_package(
    db: Db, ctx: Context, order_id: int, rows: Sequence[ImportRow], to: Sequence[str], file: str
) -> list[RowResult]:
    """Ship a package of a file and store its rows with it; raises `RowsRefused` where it can't ship."""
    package = _Package(db, orders.get(db, order_id), rows, to)
    if package.draft is None:
        return package.results
    try:
        shipped = ship.store_shipment(db, ctx, order_id, package.draft, package.to, is_typed=False)
    except ValidationFailed as failed:
        package.fail(failed)
        raise RowsRefused(package.results) from failed
    importing.keep(db, ctx, package.kept, package.keys, file, order_id, shipment_id=shipped.shipment_id)
    message = Message("audit.imported", file=file, number=package.kept[0].number)
    ctx.record_change(db, order_id, message, "", now_ms=ctx.clock.now_ms())
    warning = sentences(*(warning.sentence for _, warning in shipped.warnings))
    ids = {"order_id": order_id, "shipment_id": shipped.shipment_id, "call_ids": shipped.call_ids}
    package.done("shipped", warning, **ids)
    return package.results


def without_unclear(rows: Sequence[ImportRow]) -> tuple[list[ImportRow], list[RowResult]]:
    """Return an order's rows without those that say neither item nor quantity while the order has several packages."""
    if len(packages(rows)) > 1:
        unclear = [row for row in rows if not row.quantity]
        if unclear:
            return [row for row in rows if row.quantity], refuse(unclear, Message("import_file.contents_unclear"))
    return list(rows), []


class _Package:
    """One package of a file: its rows, those that count, the draft to ship, and the result of each row."""

    def __init__(self, db: Db, order: Order, rows: Sequence[ImportRow], to: Sequence[str]) -> None:
        """Plan a package; without a draft there is nothing to ship and all results are known."""
        self.keys = {row.number: importing.shipment_key(row, order.id) for row in rows}
        self.kept, self.results = importing.without_duplicates(rows, self.keys)
        self.to = importing.connection_names(self.kept, to)
        self.draft: ShipmentDraft | None = None
        self._lines: dict[int, set[int]] = {}
        done = {row.number: found for row in self.kept if (found := imports.done(db, self.keys[row.number]))}
        if done:
            self.results += [importing.done_before(row, done[row.number]) for row in self.kept if row.number in done]
            others = [row for row in self.kept if row.number not in done]
            self.results += refuse(others, Message("import_file.package_done"))
            return
        if field := importing.conflicting(self.kept, _OF_PACKAGE):
            self.results += refuse(self.kept, Message("import_file.conflict", field=title_of(field)))
            return
        if len({bool(row.quantity) for row in self.kept}) > 1:
            self.results += refuse(self.kept, Message("import_file.contents_unclear"))
            return
        try:
            self.draft = self._planned(order)
        except ValidationFailed as failed:
            self.fail(failed)

    def done(self, status: importing.RowStatus, message: Message = NO_MESSAGE, **ids: object) -> None:
        """Add the results of rows that are done or can be."""
        self.results += [result(row, status, message, **ids) for row in self.kept]

    def fail(self, failed: ValidationFailed) -> None:
        """Add the results of rows whose package can't ship: each has its own reason, if there is one."""
        own: dict[int, list[Message]] = {}
        common: list[Message] = []
        for problem in failed.problems:
            part, at = problem.path if len(problem.path) == 2 else ("", 0)
            numbers = [number for number, lines in self._lines.items() if part == "lines" and at in lines]
            if part == "row":
                numbers = [int(at)]
            for number in numbers:
                own.setdefault(number, []).append(problem.sentence)
            if not numbers:
                common.append(problem.sentence)
        others = sentences(*dict.fromkeys(common)) or Message("import_file.package_refused")
        self.draft = None
        self.results += [
            result(row, "refused", sentences(*dict.fromkeys(own[row.number])) if row.number in own else others)
            for row in self.kept
        ]

    def _planned(self, order: Order) -> ShipmentDraft:
        first = self.kept[0]
        package = PackageDraft(
            tracking_number=first.value(ImportField.TRACKING),
            carrier=importing.first_value(self.kept, ImportField.CARRIER),
            service=importing.first_value(self.kept, ImportField.SERVICE),
            weight_kg=next((weight for row in self.kept if (weight := weight_kg(row))), ""),
        )
        if not first.quantity:
            return ship.draft_of_items(order, None, package)
        problems = [problem for row in self.kept for problem in self._problems_with(order, row)]
        if problems:
            raise ValidationFailed(*problems)
        items = [(_sku(order, row.value(ImportField.SKU)), row.quantity) for row in self.kept]
        return ship.draft_of_items(order, items, package)

    def _problems_with(self, order: Order, row: ImportRow) -> Sequence[Problem]:
        """Return why a row's item is none of the order's, at the row's number."""
        sku = _sku(order, row.value(ImportField.SKU))
        lines = order.lines_of(sku)
        self._lines[row.number] = {line.id for line in lines}
        try:
            ship.draft_of_items(order, [(sku, row.quantity)], PackageDraft())
        except ValidationFailed as failed:
            zeros = _zeros_lost(order, row)
            return [
                problem._replace(path=("row", row.number), message=sentences(problem.message, zeros))
                for problem in failed.problems
            ]
        return ()


def _sku(order: Order, text: str) -> str:
    """Return the SKU of the order's item that a text names: its SKU, else its barcode."""
    if order.lines_of(text):
        return text
    named = {line.sku for line in order.lines if line.barcode and code.key(line.barcode) == code.key(text)}
    return named.pop() if len(named) == 1 else text


def _zeros_lost(order: Order, row: ImportRow) -> Message:
    text = row.value(ImportField.SKU)
    alike = [line.sku for line in order.lines if line.sku.lstrip("0") == text.lstrip("0")]
    if alike:
        return Message("import_file.zeros_lost", number=alike[0], field=title_of(ImportField.SKU))
    return Message("import_file.was_number") if row.has_number else NO_MESSAGE


def on_several_orders(rows: Mapping[int, Sequence[ImportRow]]) -> list[RowResult]:
    """Return the results of rows with one tracking number for several orders."""
    listed = tuple(dict.fromkeys(group[0].value(ImportField.ORDER) for group in rows.values()))
    every = [row for group in rows.values() for row in group]
    number = every[0].value(ImportField.TRACKING)
    return refuse(every, Message("import_file.several_orders", number=number, orders=listed))
