"""News: what platforms told by themselves, in words, for whoever looks at the activity."""

from shipconsole.domain import code
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.received_webhook import NewsItem
from shipconsole.store.database import Db


def put(
    db: Db,
    *,
    connection_id: int,
    delivery_id: int,
    kind: str,
    position: int,
    message: Message,
    now_ms: int,
    order_id: int | None = None,
    stands_out: bool = False,
    tracking_number: str = "",
    is_trouble: bool = False,
    source_id: str = "",
) -> None:
    """Add a sentence of a delivery, or write the one at its position anew.

    One that `is_trouble` stands out only as long as the package of its number is in trouble.
    """
    if db.change(
        "news.put",
        connection_id=connection_id,
        delivery_id=delivery_id,
        order_id=order_id,
        kind=kind,
        position=position,
        message=message,
        stands_out=int(stands_out),
        tracking_key=code.tracking_key(tracking_number),
        is_trouble=int(is_trouble),
        source_id=source_id,
        now_ms=now_ms,
    ):
        db.note("news", delivery_id)


def forget_from(db: Db, delivery_id: int, position: int) -> None:
    """Forget what a delivery was told to say before at this position and behind it."""
    if db.change("news.forget_from", delivery_id=delivery_id, position=position):
        db.note("news", delivery_id)


def latest(db: Db, *, most: int) -> tuple[NewsItem, ...]:
    """The newest sentences, newest first."""
    rows = db.rows("news.latest", most=most)
    return tuple(
        NewsItem(id_, at_ms, name, order_id, kind, from_stored(said), bool(stands_out), delivery_id, source_id)
        for id_, at_ms, name, order_id, kind, said, stands_out, delivery_id, source_id in rows
    )
