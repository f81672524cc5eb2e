"""The simulator command: the simulated platforms alone, in the foreground, on loopback."""

import argparse
import asyncio
import sys
import threading

from shipconsole.cli.commands import Commands, whole_number
from shipconsole.cli.session import EXIT_DONE
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    simulator = commands.add_parser("simulator", parents=[common], help="run the simulated platforms on this computer")
    simulator.add_argument(
        "--port", type=whole_number(0, 65_535), default=0, metavar="N", help="port (default: a free one)"
    )
    simulator.add_argument(
        "--orders", type=whole_number(0, 100_000), default=24, metavar="N", help="number of sample orders"
    )
    simulator.add_argument("--no-webhooks", action="store_true", help="send no webhooks")
    simulator.add_argument("--ends-with-input", action="store_true", help="stop when standard input ends")
    simulator.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="VENDOR:KIND[:TIMES[:SECONDS]]",
        help="simulate a fault; repeatable",
    )


async def run(words: argparse.Namespace) -> int:
    """Serve until stopped; the first line on standard output holds the address."""
    from shipconsole.simulator.faults import FaultError
    from shipconsole.simulator.server import serve

    def announce(text: str) -> None:
        print(text, flush=True)

    serving = asyncio.current_task()
    if words.ends_with_input and serving is not None:
        loop = asyncio.get_running_loop()
        threading.Thread(target=_cancel_at_end_of_input, args=(loop, serving), daemon=True).start()
    try:
        await serve(
            words.port, orders=words.orders, faults=words.fault, webhooks=not words.no_webhooks, announce=announce
        )
    except FaultError as error:
        raise ValidationFailed(Problem(("fault",), str(error))) from None
    except OSError as error:
        raise EnvironmentFailure(f"The simulated platforms cannot use port {words.port}: {error.strerror}.") from None
    except asyncio.CancelledError:
        if not words.ends_with_input:
            raise
    return EXIT_DONE


def _cancel_at_end_of_input(loop: asyncio.AbstractEventLoop, serving: "asyncio.Task[object]") -> None:
    """Whoever started us holds our input: when they are gone, however they went, we go too."""
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(serving.cancel)
