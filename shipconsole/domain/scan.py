"""The meaning of a scan, given the open order and the data of this station."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NamedTuple

from shipconsole.domain import gtin
from shipconsole.domain.label import Label, with_carriers

_QUANTITY = re.compile(r"\s*(?P<units>[0-9]{1,6})\s*\*(?P<rest>.*)", re.DOTALL)
ScanKind = Literal["command", "item", "wrong_item", "order", "tracking", "unknown"]


class ScanReason(StrEnum):
    """Why a scan has its meaning, in the order in which the meanings are tried."""

    COMMAND = "command"
    ITEM_SKU = "item_sku"
    ITEM_GTIN = "item_gtin"
    ITEM_CASE = "item_case"
    """A case of an item; `units` is 0 if its content is not known yet and is asked."""
    SEVERAL_ITEMS = "several_items"
    OPEN_ORDER = "open_order"
    WRONG_ITEM = "wrong_item"
    LABEL = "label"
    """The format and check digit, or a unique prefix, identify one carrier."""
    OTHER_ORDER = "other_order"
    ORDER_OR_ITEM = "order_or_item"
    """The number of another order that is also an item: asked if something is packed."""
    SEVERAL_ORDERS = "several_orders"
    LISTED_CARRIER = "listed_carrier"
    """Only a shape, but of a carrier that the station uses: accepted as unverified."""
    TAUGHT_FORMAT = "taught_format"
    POSSIBLE_LABEL = "possible_label"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    """The format of a label with a wrong check digit."""
    UNKNOWN_ITEM = "unknown_item"
    """A valid GTIN that no carrier and no order has."""
    NO_ORDER_OPEN = "no_order_open"
    """An item or a label while no order is open."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of a scan.

    `raw` is the scan as received; `number` is its content: the order number, SKU, tracking number or command.
    `order_id` and `order_number` are set for an order, `line_ids` for an item of the open order, `units` is how many
    units one scan of the item adds, `item_name` is set for every known item. If several items or orders match, `kind`
    is ``unknown`` and `line_ids` or `order_ids` are the choices. The other fields are about a label: `certain` is
    whether its carrier is, `right_digit` what a wrong check digit should be, `postal_code` the label's destination.
    `typed` is the number that a person typed before the scan (``6*``), None without one.
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
    is_same_recipient: bool = False
    """Another order goes to the recipient of the open one, so it may be added to the package."""
    typed: int | None = None

    @property
    def code(self) -> str:
        """The code as received, without the number that was typed before it."""
        typed = None if self.typed is None else typed_quantity(self.raw)
        return typed.rest if typed and typed.rest else self.raw

    @property
    def added(self) -> int:
        """The units that the scan adds: those of the item or its case, as often as was typed; 0 if not known yet."""
        return self.units if self.typed is None else self.units * self.typed


class TypedQuantity(NamedTuple):
    """A number that was typed before a scan; `rest` is the scan, empty where the number is about the one before."""

    units: int
    rest: str


def typed_quantity(text: str) -> TypedQuantity | None:
    """Return the quantity of a text such as ``6*`` or ``6*4006381333931``, None of any other text."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    typed = TypedQuantity(int(found["units"]), found["rest"].strip())
    return typed if typed.units or not typed.rest else None


class KnownItem(NamedTuple):
    """An item that a code names: of the open order, or of another order and then without `line_id`.

    `reason` is how it was found: by SKU or barcode, by another form of its GTIN, or by a case of it.
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
    """One reading of a code and everything that it matches here.

    `items` are items of the open order, found in the first of these ways that finds any: the exact SKU or barcode,
    another letter case, another form of the same GTIN, a case of the item; `units` is how many units that case has, 0
    if it is not known. `elsewhere` is an item that only other orders have.
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

    `readings` are in the order in which they count, the unchanged text first. `open_order_id` is None while no order is
    open. `carriers_used` are the carriers in the station's settings; `fits_learned_format` means that the label's
    number fits a format that the station learned and that no SKU and no order number fits. `labelled` means that the
    package has a label: then no unverified number replaces it without a question.
    """

    raw: str
    readings: tuple[Reading, ...]
    label: Label
    open_order_id: int | None = None
    carriers_used: tuple[str, ...] = ()
    fits_learned_format: bool = False
    labelled: bool = False


def interpret(facts: ScanFacts) -> Scan:
    """Return the meaning of a scan: for each reading in turn what it certainly is, then possible labels.

    While no order is open, an item may be any order's, and an order number opens the order whatever else it is.
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
    """Return what items of one kind have in common: the GTIN, else the SKU as written."""
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
    """Return what an uncertain code may be; a label without a question only if the station expects it."""
    label = facts.label
    article = next((reading.text for reading in facts.readings if gtin.is_valid(reading.text)), "")
    if label.check_digit == "wrong" and not article:
        return _tracking(facts, ScanReason.WRONG_CHECK_DIGIT)
    if label.carriers and label.check_digit != "wrong":
        listed = with_carriers(label, facts.carriers_used)
        takes_unasked = not article and not facts.labelled
        if takes_unasked and len(listed.carriers) == 1 and listed.carriers[0] in facts.carriers_used:
            return _tracking(replace(facts, label=listed), ScanReason.LISTED_CARRIER)
        if takes_unasked and facts.fits_learned_format:
            return _tracking(facts, ScanReason.TAUGHT_FORMAT)
        return _tracking(facts, ScanReason.POSSIBLE_LABEL)
    if article:
        return Scan("unknown", ScanReason.UNKNOWN_ITEM, facts.raw, article)
    if facts.fits_learned_format and not facts.labelled:
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
