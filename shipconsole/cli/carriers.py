"""The command carriers: shows and changes the carrier codes of each connection."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import carrier_codes, connections
from shipconsole.operations.connections.carrier_codes import Code, Table


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    carriers = commands.add_parser("carriers", parents=[common], help=help_text("help.carriers"))
    carriers.add_argument("--connection", default=None, metavar="NAME", help=help_text("help.only_connection"))
    carriers.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="CARRIER=CODE",
        help=help_text("help.carriers_set"),
    )
    carriers.add_argument("--default", metavar="CODE", help=help_text("help.carriers_default"))
    carriers.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    carriers.set_defaults(run=_carriers)


async def _carriers(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    chosen = await connections.named(ctx, [args.connection]) if args.connection is not None else ()
    codes = _codes(args.set)
    if codes or args.default is not None:
        changed = chosen or (await carrier_codes.table(ctx)).connections
        if len(changed) != 1:
            raise ValidationFailed(Problem(("connection",), Message("cli.whose_codes")))
        await carrier_codes.save(ctx, changed[0].id, codes, args.default)
    table = await carrier_codes.table(ctx)
    shown = [connection for connection in table.connections if not chosen or connection.id == chosen[0].id]
    if args.json:
        output.document(_json(table, shown))
        return EXIT_DONE
    output.table(
        [
            [Message("cli.column_carrier"), *(connection.name for connection in shown)],
            [Message("cli.any_other"), *(_text(table.defaults[connection.id]) for connection in shown)],
            *([row.name, *(_text(row.codes[connection.id]) for connection in shown)] for row in table.rows),
        ]
    )
    return EXIT_DONE


def _codes(given: list[str]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for text in given:
        carrier, sign, code = text.partition("=")
        if not sign:
            raise ValidationFailed(Problem(("codes",), Message("cli.not_carrier_code", text=text)))
        codes[carrier.strip()] = code
    return codes


def _text(code: Code) -> str:
    return str(Message("cli.own_code", code=code.own)) if code.own else code.usual or "-"


def _json(table: Table, shown: list[Connection]) -> output.Json:
    return {
        "connections": [
            {
                "name": connection.name,
                "vendor": connection.vendor,
                "default": _code_json(table.defaults[connection.id]),
                "offered": list(table.defaults[connection.id].offered),
            }
            for connection in shown
        ],
        "carriers": [
            {
                "id": row.carrier_id,
                "name": row.name,
                "codes": {connection.name: _code_json(row.codes[connection.id]) for connection in shown},
            }
            for row in table.rows
        ],
    }


def _code_json(code: Code) -> output.Json:
    return {"own": code.own, "usual": code.usual}
