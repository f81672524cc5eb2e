"""What ShipEngine's order says about a notification of which no answer came.

The sales order shows what its shop told at the last refresh, and of shipments nothing but one word: unfulfilled,
partially_fulfilled or fulfilled. So it proves something only where the word had to move. That nothing happened is
believed only of a shop that is known to tell of fulfilments at once, which is a setting of the connection.
Source: ShipEngine, Notify Marketplaces an Order has Shipped and List Sales Orders (read November 2026).
"""

from shipconsole.domain.message import Message, verbatim
from shipconsole.vendors.read_back import Evidence, Part, Verdict
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
_COLUMN: dict[Part, int] = {"whole": 0, "rest": 1, "part": 2}


def read_back(seen: Evidence) -> Verdict:
    """Decide what can be decided; a cancelled order, and words that are none of the three, are a person's."""
    before, after = seen.before.casefold(), seen.after.status.casefold()
    row = _TABLE.get((before, after))
    column = _COLUMN.get(seen.part)
    shown = {"before": _word(before), "after": _word(after)}
    undecided = Verdict("person", Message("shipengine.read_back_undecided", **shown))
    if row is None or column is None or seen.after.cancelled:
        return undecided
    found = row[column]
    if found == _CONFIRMED or (found == _ALONE and not seen.others_sent):
        return Verdict("confirmed", Message("shipengine.read_back_notified", **shown))
    if found == _ABSENT and ShipEngineOptions.read(seen.options).reports_immediately == "yes":
        return Verdict("absent", Message("shipengine.read_back_not_notified", **shown))
    return undecided


def _word(status: str) -> Message:
    return verbatim(status.replace("_", " ")) or Message("status.unknown")
