"""News: what platforms told by themselves, in words, for whoever looks at the activity."""

from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.message import Message, from_stored
from shipconsole.store.database import Db


class PlatformNotice(NamedTuple):
    """One sentence of a platform's; it `stands_out` where somebody should look into it.

    `source_id` is the platform's id of the shop that it is about, empty where it is about none.
    """

    id: int
    at_ms: int
    connection: str
    order_id: int | None
    kind: str
    message: Message
    stands_out: bool
    webhook_event_id: int
    source_id: str = ""


def put(
    db: Db,
    *,
    connection_id: int,
    webhook_event_id: int,
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
        "platform_notices.put",
        connection_id=connection_id,
        webhook_event_id=webhook_event_id,
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
        db.note("news", webhook_event_id)


def forget_from(db: Db, webhook_event_id: int, position: int) -> None:
    """Forget what a delivery was told to say before at this position and behind it."""
    if db.change("platform_notices.forget_from", webhook_event_id=webhook_event_id, position=position):
        db.note("news", webhook_event_id)


def latest(db: Db, *, most: int) -> tuple[PlatformNotice, ...]:
    """The newest sentences, newest first."""
    rows = db.rows("platform_notices.latest", most=most)
    return tuple(
        PlatformNotice(id_, at_ms, name, order_id, kind, from_stored(said), bool(stands_out), webhook_event_id, source_id)
        for id_, at_ms, name, order_id, kind, said, stands_out, webhook_event_id, source_id in rows
    )
