"""Many lines of an order at once: thousands take as many statements as one, while all other stations wait to write."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.link import RemoteLine
from shipconsole.store.database import Db


class NewLine(NamedTuple):
    """A line to be appended; `quantity_text` is a quantity that is not whole units, as JSON text."""

    sku: str
    description: str
    ordered: int
    cancelled: int
    weight_g: int | None
    quantity_text: str = ""


class LineValues(NamedTuple):
    """A platform's values of a line; what has shipped here is unchanged."""

    description: str
    ordered: int
    cancelled: int
    weight_g: int | None
    quantity_text: str = ""


def add(db: Db, order_id: int, new: Sequence[NewLine]) -> None:
    """Append lines, in order."""
    if not new:
        return
    first = int(db.value("order_lines.next_position", order_id=order_id))
    rows = (
        {**line._asdict(), "order_id": order_id, "position": first + number, "sku_key": code.key(line.sku)}
        for number, line in enumerate(new)
    )
    db.change_all("order_lines.add", rows)


def change(db: Db, values_of: Mapping[int, LineValues]) -> None:
    """Store a platform's values by line."""
    db.change_all("order_lines.change", ({"id": line_id, **values._asdict()} for line_id, values in values_of.items()))


def link(db: Db, link_id: int, matched: Iterable[tuple[int, RemoteLine, bool]]) -> None:
    """Store a connection's ids and barcodes of our lines, each with whether a person paired them.

    Of a line that is named twice the last one counts.
    """
    remote_of = {line_id: (remote, is_manual) for line_id, remote, is_manual in matched}
    barcodes = (
        {"id": line_id, "barcode": remote.barcode, "barcode_key": code.key(remote.barcode)}
        for line_id, (remote, _) in remote_of.items()
        if remote.barcode
    )
    db.change_all("order_lines.put_barcode", barcodes)
    rows = (
        {
            "link_id": link_id,
            "line_id": line_id,
            "remote_id": remote.remote_id,
            "quantity": remote.quantity,
            "quantity_text": remote.quantity_text,
            "is_manual": int(is_manual),
        }
        for line_id, (remote, is_manual) in remote_of.items()
    )
    db.change_all("order_lines.link", rows)
