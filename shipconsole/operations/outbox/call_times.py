"""The times of calls as people see them."""

from collections.abc import Iterable
from dataclasses import replace

from shipconsole.operations.context import Desk
from shipconsole.store.calls import Call
from shipconsole.store.database import Db


def shown(db: Db, desk: Desk, found: Iterable[Call]) -> tuple[Call, ...]:
    """Return calls with what is still to come at the times that the clock on the wall will show."""
    return tuple(
        replace(
            call,
            due_at_ms=desk.shown_ms(db, call.due_at_ms),
            check_at_ms=None if call.check_at_ms is None else desk.shown_ms(db, call.check_at_ms),
        )
        for call in found
    )
