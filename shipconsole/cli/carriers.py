"""The command about carrier codes: carriers shows what each connection calls a carrier, and changes it."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.connection import Connection
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import carrier_codes, connections
from shipconsole.operations.connections.carrier_codes import Code, Table


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    carriers = commands.add_parser("carriers", parents=[common], help="show or change each connection's carrier codes")
    carriers.add_argument("--connection", default="", metavar="NAME", help="only this one")
    carriers.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="CARRIER=CODE",
        help="the connection's code for a carrier, empty for the platform's default; repeatable",
    )
    carriers.add_argument("--default", metavar="CODE", help="the code for any other carrier, empty for the default")
    carriers.add_argument("--json", action="store_true", help=output.JSON_HELP)
    carriers.set_defaults(run=_carriers)


async def _carriers(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    chosen = await connections.named(ctx, [words.connection]) if words.connection else ()
    codes = _codes(words.set)
    if codes or words.default is not None:
        told = chosen or (await carrier_codes.table(ctx)).connections
        if len(told) != 1:
            message = "Say whose codes they are: --connection NAME."
            raise ValidationFailed(Problem(("connection",), message))
        await carrier_codes.save(ctx, told[0].id, codes, words.default)
    table = await carrier_codes.table(ctx)
    shown = [one for one in table.connections if not chosen or one.id == chosen[0].id]
    if words.json:
        output.document(_json(table, shown))
        return EXIT_DONE
    output.table(
        [
            ["carrier", *(one.name for one in shown)],
            ["any other", *(_text(table.defaults[one.id]) for one in shown)],
            *([row.name, *(_text(row.codes[one.id]) for one in shown)] for row in table.rows),
        ]
    )
    return EXIT_DONE


def _codes(given: list[str]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for text in given:
        carrier, sign, code = text.partition("=")
        if not sign:
            raise ValidationFailed(Problem(("codes",), f"--set {text} is not of the form CARRIER=CODE."))
        codes[carrier.strip()] = code
    return codes


def _text(code: Code) -> str:
    return f"{code.own} (own)" if code.own else code.usual or "-"


def _json(table: Table, shown: list[Connection]) -> output.Json:
    return {
        "connections": [
            {
                "name": one.name,
                "vendor": one.vendor,
                "default": _code_json(table.defaults[one.id]),
                "offered": list(table.defaults[one.id].offered),
            }
            for one in shown
        ],
        "carriers": [
            {
                "id": row.carrier_id,
                "name": row.name,
                "codes": {one.name: _code_json(row.codes[one.id]) for one in shown},
            }
            for row in table.rows
        ],
    }


def _code_json(code: Code) -> output.Json:
    return {"own": code.own, "usual": code.usual}
