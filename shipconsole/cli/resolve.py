"""Commands about orders by hand: new, send, cancel, link, unlink, resolve-item."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.session import EXIT_DONE, EXIT_REFUSED, Session
from shipconsole.cli.shipping import WAIT_STEP_S, deliver_until, exit_of, show_requests
from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.measures import decimal_from_text, grams
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
    "name": "who gets it",
    "company": "the firm at the address",
    "street": "house number and street",
    "suburb": "the suburb, where there is one",
    "city": "the town",
    "state": "state, province or county",
    "post-code": "as the post of the country writes it",
    "country": "the country's name or code",
    "phone": "the number that the courier calls",
    "email": "where mail about the package goes",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    new = commands.add_parser("create-order", parents=[common], help="create an order by hand")
    new.add_argument("number", metavar="NUMBER", help="order number, unused so far")
    new.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help="units ordered; repeatable")
    new.add_argument("--weight", action="append", default=[], metavar="SKU=KG", help="weight of one unit; repeatable")
    for name, what in _ADDRESS.items():
        new.add_argument(f"--{name}", default="", metavar="TEXT", help=what)
    new.add_argument("--note", default="", metavar="TEXT", help="delivery instructions")
    _to_whom(new, required=False)
    _preview_and_wait(new)
    new.set_defaults(run=_new)
    push = commands.add_parser("push", parents=[common], help="create orders in a connection that does not have them")
    push.add_argument("number", nargs="*", metavar="NUMBER", help="the orders")
    push.add_argument("--all-open", action="store_true", help="every order with units left to ship")
    _to_whom(push, required=True)
    _preview_and_wait(push)
    push.set_defaults(run=_push)
    cancel = commands.add_parser("cancel", parents=[common], help="cancel or restore units of an order")
    cancel.add_argument("number", metavar="NUMBER", help="the order")
    cancel.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help="units to cancel; repeatable")
    cancel.add_argument("--restore", action="store_true", help="restore units that were cancelled here")
    _reason(cancel)
    _preview_and_wait(cancel)
    cancel.set_defaults(run=_cancel)
    link = commands.add_parser("link", parents=[common], help="link two orders that are the same")
    link.add_argument("number", metavar="NUMBER", help="the order to keep")
    link.add_argument("other", metavar="OTHER", nargs="?", default="", help="the order that becomes part of it")
    link.add_argument(
        "--pair", action="append", default=[], metavar="SKU=SKU", help="items that are the same; repeatable"
    )
    link.add_argument("--keep-separate", action="store_true", help="the two are different orders; do not ask again")
    _reason(link, required=False)
    link.add_argument("--json", action="store_true", help=output.JSON_HELP)
    link.set_defaults(run=_link)
    unlink = commands.add_parser("unlink", parents=[common], help="separate the order of one connection")
    unlink.add_argument("number", metavar="NUMBER", help="the order")
    unlink.add_argument("--connection", required=True, metavar="NAME", help="the connection whose order is separated")
    _reason(unlink)
    unlink.add_argument("--json", action="store_true", help=output.JSON_HELP)
    unlink.set_defaults(run=_unlink)
    _add_resolve_item(commands, common)


def _add_resolve_item(commands: Commands, common: argparse.ArgumentParser) -> None:
    item = commands.add_parser(
        "resolve-item", parents=[common], help="record what became of an item that is not counted in units"
    )
    item.add_argument("number", metavar="NUMBER", help="the order")
    item.add_argument("--item", required=True, metavar="SKU", help="the item")
    became = item.add_mutually_exclusive_group(required=True)
    for name, resolution, meaning in (
        ("--shipped", "shipped", "it shipped"),
        ("--cancelled", "cancelled", "it is not going to ship"),
        ("--reopen", "", "withdraw what was recorded"),
    ):
        became.add_argument(name, action="store_const", const=resolution, dest="resolution", help=meaning)
    item.add_argument("--reason", required=True, metavar="TEXT", help="the reason, kept in the audit log")
    item.add_argument("--json", action="store_true", help=output.JSON_HELP)
    item.set_defaults(run=_resolve_item)


def _to_whom(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--to", action="append", default=[], nargs="+", metavar="NAME", required=required, help="these connections"
    )


def _reason(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    command.add_argument(
        "--reason", default="", required=required, metavar="TEXT", help="the reason, kept in the audit log"
    )


def _preview_and_wait(command: argparse.ArgumentParser) -> None:
    command.add_argument("--preview", action="store_true", help="show the requests; store nothing")
    command.add_argument(
        "--wait", type=seconds, default=None, metavar="SECONDS", help="send at once and wait this long for responses"
    )
    command.add_argument("--json", action="store_true", help=output.JSON_HELP)


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
    return await _told(session, words, new.number.strip(), [created.order_id], created.call_ids, {})


async def _push(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    chosen = [await orders.find(ctx, number) for number in words.number]
    if words.all_open:
        chosen += [row.id for row in await orders.listed(ctx, state="to_ship")]
    if not chosen:
        raise ValidationFailed(Problem(("number",), "No orders chosen: name orders, or use --all-open."))
    to = await _named(session, words.to)
    numbers = {id_: (await orders.sheet(ctx, id_)).order.number for id_ in chosen}
    if words.preview:
        requests: list[PlannedUpdate] = []
        for connection, order_id in ((one, order_id) for one in to for order_id in numbers):
            try:
                requests.append(PlannedUpdate(connection, await create.preview(ctx, order_id, connection.id), None))
            except ValidationFailed as refused:
                output.said(f"{numbers[order_id]} to {connection.name}: {refused}")
        show_requests(", ".join(numbers.values()), requests, words.json)
        return EXIT_DONE
    call_ids: list[int] = []
    left_out: dict[str, str] = {}
    counted: list[str] = []
    for connection in to:
        told = await create.introduce(ctx, tuple(numbers), connection.id)
        call_ids += told.call_ids
        left_out |= {f"{numbers[id_]} to {connection.name}": why for id_, why in told.skipped}
        # Whoever asks for all of them knows that most are known already.
        if words.all_open and told.skipped:
            counted.append(f"{connection.name}: {len(told.skipped):,} of {len(numbers):,} orders are left out.")
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
    left_out = {one.name: why for one, why in await cancelling.can_be_told(ctx, order_id) if one.id not in told}
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
        output.line(f"{order.number}: {len(sheet.links)} connections know it, {other.number} is part of it")
    return EXIT_DONE


async def _keep_apart(session: Session, words: argparse.Namespace, order_id: int, other_id: int) -> int:
    if words.pair:
        raise ValidationFailed(Problem(("pairs",), "Orders that are kept separate have no items that are one."))
    await linking.keep_apart(session.ctx, order_id, other_id, words.reason)
    sheet = await orders.sheet(session.ctx, order_id)
    if words.json:
        output.document(output.order_json(sheet))
    else:
        output.line(f"#{order_id} and #{other_id} are kept separate")
    return EXIT_DONE


async def _resolve_item(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    order = (await orders.sheet(ctx, order_id)).order
    lines = [line for line in order.lines_of(words.item) if not line.is_counted]
    if not lines:
        message = f"{words.item} is not on order {order.number}, or its quantity is a whole number of units."
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
        output.said(f"No other order looks like {words.number}. Name it to link it all the same.")
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
                [f"#{one.order_id}", one.number, ", ".join(one.connections), one.recipient, f"{one.matches} in common"]
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
        output.line(f"{connection.name} has order {sheet.order.number} for itself now: #{new_id}")
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
    left_out: Mapping[str, str],
    passed_over: Sequence[str] = (),
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
            output.said(f"It is stored; what is not told yet will be. {error.words}")
    calls = await worker.of_ids(session.ctx, call_ids)
    if words.json:
        output.document(
            {
                "order": number,
                "ids": list(order_ids),
                "calls": [output.call_json(call) for call in calls],
                "not_told": dict(left_out),
            }
        )
    else:
        for call in calls:
            output.line(
                f"{call.order_number} to {call.connection}: {call.state}  {call.summary}  {call.words}".rstrip()
            )
        for line in passed_over or (f"{who}: {why}" for who, why in left_out.items()):
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
        raise ValidationFailed(*(Problem(("lines",), f"--weight {sku}: no --item has this SKU.") for sku in strange))
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
    message = f"--item {text} is not of the form SKU=QTY with a whole number up to {QUANTITY_MAX:,}."
    raise ValidationFailed(Problem(("lines",), message))


def _weight(text: str) -> tuple[str, int]:
    sku, _, weight = text.rpartition("=")
    weight_kg = decimal_from_text(weight) if weight.strip() else None
    if sku and weight_kg is not None and 0 <= weight_kg <= MOST_WEIGHT_KG:
        return sku.strip(), grams(weight_kg, "kg")
    raise ValidationFailed(Problem(("lines",), f"--weight {text} is not of the form SKU=KG with the weight of a unit."))


def _pieces(order: Order, items: Sequence[str], most: Mapping[int, int]) -> dict[int, int]:
    """Units by line: each SKU takes what its first line has, then its next; what is too much stands at the last."""
    pieces: dict[int, int] = {}
    for sku, count in (_item(text) for text in items):
        lines = order.lines_of(sku)
        if not lines:
            raise ValidationFailed(Problem(("lines",), f"{sku} is not on order {order.number}."))
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
        raise ValidationFailed(Problem(("pairs",), f"{sku or 'Nothing'} is not on order {order.number}."))
    return lines[0]
