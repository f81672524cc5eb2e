"""Changing: a person's change of an order is queued, in the place of those that the platform refused before it."""

from collections.abc import Iterable
from contextlib import suppress

from shipconsole.domain.call import CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import FieldChanges, changes_from
from shipconsole.operations.worker import Call

REFUSED: tuple[CallState, ...] = ("rejected", "dead")
WHY = Message("update.replaced")


def refused(calls: Iterable[Call], connection_id: int) -> tuple[Call, ...]:
    """The changes of an order that a connection refused and that nobody has settled."""
    return tuple(call for call in calls if call.connection_id == connection_id and _is_change(call))


async def change(ctx: Context, order_id: int, connection_id: int, wanted: FieldChanges) -> tuple[int, tuple[Call, ...]]:
    """Queue a change of an order at one connection; tell its call's id, and the refused ones that it replaces.

    As long as a refused one stood, the new one would wait behind it. Raises what `edit.preview` raises, and
    then nothing is replaced.
    """
    sheet = await orders.sheet(ctx, order_id)
    call_id = await edit.save(ctx, order_id, connection_id, wanted)
    replaced = refused(sheet.calls, connection_id)
    for call in replaced:
        # Somebody else may have settled it in this moment, which is as well.
        with suppress(ValidationFailed):
            await resolve.resolve_update(ctx, call.id, "discard", str(WHY))
    return call_id, replaced


def _is_change(call: Call) -> bool:
    if call.intent is None or call.state not in REFUSED:
        return False
    wanted = changes_from(call.intent)
    return bool(wanted.values or wanted.delete)
