"""What several dialogs put into their messages: hints with their keys, a platform's words without quotation marks."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.formats import key_name

FIND_KEY = "Ctrl+F"


def fit_find_hint(field: QLineEdit, ids: Sequence[str]) -> None:
    """Show in an empty search field the longest of some messages that fits, with its key; the longest comes first."""
    kit.fit_hint(field, [f"{text(id_)}   {key_name(FIND_KEY)}" for id_ in ids])


def unquoted(words: str) -> str:
    """Return a platform's own words without the quotation marks around them, for a message that has its own."""
    return words.strip().strip("“”")
