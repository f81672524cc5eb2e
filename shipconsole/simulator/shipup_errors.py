"""What is wrong with a request to the simulated Shipup, as a tree of its fields."""

from collections.abc import Callable, Mapping

from shipconsole.simulator.messages import Json, Response, json_answer
from shipconsole.simulator.shipup_fields import (
    ADDRESS_FIELDS,
    FULFILLMENT_FIELDS,
    HASH,
    LINE_FIELDS,
    LIST,
    ORDER_FIELDS,
    STATUS_CODES,
    TEXT,
    TEXT_OR_NUMBER,
    TRACKER_FIELDS,
    TRUTH,
    WHOLE,
    Fields,
)


def error_answer(tree: Fields, status: int = 400) -> Response:
    """Return the error response with a tree."""
    return json_answer(status, {"errors": tree})


def order_errors(body: Fields, known_quantities: Mapping[str, int]) -> Fields:
    """Return what is wrong with an order; the quantities of its lines may not change."""
    quantities = dict(known_quantities)
    errors = _type_errors(body, ORDER_FIELDS, "merchant_id")
    errors.update(_address_errors(body))
    _record(errors, "line_items", _each(body.get("line_items"), lambda line: _line_errors(line, quantities)))
    fulfillments = _each(body.get("fulfillments"), lambda sent: _fulfillment_errors(sent, quantities))
    _record(errors, "fulfillments", fulfillments)
    return errors


def _fulfillment_errors(sent: Fields, quantities: dict[str, int]) -> Fields:
    errors = _type_errors(sent, FULFILLMENT_FIELDS, "merchant_id")
    errors.update(_address_errors(sent))
    status_code = sent.get("status_code")
    if isinstance(status_code, str) and status_code not in STATUS_CODES:
        errors["status_code"] = f"Must be one of {', '.join(STATUS_CODES)}"
    # The fulfillment's own lines come first: a package's lines are checked against their quantities.
    lines = _each(sent.get("line_items"), lambda line: _line_errors(line, quantities))
    _record(errors, "trackers", _each(sent.get("trackers"), lambda tracker: _tracker_errors(tracker, quantities)))
    _record(errors, "line_items", lines)
    return errors


def _address_errors(sent: Fields) -> Fields:
    """Return an address's errors, which are among those of the object that has it.

    Source: the page's 400 example.
    """
    address = sent.get("shipping_address")
    return _type_errors(address, ADDRESS_FIELDS) if isinstance(address, dict) else {}


def _tracker_errors(sent: Fields, quantities: dict[str, int]) -> Fields:
    errors = _type_errors(sent, TRACKER_FIELDS, "tracking_number")
    _record(errors, "line_items", _each(sent.get("line_items"), lambda line: _line_errors(line, quantities)))
    return errors


def _line_errors(sent: Fields, quantities: dict[str, int]) -> Fields:
    errors = _type_errors(sent, LINE_FIELDS, "merchant_id")
    if errors:
        return errors
    merchant_id = str(sent["merchant_id"])
    for name in ("quantity", "shipped_quantity", "canceled_quantity"):
        if isinstance(number := sent.get(name), int) and number < 0:
            errors[name] = "Must be 0 or more"
    quantity, shipped = sent.get("quantity"), sent.get("shipped_quantity")
    if isinstance(quantity, int) and quantities.setdefault(merchant_id, quantity) != quantity:
        errors["quantity"] = f"Cannot be changed: given {quantity}, known {quantities[merchant_id]}"
    if isinstance(shipped, int) and shipped > quantities.get(merchant_id, shipped):
        errors["shipped_quantity"] = f"Must be at most quantity: given {shipped}, quantity {quantities[merchant_id]}"
    return errors


def _type_errors(sent: Fields, fields: Mapping[str, str], required: str | None = None) -> Fields:
    errors: Fields = {}
    if required is not None and sent.get(required) in (None, ""):
        errors[required] = "Required"
    for name, expected in fields.items():
        value = sent.get(name)
        if value is not None and not _fits(value, expected):
            errors[name] = f"Wrong data type: given, {given(value)} expected: {expected}"
    return errors


def _fits(value: Json, expected: str) -> bool:
    if isinstance(value, bool):
        return expected == TRUTH
    match value:
        case str():
            return expected in (TEXT, TEXT_OR_NUMBER)
        case int():
            return expected in (WHOLE, TEXT_OR_NUMBER)
        case float():
            return expected == TEXT_OR_NUMBER
        case dict():
            return expected == HASH
        case _:
            return expected == LIST


def given(value: Json) -> str:
    """Return a value's type and the value, as the platform's errors show them."""
    if isinstance(value, bool):
        return "TrueClass (true)" if value else "FalseClass (false)"
    match value:
        case None:
            return "NilClass ()"
        case str():
            return f"String ({value})"
        case int():
            return f"Integer ({value})"
        case float():
            return f"Float ({value})"
        case dict():
            return f"Hash ({_shown(value)})"
        case _:
            return f"Array ({_shown(value)})"


def _shown(value: Json) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f'"{name}"=>{_shown(part)}' for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_shown(part) for part in value) + "]"
        case None:
            return "nil"
        case str():
            return f'"{value}"'
        case _:
            return str(value).lower()


def _each(rows: Json, errors_of: Callable[[Fields], Fields]) -> Fields:
    """Return the errors of a list's entries by position, as text and from 0."""
    errors: Fields = {}
    for position, row in enumerate(rows if isinstance(rows, list) else []):
        if not isinstance(row, dict):
            errors[str(position)] = f"Wrong data type: given, {given(row)} expected: Hash"
        elif found := errors_of(row):
            errors[str(position)] = found
    return errors


def _record(errors: Fields, name: str, found: Fields) -> None:
    if found:
        errors[name] = found
