"""Manual changes of an order."""

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message


class HandChange(Frozen):
    """One manual change; `order_id` is the order that was changed, which may be linked to another one since."""

    order_id: int
    at_ms: int
    station: str
    operator: str
    what: Message
    why: str
