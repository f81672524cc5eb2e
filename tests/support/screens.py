"""Pictures of widgets, for people."""

from pathlib import Path

from PySide6.QtWidgets import QWidget


def grab(widget: QWidget, path: Path | str) -> Path:
    """Save a picture of a widget, and return its path."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(file)):
        raise OSError(f"{file} could not be written")
    return file
