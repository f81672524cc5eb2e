"""The texts of argparse itself, in the language of the program.

argparse uses the interpreter's gettext, which reads compiled catalogs from disk and has none of ours. So its two
functions are replaced in argparse; a text that is not listed here is left as it is.
"""

import argparse
import re
from collections.abc import Mapping

from shipconsole.domain.message import Message

IDS: Mapping[str, str] = {
    "usage:": "argparse.usage",
    "positional arguments": "argparse.positional_arguments",
    "options": "argparse.options",
    "show this help message and exit": "argparse.help",
    "%(prog)s: error: %(message)s": "argparse.error",
    "argument %(argument_name)s: %(message)s": "argparse.argument",
    "unrecognized arguments: %s": "argparse.unrecognized",
    "not allowed with argument %s": "argparse.not_allowed_with",
    "ignored explicit argument %r": "argparse.no_value",
    "the following arguments are required: %s": "argparse.required",
    "one of the arguments %s is required": "argparse.one_required",
    "expected one argument": "argparse.expected_one",
    "expected at most one argument": "argparse.expected_at_most_one",
    "expected at least one argument": "argparse.expected_at_least_one",
    "expected %s argument": "argparse.expected",
    "ambiguous option: %(option)s could match %(matches)s": "argparse.ambiguous",
    "invalid %(type)s value: %(value)r": "argparse.invalid_value",
    "invalid choice: %(value)r (choose from %(choices)s)": "argparse.invalid_choice",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "argparse.unknown_command",
}
"""Message ids by argparse's texts, for all texts that a user can see."""

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sr]")


def use() -> None:
    """Have argparse use these texts from now on."""
    for name, replacement in (("_", _text), ("ngettext", _counted)):
        setattr(argparse, name, replacement)


def _text(text: str) -> str:
    return _rendered(text, {})


def _counted(singular: str, plural: str, count: int) -> str:
    return _rendered(singular, {"count": count}) if singular.strip() in IDS else (singular if count == 1 else plural)


def _rendered(text: str, arguments: Mapping[str, int]) -> str:
    """Render a text with the blanks around it; argparse fills in its placeholders later."""
    bare = text.strip()
    if bare not in IDS:
        return text
    placeholders = {found[1] or "value": found[0] for found in _PLACEHOLDER.finditer(bare)}
    return text.replace(bare, str(Message(IDS[bare], **placeholders, **arguments)))
