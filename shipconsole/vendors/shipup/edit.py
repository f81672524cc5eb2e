"""The edit of an order at Shipup: the changed parts under the stable ids of all parts around them."""

from typing import cast

from shipconsole.domain import countries, region
from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.order_edit import (
    NothingChangedError,
    OrderEdit,
    Values,
    body_of,
    changed_values,
    problem_at,
    summary_of,
    with_required_values,
)
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup.fields import (
    DELETES_NOTHING,
    FIELDS,
    FULFILLMENT,
    ITEM_PATHS,
    LISTS,
    PRE_SHIPMENT,
    TRACKER,
    read_fields,
)

TITLE = "Shipup"

# The platform does not document whether half an address would complete or replace the one it has.
UNDIVIDED: tuple[FieldPath, ...] = (
    ("shipping_address",),
    (*FULFILLMENT, "shipping_address"),
    *((*path, "thumbnail") for path in ITEM_PATHS),
    *((*path, "custom_variables") for path in ((), FULFILLMENT, TRACKER, *ITEM_PATHS)),
)


def edit(order_edit: OrderEdit) -> Request:
    """Update an order with what a person changed.

    Units are cancelled by `canceled_quantity`; a known `quantity` never changes, and nothing can be deleted. Raises
    ValidationFailed where nothing differs or the platform would not accept it. Source: Shipup, Create or update an
    order; Line items configuration (read November 2026).
    """
    if order_edit.delete:
        raise ValidationFailed(*(problem_at(path, DELETES_NOTHING) for path in order_edit.delete))
    document = parse(order_edit.link.document.encode())
    known = read_fields(cast("dict[str, object]", document) if isinstance(document, dict) else {})
    values = changed_values(order_edit, FIELDS, known, TITLE, LISTS)
    if not values:
        raise NothingChangedError
    if not order_edit.link.remote_id:
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform=TITLE, number=order_edit.order.number))
        )
    sent = with_required_values(values, FIELDS, known, UNDIVIDED, order_edit.added)
    for path, value in sent.items():
        if path[-1] == "country_code" and isinstance(value, str):
            sent[path] = countries.code_of(value) or value
    _align_states(sent, values)
    _add_order_time(sent, values, known)
    _check_shipped(sent, known)
    number = order_edit.link.remote_number or order_edit.order.number
    sent = {("merchant_id",): order_edit.link.remote_id, ("order_number",): number} | sent
    field_map = FieldMap()
    return Request(
        call="create_order",
        method="POST",
        path="/v2/orders",
        body=body_of(sent, FIELDS, field_map),
        summary=summary_of(values, FIELDS, added=len(order_edit.added)),
        field_map=field_map,
    )


def _align_states(sent: Values, values: Values) -> None:
    """Align a state's name and code where a person changed one of them.

    A state of a country without such codes stays unchanged.
    """
    for path in values:
        if path[-1] not in ("state", "state_code"):
            continue
        address = path[:-1]
        name_path, code_path = (*address, "state"), (*address, "state_code")
        country = str(sent.get((*address, "country_code")) or sent.get((*address, "country")) or "")
        name, code = str(sent.get(name_path) or ""), str(sent.get(code_path) or "")
        if code_path not in values and (fitting := region.code_of(name, country)):
            sent[code_path] = fitting
        elif code_path not in values and region.name_of(code, country):
            del sent[code_path]
        elif name_path not in values and name and (fitting := region.name_of(code, country)):
            sent[name_path] = fitting


def _add_order_time(sent: Values, values: Values, known: dict[FieldPath, Value]) -> None:
    """Add the order's time, without which a status before shipping sends no message to the customer.

    Source: Shipup, The fulfillment object (read November 2026).
    """
    path: FieldPath = ("ordered_at",)
    statuses = [status for status in values if status[-1] == "status_code" and values[status] in PRE_SHIPMENT]
    if statuses and path not in sent:
        if known.get(path) in (None, ""):
            raise ValidationFailed(
                problem_at(path, Message("change.also_needed", title=Message("shipup.field.ordered_at")))
            )
        sent[path] = known[path]


def _check_shipped(sent: Values, known: dict[FieldPath, Value]) -> None:
    """Raise where a package has more units of an item than were ordered. Source: Shipup, Line items configuration."""
    problems: list[Problem] = []
    for path, shipped in sent.items():
        if path[-1] == "shipped_quantity" and isinstance(shipped, int):
            quantity: FieldPath = (*path[:-1], "quantity")
            ordered = sent.get(quantity, known.get(quantity))
            if isinstance(ordered, int) and shipped > ordered:
                message = Message("shipup.shipped_too_many", shipped=str(shipped), platform=TITLE, ordered=str(ordered))
                problems.append(problem_at(path, message))
    if problems:
        raise ValidationFailed(*problems)
