"""The change of an order at Starshipit: only what differs is sent, with what the platform asks for beside it."""

from typing import cast

from shipconsole.domain.field import EACH, FieldPath, Value
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
from shipconsole.vendors.exchange import Json, Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrying import is_printed, loses_service, printed_warning
from shipconsole.vendors.starshipit.fields import FIELDS, LISTS, read_fields
from shipconsole.vendors.starshipit.requests import update_order

TITLE = "Starshipit"

# An address goes whole or not at all; metadata have no ids, so that all go or none.
WHOLES: tuple[FieldPath, ...] = (("sender_details",), ("destination",), ("metadatas",))

_IDS = {"items": "item_id", "packages": "package_id"}


def change(wanted: Change) -> Request:
    """Update an order with what a person changed.

    A changed item or package goes with its id, a new one without; every other one stays out, and only the parts
    named in `delete` are deleted. That an entry without id is added is not said in so many words. Raises
    ValidationFailed where nothing differs or the platform would not take it. Source: Starshipit, Update Order (read
    November 2026).
    """
    document = parse(wanted.link.document.encode())
    document = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    known = read_fields(document)
    values = changed_values(wanted, FIELDS, known, TITLE, LISTS)
    if not values and not wanted.delete:
        raise NothingChangedError
    if not wanted.link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_id_no_change", platform=TITLE, number=wanted.order.number))
        )
    doomed = _doomed(wanted.delete, known)
    company = with_company(values, FIELDS, known, WHOLES, wanted.added)
    carrier = values.get(("carrier",))
    before = wire.Order.model_validate(document)
    if carrier and ("carrier_service_code",) not in values and loses_service(before, str(carrier), wanted.options):
        company[("carrier_service_code",)] = ""
    field_map = FieldMap()
    field_map.note(("order", "order_id"), ("fields", "order_id"))
    body = body_of(company | doomed, FIELDS, field_map, ("order",))
    return update_order(
        wire.OrderEdit.model_validate({"order_id": int(wanted.link.remote_id), **_frozen(body)}),
        delete_items=_ids(doomed, "items"),
        delete_packages=_ids(doomed, "packages"),
        summary=summary_of(values, FIELDS, len(doomed), len(wanted.added)),
        field_map=field_map,
        warnings=_warnings(wanted, values, before.status),
    )


def _warnings(wanted: Change, values: Values, status: str) -> tuple[Problem, ...]:
    """What to know before a printed order is changed: it takes another status alone, and never an earlier one."""
    wanted_status = values.get(("status",))
    if values.keys() - {("status",)} or wanted.delete:
        (warning,) = printed_warning(wanted.order.number, status) or (None,)
        return (warning._replace(advice=Message("starshipit.change_there")),) if warning else ()
    if is_printed(status) and wanted_status is not None and not is_printed(str(wanted_status)):
        message = Message("starshipit.no_earlier_status", number=wanted.order.number, status=status)
        return (Problem(("fields", "status"), message),)
    return ()


def _doomed(delete: tuple[FieldPath, ...], known: dict[FieldPath, Value]) -> Values:
    """The ids of the items and packages that shall go, by their paths."""
    found: Values = {}
    for path in delete:
        name = _IDS.get(path[0]) if len(path) == 2 else None
        id_path: FieldPath = (*path, name or EACH)
        text = str(known.get(id_path))
        if name is None or not text.isdecimal():
            raise ValidationFailed(problem_at(path, Message("change.no_removing", path=".".join(path), platform=TITLE)))
        found[id_path] = int(text)
    return found


def _ids(doomed: Values, name: str) -> tuple[int, ...]:
    return tuple(cast("int", value) for path, value in doomed.items() if path[0] == name)


def _frozen(body: dict[str, Json]) -> dict[str, object]:
    """The same with its lists as the tuples that the strict model asks for."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
