"""Commands that ship: ship, and preview, which shows what ship would send."""

import argparse
import asyncio
import json
import re
from collections.abc import Sequence

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED, Session
from shipconsole.domain.call import Call
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping.ship import PlannedUpdate

WAIT_STEP_S = 0.2
MOST_PIECES = 1_000_000
_WHOLE = re.compile(r"\s*[+-]?\d{1,9}\s*")


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    ship = commands.add_parser("ship", parents=[common], help=help_text("help.ship"))
    preview = commands.add_parser("preview", parents=[common], help=help_text("help.preview"))
    for command in (ship, preview):
        command.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
        what = command.add_mutually_exclusive_group()
        what.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help=help_text("help.ship_item"))
        what.add_argument("--all-left", action="store_true", help=help_text("help.all_left"))
        command.add_argument("--tracking", default="", metavar="N", help=help_text("help.tracking"))
        command.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.carrier"))
        command.add_argument("--service", default="", metavar="CODE", help=help_text("help.service"))
        command.add_argument("--weight", default="", metavar="KG", help=help_text("help.weight"))
        command.add_argument(
            "--to", action="append", default=[], nargs="+", metavar="NAME", help=help_text("help.notify_only")
        )
        labels.add_to(command)
        command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    ship.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    ship.set_defaults(run=_ship)
    preview.set_defaults(run=_preview)


async def _ship(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    await shipping.refresh_before_shipping(ctx, order_id, _names(words))
    draft = await _draft(session, words, order_id)
    with labels.advised():
        shipped = await shipping.ship(ctx, order_id, draft, _names(words), is_typed=False)
    if words.wait is not None:
        try:
            await deliver_until(session, order_id, shipped.call_ids, words.wait)
        except EnvironmentFailure as error:
            # From here on it is stored, and whoever is told otherwise would ship it once more.
            output.said(Message("cli.shipment_saved", reason=error.message))
    for name, warning in shipped.warnings:
        output.warned(f"{name}: {warning.sentence}")
    calls = await worker.updates_of(ctx, shipped.call_ids)
    sheet = await orders.sheet(ctx, order_id)
    if words.json:
        output.document(
            {
                "order": sheet.order.number,
                "state": sheet.order.state,
                "left": sheet.order.left,
                "shipment": shipped.shipment_id,
                "calls": [output.call_json(call) for call in calls],
                "warnings": [
                    {"connection": name, **output.problem_json(warning)} for name, warning in shipped.warnings
                ],
            }
        )
    else:
        for call in calls:
            output.line(f"{call.connection}: {call.state}  {call.summary}  {call.message}".rstrip())
    return EXIT_DONE if words.wait is None else exit_of(calls)


async def _preview(session: Session, words: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, words.number)
    await shipping.refresh_before_shipping(session.ctx, order_id, _names(words))
    draft = await _draft(session, words, order_id)
    with labels.advised():
        told = await shipping.preview(session.ctx, order_id, draft, _names(words))
    show_requests(words.number, told, words.json)
    return EXIT_DONE


def show_requests(number: str, told: Sequence[PlannedUpdate], in_json: bool) -> None:
    """Print requests about an order as they would be sent, keys masked."""
    documents: list[output.Json] = []
    for one in told:
        request = one.request
        documents.append(
            {
                "connection": one.connection.name,
                "vendor": one.connection.vendor,
                "call": request.call,
                "method": request.method,
                "url": one.connection.base_url.rstrip("/") + request.path,
                "headers": dict(connections.masked_headers(one.connection)),
                "body": json.loads(request.body_text) if request.body_text else None,
                **output.message_json(request.summary, "summary_code", "summary"),
                "warnings": [output.problem_json(warning) for warning in request.warnings],
            }
        )
        for warning in request.warnings:
            output.warned(f"{one.connection.name}: {warning.sentence}")
        if not in_json:
            output.line(f"{one.connection.name}: {request.call}  {request.summary}")
            output.line(f"  {request.method} {one.connection.base_url.rstrip('/')}{request.path}")
            output.line(f"  {request.body_text}")
    if in_json:
        output.document({"order": number, "requests": documents})


async def _draft(session: Session, words: argparse.Namespace, order_id: int) -> ShipmentDraft:
    if not words.item and not words.all_left:
        raise ValidationFailed(Problem(("lines",), Message("cli.nothing_to_ship")))
    package = PackageDraft(
        tracking_number=words.tracking,
        carrier=words.carrier,
        service=words.service,
        weight_kg=words.weight,
        accepted=labels.accepted(words),
        kept_reason=words.reason,
    )
    items = None if words.all_left else [_item(text) for text in words.item]
    return await shipping.draft_with_items(session.ctx, order_id, items, package)


def _item(text: str) -> tuple[str, int]:
    sku, _, quantity = text.rpartition("=")
    if sku and _WHOLE.fullmatch(quantity) and abs(units := int(quantity)) <= MOST_PIECES:
        return sku, units
    raise ValidationFailed(Problem(("lines",), Message("cli.not_item", text=text, most=MOST_PIECES)))


def _names(words: argparse.Namespace) -> list[str]:
    return [name for names in words.to for name in names]


async def deliver_until(session: Session, order_id: int, call_ids: tuple[int, ...], wait_s: float) -> None:
    """Deliver until all calls are at an end that time alone does not change, or the time is over."""
    deadline_s = session.ctx.clock.monotonic_s() + wait_s
    while True:
        await worker.flush(session.ctx, until_empty=True, order_id=order_id)
        calls = await worker.updates_of(session.ctx, call_ids)
        moving = any(call.state in ("held", "pending", "sending", "retry_wait") for call in calls)
        if not moving or session.ctx.clock.monotonic_s() >= deadline_s:
            return
        await asyncio.sleep(WAIT_STEP_S)


def exit_of(calls: tuple[Call, ...]) -> int:
    """The exit code that the states of some calls add up to."""
    states = {call.state for call in calls}
    if states & {"rejected", "blocked"}:
        return EXIT_REFUSED
    return EXIT_DONE if states <= {"confirmed", "cancelled", "superseded"} else EXIT_NOT_YET
