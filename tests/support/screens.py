"""Pictures of widgets, to be looked at by people."""

from pathlib import Path

from PySide6.QtWidgets import QWidget


def grab(widget: QWidget, path: Path | str) -> Path:
    """Saves what a widget looks like at present and gives the file's path."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(file)):
        raise OSError(f"{file} could not be written")
    return file
