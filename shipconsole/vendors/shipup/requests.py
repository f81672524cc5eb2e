"""The calls to Shipup, one function each, named as the platform names them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from shipconsole.domain import countries
from shipconsole.domain.address import Address
from shipconsole.domain.label import number_key
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Path
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options, ShipmentNotification
from shipconsole.vendors.exchange import Json, Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import size_of
from shipconsole.vendors.shipup import wire
from shipconsole.vendors.shipup.buyer import names_of, state_of
from shipconsole.vendors.shipup.carriers import known_as, service_warnings
from shipconsole.vendors.shipup.filters import filter_query
from shipconsole.vendors.shipup.options import ShipupOptions

PAGE_SIZE = 100

# Without these an order comes without its items. Source: Shipup, List orders (read November 2026).
EXPAND = (
    "shipping_address",
    "line_items",
    "fulfillments.shipping_address",
    "fulfillments.line_items",
    "fulfillments.trackers.line_items",
)


def probe(_options: Options) -> Request:
    """Ask for one order: the lightest call that needs the key."""
    return Request("list_orders", "GET", "/v2/orders", query=(("limit", "1"),))


def list_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of orders; the cursor is Shipup's own id of the last order of the page before.

    Lists begin with the greatest id, and `ending_before` asks for lesser ones (`starting_after` for
    greater ones). Raises `ValidationFailed` for filters by both dates: Shipup takes one of them. Source: Shipup,
    List all orders, and Pagination (read November 2026).
    """
    query = [("limit", size_of(options, PAGE_SIZE, PAGE_SIZE)), *filter_query(filters)]
    if cursor.isdecimal():
        query.append(("ending_before", cursor))
    return Request("list_orders", "GET", "/v2/orders", query=(*query, *_expand()))


def get_order(merchant_id: str, _options: Options) -> Request:
    """Ask for one order, by number: there is no documented filter by the shop's id, mostly the same."""
    query = (("order_number", merchant_id), ("limit", "2"), *_expand())
    return Request("get_order", "GET", "/v2/orders", query=query)


def tells_new_orders(options: Options) -> bool:
    """Whether orders that Shipup does not know yet are told of: they are unless the options say no."""
    return ShipupOptions.read(options).create_missing != "known"


def tell(notification: ShipmentNotification) -> Request | None:
    """Send the order's state up to a shipment; None for a new order where only known ones are told."""
    if notification.link is None and not tells_new_orders(notification.options):
        return None
    return create_order(
        notification.order,
        notification.shipments,
        notification.link,
        notification.options,
        now_told=notification.shipment,
        replaced=notification.replaced,
    )


def create_order(
    order: Order,
    shipments: Sequence[Shipment],
    link: Link | None,
    options: Options,
    *,
    now_told: Shipment | None = None,
    changed_lines: Collection[int] = (),
    replaced: Collection[str] = (),
    fulfilled: bool = False,
) -> Request:
    """Create or update an order.

    Before any shipment the items stand in the order. Afterwards those in a package stand in its tracker
    with the units shipped in it, and those with units left (or cancelled whole) in the fulfillment.
    Every id is the one that Shipup already has, else made of the order's number and the SKUs, always the
    same: so the call can be repeated and comes to the same state.

    An item that is not counted in units is named without a number, until a person says that it shipped.

    `quantity` must never change. For an item that Shipup knows it is what Shipup has; where Shipup has
    none, it is left out, as is `shipped_quantity`, which is held against it. Texts of known items are
    given back as they were. `now_told` is the shipment whose packages a complaint may be about. Of `changed_lines`
    is said how many are cancelled even where that is none. Trackers with `replaced` numbers were ours and count no
    units any more. `fulfilled` says that Shipup was told of packages, whatever its document here shows. Source: Shipup,
    Create or update an order; Line items configuration; Advanced scenarios (read November 2026).
    """
    document = wire.Order.model_validate(parse((link.document if link else "{}").encode()) or {})
    merchant_id = (link.remote_id if link else "") or order.number
    items = _items(order, link, document)
    _count_shipped(items, document, shipments, replaced)
    for item in items:
        item.cancelled_changed = any(line_id in changed_lines for line_id in item.line_ids)
    field_map = FieldMap()
    field_map.note(("merchant_id",), ("order", "number"))
    field_map.note(("order_number",), ("order", "number"))
    fulfillments: list[wire.FulfillmentUpsert] = []
    recognised = {
        number_key(tracker.tracking_number)
        for fulfillment in document.fulfillments
        for tracker in fulfillment.trackers
        if tracker.carrier_code or tracker.carrier.code
    }
    # What stands in a fulfillment already must not be told to stand in the order as well.
    in_fulfillments = bool(fulfilled or shipments or document.fulfillments)
    if in_fulfillments:
        for fulfillment_id, known in _fulfillments(document, merchant_id):
            here: Path = ("fulfillments", len(fulfillments))
            inside = [item for item in items if item.fulfillment_id in (fulfillment_id, "")]
            for item in inside:
                item.fulfillment_id = fulfillment_id
            trackers = _trackers(inside, shipments, now_told, options, here, field_map, recognised)
            waiting = [item for item in inside if item.left or not (item.in_trackers or item.is_gone)]
            if not trackers and not waiting:
                continue
            lines = tuple(
                _line_item(item, None, (*here, "line_items", place), field_map) for place, item in enumerate(waiting)
            )
            fulfillments.append(
                wire.FulfillmentUpsert(
                    merchant_id=fulfillment_id,
                    shipping_address=_address(order.ship_to, (*here, "shipping_address"), field_map, new=link is None),
                    warehouse_merchant_id=known.warehouse_merchant_id or None,
                    trackers=trackers or None,
                    line_items=lines or None,
                )
            )
    unfulfilled = (
        ()
        if in_fulfillments
        else tuple(_line_item(item, None, ("line_items", place), field_map) for place, item in enumerate(items))
    )
    new = link is None
    ordered_at_ms = order.ordered_at_ms if new else None
    state = wire.OrderUpsert(
        merchant_id=merchant_id,
        order_number=(link.remote_number if link else "") or order.number,
        ordered_at=None if ordered_at_ms is None else _iso(ordered_at_ms),
        email=(order.ship_to.email or None) if new else None,
        phone=(order.ship_to.phone or None) if new else None,
        **(names_of(order.ship_to) if new else {}),
        # All of an order that is new goes to one place.
        shipping_address=_address(order.ship_to, ("shipping_address",), field_map, new=True) if new else None,
        canceled=True if order.cancelled else None,
        fulfillments=tuple(fulfillments) or None,
        line_items=unfulfilled or None,
    )
    for name, ours in (("email", "email"), ("phone", "phone"), ("first_name", "name"), ("last_name", "name")):
        field_map.note((name,), ("ship_to", ours))
    return Request(
        call="create_order",
        method="POST",
        path="/v2/orders",
        body=cast("dict[str, Json]", state.model_dump(mode="json", exclude_none=True)),
        summary=_summary(order, now_told),
        field_map=field_map,
        warnings=service_warnings(now_told.packages, options) if now_told else (),
    )


@dataclass
class _Item:
    """One item under its stable id: which of our lines it is, what Shipup has, how much has gone."""

    merchant_id: str
    line: OrderLine
    known: wire.LineItem | None
    fulfillment_id: str
    quantity: int | None
    line_ids: list[int] = field(default_factory=list[int])
    ordered: int = 0
    cancelled: int = 0
    shipped: int = 0
    in_trackers: bool = False
    cancelled_by_platform: bool = False
    cancelled_changed: bool = False
    is_counted: bool = True
    resolutions: set[str] = field(default_factory=set[str])

    @property
    def is_gone(self) -> bool:
        """Whether the item is not counted in units, and a person said that it shipped."""
        return self.resolutions == {"shipped"}

    @property
    def left(self) -> int:
        quantity = self.ordered if self.quantity is None else self.quantity
        return max(0, quantity - self.shipped - self.cancelled)


def _items(order: Order, link: Link | None, document: wire.Order) -> list[_Item]:
    """The order's items in its own order; lines of ours that are one item of Shipup's are one here too."""
    known: dict[str, wire.LineItem] = {}
    homes: dict[str, str] = {}
    for fulfillment_id, line_item in _known_line_items(document):
        known.setdefault(line_item.merchant_id, line_item)
        if fulfillment_id:
            homes.setdefault(line_item.merchant_id, fulfillment_id)
    items: dict[str, _Item] = {}
    for line, merchant_id in zip(order.lines, _line_ids(order, link), strict=True):
        item = items.get(merchant_id)
        if item is None:
            there = known.get(merchant_id)
            quantity = there.quantity if there else None
            item = _Item(merchant_id, line, there, homes.get(merchant_id, ""), quantity)
            items[merchant_id] = item
        item.line_ids.append(line.id)
        item.ordered += line.ordered
        item.cancelled += line.cancelled
        if not line.is_counted:
            item.is_counted = False
            item.resolutions.add(line.resolved_as)
    for item in items.values():
        if item.known is None:
            item.quantity = item.ordered if item.is_counted else None
    return list(items.values())


def _line_ids(order: Order, link: Link | None) -> list[str]:
    """The merchant id of every line: Shipup's, else the SKU, numbered from its second line on.

    A made id is no other line's, whatever its SKU is: two lines of one id would be one item.
    """
    known = [link.line(line.id) if link else None for line in order.lines]
    ids = [one.remote_id if one else "" for one in known]
    skus = [line.sku or "line" for line in order.lines]
    seen, taken = Counter[str](), {*ids, *skus}
    for place, sku in enumerate(skus):
        seen[sku] += 1
        if ids[place]:
            continue
        if seen[sku] == 1 and sku not in ids:
            ids[place] = sku
            continue
        number = max(2, seen[sku])
        while (made := f"{sku}-{number}") in taken:
            number += 1
        ids[place] = made
        taken.add(made)
    return ids


def _known_line_items(document: wire.Order) -> list[tuple[str, wire.LineItem]]:
    found = [("", line_item) for line_item in document.line_items]
    for fulfillment in document.fulfillments:
        inside = [*fulfillment.line_items]
        inside += [line_item for tracker in fulfillment.trackers for line_item in tracker.line_items]
        found += [(fulfillment.merchant_id, line_item) for line_item in inside]
    return found


def _fulfillments(document: wire.Order, merchant_id: str) -> list[tuple[str, wire.Fulfillment]]:
    """The fulfillments that Shipup has, else the one that is made."""
    known = [(one.merchant_id, one) for one in document.fulfillments if one.merchant_id]
    return known or [(f"{merchant_id}_1", wire.Fulfillment())]


def _count_shipped(
    items: list[_Item], document: wire.Order, shipments: Sequence[Shipment], replaced: Collection[str]
) -> None:
    """Count the units in our packages, and in those that Shipup has from elsewhere."""
    ours = {number_key(package.tracking_number) for shipment in shipments for package in shipment.packages}
    ours.update(map(number_key, replaced))
    elsewhere = Counter[str]()
    for tracker in (tracker for fulfillment in document.fulfillments for tracker in fulfillment.trackers):
        if number_key(tracker.tracking_number) not in ours:
            for there in tracker.line_items:
                pieces = there.shipped_quantity if there.shipped_quantity is not None else there.quantity
                elsewhere[there.merchant_id] += pieces or 0
    for item in items:
        packed = sum(shipment.quantity_of(line_id) for shipment in shipments for line_id in item.line_ids)
        item.shipped = packed + elsewhere[item.merchant_id]
        item.in_trackers = item.shipped > 0


def _trackers(
    items: list[_Item],
    shipments: Sequence[Shipment],
    now_told: Shipment | None,
    options: Options,
    fulfillment: Path,
    field_map: FieldMap,
    recognised: Collection[str],
) -> tuple[wire.TrackerUpsert, ...]:
    """One tracker for each tracking number that has some of the items, the oldest first.

    Of those whose carrier Shipup has `recognised` no carrier is named by words.
    """
    parcels: dict[str, list[tuple[Package, int | None]]] = {}
    for shipment in shipments:
        told_now = now_told is not None and shipment.id == now_told.id
        for position, package in enumerate(shipment.packages):
            if any(package.quantity_of(line_id) for item in items for line_id in item.line_ids):
                entries = parcels.setdefault(package.tracking_number, [])
                entries.append((package, position if told_now else None))
    trackers: list[wire.TrackerUpsert] = []
    for number, entries in parcels.items():
        here: Path = (*fulfillment, "trackers", len(trackers))
        position = next((position for _, position in entries if position is not None), None)
        ours: Path = () if position is None else ("packages", position)
        field_map.note(here, ours)
        for name, field_name in _OURS_OF_TRACKER.items():
            field_map.note((*here, name), (*ours, field_name) if ours else ())
        line_items: list[wire.LineItemUpsert] = []
        for item in items:
            pieces = sum(package.quantity_of(line_id) for package, _ in entries for line_id in item.line_ids)
            if pieces:
                place: Path = (*here, "line_items", len(line_items))
                line_items.append(_line_item(item, pieces, place, field_map))
        carrier = known_as([package for package, _ in entries], options, recognised=number_key(number) in recognised)
        trackers.append(wire.TrackerUpsert(tracking_number=number, line_items=tuple(line_items), **carrier))
    return tuple(trackers)


_OURS_OF_TRACKER = {
    "tracking_number": "tracking_number",
    "carrier_code": "carrier",
    "carrier_service_code": "service",
    "untracked_carrier_name": "carrier",
}


def _line_item(item: _Item, pieces: int | None, sent: Path, field_map: FieldMap) -> wire.LineItemUpsert:
    """An item as it stands in one place, `units` being those in that package.

    What was cancelled is said once, in the fulfillment while something waits there, else in the first
    package.
    """
    waits_elsewhere = pieces is not None and item.left > 0
    is_cancelled = item.cancelled > 0 or item.resolutions == {"cancelled"}
    say_cancelled = (is_cancelled or item.cancelled_changed) and not (item.cancelled_by_platform or waits_elsewhere)
    item.cancelled_by_platform = item.cancelled_by_platform or say_cancelled
    all_cancelled = 0 < item.cancelled >= (item.quantity or item.ordered) or item.resolutions == {"cancelled"}
    known = item.known
    told = wire.LineItemUpsert(
        merchant_id=item.merchant_id,
        title=(known.title if known else item.line.description) or None,
        variant_title=(known.variant_title or None) if known else None,
        description=(known.description or None) if known else None,
        sku=(known.sku if known else item.line.sku) or None,
        quantity=item.quantity,
        shipped_quantity=None if item.quantity is None else pieces,
        canceled_quantity=item.cancelled if say_cancelled and item.is_counted else None,
        canceled=all_cancelled if say_cancelled and (all_cancelled or item.cancelled_changed) else None,
    )
    ours: Path = ("lines", item.line_ids[0])
    field_map.note(sent, ours)
    for name in told.model_dump(exclude_none=True):
        field_map.note((*sent, name), ours)
    return told


def _address(address: Address, sent: Path, field_map: FieldMap, *, new: bool) -> wire.AddressUpsert | None:
    """Where it goes; None where no part of the address is known. Who gets it is said of an order that is `new`."""
    # A text that stands for no country is no code, whatever it looks like.
    country_code = countries.code(address.country)
    country = address.country if not country_code else countries.name(country_code)
    told = wire.AddressUpsert(
        name=(address.name or None) if new else None,
        company_title=(address.company or None) if new else None,
        address1=address.street or None,
        address2=", ".join(part for part in (address.building, address.street2, address.street3) if part) or None,
        city=address.town or None,
        **state_of(address),
        zip=address.postal_code or None,
        country=None if countries.is_code(address.country) else country or None,
        country_code=country_code or None,
    )
    field_map.note(sent, ("ship_to",))
    for name, ours in (
        ("name", "name"),
        ("company_title", "company"),
        ("address1", "street"),
        ("address2", "street2"),
        ("city", "city"),
        ("state", "state"),
        ("state_code", "state"),
        ("zip", "postal_code"),
        ("country", "country"),
        ("country_code", "country"),
    ):
        field_map.note((*sent, name), ("ship_to", ours))
    return told if told.model_dump(exclude_none=True) else None


def _expand() -> tuple[tuple[str, str], ...]:
    return tuple(("expand[]", path) for path in EXPAND)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _summary(order: Order, now_told: Shipment | None) -> Message:
    if now_told is None:
        return Message("summary.order")
    pieces = ((line.sku, now_told.quantity_of(line.id)) for line in order.lines)
    content = tuple(f"{quantity} × {sku}" for sku, quantity in pieces if quantity)
    count = len(now_told.packages)
    return Message("summary.trackers", count=count, items=content)
