"""The rows of the order list: any number of orders, of which only some pages are held, and their package issues."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QObject

from shipconsole.domain.order_row import OrderRow, PackageIssue, RowProblem
from shipconsole.domain.plain_text import plain
from shipconsole.messages import number, text
from shipconsole.ui.kit.binding.model_table import RIGHT, Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable
from shipconsole.ui.kit.formats import due

COLUMNS = ("number", "recipient", "items", "due")
UNRESOLVED_MARK = "?"
ISSUE_LABELS: Mapping[PackageIssue, str] = {
    "exception": "package_issue.exception",
    "late": "package_issue.late",
    "quiet": "package_issue.quiet",
}
ISSUE_MEANINGS: Mapping[PackageIssue, str] = {
    "exception": "package_issue.exception_means",
    "late": "package_issue.late_means",
    "quiet": "package_issue.quiet_means",
}
"""Message ids."""
_CHANGED = "order_list.changed"


class OrderListModel(PagedTable[OrderRow]):
    """Orders by position, and the package issues of orders."""

    def __init__(self, fetch: Fetch[OrderRow], parent: QObject | None = None) -> None:
        """Initialize without rows."""
        columns = (
            Column(
                "number", text("order_list.number"), shown=lambda row: row.label, accessible_text=self._accessible_text
            ),
            Column("recipient", text("order_list.ship_to")),
            Column("shipped", text("order_list.items"), RIGHT, items_text),
            Column("due_at_ms", text("order_list.due"), shown=_due),
        )
        super().__init__(OrderRow, columns, fetch, lambda row: row.id, parent)
        self._issues: Mapping[int, PackageIssue] = {}
        self.chosen: set[int] = set()
        """The ids of the orders that are chosen for an action on several."""
        self.claims_since_ms = 0
        """Claims that were not renewed since then no longer count."""

    def set_issues(self, issues: Mapping[int, PackageIssue]) -> bool:
        """Take the package issues by order id; return whether they differ from those before."""
        changed = issues != self._issues
        self._issues = issues
        return changed

    def issue(self, order_id: int) -> PackageIssue | None:
        """Return the worst issue of an order's packages, None where there is none."""
        return self._issues.get(order_id)

    def _accessible_text(self, row: OrderRow) -> str:
        """Return the number and all that stands out, for a screen reader."""
        issue, name = self._issues.get(row.id), claim_name(row, self.claims_since_ms)
        parts = [plain(row.label)]
        parts += [text("order_list.chosen")] if row.id in self.chosen else []
        parts += [text("order_list.first")] if row.is_first and row.left else []
        parts += [problem_label(row.problem)] if row.problem else []
        parts += [text(ISSUE_MEANINGS[issue])] if issue else []
        parts += [text("order_list.claimed_by", packer=plain(name))] if name else []
        parts += [text("order_list.has_draft")] if row.has_draft else []
        return ". ".join(parts)


def items_text(row: OrderRow, packing: int = 0) -> str:
    """Return the units shipped and packed of those ordered, marked where an item has to be resolved."""
    counted = f"{number(row.shipped + packing)} / {number(row.wanted)}"
    return f"{UNRESOLVED_MARK} {counted}" if row.unresolved else counted


def problem_label(problem: RowProblem) -> str:
    """Return the label of the problem of an order's updates, empty for none."""
    if not problem:
        return ""
    return text(_CHANGED if problem == "changed" else f"update_state.{problem}")


def claim_name(row: OrderRow, since_ms: int) -> str:
    """Return who packs an order, the packer or else the station; empty if no claim counts."""
    if not row.claim_station or row.claim_seen_at_ms < since_ms:
        return ""
    return row.claim_operator or row.claim_station


def _due(row: OrderRow) -> str:
    return due(row.due_at_ms, date.today())[0]  # noqa: DTZ011 - the station's own day is meant
