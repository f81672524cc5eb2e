"""The commands fields and change, about an order's fields at each connection."""

import argparse
from collections.abc import Mapping, Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, add_preview_and_wait, help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.updates import exit_code, print_calls, send_and_wait, show_requests
from shipconsole.domain.field import Field, FieldPath, Value, check, field_at, limits, text_of, value_of
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.operations.vendor_orders import differences, edit
from shipconsole.operations.vendor_orders.edit import FieldChanges, Section


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    shown = commands.add_parser("fields", parents=[common], help=help_text("help.fields"))
    shown.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    shown.add_argument("--connection", default=None, metavar="NAME", help=help_text("help.only_connection"))
    shown.add_argument("--all", action="store_true", help=help_text("help.fields_all"))
    shown.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    shown.set_defaults(run=_fields)
    change = commands.add_parser("change", parents=[common], help=help_text("help.change"))
    change.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    change.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.the_connection"))
    change.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help=help_text("help.change_set"),
    )
    change.add_argument(
        "--remove",
        action="append",
        default=[],
        metavar="PATH",
        help=help_text("help.change_remove"),
    )
    add_preview_and_wait(change)
    change.set_defaults(run=_change)


async def _fields(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    every = await edit.sections(ctx, order_id)
    sections = every
    if args.connection is not None:
        (connection,) = await connections.named(ctx, [args.connection])
        sections = tuple(section for section in every if section.connection.id == connection.id)
        if not sections:
            raise ValidationFailed(
                Problem(("connection",), Message("cli.order_not_there", connection=connection.name, number=args.number))
            )
    sheet = await orders.sheet(ctx, order_id)
    found = differences.between(sheet.order, every)
    drift = await platform_drift.of_order(ctx, order_id)
    changed = {section.connection.id: _drift_of(sheet, section.connection.id, drift) for section in sections}
    if args.json:
        output.document(
            {
                "order": sheet.order.number,
                "differences": [
                    {**output.message_json(field.what, "what_code", "what"), "values": dict(field.values)}
                    for field in found
                ],
                "connections": [
                    _section_json(section, everything=args.all)
                    | {"vendor_changed": _changed_json(changed[section.connection.id])}
                    for section in sections
                ],
            }
        )
        return EXIT_DONE
    for field in found:
        values = tuple(Message("cli.value_at", connection=name, value=text) for name, text in field.values)
        output.note(Message("cli.differs", field=field.what, values=values))
    for section in sections:
        name = section.connection.name
        output.line(name if section.may_change else Message("cli.takes_no_changes", connection=name))
        for change in changed[section.connection.id]:
            output.note(_changed_message(name, change))
        output.table([[f"  {'.'.join(path)}", *_texts(section, path)] for path in _paths(section, everything=args.all)])
    return EXIT_DONE


async def _change(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    (connection,) = await connections.named(ctx, [args.connection])
    sections = await edit.sections(ctx, order_id)
    section = next((section for section in sections if section.connection.id == connection.id), None)
    if section is None:
        raise ValidationFailed(
            Problem(("connection",), Message("cli.order_not_there", connection=connection.name, number=args.number))
        )
    if not args.set and not args.remove:
        raise ValidationFailed(Problem(("fields",), Message("cli.nothing_to_change")))
    edits = _edits(section, args)
    if args.preview:
        request = await edit.preview(ctx, order_id, connection.id, edits)
        show_requests(args.number, [PlannedUpdate(connection, request, None)], in_json=args.json)
        return EXIT_DONE
    call_id, replaced = await edit.queue_edit(ctx, order_id, connection.id, edits)
    for call in replaced:
        output.note(Message("cli.rejected_change", summary=call.summary))
    calls = await send_and_wait(session, [order_id], (call_id,), args.wait)
    if args.json:
        output.document(
            {
                "order": args.number,
                "calls": [output.call_json(call) for call in calls],
                "replaced": [call.id for call in replaced],
            }
        )
    else:
        print_calls(calls)
    return exit_code(calls, args.wait)


def _drift_of(
    sheet: OrderSheet, connection_id: int, drift: Mapping[int, tuple[PlatformDrift, ...]]
) -> tuple[PlatformDrift, ...]:
    """Return how a connection's order differs from its last update that was compared."""
    compared = [call.id for call in sheet.calls if call.connection_id == connection_id and call.id in drift]
    return drift[compared[-1]] if compared else ()


def _changed_message(connection: str, change: PlatformDrift) -> Message:
    empty = Message("cli.empty")
    values = {
        "before": (change.before if change.sent is None else change.sent) or empty,
        "now": change.now or empty,
    }
    return Message("cli.platform_changed", connection=connection, title=change.field_title, **values)


def _changed_json(changes: Sequence[PlatformDrift]) -> output.Json:
    return [
        {
            "path": ".".join(change.path),
            "title": str(change.field_title),
            "sent": change.sent,
            "before": change.before,
            "now": change.now,
        }
        for change in changes
    ]


def _paths(section: Section, *, everything: bool) -> list[FieldPath]:
    """Return the paths that have a value, in the platform's order; without `everything` only those of basic fields."""
    return [
        path for path in section.values if everything or ((field := field_at(section.fields, path)) and field.basic)
    ]


def _texts(section: Section, path: FieldPath) -> tuple[str, str]:
    field = field_at(section.fields, path) or Field(path)
    return text_of(field, section.values[path]), str(field.title)


def _section_json(section: Section, *, everything: bool) -> dict[str, output.Json]:
    fields: list[output.Json] = []
    for path in _paths(section, everything=everything):
        field = field_at(section.fields, path)
        text, title = _texts(section, path)
        fields.append(
            {
                "path": ".".join(path),
                "title": title,
                "value": text,
                "kind": field.kind if field else None,
                "limits": str(limits(field)) if field else "",
                "may_change": section.may_change and bool(field and field.may_change(section.values[path])),
            }
        )
    return {"connection": section.connection.name, "may_change": section.may_change, "fields": fields}


def _edits(section: Section, args: argparse.Namespace) -> FieldChanges:
    values: dict[FieldPath, Value] = {}
    problems: list[Problem] = []
    for given in args.set:
        name, sign, text = given.partition("=")
        path = tuple(name.strip().split("."))
        field = field_at(section.fields, path)
        if not sign:
            problems.append(Problem(("fields",), Message("cli.not_field", text=given)))
        elif field is None:
            message = Message("cli.not_a_field", field=name, connection=section.connection.name)
            problems.append(Problem(("fields", *path), message))
        elif wrong := check(field, text):
            problems.append(Problem(("fields", *path), wrong.message))
        else:
            values[path] = value_of(field, text)
    if problems:
        raise ValidationFailed(*problems)
    delete = tuple(tuple(name.strip().split(".")) for name in args.remove)
    return FieldChanges(values, delete, edit.added_by(section, values))
