"""The verdicts on scans: their severity, what each waits for, and what may end it.

A verdict that waits belongs to its order and stays until one of its endings comes: a person's key, a command code, or a
suitable scan. Scanning waits until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shipconsole.domain.label import NUMBER_IN_USE, LabelIssue, LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.scan import Scan


class VerdictKind(StrEnum):
    """What the packer is shown."""

    IDLE = "idle"
    GOOD = "good"
    COMPLETE = "complete"
    SHIPPED = "shipped"
    SHIPPED_ATTENTION = "shipped_attention"
    WRONG_ITEM = "wrong_item"
    ONE_TOO_MANY = "one_too_many"
    UNKNOWN_CODE = "unknown_code"
    NOT_PROCESSED = "not_processed"
    POSSIBLE_LABEL = "possible_label"
    SEVERAL_CARRIERS = "several_carriers"
    SEVERAL_ITEMS = "several_items"
    SEVERAL_ORDERS = "several_orders"
    CASE_UNITS = "case_units"
    SECOND_LABEL = "second_label"
    ANOTHER_ORDER = "another_order"
    NO_ORDER = "no_order"
    UNKNOWN_BADGE = "unknown_badge"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_CHANGED = "order_changed"
    SCANNER = "scanner"
    DATABASE_AWAY = "database_away"
    LABEL_TAKEN = "label_taken"
    POSTAL_CODE = "postal_code"
    CHECK_DIGIT = "check_digit"
    ARTICLE_NUMBER = "article_number"
    SECOND_BARCODE = "second_barcode"
    USED_BEFORE = "used_before"
    OFFLINE = "offline"


class VerdictSeverity(StrEnum):
    """How severe a verdict is; only `CONFIRM` and `LOCKED` wait."""

    IDLE = "idle"
    GOOD = "good"
    NOTICE = "notice"
    """Attention without a question: it ends with the next scan, or by itself."""
    CONFIRM = "confirm"
    LOCKED = "locked"


class Ending(StrEnum):
    """What ends a verdict."""

    NEXT_SCAN = "next_scan"
    ITSELF = "itself"
    ACKNOWLEDGE = "acknowledge"
    """Enter by a person, or %OK."""
    REFUSE = "refuse"
    """Esc, or %UNDO."""
    KEEP = "keep"
    """Alt+K."""
    DIGIT = "digit"
    NUMBER = "number"
    """A number of units that a person enters."""
    NEXT_PACKAGE = "next_package"
    RIGHT_ITEM = "right_item"
    """An item of the open order with units left."""
    KNOWN_CODE = "known_code"
    """A right item, an order, or a label that is accepted without a question."""
    LABEL = "label"
    """Another label."""
    ORDER = "order"
    PACKER = "packer"
    """Another packer: the badge of one, or a PIN."""


class Rule(NamedTuple):
    """The severity of a verdict and what ends it."""

    severity: VerdictSeverity
    endings: frozenset[Ending]


def _rule(severity: VerdictSeverity, *endings: Ending) -> Rule:
    return Rule(severity, frozenset(endings))


RULES: Mapping[VerdictKind, Rule] = MappingProxyType(
    {
        VerdictKind.IDLE: _rule(VerdictSeverity.IDLE, Ending.NEXT_SCAN),
        VerdictKind.GOOD: _rule(VerdictSeverity.GOOD, Ending.NEXT_SCAN),
        VerdictKind.COMPLETE: _rule(VerdictSeverity.GOOD, Ending.NEXT_SCAN),
        VerdictKind.SHIPPED: _rule(VerdictSeverity.GOOD, Ending.NEXT_SCAN),
        VerdictKind.SHIPPED_ATTENTION: _rule(VerdictSeverity.NOTICE, Ending.NEXT_SCAN),
        VerdictKind.WRONG_ITEM: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.RIGHT_ITEM),
        VerdictKind.ONE_TOO_MANY: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.RIGHT_ITEM),
        VerdictKind.UNKNOWN_CODE: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.KNOWN_CODE, Ending.KEEP),
        VerdictKind.NOT_PROCESSED: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE),
        VerdictKind.POSSIBLE_LABEL: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE),
        VerdictKind.SEVERAL_CARRIERS: _rule(VerdictSeverity.CONFIRM, Ending.DIGIT, Ending.REFUSE),
        VerdictKind.SEVERAL_ITEMS: _rule(VerdictSeverity.CONFIRM, Ending.DIGIT, Ending.REFUSE),
        VerdictKind.SEVERAL_ORDERS: _rule(VerdictSeverity.CONFIRM, Ending.DIGIT, Ending.REFUSE, Ending.ORDER),
        VerdictKind.CASE_UNITS: _rule(VerdictSeverity.CONFIRM, Ending.NUMBER, Ending.REFUSE),
        VerdictKind.SECOND_LABEL: _rule(
            VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.NEXT_PACKAGE
        ),
        VerdictKind.ANOTHER_ORDER: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.DIGIT),
        VerdictKind.NO_ORDER: _rule(VerdictSeverity.LOCKED, Ending.ORDER),
        VerdictKind.UNKNOWN_BADGE: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.PACKER),
        VerdictKind.ORDER_CANCELLED: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE),
        VerdictKind.ORDER_CHANGED: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE),
        VerdictKind.SCANNER: _rule(VerdictSeverity.NOTICE, Ending.NEXT_SCAN),
        VerdictKind.DATABASE_AWAY: _rule(VerdictSeverity.NOTICE, Ending.ITSELF),
        VerdictKind.LABEL_TAKEN: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.LABEL, Ending.KEEP),
        VerdictKind.POSTAL_CODE: _rule(VerdictSeverity.LOCKED, Ending.ACKNOWLEDGE, Ending.LABEL, Ending.KEEP),
        VerdictKind.CHECK_DIGIT: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.LABEL),
        VerdictKind.ARTICLE_NUMBER: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.LABEL),
        VerdictKind.SECOND_BARCODE: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.LABEL),
        VerdictKind.USED_BEFORE: _rule(VerdictSeverity.CONFIRM, Ending.ACKNOWLEDGE, Ending.REFUSE, Ending.LABEL),
        VerdictKind.OFFLINE: _rule(VerdictSeverity.NOTICE, Ending.NEXT_SCAN, Ending.ITSELF),
    }
)
"""The rule of each kind of verdict."""

OF_ISSUE: Mapping[LabelIssueKind, VerdictKind] = MappingProxyType(
    {
        LabelIssueKind.TAKEN: VerdictKind.LABEL_TAKEN,
        LabelIssueKind.POSTAL_CODE: VerdictKind.POSTAL_CODE,
        LabelIssueKind.CHECK_DIGIT: VerdictKind.CHECK_DIGIT,
        LabelIssueKind.ARTICLE_NUMBER: VerdictKind.ARTICLE_NUMBER,
        LabelIssueKind.SECOND_BARCODE: VerdictKind.SECOND_BARCODE,
        LabelIssueKind.USED_BEFORE: VerdictKind.USED_BEFORE,
        LabelIssueKind.SEVERAL_CARRIERS: VerdictKind.SEVERAL_CARRIERS,
        LabelIssueKind.POSSIBLE: VerdictKind.POSSIBLE_LABEL,
        LabelIssueKind.SECOND_LABEL: VerdictKind.SECOND_LABEL,
    }
)
"""The verdict for each issue of a label, in the order in which they are asked: stops first, the package last."""


class OrderChange(NamedTuple):
    """One difference between an order as packed and as it is now: of an item, or of the address."""

    sku: str = ""
    before: int = 0
    after: int = 0


class ScannerFault(StrEnum):
    """Why the received text is not the text of the barcode."""

    CAPS_LOCK = "caps_lock"
    AZERTY = "azerty"
    QWERTZ = "qwertz"


@dataclass(frozen=True, slots=True)
class PendingLabel:
    """A label that is being decided on: the decisions so far and the issues left.

    `package` is the position of the package in the draft, `accepted` what a person accepted, and `reason` why.
    """

    number: str
    raw: str
    package: int
    issues: tuple[LabelIssue, ...] = ()
    accepted: tuple[LabelIssueKind, ...] = ()
    reason: str = ""
    carrier: str = ""
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the packer is shown; `kind` decides which other fields are set.

    `count` of `total` are units of the item, or of the order. `changed_at_ms` tells a stored change of the order from a
    later one. `repeats` counts the scans that did not end it. A
    shipment `by_itself` had no command; `not_by_itself` is why a packed order waits for one.
    """

    kind: VerdictKind = VerdictKind.IDLE
    order_id: int | None = None
    order_number: str = ""
    scan: Scan | None = None
    label: PendingLabel | None = None
    count: int = 0
    total: int = 0
    package: int = 0
    earlier_number: str = ""
    changes: tuple[OrderChange, ...] = ()
    changed_at_ms: int = 0
    fault: ScannerFault | None = None
    meaning: str = ""
    platforms: tuple[str, ...] = ()
    repeats: int = 0
    by_itself: bool = False
    not_by_itself: Message | None = None

    @property
    def severity(self) -> VerdictSeverity:
        """Return how severe it is."""
        return RULES[self.kind].severity

    @property
    def waits(self) -> bool:
        """Return whether scanning waits until it is ended."""
        return self.severity in (VerdictSeverity.CONFIRM, VerdictSeverity.LOCKED)

    @property
    def issue(self) -> LabelIssue | None:
        """Return the issue of the label that it asks about."""
        return self.label.issues[0] if self.label is not None and self.label.issues else None

    @property
    def other_order_id(self) -> int:
        """Return the other order that has the label's number, which can be opened; 0 if there is none."""
        issue = self.issue
        if issue is None or issue.kind not in NUMBER_IN_USE or issue.order_id == self.order_id:
            return 0
        return issue.order_id or 0

    def ends_with(self, ending: Ending) -> bool:
        """Return whether something ends it."""
        if self.kind == VerdictKind.ANOTHER_ORDER and ending == Ending.DIGIT:
            # Only an order of the same recipient may be added to the package.
            return self.scan is not None and self.scan.is_same_recipient
        if ending == Ending.DIGIT and self.other_order_id:
            return True
        return ending in RULES[self.kind].endings


def changes_of(before: Order, after: Order) -> tuple[OrderChange, ...]:
    """Return the items whose quantity changed, and one change without a SKU if the address did."""
    no_units = {line.sku: 0 for order in (before, after) for line in order.lines}
    earlier, later = dict(no_units), dict(no_units)
    for order, counted in ((before, earlier), (after, later)):
        for line in order.lines:
            counted[line.sku] += line.ordered - line.cancelled
    items = tuple(OrderChange(sku, earlier[sku], later[sku]) for sku in no_units if earlier[sku] != later[sku])
    return (*items, *((OrderChange(),) if before.ship_to != after.ship_to else ()))
