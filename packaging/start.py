"""Start the frozen program; this is the script that PyInstaller freezes."""

import os
import sys
from pathlib import Path

# Windows opens the window without a console, so there is nothing to print to; the log has everything important.
for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end

# A desktop may set this to the plugins of another Qt, which must not be loaded here.
os.environ.pop("QT_PLUGIN_PATH", None)

from shipconsole.cli import main  # noqa: E402 - libraries read the streams while they are imported

sys.exit(main())
