"""The window's geometry and the columns' widths, as text for the settings."""

import base64
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from shipconsole.ui.window.main_window import MainWindow

MIN_SIZE_PX = (860, 560)
USUAL_SIZE_PX = (1280, 800)


def saved(window: "MainWindow") -> str:
    """Return the state of a window."""
    geometry = base64.b64encode(window.saveGeometry().data()).decode("ascii")
    return json.dumps({"geometry": geometry, "columns": window.columns.widths()}, separators=(",", ":"))


def restore(window: "MainWindow", text: str) -> None:
    """Give a window its saved state, the usual one where the text is not valid."""
    px, room = window.theme.tokens.px, window.screen().availableSize()
    window.setMinimumSize(*MIN_SIZE_PX)
    window.resize(min(px(USUAL_SIZE_PX[0]), room.width()), min(px(USUAL_SIZE_PX[1]), room.height()))
    try:
        state = json.loads(text)
        geometry = base64.b64decode(state["geometry"], validate=True)
        widths = {str(kind): [int(size) for size in sizes] for kind, sizes in state["columns"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return
    window.restoreGeometry(geometry)
    # A window that was closed in bench mode begins as the window it was before.
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
    window.columns.restore_widths(widths)
