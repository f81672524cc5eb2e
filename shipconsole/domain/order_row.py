"""A row of the order list, and the counts of its views."""

from typing import Literal, NamedTuple

from pydantic import Field

from shipconsole.domain.frozen import Frozen

# Defined here, so that the window can show the order list before it loads `domain.order`.
OrderState = Literal["open", "partly_shipped", "shipped", "cancelled"]
PackageIssue = Literal["quiet", "late", "exception"]
RowProblem = Literal["", "changed", "rejected", "blocked", "dead", "needs_attention", "unknown", "checking"]


class OrderRow(Frozen):
    """One order as the list shows it, validated when its page is read.

    `unresolved` counts the items that a person has to resolve. `known_to` is the connection that the order comes from,
    if another order has the same number. `is_first` is 1 for an order to pack first, `first_by` who decided: 'person',
    or the rule that it meets. The claim is whoever packs it; `has_draft` is 1 while a draft of it is stored. `waiting`
    counts the updates under way, `problem` is the state of one that needs attention.
    """

    id: int
    number: str = Field(title="order_row.number")
    recipient: str = Field(title="order_row.recipient")
    shipped: int
    ordered: int
    left: int
    due_at_ms: int = Field(title="order_row.due_at", description="In the year 9999 where no date is known.")
    state: OrderState
    needs_attention: int
    unresolved: int = 0
    known_to: str = ""
    is_first: int = 0
    first_by: str = ""
    claim_station: str = ""
    claim_operator: str = ""
    claimed_at_ms: int = 0
    claim_seen_at_ms: int = 0
    has_draft: int = 0
    waiting: int = 0
    problem: RowProblem = ""

    @property
    def label(self) -> str:
        """Return the number, with its connection if another order has the same number."""
        return f"{self.number} · {self.known_to}" if self.known_to else self.number

    @property
    def wanted(self) -> int:
        """Return the units shipped and left to ship; the ordered units if all are cancelled."""
        return self.shipped + self.left or self.ordered


class Counts(NamedTuple):
    """How many orders each view with a count has."""

    to_ship: int = 0
    partly: int = 0
    shipped: int = 0
    waiting: int = 0
    needs_attention: int = 0
    mine: int = 0
    all: int = 0


class Whose(NamedTuple):
    """The station and the packer whose orders the view of one's own has; claims count since `since_ms`."""

    station: str = ""
    operator: str = ""
    since_ms: int = 0
