"""The list's model: any number of orders, of which the pages that were looked at are held."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QObject

from shipconsole.domain.order_row import OrderRow, PackageTrouble
from shipconsole.domain.plain_text import plain
from shipconsole.messages import number, text
from shipconsole.ui.kit.binding.model_table import RIGHT, Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable
from shipconsole.ui.kit.formats import due
from shipconsole.ui.order_list.issues import MEANINGS

COLUMNS = ("number", "recipient", "items", "due")
UNRESOLVED_MARK = "?"


class OrderListModel(PagedTable[OrderRow]):
    """Orders by position, and which of them have packages in trouble."""

    def __init__(self, fetch: Fetch[OrderRow], parent: QObject | None = None) -> None:
        """Begin empty."""
        columns = (
            Column("number", text("order_list.number"), shown=lambda row: row.label, spoken=self._spoken),
            Column("recipient", text("order_list.ship_to")),
            Column("shipped", text("order_list.items"), RIGHT, items),
            Column("due_at_ms", text("order_list.due"), shown=_due),
        )
        super().__init__(OrderRow, columns, fetch, lambda row: row.id, parent)
        self._troubles: Mapping[int, PackageTrouble] = {}

    def set_troubles(self, troubles: Mapping[int, PackageTrouble]) -> bool:
        """Know which orders have packages that are late, quiet or in trouble; tell whether that is news."""
        changed = troubles != self._troubles
        self._troubles = troubles
        return changed

    def trouble(self, order_id: int) -> PackageTrouble | None:
        """What is wrong with an order's packages, None where nothing is."""
        return self._troubles.get(order_id)

    def _spoken(self, row: OrderRow) -> str:
        trouble = self._troubles.get(row.id)
        label = plain(row.label)
        return f"{label}. {text(MEANINGS[trouble])}" if trouble else label


def items(row: OrderRow, packing: int = 0) -> str:
    """Return how much of an order has shipped, with `packing` units; marked where a person has to resolve an item."""
    said = f"{number(row.shipped + packing)} / {number(row.wanted)}"
    return f"{UNRESOLVED_MARK} {said}" if row.unresolved else said


def _due(row: OrderRow) -> str:
    return due(row.due_at_ms, date.today())[0]  # noqa: DTZ011 - the station's own day is meant
