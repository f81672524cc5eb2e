"""Commands about an order's fields at each connection: fields shows them, change tells a platform of other values."""

import argparse
from collections.abc import Mapping, Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import deliver_until, exit_of, show_requests
from shipconsole.domain.field import Field, FieldPath, Value, check, field_at, limits, text_of, value_of
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.operations.vendor_orders import differences, edit
from shipconsole.operations.vendor_orders.edit import FieldChanges, Section


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    shown = commands.add_parser("fields", parents=[common], help=help_text("help.fields"))
    shown.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    shown.add_argument("--connection", default="", metavar="NAME", help=help_text("help.only_connection"))
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
    change.add_argument("--preview", action="store_true", help=help_text("help.preview_option"))
    change.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    change.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    change.set_defaults(run=_change)


async def _fields(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    every = await edit.sections(ctx, order_id)
    sections = every
    if words.connection:
        (connection,) = await connections.named(ctx, [words.connection])
        sections = tuple(one for one in every if one.connection.id == connection.id)
        if not sections:
            raise ValidationFailed(
                Problem(
                    ("connection",), Message("cli.order_not_there", connection=connection.name, number=words.number)
                )
            )
    sheet = await orders.sheet(ctx, order_id)
    found = differences.between(sheet.order, every)
    echoes = await platform_drift.of_order(ctx, order_id)
    changed = {one.connection.id: _vendor_changed(sheet, one.connection.id, echoes) for one in sections}
    if words.json:
        output.document(
            {
                "order": sheet.order.number,
                "differences": [
                    {"what": str(one.what), "what_code": one.what.id, "told": dict(one.values)} for one in found
                ],
                "connections": [
                    _section_json(one, everything=words.all)
                    | {"vendor_changed": _changed_json(changed[one.connection.id])}
                    for one in sections
                ],
            }
        )
        return EXIT_DONE
    for one in found:
        values = tuple(Message("cli.value_at", connection=name, value=text) for name, text in one.values)
        output.said(Message("cli.differs", field=one.what, values=values))
    for section in sections:
        name = section.connection.name
        output.line(name if section.may_change else Message("cli.takes_no_changes", connection=name))
        for one in changed[section.connection.id]:
            output.said(_changed_message(name, one))
        output.table(
            [[f"  {'.'.join(path)}", *_texts(section, path)] for path in _paths(section, everything=words.all)]
        )
    return EXIT_DONE


async def _change(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    (connection,) = await connections.named(ctx, [words.connection])
    section = next((one for one in await edit.sections(ctx, order_id) if one.connection.id == connection.id), None)
    if section is None:
        raise ValidationFailed(
            Problem(("connection",), Message("cli.order_not_there", connection=connection.name, number=words.number))
        )
    if not words.set and not words.remove:
        raise ValidationFailed(Problem(("fields",), Message("cli.nothing_to_change")))
    wanted = _wanted(section, words)
    if words.preview:
        request = await edit.preview(ctx, order_id, connection.id, wanted)
        show_requests(words.number, [PlannedUpdate(connection, request, None)], words.json)
        return EXIT_DONE
    call_id, replaced = await edit.queue_edit(ctx, order_id, connection.id, wanted)
    for call in replaced:
        output.said(Message("cli.rejected_change", summary=call.summary))
    if words.wait is not None:
        try:
            await deliver_until(session, order_id, (call_id,), words.wait)
        except EnvironmentFailure as error:
            output.said(Message("cli.change_saved", reason=error.message))
    calls = await worker.updates_of(ctx, (call_id,))
    if words.json:
        output.document(
            {
                "order": words.number,
                "calls": [output.call_json(call) for call in calls],
                "replaced": [call.id for call in replaced],
            }
        )
    else:
        for call in calls:
            output.line(f"{call.connection}: {call.state}  {call.summary}  {call.message}".rstrip())
    return EXIT_DONE if words.wait is None else exit_of(calls)


def _vendor_changed(
    sheet: OrderSheet, connection_id: int, echoes: Mapping[int, tuple[PlatformDrift, ...]]
) -> tuple[PlatformDrift, ...]:
    """What a connection made of the call that it was told of last and that was read back."""
    told = [call.id for call in sheet.calls if call.connection_id == connection_id and call.id in echoes]
    return echoes[told[-1]] if told else ()


def _changed_message(connection: str, one: PlatformDrift) -> Message:
    empty = Message("cli.empty")
    meant = one.before if one.sent is None else one.sent
    return Message(
        "cli.platform_changed", connection=connection, title=one.title, before=meant or empty, now=one.now or empty
    )


def _changed_json(changes: Sequence[PlatformDrift]) -> output.Json:
    return [
        {"path": ".".join(one.path), "title": str(one.title), "sent": one.sent, "before": one.before, "now": one.now}
        for one in changes
    ]


def _paths(section: Section, *, everything: bool) -> list[FieldPath]:
    """The paths that have a value, in the platform's order; without `everything` only those a packer cares about."""
    return [path for path in section.values if everything or ((one := field_at(section.fields, path)) and one.basic)]


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


def _wanted(section: Section, words: argparse.Namespace) -> FieldChanges:
    values: dict[FieldPath, Value] = {}
    problems: list[Problem] = []
    for given in words.set:
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
    delete = tuple(tuple(name.strip().split(".")) for name in words.remove)
    return FieldChanges(values, delete, edit.added_by(section, values))
