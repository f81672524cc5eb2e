"""A row of the order list, and the counts of its views."""

from typing import Literal, NamedTuple

from pydantic import Field

from shipconsole.domain.frozen import Frozen

# Defined here, so that the window can show the order list before it loads `domain.order`.
OrderState = Literal["open", "partly_shipped", "shipped", "cancelled"]
PackageIssue = Literal["quiet", "late", "exception"]


class OrderRow(Frozen):
    """One order as the list shows it, validated when its page is read.

    `unresolved` counts the items that a person has to resolve. `known_to` is the connection that the order comes from,
    if another order has the same number.
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

    to_ship: int
    partly: int
    needs_attention: int
    all: int
