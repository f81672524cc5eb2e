"""The change of an order at Shipup: the changed parts under the stable ids of all that they stand in."""

from typing import cast

from shipconsole.domain import countries, region
from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.change import (
    Change,
    NothingChangedError,
    Values,
    body_of,
    changed_values,
    problem_at,
    summary_of,
    with_company,
)
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.shipup.fields import (
    FIELDS,
    FULFILLMENT,
    KEPT,
    LINE_PLACES,
    LISTS,
    PRE_SHIPMENT,
    TRACKER,
    read_fields,
)

TITLE = "Shipup"

# The vendor does not say whether half an address would complete or replace the one it has.
WHOLES: tuple[FieldPath, ...] = (
    ("shipping_address",),
    (*FULFILLMENT, "shipping_address"),
    *((*place, "thumbnail") for place in LINE_PLACES),
    *((*place, "custom_variables") for place in ((), FULFILLMENT, TRACKER, *LINE_PLACES)),
)


def change(wanted: Change) -> Request:
    """Update an order with what a person changed.

    Units are cancelled by `canceled_quantity`; a known `quantity` never changes, and nothing can be deleted.
    Raises ValidationFailed where nothing differs or the platform would not take it. Source: Shipup, Create or update an
    order; Line items configuration (read November 2026).
    """
    if wanted.delete:
        raise ValidationFailed(*(problem_at(path, KEPT) for path in wanted.delete))
    document = parse(wanted.link.document.encode())
    known = read_fields(cast("dict[str, object]", document) if isinstance(document, dict) else {})
    values = changed_values(wanted, FIELDS, known, TITLE, LISTS)
    if not values:
        raise NothingChangedError
    if not wanted.link.remote_id:
        raise ValidationFailed(Problem((), Message("platform.no_order_id", platform=TITLE, number=wanted.order.number)))
    told = with_company(values, FIELDS, known, WHOLES, wanted.added)
    for path, value in told.items():
        if path[-1] == "country_code" and isinstance(value, str):
            told[path] = countries.code(value) or value
    _fit_states(told, values)
    _add_time_of_ordering(told, values, known)
    _check_shipped(told, known)
    number = wanted.link.remote_number or wanted.order.number
    told = {("merchant_id",): wanted.link.remote_id, ("order_number",): number} | told
    field_map = FieldMap()
    return Request(
        call="create_order",
        method="POST",
        path="/v2/orders",
        body=body_of(told, FIELDS, field_map),
        summary=summary_of(values, FIELDS, added=len(wanted.added)),
        field_map=field_map,
    )


def _fit_states(told: Values, values: Values) -> None:
    """Let a state's name and code say the same where a person changed one of them.

    What is no state of a country with such codes stays as it is.
    """
    for path in values:
        if path[-1] not in ("state", "state_code"):
            continue
        here = path[:-1]
        name_path, code_path = (*here, "state"), (*here, "state_code")
        country = str(told.get((*here, "country_code")) or told.get((*here, "country")) or "")
        name, code = (str(told.get(one) or "") for one in (name_path, code_path))
        if code_path not in values and (fitting := region.code(name, country)):
            told[code_path] = fitting
        elif code_path not in values and region.name(code, country):
            del told[code_path]
        elif name_path not in values and name and (fitting := region.name(code, country)):
            told[name_path] = fitting


def _add_time_of_ordering(told: Values, values: Values, known: dict[FieldPath, Value]) -> None:
    """A status before shipping sends its message only with the time of ordering.

    Source: Shipup, The fulfillment object (read November 2026).
    """
    path: FieldPath = ("ordered_at",)
    statuses = [one for one in values if one[-1] == "status_code" and values[one] in PRE_SHIPMENT]
    if statuses and path not in told:
        if known.get(path) in (None, ""):
            raise ValidationFailed(
                problem_at(path, Message("change.also_needed", title=Message("shipup.field.ordered_at")))
            )
        told[path] = known[path]


def _check_shipped(told: Values, known: dict[FieldPath, Value]) -> None:
    """No package holds more units of an item than were ordered. Source: Shipup, Line items configuration."""
    problems: list[Problem] = []
    for path, shipped in told.items():
        if path[-1] == "shipped_quantity" and isinstance(shipped, int):
            quantity: FieldPath = (*path[:-1], "quantity")
            ordered = told.get(quantity, known.get(quantity))
            if isinstance(ordered, int) and shipped > ordered:
                message = Message("shipup.shipped_too_many", shipped=str(shipped), platform=TITLE, ordered=str(ordered))
                problems.append(problem_at(path, message))
    if problems:
        raise ValidationFailed(*problems)
