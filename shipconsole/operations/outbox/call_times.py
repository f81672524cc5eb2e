"""The times of calls as people see them."""

from collections.abc import Iterable
from dataclasses import replace

from shipconsole.operations.context import Context
from shipconsole.store.calls import Call
from shipconsole.store.database import Db


def shown(db: Db, ctx: Context, found: Iterable[Call]) -> tuple[Call, ...]:
    """Return calls with what is still to come at the times that the clock on the wall will show."""
    return tuple(
        replace(
            call,
            due_at_ms=ctx.shown_ms(db, call.due_at_ms),
            check_at_ms=None if call.check_at_ms is None else ctx.shown_ms(db, call.check_at_ms),
        )
        for call in found
    )
