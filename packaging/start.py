"""Starts the frozen program: the one script of it; everything else is in the package."""

import os
import sys
from pathlib import Path

# Without a console, as Windows opens the window, there is nothing to print to; the log has what matters.
for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end

# Plugins of another Qt, which a desktop may name, do not belong into this one.
os.environ.pop("QT_PLUGIN_PATH", None)

from shipconsole.cli import main  # noqa: E402 - libraries look at the streams while they are loaded

sys.exit(main())
