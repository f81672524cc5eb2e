"""The groups of an order's fields under headings: its own, and those of each of its parts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from shipconsole.domain import code
from shipconsole.domain.entries import EntryList, list_of
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, field_at, text_of
from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.operations.vendor_orders.edit import Section

_NAMES = ("sku", "tracking_number", "metafield_key", "name", "title", "description")
"""The values that identify a list entry for a person, the best first."""
_PARTS = {
    "items": "shared.items",
    "line_items": "shared.items",
    "sales_order_items": "shared.items",
    "metadatas": "fields.metadata",
    "order_source": "field_group.order_source",
    "refresh_info": "field_group.refresh_info",
    "sales_order_status": "field_group.sales_order_status",
    "payment_details": "field_group.payment_details",
    "subtotal": "field_group.subtotal",
    "estimated_shipping": "field_group.estimated_shipping",
    "estimated_tax": "field_group.estimated_tax",
    "grand_total": "field_group.grand_total",
    "customer": "field_group.customer",
    "bill_to": "field_group.bill_to",
    "address": "field_group.address",
    "ship_to": "field_group.ship_to",
    "line_item_details": "field_group.line_item_details",
    "weight": "field_group.weight",
    "requested_shipping_options": "field_group.requested_shipping_options",
    "price_summary": "field_group.price_summary",
    "unit_price": "field_group.unit_price",
    "total": "field_group.total",
    "sender_details": "field_group.sender_details",
    "destination": "field_group.destination",
    "packages": "field_group.packages",
    "labels": "field_group.labels",
    "events": "field_group.events",
    "custom_variables": "field_group.custom_variables",
    "order_details": "field_group.order_details",
    "total_order_price_excl_tax": "field_group.total_order_price_excl_tax",
    "merchant_money": "field_group.merchant_money",
    "presentment_money": "field_group.presentment_money",
    "total_order_price_incl_tax": "field_group.total_order_price_incl_tax",
    "vat": "field_group.vat",
    "shipping_cost": "field_group.shipping_cost",
    "duty_paid_value": "field_group.duty_paid_value",
    "shipping_address": "field_group.shipping_address",
    "thumbnail": "field_group.thumbnail",
    "fulfillments": "field_group.fulfillments",
    "trackers": "field_group.trackers",
    "carrier": "field_group.carrier",
    "carrier_service": "field_group.carrier_service",
    "return_address": "field_group.return_address",
    "print_files": "field_group.print_files",
    "preview_files": "field_group.preview_files",
    "trackings": "field_group.trackings",
    "shipped_items": "field_group.shipped_items",
}
_ENTRIES = {
    "items": "fields.item_entry",
    "line_items": "fields.item_entry",
    "sales_order_items": "fields.item_entry",
    "packages": "fields.package_entry",
    "fulfillments": "fields.fulfillment_entry",
    "trackers": "fields.tracker_entry",
    "metadatas": "fields.metadata_entry",
    "addresses": "fields.address_entry",
}
"""The messages that name the parts of an order and entries of lists; others are shown by the platform's own names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of an order: its path, the platform's value as text, and whether it can be changed."""

    path: FieldPath
    field: Field
    text: str
    may_change: bool

    def matches(self, query: str) -> bool:
        """Return whether its title, name or value contains a search key."""
        return query in code.search_key(f"{self.field.title} {'.'.join(self.path)} {self.text}")


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one part of an order under its heading.

    `part` is its path. `entry_list` is the list that it is an entry of; `adds` is the list that it is the heading of.
    """

    title: str
    entries: tuple[Entry, ...]
    part: FieldPath = ()
    entry_list: EntryList | None = None
    adds: EntryList | None = None


def name_of(name: str) -> str:
    """Return the readable form of a name: shipping_address is Shipping address."""
    return name.replace("_", " ").strip().capitalize() or name


def groups_of(section: Section, added: Collection[FieldPath] = ()) -> tuple[Group, ...]:
    """Return every field of a section, and every value without one, in the platform's order.

    `added` are list entries that the platform does not have yet. A list that can be added to has its own heading
    before its entries.
    """
    entries = {entry.path: entry for entry in _known(section, added)}
    for path, value in section.values.items():
        if path not in entries and not _is_empty_list(path, section.fields):
            described = field_at(section.fields, path) or Field(path, name=name_of(path[-1]))
            entries[path] = Entry(path, described, text_of(described, value), may_change=False)
    parts: dict[FieldPath, dict[FieldPath, Entry]] = {}
    titles: dict[FieldPath, set[Message]] = {}
    for path, entry in entries.items():
        part = _part(path)
        inner = path[: len(part) + 1]
        # An address in an item, say, has a name as well: two fields of one title do not stand under one heading.
        if len(path) > len(inner) and (inner in parts or entry.field.title in titles.get(part, set())):
            part = inner
        parts.setdefault(part, {})[path] = entry
        titles.setdefault(part, set()).add(entry.field.title)
    groups = [
        Group(_title(part, entries), tuple(found.values()), part, list_of(section.lists, part) if part else None)
        for part, found in parts.items()
    ]
    return tuple(_with_headings(groups, section, added) if section.may_change else groups)


def _with_headings(groups: list[Group], section: Section, added: Collection[FieldPath]) -> list[Group]:
    """Return the groups with a heading for each list that can be added to, before its entries."""
    steps = _steps(section, added)
    for entry_list in section.lists:
        for where in _paths(entry_list.path, steps):
            # The platform's values of the list itself share the heading.
            own = next((index for index, group in enumerate(groups) if group.part == where), None)
            heading = groups.pop(own) if own is not None else Group(_title(where, {}), (), where)
            inside = [index for index, group in enumerate(groups) if group.part[: len(where)] == where]
            around = [index for index, group in enumerate(groups) if group.part[: len(where) - 1] == where[:-1]]
            position = inside[0] if inside else around[-1] + 1 if around else len(groups)
            groups.insert(position, replace(heading, adds=entry_list))
    return groups


def _steps(section: Section, added: Collection[FieldPath]) -> dict[FieldPath, list[str]]:
    """Return the steps below each path, of the platform's values and of added entries."""
    steps: dict[FieldPath, list[str]] = {}
    for path in (*section.values, *added):
        for end in range(len(path)):
            inside = steps.setdefault(path[:end], [])
            if path[end] not in inside:
                inside.append(path[end])
    return steps


def _known(section: Section, added: Collection[FieldPath]) -> Iterator[Entry]:
    """Yield the fields in the platform's order, those of lists once for each entry."""
    steps = _steps(section, added)
    for field in section.fields:
        for path in _paths(field.path, steps):
            value = section.values.get(path)
            may_change = section.may_change and field.may_change(value)
            is_new = any(path[: len(entry)] == entry for entry in added)
            if may_change or (field.read and not is_new):
                own = replace(field, name=path[-1]) if field.path[-1] == NAMED else field
                yield Entry(path, own, text_of(field, value), may_change)


def _paths(pattern: FieldPath, steps: dict[FieldPath, list[str]]) -> list[FieldPath]:
    """Return the paths of a field in this order."""
    paths: list[FieldPath] = [()]
    for mark in pattern:
        if mark == EACH:
            paths = [(*path, step) for path in paths for step in steps.get(path, ()) if step.isdecimal()]
        elif mark == NAMED:
            paths = [(*path, step) for path in paths for step in steps.get(path, ())]
        else:
            paths = [(*path, mark) for path in paths]
    return paths


def _is_empty_list(path: FieldPath, fields: Sequence[Field]) -> bool:
    """Return whether a value is a list without entries, of which there is nothing to show."""
    return any(field.path[: len(path) + 1] == (*path, EACH) for field in fields)


def _part(path: FieldPath) -> FieldPath:
    """Return the list entry that a value is in, else the object in the order, else the order itself."""
    positions = [index for index, step in enumerate(path) if step.isdecimal()]
    if positions and positions[-1] < len(path) - 1:
        return path[: positions[-1] + 1]
    return path[:1] if len(path) > 1 else ()


def _entry_name(list_name: str, number: int) -> str:
    known = _ENTRIES.get(list_name)
    return text(known, number=number) if known else f"{name_of(list_name)} {number}"


def _title(part: FieldPath, entries: dict[FieldPath, Entry]) -> str:
    if not part:
        return text("shared.order")
    names: list[str] = []
    for index, step in enumerate(part):
        if step.isdecimal():
            names[-1] = _entry_name(part[index - 1], int(step) + 1)
        else:
            names.append(text(_PARTS[step]) if step in _PARTS else name_of(step))
    inside = {path[-1]: entry.text for path, entry in reversed(entries.items()) if path[: len(part)] == part}
    if part[-1].isdecimal():
        names += [inside[name] for name in _NAMES if inside.get(name)][:1]
    return " · ".join(names)
