"""The edit of an order at Starshipit: only what differs is sent, with what the platform requires along with it."""

from typing import cast

from shipconsole.domain.field import EACH, FieldPath, Value
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
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrier_and_service import loses_service
from shipconsole.vendors.starshipit.fields import FIELDS, LISTS, read_fields
from shipconsole.vendors.starshipit.order_status import is_printed, printed_warning
from shipconsole.vendors.starshipit.requests import update_order

TITLE = "Starshipit"

# An address is sent complete or not at all; metadata have no ids, so all or none are sent.
UNDIVIDED: tuple[FieldPath, ...] = (("sender_details",), ("destination",), ("metadatas",))

_IDS = {"items": "item_id", "packages": "package_id"}


def edit(order_edit: OrderEdit) -> Request:
    """Update an order with what a person changed.

    A changed item or package is sent with its id, a new one without; every other one is left out, and only those in
    `delete` are deleted. That an entry without id is added is not documented explicitly. Raises ValidationFailed where
    nothing differs or the platform would not accept it. Source: Starshipit, Update Order (read
    November 2026).
    """
    document = parse(order_edit.link.document.encode())
    document = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    known = read_fields(document)
    values = changed_values(order_edit, FIELDS, known, TITLE, LISTS)
    if not values and not order_edit.delete:
        raise NothingChangedError
    if not order_edit.link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_id_no_change", platform=TITLE, number=order_edit.order.number))
        )
    to_delete = _doomed(order_edit.delete, known)
    complete = with_required_values(values, FIELDS, known, UNDIVIDED, order_edit.added)
    carrier = values.get(("carrier",))
    before = wire.Order.model_validate(document)
    if carrier and ("carrier_service_code",) not in values and loses_service(before, str(carrier), order_edit.options):
        complete[("carrier_service_code",)] = ""
    field_map = FieldMap()
    field_map.note(("order", "order_id"), ("fields", "order_id"))
    body = body_of(complete | to_delete, FIELDS, field_map, ("order",))
    return update_order(
        wire.OrderUpdate.model_validate({"order_id": int(order_edit.link.remote_id), **_frozen(body)}),
        delete_items=_ids(to_delete, "items"),
        delete_packages=_ids(to_delete, "packages"),
        summary=summary_of(values, FIELDS, len(to_delete), len(order_edit.added)),
        field_map=field_map,
        warnings=_warnings(order_edit, values, before.status),
    )


def _warnings(order_edit: OrderEdit, values: Values, status: str) -> tuple[Problem, ...]:
    """Return what to know before a printed order is edited: it accepts only another status, never an earlier one."""
    wanted_status = values.get(("status",))
    if values.keys() - {("status",)} or order_edit.delete:
        warning = printed_warning(order_edit.order.number, status)
        return (warning._replace(advice=Message("starshipit.change_there")),) if warning else ()
    if is_printed(status) and wanted_status is not None and not is_printed(str(wanted_status)):
        message = Message("starshipit.no_earlier_status", number=order_edit.order.number, status=status)
        return (Problem(("fields", "status"), message),)
    return ()


def _doomed(delete: tuple[FieldPath, ...], known: dict[FieldPath, Value]) -> Values:
    """Return the ids of the items and packages to delete, by their paths."""
    found: Values = {}
    for path in delete:
        name = _IDS.get(path[0]) if len(path) == 2 else None
        id_path: FieldPath = (*path, name or EACH)
        text = str(known.get(id_path))
        if name is None or not text.isdecimal():
            raise ValidationFailed(problem_at(path, Message("change.no_removing", path=".".join(path), platform=TITLE)))
        found[id_path] = int(text)
    return found


def _ids(to_delete: Values, name: str) -> tuple[int, ...]:
    return tuple(cast("int", value) for path, value in to_delete.items() if path[0] == name)


def _frozen(body: dict[str, Json]) -> dict[str, object]:
    """Return a body with its lists as the tuples that the strict model requires."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
