"""Platform notices: messages about what platforms reported in webhook events, for the activity list."""

from shipconsole.domain import code
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.received_webhook import PlatformNotice
from shipconsole.store.database import Db


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
    is_package_issue: bool = False,
    source_id: str = "",
) -> None:
    """Add a notice of a webhook event, or replace the one at its position.

    A notice that `is_package_issue` stands out only while the package with its number has an issue.
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
        is_package_issue=int(is_package_issue),
        source_id=source_id,
        now_ms=now_ms,
    ):
        db.note("notice", webhook_event_id)


def forget_from(db: Db, webhook_event_id: int, position: int) -> None:
    """Delete the notices of a webhook event from a position on."""
    if db.change("platform_notices.forget_from", webhook_event_id=webhook_event_id, position=position):
        db.note("notice", webhook_event_id)


def latest(db: Db, *, most: int) -> tuple[PlatformNotice, ...]:
    """Return the newest notices, newest first."""
    rows = db.rows("platform_notices.latest", most=most)
    return tuple(
        PlatformNotice(
            id_, at_ms, name, order_id, kind, from_stored(message), bool(stands_out), webhook_event_id, source_id
        )
        for id_, at_ms, name, order_id, kind, message, stands_out, webhook_event_id, source_id in rows
    )
