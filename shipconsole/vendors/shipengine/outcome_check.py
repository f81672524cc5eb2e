"""What ShipEngine's order shows about a notification without a response.

The sales order shows what its store reported at the last refresh, and of shipments only a status: unfulfilled,
partially_fulfilled or fulfilled. So it proves something only where the status had to change. An unchanged status proves
that nothing happened only for stores that report fulfillment immediately, which is an option of the connection.
Source: ShipEngine, Notify Marketplaces an Order has Shipped and List Sales Orders (read November 2026).
"""

from shipconsole.domain.message import Message, verbatim
from shipconsole.vendors.outcome_check import CheckResult, OrderShare, UnconfirmedRequest
from shipconsole.vendors.shipengine.options import ShipEngineOptions

_Row = tuple[str, str, str]
_CONFIRMED, _ALONE, _ABSENT, _PERSON = "confirmed", "confirmed if alone", "absent", "person"
_TABLE: dict[tuple[str, str], _Row] = {
    # before, after: the whole order, its last rest, a part of it
    ("unfulfilled", "unfulfilled"): (_ABSENT, _ABSENT, _ABSENT),
    ("unfulfilled", "partially_fulfilled"): (_PERSON, _PERSON, _ALONE),
    ("unfulfilled", "fulfilled"): (_CONFIRMED, _CONFIRMED, _PERSON),
    ("partially_fulfilled", "partially_fulfilled"): (_ABSENT, _ABSENT, _PERSON),
    ("partially_fulfilled", "fulfilled"): (_CONFIRMED, _CONFIRMED, _PERSON),
}
_COLUMN: dict[OrderShare, int] = {"whole": 0, "rest": 1, "part": 2}


def check_outcome(sent: UnconfirmedRequest) -> CheckResult:
    """Decide what the statuses prove; a cancelled order and any other status are left to a person."""
    before, after = sent.before.casefold(), sent.after.status.casefold()
    row = _TABLE.get((before, after))
    column = _COLUMN.get(sent.part)
    shown = {"before": _status_text(before), "after": _status_text(after)}
    undecided = CheckResult("person", Message("shipengine.read_back_undecided", **shown))
    if row is None or column is None or sent.after.cancelled:
        return undecided
    found = row[column]
    if found == _CONFIRMED or (found == _ALONE and not sent.others_sent):
        return CheckResult("confirmed", Message("shipengine.read_back_notified", **shown))
    if found == _ABSENT and ShipEngineOptions.read(sent.options).reports_immediately == "yes":
        return CheckResult("absent", Message("shipengine.read_back_not_notified", **shown))
    return undecided


def _status_text(status: str) -> Message:
    return verbatim(status.replace("_", " ")) or Message("status.unknown")
