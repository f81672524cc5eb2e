"""Is told: the command line. It reads words, runs the same operations as the window, and prints what they came to."""

import gc
import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window where no command is named, else run the command.

    Both are imported only here: the window must be on the screen before anything heavy is loaded, and a
    command must not load a window.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    words, rest = _of_the_window(given)
    if rest:
        from shipconsole.cli.program import run

        return run(given)
    # Both delay the first paint: nothing is garbage yet, and pydantic would search all installed packages for plugins.
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Imported before PySide6, which reads the source of every module that is imported after it.
    import shipconsole.operations.orders.order_list  # noqa: F401
    from shipconsole.app import run_window

    return run_window(profile=words.profile, database=words.database, demo=words.demo)


class _Words(SimpleNamespace):
    profile: str | None = None
    database: str | None = None
    demo: bool = False


def _of_the_window(given: Sequence[str]) -> tuple[_Words, Sequence[str]]:
    """What the window is to be opened with, and what else is said."""
    if not given:
        return _Words(), ()  # a start from the menu, which need not wait for what reads words
    import argparse

    window = argparse.ArgumentParser(add_help=False)
    window.add_argument("--profile")
    window.add_argument("--database")
    window.add_argument("--demo", action="store_true")
    return window.parse_known_args(given, _Words())
