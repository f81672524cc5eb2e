"""What a scan means, given the order that is open and what is known here."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NamedTuple

from shipconsole.domain import gtin
from shipconsole.domain.label import Label, with_carriers

ScanKind = Literal["command", "item", "wrong_item", "order", "tracking", "unknown"]


class ScanReason(StrEnum):
    """Why a scan means what it means, in the order in which the meanings are tried."""

    COMMAND = "command"
    ITEM_SKU = "item_sku"
    ITEM_GTIN = "item_gtin"
    ITEM_CASE = "item_case"
    """A case of an item; `units` is 0 where how many are in it is not known yet and is asked."""
    SEVERAL_ITEMS = "several_items"
    OPEN_ORDER = "open_order"
    WRONG_ITEM = "wrong_item"
    LABEL = "label"
    """Format and check digit, or a unique prefix, name one carrier."""
    OTHER_ORDER = "other_order"
    ORDER_OR_ITEM = "order_or_item"
    """Another order's number that is also an item known here: asked where something is packed."""
    SEVERAL_ORDERS = "several_orders"
    LISTED_CARRIER = "listed_carrier"
    """Only a shape, but of a carrier that the station uses: taken unasked as unverified."""
    TAUGHT_FORMAT = "taught_format"
    POSSIBLE_LABEL = "possible_label"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    """A label's format whose check digit is wrong."""
    UNKNOWN_ITEM = "unknown_item"
    """A valid GTIN that no carrier claims and no order has."""
    NO_ORDER_OPEN = "no_order_open"
    """An item or a label, while no order is open."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned.

    `raw` is the scan as it came; `number` is what it stands for: the order number, SKU, carrier's tracking number
    or command. `order_id` and `order_number` are set for an order, `line_ids` for an item of the open order, `units`
    is how many units one scan of the item is, `item_name` is set for every known item. Where several items or orders
    match, `kind` is ``unknown`` and `line_ids` or `order_ids` are those to choose from. The rest is about a label:
    `certain` is whether its carrier is, `right_digit` what a wrong check digit should be, `postal_code` where the
    label says that the package goes.
    """

    kind: ScanKind
    reason: ScanReason
    raw: str
    number: str
    order_id: int | None = None
    order_number: str = ""
    order_ids: tuple[int, ...] = ()
    line_ids: tuple[int, ...] = ()
    units: int = 1
    item_name: str = ""
    carriers: tuple[str, ...] = ()
    certain: bool = False
    check_digit: Literal["right", "wrong", "none"] = "none"
    right_digit: str = ""
    postal_code: str = ""


class KnownItem(NamedTuple):
    """An item that a code names: a line of the open order, or of another order, and then without `line_id`.

    `reason` is how it was found: by its SKU or barcode, by its GTIN in another form, or by a case of it.
    """

    sku: str
    name: str = ""
    line_id: int | None = None
    reason: ScanReason = ScanReason.ITEM_SKU


class KnownOrder(NamedTuple):
    """An order whose number a code is."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a code and all that it matches here.

    `items` are lines of the open order, found in the first of these ways that finds any: SKU or barcode written just
    so, in another letter case, as the same article in another form, as a case of the article; `units` is how many
    units that case has, 0 where nobody said. `elsewhere` is an item that only other orders have.
    """

    text: str
    command: str = ""
    items: tuple[KnownItem, ...] = ()
    units: int = 1
    elsewhere: KnownItem | None = None
    orders: tuple[KnownOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What was looked up about a scan.

    `readings` are in the order in which they count, the text as it came first. `open_order_id` is None while no order
    is open. `carriers_used` are those that the station lists; `fits_taught` says that the label's number fits a format
    that the station was taught and that no SKU and no order number here fits. `labelled` says that the package has a
    label: then nothing unverified takes its place unasked.
    """

    raw: str
    readings: tuple[Reading, ...]
    label: Label
    open_order_id: int | None = None
    carriers_used: tuple[str, ...] = ()
    fits_taught: bool = False
    labelled: bool = False


def interpret(facts: ScanFacts) -> Scan:
    """Return what a scan means and why: for each reading in turn what it certainly is, then what a label may be.

    While no order is open, an item is any order's, and a number that is an order's opens it whatever else it is.
    """
    for reading in facts.readings:
        if reading.command:
            return Scan("command", ScanReason.COMMAND, facts.raw, reading.command)
        scan = _item(facts, reading) if facts.open_order_id else _order(facts, reading)
        scan = scan or _elsewhere(facts, reading) or _certain_label(facts, reading) or _order(facts, reading)
        if scan:
            return scan
    return _uncertain(facts)


def _item(facts: ScanFacts, reading: Reading) -> Scan | None:
    """Return what a reading is in the open order: one of its items, or the order itself."""
    if reading.items:
        first = reading.items[0]
        line_ids = tuple(item.line_id for item in reading.items if item.line_id is not None)
        units = reading.units if first.reason is ScanReason.ITEM_CASE else 1
        if len({_identity(item) for item in reading.items}) > 1:
            return Scan("unknown", ScanReason.SEVERAL_ITEMS, facts.raw, reading.text, line_ids=line_ids, units=units)
        return Scan(
            "item",
            first.reason,
            facts.raw,
            first.sku,
            line_ids=line_ids,
            units=units,
            item_name=first.name,
        )
    own = next((order for order in reading.orders if order.id == facts.open_order_id), None)
    if own is None:
        return None
    return Scan("order", ScanReason.OPEN_ORDER, facts.raw, own.number, order_id=own.id, order_number=own.number)


def _identity(item: KnownItem) -> str:
    """Return what two lines have in common that are of one item: the article, else the SKU as it is written."""
    return next(iter(gtin.articles(item.sku)), item.sku)


def _elsewhere(facts: ScanFacts, reading: Reading) -> Scan | None:
    item = reading.elsewhere
    if item is None:
        return None
    if facts.open_order_id is None:
        units = reading.units if item.reason is ScanReason.ITEM_CASE else 1
        return Scan("item", item.reason, facts.raw, item.sku, units=units, item_name=item.name)
    order = _order(facts, reading)
    if order is None:
        return Scan("wrong_item", ScanReason.WRONG_ITEM, facts.raw, item.sku, item_name=item.name)
    if order.reason is ScanReason.OTHER_ORDER:
        return replace(order, reason=ScanReason.ORDER_OR_ITEM, item_name=item.name)
    return order


def _order(facts: ScanFacts, reading: Reading) -> Scan | None:
    if not reading.orders:
        return None
    first, *more = reading.orders
    if more:
        order_ids = tuple(order.id for order in reading.orders)
        return Scan("unknown", ScanReason.SEVERAL_ORDERS, facts.raw, reading.text, order_ids=order_ids)
    return Scan("order", ScanReason.OTHER_ORDER, facts.raw, first.number, order_id=first.id, order_number=first.number)


def _certain_label(facts: ScanFacts, reading: Reading) -> Scan | None:
    return _tracking(facts, ScanReason.LABEL) if facts.label.certain and facts.label.text == reading.text else None


def _uncertain(facts: ScanFacts) -> Scan:
    """Return what a code may be that is nothing for certain: a label unasked only where the station expects it."""
    label = facts.label
    article = next((reading.text for reading in facts.readings if gtin.is_valid(reading.text)), "")
    if label.check_digit == "wrong" and not article:
        return _tracking(facts, ScanReason.WRONG_CHECK_DIGIT)
    if label.carriers and label.check_digit != "wrong":
        listed = with_carriers(label, facts.carriers_used)
        takes_unasked = not article and not facts.labelled
        if takes_unasked and len(listed.carriers) == 1 and listed.carriers[0] in facts.carriers_used:
            return _tracking(replace(facts, label=listed), ScanReason.LISTED_CARRIER)
        if takes_unasked and facts.fits_taught:
            return _tracking(facts, ScanReason.TAUGHT_FORMAT)
        return _tracking(facts, ScanReason.POSSIBLE_LABEL)
    if article:
        return Scan("unknown", ScanReason.UNKNOWN_ITEM, facts.raw, article)
    if facts.fits_taught and not facts.labelled:
        return _tracking(facts, ScanReason.TAUGHT_FORMAT)
    return Scan("unknown", ScanReason.UNKNOWN, facts.raw, facts.readings[0].text if facts.readings else "")


def _tracking(facts: ScanFacts, reason: ScanReason) -> Scan:
    label = facts.label
    return Scan(
        "tracking",
        reason,
        facts.raw,
        label.number,
        carriers=label.carriers,
        certain=label.certain,
        check_digit=label.check_digit,
        right_digit=label.right_digit,
        postal_code=label.postal_code,
    )
