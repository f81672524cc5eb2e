"""Keys as they are called on this computer: Ctrl+F, Strg+F, ⌘F."""

from functools import lru_cache

from PySide6.QtGui import QKeySequence

from shipconsole import messages


def key_name(key: str) -> str:
    """Return what a key is called in the language of the program; the text of no key is returned as it is."""
    return _key_name(key, messages.language())


@lru_cache(maxsize=128)
def _key_name(key: str, language: str) -> str:
    del language
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
