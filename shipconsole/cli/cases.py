"""The command cases."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.operations.orders import cases


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    found = commands.add_parser("cases", parents=[common], help=help_text("help.cases"))
    found.add_argument(
        "action",
        nargs="?",
        choices=("list", "set", "remove"),
        default="list",
        help=help_text("help.cases_action"),
    )
    found.add_argument("code", nargs="?", default="", metavar="CODE", help=help_text("help.case_code"))
    found.add_argument("units", nargs="?", type=int, default=0, metavar="UNITS", help=help_text("help.case_units"))
    found.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    found.set_defaults(run=_cases)


async def _cases(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    match args.action:
        case "set":
            await cases.enter(ctx, args.code, args.units)
        case "remove":
            await cases.forget(ctx, args.code)
        case _:
            pass
    found = await cases.every(ctx)
    if args.json:
        output.document(
            [
                {
                    "code": case.code,
                    "units": case.units,
                    "item": case.item,
                    "since": output.when(case.at_ms),
                    "station": case.station,
                    "packer": case.operator,
                }
                for case in found
            ]
        )
    else:
        output.table([[case.code, str(case.units), case.item, case.operator or case.station] for case in found])
    return EXIT_DONE
