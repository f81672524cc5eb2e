"""Virtual screens of every supported size, beside the small one on which Qt's offscreen platform opens windows."""

import json
from pathlib import Path

SIZES = ((1280, 800), (1366, 768), (1920, 1080), (2560, 1440), (3840, 2160))
FIRST = (800, 800)
"""The offscreen platform's own size."""


def offscreen_platform(folder: Path) -> str:
    """Return the name of an offscreen platform with these screens beside each other, and write what describes them.

    A window is on the screen to which it was moved.
    """
    screens: list[dict[str, object]] = []
    x = 0
    for number, (width, height) in enumerate((FIRST, *SIZES)):
        # Windows open on the screen whose name sorts first.
        screens.append({"name": f"{number}", "x": x, "y": 0, "width": width, "height": height})
        x += width
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": screens}))
    return f"offscreen:configfile={file}"
