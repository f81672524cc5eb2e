"""A row of the order list, and the counts beside its views."""

from typing import Literal, NamedTuple

from pydantic import Field

from shipconsole.domain.frozen import Frozen

# Defined here, so that the window can show the order list before it loads `domain.order`.
OrderState = Literal["open", "partly_shipped", "shipped", "cancelled"]
PackageTrouble = Literal["quiet", "late", "exception"]


class OrderRow(Frozen):
    """One order as the list shows it, validated where its page is read.

    Of what is ordered and left, `unresolved` are items of which a person has to say what became of them. `known_to`
    is the connection that the order comes from, where another order has its number.
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
        """The number, with the connection that the order comes from where another order has the number."""
        return f"{self.number} · {self.known_to}" if self.known_to else self.number

    @property
    def wanted(self) -> int:
        """Units that shipped or shall still ship; what was ordered where all of it is cancelled."""
        return self.shipped + self.left or self.ordered


class Counts(NamedTuple):
    """How many orders stand in each view that shows its number."""

    to_ship: int
    partly: int
    needs_attention: int
    all: int
