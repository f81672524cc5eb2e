"""The events of scanning, and the effects that they may have, as values.

`Scanned` comes from the scanner, also with a command code; only a person's keys cause the events named after a person.
"""

from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain.label import LabelIssue
from shipconsole.domain.message import Message
from shipconsole.domain.scan import Scan
from shipconsole.domain.verdict import OrderChange, PendingLabel, ScannerFault


class Packing(NamedTuple):
    """The state of the open order's draft at a scan.

    `units` are in packages that have not shipped, `left` in none yet. `item_count` units of the scanned item are packed
    of the `item_total` that may ship. `package` is the position of the open package, which has `number`.
    """

    units: int = 0
    left: int = 0
    item_count: int = 0
    item_total: int = 0
    package: int = 0
    number: str = ""

    @property
    def is_begun(self) -> bool:
        """Return whether something is packed or typed."""
        return bool(self.units or self.number.strip())


NOTHING_PACKED = Packing()

# Events


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan was interpreted; for a label with its issues. `by_person` means that a person takes it as a label.

    `carrier` is the carrier that a person chose for such labels before.
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
class KeepRequested:
    """A person pressed Alt+K."""


@dataclass(frozen=True, slots=True)
class LabelAccepted:
    """A person entered the reason for accepting a label."""

    reason: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person chose one of several, counted from 1."""

    number: int
    packing: Packing = NOTHING_PACKED


@dataclass(frozen=True, slots=True)
class UnitsEntered:
    """A person entered how many units a case has."""

    units: int
    packing: Packing


@dataclass(frozen=True, slots=True)
class QuantityTyped:
    """A person typed how many units of the item scanned last there are in all (``6*`` alone)."""

    units: int
    packing: Packing
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """A scan could not be processed. What comes after it would ship a package of which an item is not counted."""

    raw: str


@dataclass(frozen=True, slots=True)
class ActionRequested:
    """A person requested to pack or to ship, by key or button; it happens if no verdict waits."""


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """Another order is open, or none; its waiting verdicts are shown again."""

    order_id: int | None
    number: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order was linked to another one."""

    order_id: int
    to_order_id: int


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """The open packages of an order shipped, possibly without a command; `platforms` will be notified."""

    order_id: int
    package: int
    units: int
    platforms: tuple[str, ...] = ()
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class NotByItself:
    """An order that is packed completely does not ship by itself, or a scan stopped that; the verdict says why."""

    order_id: int
    reason: Message


@dataclass(frozen=True, slots=True)
class AttentionNeeded:
    """Updates of the shipment that was shown last need attention."""

    order_id: int
    updates: int


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order changed while it was packed; without changes it was cancelled.

    `changed_at_ms` is the time of a change that holds updates until it was seen, 0 of one that holds none.
    """

    order_id: int
    number: str
    changes: tuple[OrderChange, ...] = ()
    changed_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class ScannerWrong:
    """A code was typed with caps lock on or in another keyboard layout."""

    scan: Scan
    meaning: str
    fault: ScannerFault


@dataclass(frozen=True, slots=True)
class BadgeRefused:
    """A badge was scanned that no packer has: the packer stays the same."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class PackerChanged:
    """A person signed in or out, by badge or PIN."""


@dataclass(frozen=True, slots=True)
class DatabaseAway:
    """Nothing can be saved at present, or saving works again."""

    is_away: bool


@dataclass(frozen=True, slots=True)
class Offline:
    """No connection responds, with so many updates queued; or one responds again."""

    is_offline: bool
    queued: int = 0


@dataclass(frozen=True, slots=True)
class LabelEdited:
    """A person typed the tracking number of a package: open questions about it are out of date."""

    package: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The last step was undone: its verdict is over."""


Event = (
    Scanned
    | Acknowledged
    | Refused
    | KeepRequested
    | LabelAccepted
    | Chosen
    | UnitsEntered
    | QuantityTyped
    | ScanFailed
    | ActionRequested
    | OrderOpened
    | OrderMoved
    | OrderShipped
    | AttentionNeeded
    | OrderChanged
    | ScannerWrong
    | BadgeRefused
    | PackerChanged
    | DatabaseAway
    | Offline
    | LabelEdited
    | NotByItself
    | Undone
)

# Effects


@dataclass(frozen=True, slots=True)
class AddUnits:
    """Pack units of one of these items; `is_typed` if the number was typed and not each unit scanned."""

    line_ids: tuple[int, ...]
    units: int
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class SetUnits:
    """Have so many units of these items in all packages."""

    line_ids: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class SetTracking:
    """Set the tracking number of a package, or with `in_next` of the next package."""

    label: PendingLabel
    in_next: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """Release what was held because an order changed: a person has seen the change of that time, and no later one."""

    order_id: int
    changed_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class ClearTracking:
    """Remove a typed number that was not accepted."""

    package: int
    number: str


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Open another order."""

    order_id: int


@dataclass(frozen=True, slots=True)
class AddToBox:
    """Ask for another order's units in the open package."""

    order_id: int


@dataclass(frozen=True, slots=True)
class Command:
    """Execute a command code."""

    name: str


@dataclass(frozen=True, slots=True)
class JudgeAsLabel:
    """Check a code that a person takes as a label, and answer with `Scanned` and `by_person`."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class AskReason:
    """Ask for the reason for accepting a label."""


@dataclass(frozen=True, slots=True)
class AskUnits:
    """Ask how many units a case has."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class KeepCaseUnits:
    """Store how many units a case has."""

    scan: Scan
    units: int


@dataclass(frozen=True, slots=True)
class RememberCarrier:
    """Store which of several carriers such a number belongs to."""

    carriers: tuple[str, ...]
    carrier: str


Effect = (
    AddUnits
    | ChangeSeen
    | SetUnits
    | SetTracking
    | ClearTracking
    | OpenOrder
    | AddToBox
    | Command
    | JudgeAsLabel
    | AskReason
    | AskUnits
    | KeepCaseUnits
    | RememberCarrier
)
