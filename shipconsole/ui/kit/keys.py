"""Keys as they are called on this computer: Ctrl+F, Strg+F, ⌘F."""

from functools import lru_cache

from PySide6.QtGui import QKeySequence


@lru_cache(maxsize=64)
def key_name(key: str) -> str:
    """Return what a key is called in the language of the program; the text of no key is returned as it is."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
