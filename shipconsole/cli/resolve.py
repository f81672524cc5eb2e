"""Commands about orders by hand: new, send, cancel, link, unlink, resolve-item."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_REFUSED, Session
from shipconsole.cli.shipping import WAIT_STEP_S, deliver_until, exit_of, show_requests
from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import Message
from shipconsole.domain.order import QUANTITY_MAX, Order, OrderLine
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import cancel as cancelling
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders, resolve_item
from shipconsole.operations.sending import batches
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.operations.vendor_orders.manual_orders import NewLine, NewOrder

MOST_WEIGHT_KG = 100_000

_ADDRESS = {
    "name": "help.address_name",
    "company": "help.address_company",
    "street": "help.address_street",
    "suburb": "help.address_suburb",
    "city": "help.address_city",
    "state": "help.address_state",
    "post-code": "help.address_postal_code",
    "country": "help.address_country",
    "phone": "help.address_phone",
    "email": "help.address_email",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    new = commands.add_parser("create-order", parents=[common], help=help_text("help.create_order"))
    new.add_argument("number", metavar="NUMBER", help=help_text("help.new_number"))
    new.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help=help_text("help.new_item"))
    new.add_argument("--weight", action="append", default=[], metavar="SKU=KG", help=help_text("help.new_weight"))
    for name, what in _ADDRESS.items():
        new.add_argument(f"--{name}", default="", metavar="TEXT", help=help_text(what))
    new.add_argument("--note", default="", metavar="TEXT", help=help_text("help.delivery_instructions"))
    _to_whom(new, required=False)
    _preview_and_wait(new)
    new.set_defaults(run=_new)
    push = commands.add_parser("push", parents=[common], help=help_text("help.push"))
    push.add_argument("number", nargs="*", metavar="NUMBER", help=help_text("help.the_orders"))
    push.add_argument("--all-open", action="store_true", help=help_text("help.all_open"))
    _to_whom(push, required=True)
    _preview_and_wait(push)
    push.set_defaults(run=_push)
    cancel = commands.add_parser("cancel", parents=[common], help=help_text("help.cancel"))
    cancel.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    cancel.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help=help_text("help.cancel_item"))
    cancel.add_argument("--restore", action="store_true", help=help_text("help.cancel_restore"))
    _reason(cancel)
    _preview_and_wait(cancel)
    cancel.set_defaults(run=_cancel)
    link = commands.add_parser("link", parents=[common], help=help_text("help.link"))
    link.add_argument("number", metavar="NUMBER", help=help_text("help.link_kept"))
    link.add_argument("other", metavar="OTHER", nargs="?", default="", help=help_text("help.link_other"))
    link.add_argument("--pair", action="append", default=[], metavar="SKU=SKU", help=help_text("help.link_pair"))
    link.add_argument("--keep-separate", action="store_true", help=help_text("help.keep_separate"))
    _reason(link, required=False)
    link.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    link.set_defaults(run=_link)
    unlink = commands.add_parser("unlink", parents=[common], help=help_text("help.unlink"))
    unlink.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    unlink.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.unlink_connection"))
    _reason(unlink)
    unlink.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    unlink.set_defaults(run=_unlink)
    _add_resolve_item(commands, common)


def _add_resolve_item(commands: Commands, common: argparse.ArgumentParser) -> None:
    item = commands.add_parser("resolve-item", parents=[common], help=help_text("help.resolve_item"))
    item.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    item.add_argument("--item", required=True, metavar="SKU", help=help_text("help.the_item"))
    became = item.add_mutually_exclusive_group(required=True)
    for name, resolution, meaning in (
        ("--shipped", "shipped", help_text("help.item_shipped")),
        ("--cancelled", "cancelled", help_text("help.item_cancelled")),
        ("--reopen", "", help_text("help.item_reopen")),
    ):
        became.add_argument(name, action="store_const", const=resolution, dest="resolution", help=meaning)
    item.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    item.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    item.set_defaults(run=_resolve_item)


def _to_whom(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--to",
        action="append",
        default=[],
        nargs="+",
        metavar="NAME",
        required=required,
        help=help_text("help.to_connections"),
    )


def _reason(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    command.add_argument("--reason", default="", required=required, metavar="TEXT", help=help_text("help.reason"))


def _preview_and_wait(command: argparse.ArgumentParser) -> None:
    command.add_argument("--preview", action="store_true", help=help_text("help.preview_option"))
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))


class _LeftOut(NamedTuple):
    """A connection that gets no update, and the reason; `number` where the command is about several orders."""

    connection: str
    reason: Message
    number: str = ""

    @property
    def line(self) -> str:
        """The line that a person reads."""
        where = (
            Message("cli.update_to", number=self.number, connection=self.connection) if self.number else self.connection
        )
        return f"{where}: {self.reason}"


async def _new(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    new, to = _new_order(words), await _named(session, words.to)
    to_ids = [one.id for one in to]
    if words.preview:
        requests = await manual_orders.preview_new(ctx, new, to_ids)
        show_requests(
            new.number, [PlannedUpdate(connection, request, None) for connection, request in requests], words.json
        )
        return EXIT_DONE
    created = await manual_orders.create(ctx, new, to_ids)
    return await _told(session, words, new.number.strip(), [created.order_id], created.call_ids, [])


async def _push(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    chosen = [await orders.find(ctx, number) for number in words.number]
    if words.all_open:
        chosen += [row.id for row in await orders.listed(ctx, state="to_ship")]
    if not chosen:
        raise ValidationFailed(Problem(("number",), Message("cli.no_orders_chosen")))
    to = await _named(session, words.to)
    numbers = {id_: (await orders.sheet(ctx, id_)).order.number for id_ in chosen}
    if words.preview:
        requests: list[PlannedUpdate] = []
        for connection, order_id in ((one, order_id) for one in to for order_id in numbers):
            try:
                requests.append(PlannedUpdate(connection, await create.preview(ctx, order_id, connection.id), None))
            except ValidationFailed as refused:
                output.said(_LeftOut(connection.name, refused.message, numbers[order_id]).line)
        show_requests(", ".join(numbers.values()), requests, words.json)
        return EXIT_DONE
    call_ids: list[int] = []
    left_out: list[_LeftOut] = []
    counted: list[Message] = []
    for connection in to:
        told = await create.introduce(ctx, tuple(numbers), connection.id)
        call_ids += told.call_ids
        left_out += [_LeftOut(connection.name, reason, numbers[id_]) for id_, reason in told.skipped]
        # Whoever asks for all of them knows that most are known already.
        if words.all_open and told.skipped:
            counted.append(
                Message("cli.orders_left_out", connection=connection.name, count=len(told.skipped), all=len(numbers))
            )
    listed = ", ".join(numbers.values())
    code = await _told(session, words, listed, list(numbers), tuple(call_ids), left_out, counted)
    return code if call_ids else EXIT_REFUSED


async def _cancel(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    order = (await orders.sheet(ctx, order_id)).order
    here = await cancelling.restorable(ctx, order_id)
    pieces = _pieces(order, words.item, here if words.restore else {line.id: line.left for line in order.lines})
    if words.preview:
        preview = cancelling.preview_restore if words.restore else cancelling.preview_cancel
        requests = await preview(ctx, order_id, pieces)
        show_requests(
            order.number, [PlannedUpdate(connection, request, None) for connection, request in requests], words.json
        )
        return EXIT_DONE
    change = cancelling.restore if words.restore else cancelling.cancel
    call_ids = await change(ctx, order_id, pieces, words.reason)
    told = {call.connection_id for call in await worker.of_ids(ctx, call_ids)}
    left_out = [
        _LeftOut(one.name, why) for one, why in await cancelling.can_be_told(ctx, order_id) if one.id not in told
    ]
    return await _told(session, words, order.number, [order_id], call_ids, left_out)


async def _link(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    if not words.other:
        return await _candidates(session, words, order_id)
    other_id = await orders.find(ctx, words.other)
    if words.keep_separate:
        return await _keep_apart(session, words, order_id, other_id)
    order, other = [(await orders.sheet(ctx, id_)).order for id_ in (order_id, other_id)]
    by_hand = [_pair(order, other, text) for text in words.pair]
    taken = {line_id for pair in by_hand for line_id in pair}
    proposed = [pair for pair in linking.pairs(order, other) if not taken & {*pair}]
    await linking.link(ctx, order_id, other_id, [*by_hand, *proposed], words.reason)
    sheet = await orders.sheet(ctx, order_id)
    if words.json:
        output.document(output.order_json(sheet))
    else:
        output.line(Message("cli.linked", number=order.number, other=other.number, count=len(sheet.links)))
    return EXIT_DONE


async def _keep_apart(session: Session, words: argparse.Namespace, order_id: int, other_id: int) -> int:
    if words.pair:
        raise ValidationFailed(Problem(("pairs",), Message("cli.separate_no_pairs")))
    await linking.keep_separate(session.ctx, order_id, other_id, words.reason)
    sheet = await orders.sheet(session.ctx, order_id)
    if words.json:
        output.document(output.order_json(sheet))
    else:
        output.line(Message("cli.kept_separate", order=str(order_id), other=str(other_id)))
    return EXIT_DONE


async def _resolve_item(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    order = (await orders.sheet(ctx, order_id)).order
    lines = [line for line in order.lines_of(words.item) if not line.is_counted]
    if not lines:
        message = Message("cli.item_is_counted", item=words.item, number=order.number)
        raise ValidationFailed(Problem(("lines",), message))
    # A SKU that stands twice: the first that waits, or that can be reopened.
    line = next((one for one in lines if one.is_unresolved != (words.resolution == "")), lines[0])
    await resolve_item.resolve(ctx, order_id, line.id, words.resolution, words.reason)
    sheet = await orders.sheet(ctx, order_id)
    if words.json:
        output.document(output.order_json(sheet))
    else:
        output.line(
            f"{order.number}, {line.sku}: {line.quantity} {words.resolution or 'reopened'}; {sheet.order.state}"
        )
    return EXIT_DONE


async def _candidates(session: Session, words: argparse.Namespace, order_id: int) -> int:
    """Without a second order: those that could be it."""
    found = await linking.candidates(session.ctx, order_id)
    if not found:
        output.said(Message("cli.no_similar_order", number=words.number))
    if words.json:
        output.document(
            [
                {
                    "id": one.order_id,
                    "number": one.number,
                    "connections": list(one.connections),
                    "recipient": one.recipient,
                    "items": [line.sku for line in one.lines],
                    "matches": one.matches,
                }
                for one in found
            ]
        )
    else:
        output.table(
            [
                [
                    f"#{one.order_id}",
                    one.number,
                    ", ".join(one.connections),
                    one.recipient,
                    Message("cli.items_in_common", count=one.matches),
                ]
                for one in found
            ]
        )
    return EXIT_DONE


async def _unlink(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    (connection,) = await connections.named(ctx, [words.connection])
    new_id = await linking.unlink(ctx, order_id, connection.id, words.reason)
    sheet = await orders.sheet(ctx, new_id)
    if words.json:
        output.document(output.order_json(sheet))
    else:
        output.line(Message("cli.unlinked", connection=connection.name, number=sheet.order.number, id=str(new_id)))
    return EXIT_DONE


async def _named(session: Session, given: Sequence[Sequence[str]]) -> tuple[Connection, ...]:
    names = [name for some in given for name in some]
    return await connections.named(session.ctx, names) if names else ()


async def _told(
    session: Session,
    words: argparse.Namespace,
    number: str,
    order_ids: Sequence[int],
    call_ids: tuple[int, ...],
    left_out: Sequence[_LeftOut],
    passed_over: Sequence[object] = (),
) -> int:
    """Deliver where that is wished, print what became of the calls and who is not told, and tell the exit code.

    `passed_over` are lines for people in the place of `left_out`, where that would be long.
    """
    if words.wait is not None:
        try:
            if len(order_ids) == 1:
                await deliver_until(session, order_ids[0], call_ids, words.wait)
            else:
                await _deliver_together(session, call_ids, words.wait)
        except EnvironmentFailure as error:
            output.said(Message("cli.change_saved", reason=error.message))
    calls = await worker.of_ids(session.ctx, call_ids)
    if words.json:
        output.document(
            {
                "order": number,
                "ids": list(order_ids),
                "calls": [output.call_json(call) for call in calls],
                "not_told": [
                    {"order": one.number or number, "connection": one.connection, **output.message_json(one.reason)}
                    for one in left_out
                ],
            }
        )
    else:
        for call in calls:
            to = Message("cli.update_to", number=call.order_number, connection=call.connection)
            output.line(f"{to}: {call.state}  {call.summary}  {call.message}".rstrip())
        for line in passed_over or (one.line for one in left_out):
            output.said(line)
    return EXIT_DONE if words.wait is None else exit_of(calls)


async def _deliver_together(session: Session, call_ids: tuple[int, ...], wait_s: float) -> None:
    """Deliver all that is due, many orders in one request where the platform takes that, and wait for what it says."""
    deadline_s = session.ctx.clock.monotonic_s() + wait_s
    while True:
        await worker.deliver(session.ctx, until_empty=True)
        states = {one.state for one in await batches.standing(session.ctx, call_ids)}
        if not states & {"held", "pending", "sending", "retry_wait", "checking"}:
            return
        if session.ctx.clock.monotonic_s() >= deadline_s:
            return
        await asyncio.sleep(WAIT_STEP_S)


def _new_order(words: argparse.Namespace) -> NewOrder:
    weights = dict(_weight(text) for text in words.weight)
    lines = [(sku, pieces) for text in words.item for sku, pieces in [_item(text)]]
    if strange := [sku for sku in weights if sku not in dict(lines)]:
        raise ValidationFailed(*(Problem(("lines",), Message("cli.weight_without_item", sku=sku)) for sku in strange))
    return NewOrder(
        number=words.number,
        ship_to=Address(
            name=words.name.strip(),
            company=words.company.strip(),
            email=words.email.strip(),
            phone=words.phone.strip(),
            street=words.street.strip(),
            suburb=words.suburb.strip(),
            city=words.city.strip(),
            state=words.state.strip(),
            postal_code=words.post_code.strip(),
            country=words.country.strip(),
        ),
        lines=tuple(NewLine(sku, quantity=pieces, weight_g=weights.get(sku)) for sku, pieces in lines),
        note=words.note,
    )


def _item(text: str) -> tuple[str, int]:
    sku, _, quantity = text.rpartition("=")
    if sku and quantity.isascii() and quantity.isdecimal() and len(quantity) < 10 and int(quantity) <= QUANTITY_MAX:
        return sku.strip(), int(quantity)
    message = Message("cli.not_item", text=text, most=QUANTITY_MAX)
    raise ValidationFailed(Problem(("lines",), message))


def _weight(text: str) -> tuple[str, int]:
    sku, _, weight = text.rpartition("=")
    weight_kg = decimal_from_text(weight) if weight.strip() else None
    if sku and weight_kg is not None and 0 <= weight_kg <= MOST_WEIGHT_KG:
        return sku.strip(), grams(weight_kg, "kg")
    raise ValidationFailed(Problem(("lines",), Message("cli.not_weight", text=text)))


def _pieces(order: Order, items: Sequence[str], most: Mapping[int, int]) -> dict[int, int]:
    """Units by line: each SKU takes what its first line has, then its next; what is too much stands at the last."""
    pieces: dict[int, int] = {}
    for sku, count in (_item(text) for text in items):
        lines = order.lines_of(sku)
        if not lines:
            raise ValidationFailed(Problem(("lines",), Message("ship.unknown_item", sku=sku, number=order.number)))
        for line in lines:
            here = count if line is lines[-1] else min(count, most.get(line.id, 0) - pieces.get(line.id, 0))
            pieces[line.id] = pieces.get(line.id, 0) + here
            count -= here
    return pieces


def _pair(order: Order, other: Order, text: str) -> tuple[int, int]:
    sku, _, other_sku = text.partition("=")
    return _line(order, sku).id, _line(other, other_sku).id


def _line(order: Order, sku: str) -> OrderLine:
    lines = order.lines_of(sku)
    if not lines:
        raise ValidationFailed(
            Problem(("pairs",), Message("ship.unknown_item", sku=sku or Message("cli.nothing"), number=order.number))
        )
    return lines[0]
