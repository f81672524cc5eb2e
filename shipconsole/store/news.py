"""News: what vendors told by themselves, in words, for whoever looks at the activity."""

from collections.abc import Collection
from typing import NamedTuple

from shipconsole.store.database import Db


class NewsItem(NamedTuple):
    """One sentence of a vendor's; it `stands_out` where somebody should look into it."""

    id: int
    at_ms: int
    connection: str
    order_id: int | None
    kind: str
    words: str
    stands_out: bool
    delivery_id: int


def put(
    db: Db,
    *,
    connection_id: int,
    delivery_id: int,
    kind: str,
    words: str,
    now_ms: int,
    order_id: int | None = None,
    stands_out: bool = False,
    tracking_number: str = "",
    is_trouble: bool = False,
) -> None:
    """Add a sentence; the same one of the same delivery is one.

    One that `is_trouble` stands out only as long as the parcel of its number is in trouble.
    """
    if db.change(
        "news.put",
        connection_id=connection_id,
        delivery_id=delivery_id,
        order_id=order_id,
        kind=kind,
        words=words,
        stands_out=int(stands_out),
        tracking_number=tracking_number,
        is_trouble=int(is_trouble),
        now_ms=now_ms,
    ):
        db.note("news", delivery_id)


def forget_others(db: Db, delivery_id: int, words: Collection[str]) -> None:
    """Forget what a delivery was told to say before, where it says other words now."""
    for (said,) in db.rows("news.of_delivery", delivery_id=delivery_id):
        if said not in words and db.change("news.forget", delivery_id=delivery_id, words=said):
            db.note("news", delivery_id)


def latest(db: Db, *, most: int) -> tuple[NewsItem, ...]:
    """The newest sentences, newest first."""
    rows = db.rows("news.latest", most=most)
    return tuple(NewsItem(*row[:6], stands_out=bool(row[6]), delivery_id=row[7]) for row in rows)
