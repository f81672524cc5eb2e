"""What people did to an order by hand."""

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message


class ManualChange(Frozen):
    """One thing that was done by hand; `order_id` is the order it was done to, which may be part of another since."""

    order_id: int
    at_ms: int
    station: str
    operator: str
    what: Message
    reason: str
