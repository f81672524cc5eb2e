"""The creation of an order at Shipup: its whole state before anything has shipped, under ids of ours."""

from dataclasses import replace

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.creation import Part, limit_problems
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.shipup.fields import FIELDS
from shipconsole.vendors.shipup.replies import read_create_order, read_get_order
from shipconsole.vendors.shipup.requests import create_order


def create(order: Order, options: Options) -> Request:
    """Create an order; sent twice it is still one, as the platform finds it again by our ids.

    Source: Shipup, Create or update an order (read November 2026).
    """
    # What a person resolved is not to ship any more.
    order = order.model_copy(update={"lines": tuple(line for line in order.lines if line.is_counted)})
    parts = [Part(("merchant_id",), order.number, ("number",))]
    for position, line in enumerate(order.lines):
        there, here = ("line_items", str(position)), ("lines", line.id)
        parts.append(Part((*there, "title"), line.description, (*here, "description")))
        parts.append(Part((*there, "quantity"), line.ordered, (*here, "quantity")))
    problems = limit_problems(parts, FIELDS)
    if problems:
        raise ValidationFailed(*problems)
    request = create_order(order, (), None, options)
    pieces = order.ordered
    return replace(request, summary=Message("summary.new_order", count=pieces))


def read(request: Request, answer: Answer) -> RemoteOrder | Outcome:
    """The order as it was sent: the platform describes no body of success, and keeps what it is given by our ids."""
    outcome = read_create_order(request, answer)
    if not isinstance(outcome, Accepted):
        return outcome
    found = read_get_order(Answer(200, {}, request.body_text.encode()))
    return found if isinstance(found, RemoteOrder) else outcome
