"""The complete present state of an order as Shipup receives it, before and after any shipment."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from shipconsole.domain import countries, region
from shipconsole.domain.address import Address
from shipconsole.domain.label import number_key
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Path
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.shipup import wire
from shipconsole.vendors.shipup.carriers import carrier_values, service_warnings
from shipconsole.vendors.stored_document import read_stored
from shipconsole.vendors.summaries import named


def create_order(
    order: Order,
    shipments: Sequence[Shipment],
    link: Link | None,
    options: Options,
    *,
    notified: Shipment | None = None,
    changed_lines: Collection[int] = (),
    replaced: Collection[str] = (),
    fulfilled: bool = False,
) -> Request:
    """Create or update an order.

    - `notified`: the shipment of which Shipup is notified; an error may be about its packages.
    - `changed_lines`: lines whose cancelled quantity is sent even if it is 0.
    - `replaced`: earlier tracking numbers of our packages; their trackers count no units.
    - `fulfilled`: whether Shipup was notified of packages before, whatever its stored document shows.

    Before any shipment, items are listed in the order. Afterwards, those in a package are listed in its tracker with
    the units shipped in it, and those with units left (or all cancelled) in the fulfillment. Every id is the one that
    Shipup already has, else made of the order's number and the SKUs, always the same: repeating the request gives the
    same result.

    `quantity` must never change: an item that Shipup has keeps Shipup's, and where Shipup has none, it is left out, as
    is `shipped_quantity`, which is compared with it. Texts of known items are sent back unchanged. An item that is not
    counted in units is sent without a quantity until a person resolves it as shipped.

    Source: Shipup, Create or update an order; Line items configuration; Advanced scenarios (read November 2026).
    """
    document = read_stored(wire.Order, link.document if link else "{}")
    merchant_id = (link.remote_id if link else "") or order.number
    items = _items(order, link, document)
    _count_shipped(items, document, shipments, replaced)
    for item in items:
        item.cancelled_changed = any(line_id in changed_lines for line_id in item.line_ids)
    field_map = FieldMap()
    field_map.note(("merchant_id",), ("order", "number"))
    field_map.note(("order_number",), ("order", "number"))
    fulfillments: list[wire.FulfillmentUpsert] = []
    recognized = {
        number_key(tracker.tracking_number)
        for fulfillment in document.fulfillments
        for tracker in fulfillment.trackers
        if tracker.carrier_code or tracker.carrier.code
    }
    # What stands in a fulfillment already must not be sent in the order as well.
    in_fulfillments = bool(fulfilled or shipments or document.fulfillments)
    if in_fulfillments:
        for fulfillment_id, known in _fulfillments(document, merchant_id):
            sent: Path = ("fulfillments", len(fulfillments))
            inside = [item for item in items if item.fulfillment_id in (fulfillment_id, "")]
            for item in inside:
                item.fulfillment_id = fulfillment_id
            trackers = _trackers(inside, shipments, notified, options, sent, field_map, recognized)
            waiting = [item for item in inside if item.left or not (item.in_trackers or item.is_resolved_as_shipped)]
            if not trackers and not waiting:
                continue
            lines = tuple(
                _line_item(item, None, (*sent, "line_items", index), field_map) for index, item in enumerate(waiting)
            )
            fulfillments.append(
                wire.FulfillmentUpsert(
                    merchant_id=fulfillment_id,
                    shipping_address=_address(order.ship_to, (*sent, "shipping_address"), field_map, new=link is None),
                    warehouse_merchant_id=known.warehouse_merchant_id or None,
                    trackers=trackers or None,
                    line_items=lines or None,
                )
            )
    unfulfilled = (
        ()
        if in_fulfillments
        else tuple(_line_item(item, None, ("line_items", index), field_map) for index, item in enumerate(items))
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
        # All of a new order has the same address.
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
        summary=_summary(order, notified),
        field_map=field_map,
        warnings=service_warnings(notified.packages, options) if notified else (),
    )


@dataclass
class _Item:
    """One item under its stable id: our lines of it, Shipup's values, and how many units are shipped."""

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
    cancellation_sent: bool = False
    cancelled_changed: bool = False
    is_counted: bool = True
    resolutions: set[str] = field(default_factory=set[str])

    @property
    def is_resolved_as_shipped(self) -> bool:
        """Return whether the item is not counted in units, and a person resolved it as shipped."""
        return self.resolutions == {"shipped"}

    @property
    def left(self) -> int:
        """Return how many units are left to ship."""
        quantity = self.ordered if self.quantity is None else self.quantity
        return max(0, quantity - self.shipped - self.cancelled)


def _items(order: Order, link: Link | None, document: wire.Order) -> list[_Item]:
    """Return the order's items in their sequence; lines of ours that are the same item at Shipup become one."""
    known: dict[str, wire.LineItem] = {}
    fulfillment_ids: dict[str, str] = {}
    for fulfillment_id, line_item in _known_line_items(document):
        known.setdefault(line_item.merchant_id, line_item)
        if fulfillment_id:
            fulfillment_ids.setdefault(line_item.merchant_id, fulfillment_id)
    items: dict[str, _Item] = {}
    for line, merchant_id in zip(order.lines, _line_ids(order, link), strict=True):
        item = items.get(merchant_id)
        if item is None:
            at_shipup = known.get(merchant_id)
            quantity = at_shipup.quantity if at_shipup else None
            item = _Item(merchant_id, line, at_shipup, fulfillment_ids.get(merchant_id, ""), quantity)
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
    """Return the merchant id of every line: Shipup's, else the SKU, numbered from its second line on.

    A generated id is never another line's, whatever its SKU is: two lines of one id would be one item.
    """
    linked_lines = [link.line(line.id) if link else None for line in order.lines]
    ids = [linked.remote_id if linked else "" for linked in linked_lines]
    skus = [line.sku or "line" for line in order.lines]
    seen, taken = Counter[str](), {*ids, *skus}
    for index, sku in enumerate(skus):
        seen[sku] += 1
        if ids[index]:
            continue
        if seen[sku] == 1 and sku not in ids:
            ids[index] = sku
            continue
        number = max(2, seen[sku])
        while (generated := f"{sku}-{number}") in taken:
            number += 1
        ids[index] = generated
        taken.add(generated)
    return ids


def _known_line_items(document: wire.Order) -> list[tuple[str, wire.LineItem]]:
    found = [("", line_item) for line_item in document.line_items]
    for fulfillment in document.fulfillments:
        inside = [*fulfillment.line_items]
        inside += [line_item for tracker in fulfillment.trackers for line_item in tracker.line_items]
        found += [(fulfillment.merchant_id, line_item) for line_item in inside]
    return found


def _fulfillments(document: wire.Order, merchant_id: str) -> list[tuple[str, wire.Fulfillment]]:
    """Return the fulfillments that Shipup has, else a new one."""
    known = [(known.merchant_id, known) for known in document.fulfillments if known.merchant_id]
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
            for line_item in tracker.line_items:
                shipped = line_item.shipped_quantity
                elsewhere[line_item.merchant_id] += (line_item.quantity if shipped is None else shipped) or 0
    for item in items:
        packed = sum(shipment.quantity_of(line_id) for shipment in shipments for line_id in item.line_ids)
        item.shipped = packed + elsewhere[item.merchant_id]
        item.in_trackers = item.shipped > 0


def _trackers(
    items: list[_Item],
    shipments: Sequence[Shipment],
    notified: Shipment | None,
    options: Options,
    fulfillment: Path,
    field_map: FieldMap,
    recognized: Collection[str],
) -> tuple[wire.TrackerUpsert, ...]:
    """Return a tracker for each tracking number that has some of the items, the oldest first.

    Where Shipup has `recognized` a tracker's carrier, no carrier name is sent.
    """
    packages: dict[str, list[tuple[Package, int | None]]] = {}
    for shipment in shipments:
        is_notified = notified is not None and shipment.id == notified.id
        for position, package in enumerate(shipment.packages):
            if any(package.quantity_of(line_id) for item in items for line_id in item.line_ids):
                entries = packages.setdefault(package.tracking_number, [])
                entries.append((package, position if is_notified else None))
    trackers: list[wire.TrackerUpsert] = []
    for number, entries in packages.items():
        sent: Path = (*fulfillment, "trackers", len(trackers))
        position = next((position for _, position in entries if position is not None), None)
        ours: Path = () if position is None else ("packages", position)
        field_map.note(sent, ours)
        for name, field_name in _OURS_OF_TRACKER.items():
            field_map.note((*sent, name), (*ours, field_name) if ours else ())
        line_items: list[wire.LineItemUpsert] = []
        for item in items:
            units = sum(package.quantity_of(line_id) for package, _ in entries for line_id in item.line_ids)
            if units:
                item_path: Path = (*sent, "line_items", len(line_items))
                line_items.append(_line_item(item, units, item_path, field_map))
        carrier = carrier_values(
            [package for package, _ in entries], options, recognized=number_key(number) in recognized
        )
        trackers.append(wire.TrackerUpsert(tracking_number=number, line_items=tuple(line_items), **carrier))
    return tuple(trackers)


_OURS_OF_TRACKER = {
    "tracking_number": "tracking_number",
    "carrier_code": "carrier",
    "carrier_service_code": "service",
    "untracked_carrier_name": "carrier",
}


def _line_item(item: _Item, units: int | None, sent: Path, field_map: FieldMap) -> wire.LineItemUpsert:
    """Return an item at one of its positions; `units` are those in a package, None outside packages.

    Its cancelled units are sent once, in the fulfillment while units are left there, else in the first package.
    """
    is_left_elsewhere = units is not None and item.left > 0
    is_cancelled = item.cancelled > 0 or item.resolutions == {"cancelled"}
    send_cancelled = (is_cancelled or item.cancelled_changed) and not (item.cancellation_sent or is_left_elsewhere)
    item.cancellation_sent = item.cancellation_sent or send_cancelled
    all_cancelled = 0 < item.cancelled >= (item.quantity or item.ordered) or item.resolutions == {"cancelled"}
    known = item.known
    line_item = wire.LineItemUpsert(
        merchant_id=item.merchant_id,
        title=(known.title if known else item.line.description) or None,
        variant_title=(known.variant_title or None) if known else None,
        description=(known.description or None) if known else None,
        sku=(known.sku if known else item.line.sku) or None,
        quantity=item.quantity,
        shipped_quantity=None if item.quantity is None else units,
        canceled_quantity=item.cancelled if send_cancelled and item.is_counted else None,
        canceled=all_cancelled if send_cancelled and (all_cancelled or item.cancelled_changed) else None,
    )
    ours: Path = ("lines", item.line_ids[0])
    field_map.note(sent, ours)
    for name, value in vars(line_item).items():
        if value is not None:
            field_map.note((*sent, name), ours)
    return line_item


def _address(address: Address, sent: Path, field_map: FieldMap, *, new: bool) -> wire.AddressUpsert | None:
    """Return the address; None where no part of it is known. The recipient's name is sent for a `new` order only."""
    # A text that means no country is not a code, whatever it looks like.
    country_code = countries.code_of(address.country)
    country = address.country if not country_code else countries.name_of(country_code)
    values = wire.AddressUpsert(
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
    return values if values.model_dump(exclude_none=True) else None


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _summary(order: Order, notified: Shipment | None) -> Message:
    if notified is None:
        return Message("summary.order")
    shipped = ((line.sku, notified.quantity_of(line.id)) for line in order.lines)
    content = tuple(f"{quantity} × {sku}" for sku, quantity in shipped if quantity)
    count = len(notified.packages)
    return Message("summary.trackers", count=count, items=named(content))


def names_of(address: Address) -> dict[str, str]:
    """Return the customer's first and last name, each where it is known."""
    first_name, _, last_name = address.name.strip().partition(" ")
    return {name: text for name, text in (("first_name", first_name), ("last_name", last_name.strip())) if text}


def state_of(address: Address) -> dict[str, str]:
    """Return the state as sent: two letters for the United States and Canada, and the name where it was given."""
    state = address.state.strip()
    code = region.code_of(state, address.country)
    if not code:
        return {"state": state} if state else {}
    return {"state_code": code} if region.is_code(state, address.country) else {"state": state, "state_code": code}


def state_read(address: wire.Address) -> str:
    """Return the state of an address that was read: its code where it has one, else the name."""
    country = address.country_code or address.country
    return region.code_of(address.state_code or address.state, country) or address.state or address.state_code
