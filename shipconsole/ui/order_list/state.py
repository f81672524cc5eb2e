"""The models that the order list is bound to: what it is asked to show, and what it knows besides its rows."""

from shipconsole.domain.evented import Evented
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order_row import Counts
from shipconsole.domain.saved_filter import SavedFilter
from shipconsole.operations.orders.order_list import VIEWS

DEFAULT_VIEW = next(iter(VIEWS))


class OrderQuery(Evented):
    """A view and its sort, or the orders that match a text; `text` is as it was typed."""

    view: str = DEFAULT_VIEW
    sort: str = VIEWS[DEFAULT_VIEW][0]
    text: str = ""

    @property
    def words(self) -> str:
        """The text to search for; empty where the view is shown."""
        return self.text.strip()


class SyncProgress(Frozen):
    """A sync that is running: what it does, and how many orders of how many; `total` is None while unknown."""

    label: str
    done: int = 0
    total: int | None = None


class ListStatus(Evented):
    """What the tabs, the footer and the empty page show.

    `row_count`, `view` and `words` are those of the rows on the screen, which follow the query a moment later;
    `row_count` is None until the first page is loaded. `issue_count` is the number of orders with delivery issues,
    `incomplete` the connections whose last sync was not complete. `filters` are the saved ones, `chosen_count` orders
    are chosen for an action, and `said` is the result of the last one. A demo syncs its orders by itself.
    """

    row_count: int | None = None
    view: str = DEFAULT_VIEW
    words: str = ""
    counts: Counts | None = None
    issue_count: int | None = None
    filters: tuple[SavedFilter, ...] = ()
    chosen_count: int = 0
    said: str = ""
    connection_count: int = 0
    synced_at_ms: int | None = None
    incomplete: tuple[str, ...] = ()
    sync: SyncProgress | None = None
    is_demo: bool = False
