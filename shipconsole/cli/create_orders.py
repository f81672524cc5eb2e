"""The commands create-order and push."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, add_preview_and_wait, help_text, item_and_units
from shipconsole.cli.session import EXIT_DONE, EXIT_REFUSED, Session
from shipconsole.cli.updates import NotUpdated, report_updates, show_requests
from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.operations.vendor_orders import create, manual_orders

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
    for name, help_id in _ADDRESS.items():
        new.add_argument(f"--{name}", default="", metavar="TEXT", help=help_text(help_id))
    new.add_argument("--note", default="", metavar="TEXT", help=help_text("help.delivery_instructions"))
    _add_to_option(new, required=False)
    add_preview_and_wait(new)
    new.set_defaults(run=_create)
    push = commands.add_parser("push", parents=[common], help=help_text("help.push"))
    push.add_argument("number", nargs="*", metavar="NUMBER", help=help_text("help.the_orders"))
    push.add_argument("--all-open", action="store_true", help=help_text("help.all_open"))
    _add_to_option(push, required=True)
    add_preview_and_wait(push)
    push.set_defaults(run=_push)


def _add_to_option(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--to",
        action="append",
        default=[],
        nargs="+",
        metavar="NAME",
        required=required,
        help=help_text("help.to_connections"),
    )


async def _create(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    new, to = _new_order(args), await _named(session, args.to)
    to_ids = [connection.id for connection in to]
    if args.preview:
        requests = await manual_orders.preview(ctx, new, to_ids)
        updates = [PlannedUpdate(connection, request, None) for connection, request in requests]
        show_requests(new.number, updates, in_json=args.json)
        return EXIT_DONE
    created = await manual_orders.create(ctx, new, to_ids)
    return await report_updates(session, args, new.number.strip(), [created.order_id], created.call_ids)


async def _push(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    chosen = [await orders.find(ctx, number) for number in args.number]
    if args.all_open:
        chosen += [row.id for row in await orders.list_rows(ctx, state="to_ship")]
    if not chosen:
        raise ValidationFailed(Problem(("number",), Message("cli.no_orders_chosen")))
    to = await _named(session, args.to)
    numbers = {id_: (await orders.sheet(ctx, id_)).order.number for id_ in chosen}
    if args.preview:
        return await _preview_push(session, args, numbers, to)
    call_ids: list[int] = []
    not_updated: list[NotUpdated] = []
    counts: list[Message] = []
    for connection in to:
        created = await create.queue_creations(ctx, tuple(numbers), connection.id)
        call_ids += created.call_ids
        not_updated += [NotUpdated(connection.name, reason, numbers[id_]) for id_, reason in created.skipped]
        # With --all-open most orders are usually there already, so they are only counted.
        if args.all_open and created.skipped:
            count = {"count": len(created.skipped), "all": len(numbers)}
            counts.append(Message("cli.orders_left_out", connection=connection.name, **count))
    listed = ", ".join(numbers.values())
    code = await report_updates(session, args, listed, list(numbers), tuple(call_ids), not_updated, summary=counts)
    return code if call_ids else EXIT_REFUSED


async def _preview_push(
    session: Session, args: argparse.Namespace, numbers: dict[int, str], to: Sequence[Connection]
) -> int:
    updates: list[PlannedUpdate] = []
    for connection in to:
        for order_id, number in numbers.items():
            try:
                request = await create.preview(session.ctx, order_id, connection.id)
            except ValidationFailed as refused:
                output.note(NotUpdated(connection.name, refused.message, number).line)
            else:
                updates.append(PlannedUpdate(connection, request, None))
    show_requests(", ".join(numbers.values()), updates, in_json=args.json)
    return EXIT_DONE


async def _named(session: Session, given: Sequence[Sequence[str]]) -> tuple[Connection, ...]:
    names = [name for group in given for name in group]
    return await connections.named(session.ctx, names) if names else ()


def _new_order(args: argparse.Namespace) -> NewOrder:
    weights = dict(_weight(text) for text in args.weight)
    items = [item_and_units(text) for text in args.item]
    if unknown := [sku for sku in weights if sku not in dict(items)]:
        raise ValidationFailed(*(Problem(("lines",), Message("cli.weight_without_item", sku=sku)) for sku in unknown))
    return NewOrder(
        number=args.number,
        ship_to=Address(
            name=args.name.strip(),
            company=args.company.strip(),
            email=args.email.strip(),
            phone=args.phone.strip(),
            street=args.street.strip(),
            suburb=args.suburb.strip(),
            city=args.city.strip(),
            state=args.state.strip(),
            postal_code=args.post_code.strip(),
            country=args.country.strip(),
        ),
        lines=tuple(NewLine(sku, quantity=units, weight_g=weights.get(sku)) for sku, units in items),
        note=args.note,
    )


def _weight(text: str) -> tuple[str, int]:
    """Return SKU and grams of a text SKU=KG."""
    sku, _, weight = text.rpartition("=")
    weight_kg = decimal_from_text(weight) if weight.strip() else None
    if sku and weight_kg is not None and 0 <= weight_kg <= MOST_WEIGHT_KG:
        return sku.strip(), grams(weight_kg, "kg")
    raise ValidationFailed(Problem(("lines",), Message("cli.not_weight", text=text)))
