"""The command simulator: the simulated platforms alone, in the foreground, on loopback."""

import argparse
import asyncio
import sys
import threading

from shipconsole import messages
from shipconsole.cli.commands import Commands, help_text, whole_number
from shipconsole.cli.session import EXIT_DONE
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    simulator = commands.add_parser("simulator", parents=[common], help=help_text("help.simulator"))
    simulator.add_argument(
        "--port", type=whole_number(0, 65_535), default=0, metavar="PORT", help=help_text("help.free_port")
    )
    simulator.add_argument(
        "--orders", type=whole_number(0, 100_000), default=24, metavar="COUNT", help=help_text("help.sample_orders")
    )
    simulator.add_argument("--no-webhooks", action="store_true", help=help_text("help.no_webhooks"))
    simulator.add_argument("--ends-with-input", action="store_true", help=help_text("help.ends_with_input"))
    simulator.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="VENDOR:KIND[:TIMES[:SECONDS]]",
        help=help_text("help.fault"),
    )


async def run(args: argparse.Namespace) -> int:
    """Serve until stopped; the first line on standard output holds the address."""
    from shipconsole.simulator.faults import FaultError
    from shipconsole.simulator.server import serve
    from shipconsole.simulator.texts import TEXTS

    messages.add(TEXTS)

    def announce(text_id: str, /, **arguments: str | int) -> None:
        print(Message(text_id, **arguments), flush=True)

    serving = asyncio.current_task()
    if args.ends_with_input and serving is not None:
        loop = asyncio.get_running_loop()
        threading.Thread(target=_cancel_at_end_of_input, args=(loop, serving), daemon=True).start()
    try:
        await serve(args.port, orders=args.orders, faults=args.fault, webhooks=not args.no_webhooks, announce=announce)
    except FaultError as error:
        raise ValidationFailed(Problem(("fault",), Message(error.text_id, **error.arguments))) from None
    except OSError as error:
        raise EnvironmentFailure(
            Message("simulator.no_port", port=str(args.port), reason=error.strerror or str(error))
        ) from None
    except asyncio.CancelledError:
        if not args.ends_with_input:
            raise
    return EXIT_DONE


def _cancel_at_end_of_input(loop: asyncio.AbstractEventLoop, serving: "asyncio.Task[object]") -> None:
    """Stop serving when standard input ends, which happens however the parent process ends."""
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(serving.cancel)
