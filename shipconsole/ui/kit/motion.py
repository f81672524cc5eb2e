"""Whether the computer's user asked for less motion; Qt does not say."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSettings

_SPI_GETCLIENTAREAANIMATION = 0x1042


def is_reduced(config: Path | None = None) -> bool:
    """Return whether the desktop shows no animations.

    Windows and macOS say so themselves; KDE and GTK in files in `config`, the user's configuration folder. GNOME's own
    switch can't be read without asking its service.
    """
    if sys.platform == "win32":
        import ctypes

        enabled = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(enabled), 0)
        return not enabled.value
    if sys.platform == "darwin":
        return QSettings("apple.com", "universalaccess").value("reduceMotion", 0) in (1, "1", True, "true")
    folder = config or Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    kde = QSettings(str(folder / "kdeglobals"), QSettings.Format.IniFormat).value("KDE/AnimationDurationFactor", "1")
    gtk = QSettings(str(folder / "gtk-3.0" / "settings.ini"), QSettings.Format.IniFormat)
    is_off = str(gtk.value("Settings/gtk-enable-animations", "1")).lower() in ("0", "false")
    return is_off or str(kde) in ("0", "0.0")
