"""The driver's form of a statement: `:name` becomes `%(name)s`, `?` becomes `%s`, and a list of ids an array.

And the server's own form, for what runs together with other statements in one round trip.
"""

import re
from functools import cache

_PART = re.compile(
    r"""
    (?P<kept>'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | ::)
    | (?P<not_in>\bNOT\s+IN\s+:(?P<other_ids>\w+))
    | (?P<in>\bIN\s+:(?P<ids>\w+))
    | :(?P<name>[A-Za-z_]\w*)
    | (?P<place>\?)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


@cache
def for_driver(text: str) -> str:
    """Return a statement with values as the driver takes it; what is in quotes and comments stays as it is."""
    written: list[str] = []
    end = 0
    for part in _PART.finditer(text):
        written += (_literal(text[end : part.start()]), _value(part))
        end = part.end()
    return "".join((*written, _literal(text[end:])))


def for_server(text: str, *values: str) -> str:
    """Return a statement as the server prepares it, with its values by number in this order."""
    return re.sub(r"%\((\w+)\)s", lambda found: f"${values.index(found[1]) + 1}", for_driver(text)).replace("%%", "%")


def literal(text: str) -> str:
    """Return a text as a value within a statement."""
    return "'" + text.replace("\0", "\ufffd").replace("'", "''") + "'"


def _value(part: re.Match[str]) -> str:
    if part["kept"] is not None:
        # A comment may hold a colon or a question mark, and is not needed.
        return " " if part["kept"].startswith(("--", "/*")) else _literal(part["kept"])
    if part["not_in"] is not None:
        return f"<> ALL (%({part['other_ids']})s)"
    if part["in"] is not None:
        return f"= ANY (%({part['ids']})s)"
    return "%s" if part["place"] is not None else f"%({part['name']})s"


def _literal(text: str) -> str:
    return text.replace("%", "%%")
