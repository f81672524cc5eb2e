"""Starshipit's answers, one reader a call. Every reader takes any status and any bytes and never raises.

Success is what the body's `success` says, not the status: a refusal can come with 200. The gateway
before the service has words of its own (`statusCode`, `message`), and the service may answer in XML.
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
from shipconsole.vendors.exchange import Answer, Request, at_ms, json_text, quantity_note
from shipconsole.vendors.field_errors import (
    MAX_FIELD_ERRORS,
    FieldError,
    flatten,
    message_of,
    not_done_yet,
    noted,
    parse,
    parsed,
    problems,
    sentence_in,
    unless_taken,
    unreadable,
    who_answered,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, entry
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.xml import from_xml

TITLE = "Starshipit"
NOT_READ = Message("platform.error_without_details")

NOT_FOUND = 404
_SHIPPED = ("dispatched", "delivered", "shipped")
_WRONG_KEY = re.compile(r"api[- ]?key|unauthori[sz]ed|subscription[- ]?key", re.IGNORECASE)
_PRINTED = re.compile(r"printed|shipped|dispatched|manifested", re.IGNORECASE)


class Read(NamedTuple):
    """A body as it was read: the raw object, the same as a model, and whether there is any."""

    raw: dict[str, Any]
    reply: wire.Reply
    understood: bool


def read_probe(answer: Answer) -> Outcome:
    """Whether the address and both keys are right."""
    read = read_body(answer)
    failed = _failed(answer, read)
    if failed is not None:
        return failed
    if read.reply.orders is None and not read.reply.success:
        return unreadable(answer, TITLE)
    return Accepted(said_beside(read.reply))


def read_get_unshipped_orders(answer: Answer, request: Request | None = None) -> OrderPage | Outcome:
    """A page of orders, and the number of the next page.

    The answer tells how many pages there are but not which one it is: that stands in the request. An
    order that comes as a summary has no lines and the note `NOT_READ`.
    """
    read = read_body(answer)
    failed = _failed(answer, read)
    if failed is not None:
        return failed
    found = read.reply.orders
    if found is None:
        return unreadable(answer, TITLE)
    read_orders = [(raw, _order(raw)) for raw in found]
    orders = [order for _, order in read_orders if order is not None]
    notes = [*notes_on(answer.body, answer.headers), *_notes_beside(read.reply)]
    if len(orders) < len(found):
        notes.append(Message("sync.order_without_id"))
    query = dict(request.query) if request else {}
    asked, size = query.get("page", ""), int(query.get("limit", 0))
    page = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    pages = read.reply.total_pages
    # Where the answer does not count its pages, or counts none with orders on it, only a full one can have a next one.
    is_counted = pages is not None and (pages > 0 or not found)
    more = page < pages if pages is not None and is_counted else bool(size) and len(found) >= size
    return OrderPage(
        orders=tuple(orders),
        next_cursor=str(page + 1) if more else "",
        notes=tuple(notes),
        entries=tuple(entry(raw, order.remote_id if order else None) for raw, order in read_orders),
        size=size,
    )


def read_get_order(answer: Answer) -> RemoteOrder | Outcome:
    """One order, whether it comes as an object or as a list of one."""
    read = read_body(answer)
    failed = _failed(answer, read)
    if failed is not None:
        return failed
    found = read.reply.order or ()
    order = _order(found[0]) if len(found) == 1 else None
    if order is None:
        return unreadable(answer, TITLE)
    beside = _notes_beside(read.reply)
    order = order.model_copy(update={"notes": (*order.notes, *beside)}) if beside else order
    return noted(order, answer)


def read_update_order(request: Request, answer: Answer) -> Outcome:
    """What became of an update; an answer that neither says success nor gives the order back is not sure.

    Errors that stand beside a success are said with it.
    """
    read = read_body(answer)
    failed = _failed(answer, read, request.field_map)
    if failed is not None:
        return failed
    if read.reply.success or read.reply.order:
        return not_done_yet(answer, TITLE) or Accepted(said_beside(read.reply))
    return not_done_yet(answer, TITLE) or unreadable(answer, TITLE)


def read_create_order(request: Request, answer: Answer) -> RemoteOrder | Outcome:
    """The order with the ids that it was given; an answer that says no more than success tells none."""
    outcome = read_update_order(request, answer)
    if not isinstance(outcome, Accepted):
        return outcome
    found = read_body(answer).reply.order or ()
    return (_order(found[0]) if len(found) == 1 else None) or outcome


def read_document(document: str) -> RemoteOrder | Outcome:
    """An order as it was stored, without the envelope that answers have."""
    body = json_text({"order": parse(document.encode()), "success": True})
    return read_get_order(Answer(200, {}, body.encode()))


def read_body(answer: Answer) -> Read:
    """A body in JSON or XML, whatever it holds."""
    body = parsed(answer)
    if not isinstance(body, dict):
        body = from_xml(answer.body, answer.headers)
    raw = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return Read(raw, wire.Reply.model_validate(raw), bool(raw))


def _failed(answer: Answer, read: Read, field_map: FieldMap | None = None) -> Outcome | None:
    """What an answer says if it is none of success; None where it is."""
    field_map = field_map or FieldMap()
    reply = read.reply
    status = answer.status
    if 200 <= status < 300 and reply.success is None and (reply.status_code or 0) >= 400:
        answer = replace(answer, status=reply.status_code or status)
    field_errors = _field_errors(reply.errors, field_map)
    if not field_errors and read.understood and reply.success is not True:
        has_words = answer.status >= 300 or bool(sentence_in(read.raw))
        field_errors = [FieldError((), message_of(read.raw))] if has_words else []
    field_errors = [_advised(one) for one in field_errors]
    from_gateway = reply.status_code is not None and reply.success is None
    said = "; ".join(field_error.message for field_error in field_errors if field_error.message)
    quoted = Message("platform.said", platform=TITLE, said=said) if said else NO_MESSAGE
    wrong_key = answer.status == 401 and who_answered(answer) is None
    if wrong_key and from_gateway:
        return Blocked(sentences(Message("starshipit.subscription_key_rejected"), quoted))
    if wrong_key:
        return Blocked(sentences(Message("platform.key_rejected", platform=TITLE), quoted))
    outcome = unless_taken(answer, TITLE, field_errors, field_map)
    if outcome is None and reply.success is False:
        if _WRONG_KEY.search(said):
            return Blocked(sentences(Message("starshipit.keys_rejected"), quoted))
        outcome = Refused(
            problems(field_errors, field_map) or (Problem((), Message("platform.rejected_silently", platform=TITLE)),)
        )
    if isinstance(outcome, Refused) and answer.status == NOT_FOUND:
        gone = Message("starshipit.order_gone")
        return Refused(tuple(problem._replace(advice=gone) for problem in outcome.problems))
    return outcome


def _advised(told: FieldError) -> FieldError:
    """An error with what is known to help, by the platform's own words.

    Source: Starshipit, Editing an Order (read November 2026): a printed order takes only another status.
    """
    if "not found" in told.message.casefold():
        return told._replace(advice=Message("starshipit.order_gone"))
    if _PRINTED.search(told.message):
        return told._replace(advice=Message("starshipit.printed_order"))
    return told


def said_beside(reply: wire.Reply) -> Message:
    """What stands among the errors of an answer of success; empty where nothing does."""
    said = "; ".join(_beside(reply))
    return Message("platform.accepted_but_said", platform=TITLE, said=said) if said else NO_MESSAGE


def _notes_beside(reply: wire.Reply) -> list[Message]:
    return [Message("platform.said", platform=TITLE, said=said) for said in _beside(reply)]


def _beside(reply: wire.Reply) -> list[str]:
    """The errors of an answer in the platform's words, each once."""
    return list(dict.fromkeys(one.message for one in _field_errors(reply.errors, FieldMap()) if one.message))


def _field_errors(errors: object, field_map: FieldMap) -> list[FieldError]:
    """The errors of a body: objects with a message, bare texts, or texts by the field that each is about."""
    if isinstance(errors, dict) and not {"message", "details"} & cast("dict[str, object]", errors).keys():
        return [FieldError(_path_in(path_text(one.path), field_map), one.message) for one in flatten(errors)]
    told: list[object] = cast("list[object]", errors) if isinstance(errors, list) else [cast("object", errors)]
    return [_field_error(one, field_map) for one in told[:MAX_FIELD_ERRORS] if one not in (None, "", {}, [])]


def _field_error(told: object, field_map: FieldMap) -> FieldError:
    if not isinstance(told, dict):
        said = message_of(told)
        return FieldError(_path_in(said, field_map), said)
    detail = wire.ErrorDetail.model_validate(told)
    said = ": ".join(dict.fromkeys(text for text in (detail.message, detail.details) if text))
    said = message_of(said) if said else sentence_in(cast("object", told))
    return FieldError(_path_in(f"{detail.details} {detail.message}", field_map), said)


def _path_in(message: str, field_map: FieldMap) -> Path:
    """The field that an error names: by its path (``order.items[0].sku``), else by a name that was sent."""
    sent = [path_from_text(path) for path in field_map.to_text()]
    for written in re.findall(r"[A-Za-z_]+(?:\.[A-Za-z_]+|\.\d{1,6}|\[\d{1,6}\])+", message):
        parts = re.findall(r"[A-Za-z_]+|\d+", written)
        path: Path = tuple(int(part) if part.isdecimal() else _snake(part) for part in parts)
        path = path if path[0] == "order" else ("order", *path)
        if any(one[: len(path)] == path[: len(one)] for one in sent):
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
    """An order in our words; None where it has no id by which it could be named again."""
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
    """Where the order goes; a summary tells no more than name and country."""
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
