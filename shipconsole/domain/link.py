"""What a connection knows of an order: its ids, its lines, and the platform's own document as last read."""

from typing import Annotated

from pydantic import Field, model_validator

from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.remote_track import RemoteTrack


class RemoteLine(Frozen):
    """One line of an order as a platform gives it.

    `quantity` is None where it is no whole number of units; it stands in `quantity_text` as JSON text then. `shop_id`
    is the id that the shop itself gave the item, where the platform tells it.
    """

    remote_id: str
    shop_id: str = ""
    sku: str
    barcode: str = ""
    description: str = ""
    quantity: Annotated[int, Field(ge=0, le=QUANTITY_MAX)] | None
    quantity_text: str = ""
    cancelled: Annotated[int, Field(ge=0)] = 0
    weight_g: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _none_is_null(cls, values: dict[str, object]) -> dict[str, object]:
        is_missing = values.get("quantity") is None and not values.get("quantity_text")
        return values | {"quantity_text": "null"} if is_missing else values


class RemoteOrder(Frozen):
    """An order as a platform gives it, read into our words.

    `document` is the platform's own JSON text, whole: nothing that was received is lost. `status` is the platform's
    word for the order's state. `shipped_elsewhere` is true where the platform says that everything has shipped.
    `service` is the delivery that the buyer chose, in the shop's words. `changed_at_ms` is when the platform changed it
    last. An order that `is_test` is nobody's: no buyer and no shop may hear of it. `notes` tells in words what could
    not be taken over (a quantity of half a unit, say).
    """

    remote_id: str
    number: str
    source_id: str = ""
    source_name: str = ""
    status: str = ""
    cancelled: bool = False
    shipped_elsewhere: bool = False
    lines: tuple[RemoteLine, ...] = ()
    ship_to: Address = Address()
    service: str = ""
    ordered_at_ms: int | None = None
    due_at_ms: int | None = None
    changed_at_ms: int | None = None
    is_test: bool = False
    note: Message = NO_MESSAGE
    notes: tuple[Message, ...] = ()
    tracks: tuple[RemoteTrack, ...] = ()
    document: str


class LineLink(Frozen):
    """One of our order lines under the id that a connection has for it; `is_manual` if a person paired the two."""

    line_id: int
    remote_id: str
    quantity: Annotated[int, Field(ge=0)] | None
    quantity_text: str = ""
    is_manual: bool = False

    @property
    def quantity_json(self) -> str:
        """The quantity as JSON text, just as it came."""
        return self.quantity_text or ("null" if self.quantity is None else str(self.quantity))


class Link(Frozen):
    """An order under the id that a connection has for it, with the platform's document as last read.

    `status` is the platform's own word; what it means for us is in `cancelled` and `shipped_elsewhere`. `as_of` is the
    newest attempt of any call that there was when the platform was asked: what was told later is not in the document.
    """

    connection_id: int
    remote_id: str
    remote_number: str = ""
    source_id: str = ""
    source_name: str = ""
    status: str = ""
    cancelled: bool = False
    shipped_elsewhere: bool = False
    lines: tuple[LineLink, ...] = ()
    document: str = "{}"
    seen_at_ms: int = 0
    as_of: int = 0

    def line(self, line_id: int) -> LineLink | None:
        """The connection's own line for one of ours, if it knows it."""
        return next((line for line in self.lines if line.line_id == line_id), None)
