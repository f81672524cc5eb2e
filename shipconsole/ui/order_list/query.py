"""What the order list is asked to show: bound to its tabs, its header and its search field."""

from shipconsole.domain.evented import Evented
from shipconsole.operations.orders.order_list import VIEWS

USUAL_VIEW = next(iter(VIEWS))


class OrderQuery(Evented):
    """A view in a sort's order, or the orders that hold the words of a text, as it was typed."""

    view: str = USUAL_VIEW
    sort: str = VIEWS[USUAL_VIEW][0]
    text: str = ""

    @property
    def words(self) -> str:
        """The text to find, empty where the view is shown."""
        return self.text.strip()
