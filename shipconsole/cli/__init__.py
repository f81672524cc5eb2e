"""The command line: reads arguments, runs the same operations as the window, and prints their results."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import SimpleNamespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window if no command is named, otherwise run the command; return the exit code.

    Both are imported only here: the window must be on the screen before anything heavy is loaded, and a command must
    not load a window.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options, rest = _window_options(given)
    if rest:
        from shipconsole.cli.program import run

        return run(given)
    # Both delay the first paint: nothing is garbage yet, and pydantic would search all installed packages for plugins.
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    load_before_qt()
    from shipconsole.app import run_window

    return run_window(profile=options.profile, database=options.database, demo=options.demo)


def load_before_qt() -> None:
    """Import what the window needs without Qt: PySide6 reads the source of every module that is imported after it."""
    for module in (
        "domain.evented",
        "operations.maintenance.opening",
        "operations.maintenance.profile_id",
        "operations.orders.order_list",
    ):
        import_module(f"shipconsole.{module}")


class _WindowOptions(SimpleNamespace):
    profile: str | None = None
    database: str | None = None
    demo: bool = False


def _window_options(given: Sequence[str]) -> tuple[_WindowOptions, Sequence[str]]:
    """Return the options of the window, and the other arguments."""
    if not given:
        return _WindowOptions(), ()  # a start from the menu, which does not wait for argparse to load
    import argparse

    window = argparse.ArgumentParser(add_help=False)
    window.add_argument("--profile")
    window.add_argument("--database")
    window.add_argument("--demo", action="store_true")
    return window.parse_known_args(given, _WindowOptions())
