"""What a connection knows of an order: its ids, its items, and the platform's own document as last read."""

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.remote_track import RemoteTrack

LONGEST_ID = 300
"""No platform's id, number or SKU is as long; a database's index has room for a few times as many characters."""


class RemoteLine(Frozen):
    """One item of an order as a platform sends it.

    `quantity` is None if it is not a whole number of units; `quantity_text` then has it as JSON text. `store_item_id`
    is the store's own id of the item, if the platform sends it.
    """

    remote_id: str
    store_item_id: str = ""
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
    """An order as a platform sends it, read into our terms.

    `document` is the platform's own JSON text, complete. `status` is the platform's own state. `shipped_elsewhere`
    means that the platform reports everything as shipped. `service` is the shipping service that the customer chose, in
    the store's words. `changed_at_ms` is the platform's time of the last change. An order that `is_test` must reach no
    customer and no store. `notes` are messages about what could not be read, such as a quantity of half a unit.
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

    @property
    def has_long_id(self) -> bool:
        """Whether something by which the order or an item is looked up is longer than `LONGEST_ID`."""
        found = [self.remote_id, self.number, self.source_id, self.source_name]
        for line in self.lines:
            found += (line.remote_id, line.store_item_id, line.sku, line.barcode)
        return any(len(text) > LONGEST_ID for text in found)


class LineLink(Frozen):
    """An item of ours under the id that a connection has for it; `is_manual` if a person matched the two."""

    line_id: int
    remote_id: str
    quantity: Annotated[int, Field(ge=0)] | None
    quantity_text: str = ""
    is_manual: bool = False

    @property
    def quantity_json(self) -> str:
        """Return the quantity as JSON text, as it was received."""
        return self.quantity_text or ("null" if self.quantity is None else str(self.quantity))


class Link(Frozen):
    """An order under the id that a connection has for it, with the platform's document as last read.

    `status` is the platform's own state; its meaning is in `cancelled` and `shipped_elsewhere`. `as_of` is the newest
    attempt of any update when the document was requested: what was sent later is not in it.
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
        """Return the connection's item for one of ours, if it has it."""
        return self._by_line_id.get(line_id)

    @cached_property
    def ordered_by_line(self) -> dict[int, int]:
        """The ordered units by our line id of the items whose quantity is whole units."""
        return {
            line.line_id: line.quantity for line in self.lines if line.quantity is not None and not line.quantity_text
        }

    @cached_property
    def _by_line_id(self) -> dict[int, LineLink]:
        return {line.line_id: line for line in reversed(self.lines)}
