"""Is told: the command line. It reads words, runs the same operations as the window, and prints what they came to."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window where no command is named, else run the command.

    Both are imported only here: the window must be on the screen before anything heavy is loaded, and a
    command must not load a window.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    window = argparse.ArgumentParser(add_help=False)
    window.add_argument("--profile")
    window.add_argument("--database")
    window.add_argument("--demo", action="store_true")
    words, rest = window.parse_known_args(given)
    if rest:
        from shipconsole.cli.program import run

        return run(given)
    from shipconsole import quick_start

    quick_start.begin()
    from shipconsole.app import run_window

    return run_window(profile=words.profile, database=words.database, demo=words.demo)
