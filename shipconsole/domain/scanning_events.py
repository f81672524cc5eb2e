"""What may happen to the verdicts of scanning, and what may have to be done then, as values.

`Scanned` comes from the scanner, also with a command code; what is called after a person is caused by keys alone.
"""

from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain.label import LabelIssue
from shipconsole.domain.scan import Scan
from shipconsole.domain.verdict import OrderChange, PendingLabel, ScannerFault


class Packing(NamedTuple):
    """How the open order's draft stands when a scan comes.

    `units` are in packages that have not shipped, `left` in none yet. `item_count` units of the scanned item are
    packed of the `item_total` that may ship. `package` is the position of the open package, which has `number`.
    """

    units: int = 0
    left: int = 0
    item_count: int = 0
    item_total: int = 0
    package: int = 0
    number: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether something would be left behind."""
        return bool(self.units or self.number.strip())


NOTHING_PACKED = Packing()

# Events


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan was judged; for a label with its issues. `by_person` says that a person takes it as a label.

    `carrier` is the one that a person chose for such labels before.
    """

    scan: Scan
    packing: Packing = NOTHING_PACKED
    issues: tuple[LabelIssue, ...] = ()
    by_person: bool = False
    is_typed: bool = False
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A person pressed Enter."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A person pressed Esc."""


@dataclass(frozen=True, slots=True)
class KeepAsked:
    """A person pressed Alt+K."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A person said for what reason a label is kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person chose one of several, counted from 1."""

    number: int
    packing: Packing = NOTHING_PACKED


@dataclass(frozen=True, slots=True)
class UnitsEntered:
    """A person entered how many units are in a case."""

    units: int
    packing: Packing


@dataclass(frozen=True, slots=True)
class ShipAsked:
    """A person asked to ship, by key or button; where nothing waits it is done."""


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """Another order is open, or none; its waiting verdicts are shown again."""

    order_id: int | None
    number: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order became part of another."""

    order_id: int
    to_order_id: int


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """The open packages of an order shipped; the platforms that will be notified."""

    order_id: int
    package: int
    units: int
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttentionNeeded:
    """Updates of the shipment that was shown last need attention."""

    order_id: int
    updates: int


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order differs from what was packed by; without changes it was cancelled."""

    order_id: int
    number: str
    changes: tuple[OrderChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ScannerWrong:
    """What arrived is a code typed with caps lock on or in another keyboard layout."""

    scan: Scan
    meaning: str
    fault: ScannerFault


@dataclass(frozen=True, slots=True)
class DatabaseAway:
    """Nothing can be saved at present, or it can again."""

    is_away: bool


@dataclass(frozen=True, slots=True)
class Offline:
    """No connection answers, with so many updates queued; or one does again."""

    is_offline: bool
    queued: int = 0


@dataclass(frozen=True, slots=True)
class LabelEdited:
    """A person typed in the tracking number of a package: what was asked about it is out of date."""

    package: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The last step was undone: what was said of it is over."""


Event = (
    Scanned
    | Acknowledged
    | Refused
    | KeepAsked
    | Kept
    | Chosen
    | UnitsEntered
    | ShipAsked
    | OrderOpened
    | OrderMoved
    | OrderShipped
    | AttentionNeeded
    | OrderChanged
    | ScannerWrong
    | DatabaseAway
    | Offline
    | LabelEdited
    | Undone
)

# Effects


@dataclass(frozen=True, slots=True)
class AddUnits:
    """Put units of one of these order lines in the open package."""

    line_ids: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class SetTracking:
    """Give a package its tracking number, or with `in_next` the next package."""

    label: PendingLabel
    in_next: bool = False


@dataclass(frozen=True, slots=True)
class ClearTracking:
    """Remove a number that was typed in a package and not kept."""

    package: int
    number: str


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Open another order."""

    order_id: int


@dataclass(frozen=True, slots=True)
class Command:
    """Do what a command code says."""

    name: str


@dataclass(frozen=True, slots=True)
class JudgeAsLabel:
    """Check a code that a person takes as a label, and come back with `Scanned` and `by_person`."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class AskReason:
    """Ask for what reason a label is kept."""


@dataclass(frozen=True, slots=True)
class AskUnits:
    """Ask how many units are in a case."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class KeepCaseUnits:
    """Remember how many units are in a case."""

    scan: Scan
    units: int


@dataclass(frozen=True, slots=True)
class RememberCarrier:
    """Remember which of several carriers a number like this one is of."""

    carriers: tuple[str, ...]
    carrier: str


Effect = (
    AddUnits
    | SetTracking
    | ClearTracking
    | OpenOrder
    | Command
    | JudgeAsLabel
    | AskReason
    | AskUnits
    | KeepCaseUnits
    | RememberCarrier
)
