"""Starshipit's responses, one reader a request. Every reader takes any status and any bytes and never raises.

The body's `success` decides, not the status: a rejection can have status 200. The gateway before the service has fields
of its own (`statusCode`, `message`), and the service may respond in XML.
Source: Starshipit, Update Order (read November 2026).
"""

import re
from dataclasses import replace
from itertools import takewhile
from typing import Any, NamedTuple, cast

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.measures import grams
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused
from shipconsole.domain.problem import Path, Problem, path_from_text, path_text
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import (
    MAX_FIELD_ERRORS,
    FieldError,
    flatten,
    intermediary,
    message_in,
    message_of,
    not_done_yet,
    noted,
    parse,
    parsed,
    problems,
    unless_accepted,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, entry
from shipconsole.vendors.received import at_ms, quantity_note
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.xml import from_xml

TITLE = "Starshipit"
NOT_READ = Message("platform.error_without_details")

NOT_FOUND = 404
_SHIPPED = ("dispatched", "delivered", "shipped")
_WRONG_KEY = re.compile(r"api[- ]?key|unauthori[sz]ed|subscription[- ]?key", re.IGNORECASE)
_PRINTED = re.compile(r"printed|shipped|dispatched|manifested", re.IGNORECASE)


class Read(NamedTuple):
    """A body as read: the raw object, the same as a model, and whether there is any."""

    raw: dict[str, Any]
    reply: wire.Reply
    understood: bool


def read_probe(response: Response) -> Outcome:
    """Return whether the address and both keys are right."""
    read = read_body(response)
    failed = _failed(response, read)
    if failed is not None:
        return failed
    if read.reply.orders is None and not read.reply.success:
        return unreadable(response, TITLE)
    return Accepted(remarks_of(read.reply))


def read_get_unshipped_orders(response: Response, request: Request | None = None) -> OrderPage | Outcome:
    """Return a page of orders with the number of the next page.

    The response has the number of pages but not its own number: that stands in the request. An order that comes as a
    summary has no lines and the note `NOT_READ`.
    """
    read = read_body(response)
    failed = _failed(response, read)
    if failed is not None:
        return failed
    found = read.reply.orders
    if found is None:
        return unreadable(response, TITLE)
    read_orders = [(raw, _order(raw)) for raw in found]
    orders = [order for _, order in read_orders if order is not None]
    notes = [*notes_on(response.body, response.headers), *_remark_notes(read.reply)]
    if len(orders) < len(found):
        notes.append(Message("sync.order_without_id"))
    query = dict(request.query) if request else {}
    requested, size = query.get("page", ""), int(query.get("limit", 0))
    page = int(requested) if requested.isdecimal() and len(requested) < 10 else 1
    pages = read.reply.total_pages
    # Where the response does not count its pages, or counts none despite orders, only a full page can have a next one.
    is_counted = pages is not None and (pages > 0 or not found)
    more = page < pages if pages is not None and is_counted else bool(size) and len(found) >= size
    return OrderPage(
        orders=tuple(orders),
        next_cursor=str(page + 1) if more else "",
        notes=tuple(notes),
        entries=tuple(entry(raw, order.remote_id if order else None) for raw, order in read_orders),
        size=size,
    )


def read_get_order(response: Response) -> RemoteOrder | Outcome:
    """Return one order, sent as an object or as a list of one."""
    read = read_body(response)
    failed = _failed(response, read)
    if failed is not None:
        return failed
    found = read.reply.order or ()
    order = _order(found[0]) if len(found) == 1 else None
    if order is None:
        return unreadable(response, TITLE)
    remarks = _remark_notes(read.reply)
    order = order.model_copy(update={"notes": (*order.notes, *remarks)}) if remarks else order
    return noted(order, response)


def read_update_order(request: Request, response: Response) -> Outcome:
    """Return the outcome of an update; a response with neither `success` nor the order is unsure.

    Errors in a response of success are quoted as remarks.
    """
    read = read_body(response)
    failed = _failed(response, read, request.field_map)
    if failed is not None:
        return failed
    if read.reply.success or read.reply.order:
        return not_done_yet(response, TITLE) or Accepted(remarks_of(read.reply))
    return not_done_yet(response, TITLE) or unreadable(response, TITLE)


def read_create_order(request: Request, response: Response) -> RemoteOrder | Outcome:
    """Return the order with its assigned ids; the outcome alone where the response does not have the order."""
    outcome = read_update_order(request, response)
    if not isinstance(outcome, Accepted):
        return outcome
    found = read_body(response).reply.order or ()
    return (_order(found[0]) if len(found) == 1 else None) or outcome


def read_document(document: str) -> RemoteOrder | Outcome:
    """Return an order that was stored without the envelope of responses."""
    body = json_text({"order": parse(document.encode()), "success": True})
    return read_get_order(Response(200, {}, body.encode()))


def read_body(response: Response) -> Read:
    """Read a body in JSON or XML, whatever it holds."""
    body = parsed(response)
    if not isinstance(body, dict):
        body = from_xml(response.body, response.headers)
    raw = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return Read(raw, wire.Reply.model_validate(raw), bool(raw))


def _failed(response: Response, read: Read, field_map: FieldMap | None = None) -> Outcome | None:
    """Return the outcome of a response that is no success; None where it is one."""
    field_map = field_map or FieldMap()
    reply = read.reply
    status = response.status
    if 200 <= status < 300 and reply.success is None and (reply.status_code or 0) >= 400:
        response = replace(response, status=reply.status_code or status)
    field_errors = _field_errors(reply.errors, field_map)
    if not field_errors and read.understood and reply.success is not True:
        has_text = response.status >= 300 or bool(message_in(read.raw))
        field_errors = [FieldError((), message_of(read.raw))] if has_text else []
    field_errors = [_with_advice(error) for error in field_errors]
    from_gateway = reply.status_code is not None and reply.success is None
    text = "; ".join(field_error.message for field_error in field_errors if field_error.message)
    quoted = Message("platform.message", platform=TITLE, text=text) if text else NO_MESSAGE
    wrong_key = response.status == 401 and intermediary(response) is None
    if wrong_key and from_gateway:
        return Blocked(sentences(Message("starshipit.subscription_key_rejected"), quoted))
    if wrong_key:
        return Blocked(sentences(Message("platform.key_rejected", platform=TITLE), quoted))
    outcome = unless_accepted(response, TITLE, field_errors, field_map)
    if outcome is None and reply.success is False:
        if _WRONG_KEY.search(text):
            return Blocked(sentences(Message("starshipit.keys_rejected"), quoted))
        outcome = Refused(
            problems(field_errors, field_map) or (Problem((), Message("platform.rejected_silently", platform=TITLE)),)
        )
    if isinstance(outcome, Refused) and response.status == NOT_FOUND:
        gone = Message("starshipit.order_gone")
        return Refused(tuple(problem._replace(advice=gone) for problem in outcome.problems))
    return outcome


def _with_advice(error: FieldError) -> FieldError:
    """Return an error with advice, by the platform's own text.

    Source: Starshipit, Editing an Order (read November 2026): a printed order accepts only another status.
    """
    if "not found" in error.message.casefold():
        return error._replace(advice=Message("starshipit.order_gone"))
    if _PRINTED.search(error.message):
        return error._replace(advice=Message("starshipit.printed_order"))
    return error


def remarks_of(reply: wire.Reply) -> Message:
    """Return the errors in a response of success as a remark; empty where there are none."""
    text = "; ".join(_error_texts(reply))
    return Message("platform.accepted_with_remark", platform=TITLE, text=text) if text else NO_MESSAGE


def _remark_notes(reply: wire.Reply) -> list[Message]:
    return [Message("platform.message", platform=TITLE, text=text) for text in _error_texts(reply)]


def _error_texts(reply: wire.Reply) -> list[str]:
    """Return the errors of a response verbatim, each once."""
    return list(dict.fromkeys(error.message for error in _field_errors(reply.errors, FieldMap()) if error.message))


def _field_errors(errors: object, field_map: FieldMap) -> list[FieldError]:
    """Return the errors of a body: objects with a message, bare texts, or texts by field."""
    if isinstance(errors, dict) and not {"message", "details"} & cast("dict[str, object]", errors).keys():
        return [FieldError(_path_in(path_text(error.path), field_map), error.message) for error in flatten(errors)]
    entries: list[object] = cast("list[object]", errors) if isinstance(errors, list) else [cast("object", errors)]
    return [_field_error(entry, field_map) for entry in entries[:MAX_FIELD_ERRORS] if entry not in (None, "", {}, [])]


def _field_error(entry: object, field_map: FieldMap) -> FieldError:
    if not isinstance(entry, dict):
        message = message_of(entry)
        return FieldError(_path_in(message, field_map), message)
    detail = wire.ErrorDetail.model_validate(entry)
    text = ": ".join(dict.fromkeys(text for text in (detail.message, detail.details) if text))
    message = message_of(text) if text else message_in(cast("object", entry))
    return FieldError(_path_in(f"{detail.details} {detail.message}", field_map), message)


def _path_in(message: str, field_map: FieldMap) -> Path:
    """Return the path that an error names: spelled out (``order.items[0].sku``), else by a name that was sent."""
    sent = [path_from_text(path) for path in field_map.to_text()]
    for written in re.findall(r"[A-Za-z_]+(?:\.[A-Za-z_]+|\.\d{1,6}|\[\d{1,6}\])+", message):
        parts = re.findall(r"[A-Za-z_]+|\d+", written)
        path: Path = tuple(int(part) if part.isdecimal() else _snake(part) for part in parts)
        path = path if path[0] == "order" else ("order", *path)
        if any(known[: len(path)] == path[: len(known)] for known in sent):
            return path
    names = {str(path[-1]) for path in sent if isinstance(path[-1], str)}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if re.search(rf"\b{name.replace('_', '[ _-]?')}\b", message, re.IGNORECASE):
            steps = zip(*(path for path in sent if path[-1] == name), strict=False)
            return tuple(step[0] for step in takewhile(lambda step: len(set(step)) == 1, steps))
    return ()


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _order(raw: dict[str, object]) -> RemoteOrder | None:
    """Return an order in our model; None where it has no id."""
    notes: list[Message] = []
    order = wire.Order.model_validate(raw, context=notes)
    if order.order_id is None:
        return None
    if order.items is None:
        notes.append(NOT_READ)
    status = order.status.casefold()
    return RemoteOrder(
        remote_id=str(order.order_id),
        number=order.order_number or str(order.order_id),
        source_name=order.platform,
        status=order.status,
        cancelled=status in ("cancelled", "canceled"),
        shipped_elsewhere=status.startswith(_SHIPPED),
        lines=tuple(_line(item, notes) for item in order.items or ()),
        ship_to=_ship_to(order),
        service=order.shipping_method,
        ordered_at_ms=at_ms(order.order_date),
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def _line(item: wire.Item, notes: list[Message]) -> RemoteLine:
    sku = item.sku or item.description
    if item.quantity is None:
        notes.append(quantity_note(sku, item.quantity_text))
    weight_kg = item.weight
    return RemoteLine(
        remote_id="" if item.item_id is None else str(item.item_id),
        sku=sku,
        barcode=item.barcode,
        description=item.description,
        quantity=item.quantity,
        quantity_text=item.quantity_text,
        weight_g=grams(str(weight_kg), "kg") if weight_kg is not None and 0 <= weight_kg <= 100_000 else None,
    )


def _ship_to(order: wire.Order) -> Address:
    """Return the recipient's address; a summary has only name and country."""
    address = order.destination
    return Address(
        name=address.name or order.name,
        company=address.company,
        email=address.email,
        phone=address.phone,
        building=address.building,
        street=address.street,
        suburb=address.suburb,
        city=address.city,
        state=address.state,
        postal_code=address.post_code,
        country=address.country or order.country,
        instructions=address.delivery_instructions,
    )
