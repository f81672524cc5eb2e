"""How many units the cases hold: entered at the first scan of a case, corrected in a dialog and by a command."""

from shipconsole.domain import code, gtin
from shipconsole.domain.case_units import CaseUnits
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders.scan import texts
from shipconsole.operations.outbox.pause import NO_ORDER
from shipconsole.store import orders
from shipconsole.store.database import Db

UNITS_MAX = 100_000
"""The most units that a case can have."""


async def every(ctx: Context) -> tuple[CaseUnits, ...]:
    """Return the cases whose number of units is stored, by their codes."""
    return await ctx.read_long(_every)


async def enter(ctx: Context, raw: str, units: int) -> None:
    """Store how many units a case has, for all orders, with an entry in the audit log.

    Packages that were packed before stay as they are. Raises `ValidationFailed` at ``units`` or ``code``.
    """
    case = _case(raw)
    if not 1 <= units <= UNITS_MAX:
        raise ValidationFailed(Problem(("units",), Message("case.units", most=UNITS_MAX)))
    await ctx.write(_enter, ctx, case, units)


async def forget(ctx: Context, raw: str) -> None:
    """Have the units of a case asked for again at its next scan; raise `ValidationFailed` where none are stored."""
    await ctx.write(_forget, ctx, _case(raw))


def case_code(raw: str) -> str:
    """Return the 14 digits of a case in a scan or a typed text, an empty text where it is no case's code."""
    return next((text for text in texts(raw) if gtin.unit_of_case(text)), "")


def _case(raw: str) -> str:
    case = case_code(raw)
    if not case:
        raise ValidationFailed(Problem(("code",), Message("case.not_a_code", code=code.text(raw))))
    return case


def _every(db: Db) -> tuple[CaseUnits, ...]:
    return tuple(case.model_copy(update={"item": _item(db, case.code)}) for case in orders.cases(db))


def _item(db: Db, case: str) -> str:
    found = (orders.item_elsewhere(db, form, other_than=0) for form in gtin.forms(gtin.unit_of_case(case) or case))
    return next((item[0] for item in found if item is not None), "")


def _enter(db: Db, ctx: Context, case: str, units: int) -> None:
    before, now_ms = orders.units_of_case(db, case), ctx.clock.now_ms()
    if units == before:
        return
    orders.put_units_of_case(db, case, units, station=ctx.station, operator=ctx.operator, now_ms=now_ms)
    what = Message("audit.case_entered", code=case, units=units)
    if before:
        what = Message("audit.case_changed", code=case, units=units, before=before)
    ctx.record_change(db, NO_ORDER, what, "", now_ms=now_ms)


def _forget(db: Db, ctx: Context, case: str) -> None:
    before = orders.units_of_case(db, case)
    if not before:
        raise ValidationFailed(Problem(("code",), Message("case.not_stored", code=case)))
    orders.drop_case(db, case)
    what = Message("audit.case_removed", code=case, before=before)
    ctx.record_change(db, NO_ORDER, what, "", now_ms=ctx.clock.now_ms())
