"""Making the text that orders are found by, and the query that finds a text in it.

The index knows parts of three characters and more. A shorter word is found where it begins a word: the first two
characters of every word stand in the text once more, filled up from the left to more than three characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from shipconsole.domain import code

# A control character, so that neither a stored nor a typed text holds it: `code.search_key` leaves none.
_FILL = "\x1f"
_PART = 3
_BEGINNING = 2
_RUN = re.compile(r"\d+|[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+")


def of(numbers: Iterable[str], texts: Iterable[str]) -> str:
    """Return the text to be stored for an order that has these numbers, and shall be found by these texts too."""
    numbers = tuple(numbers)
    keys = tuple(dict.fromkeys(key for text in (*numbers, *texts) if (key := code.search_key(text))))
    whole = (_whole_number(number) for number in numbers if number.strip())
    joined = (together for key in keys if (together := _without_inner_blanks(key)) != key)
    close = (code.compact(key).casefold() for key in keys if any(sign.isdigit() for sign in key))
    beginnings = dict.fromkeys(_FILL * 2 + one for key in keys for one in _beginnings(key))
    return "\n".join((*dict.fromkeys((*keys, *joined, *close)), *dict.fromkeys(whole), *beginnings))


def query(text: str) -> str:
    """Return the full-text query that finds the orders with all words of a text; empty where it has none.

    A number typed with blanks or dashes finds the one that is written without them.
    """
    words = [word for written in code.search_key(text).split() if (word := written.lstrip("#") or written)]
    if not words:
        return ""
    all_words = " AND ".join(_phrase(word) for word in dict.fromkeys(words))
    together = code.compact(text).casefold().lstrip("#")
    is_number = len(together) >= _PART and any(sign.isdigit() for sign in together)
    return f"({all_words}) OR {_quoted(together)}" if is_number and together not in words else all_words


def number_query(text: str) -> str:
    """Return the full-text query that finds the orders of just this number, with or without a # before it."""
    return _quoted(_whole_number(text))


def typed(text: str) -> tuple[str, str]:
    """Return for `is_found` what was typed, and the same without blanks and dashes where that may be a number."""
    together = code.compact(text).casefold()
    is_number = len(together) >= _PART and any(sign.isdigit() for sign in together)
    return code.search_key(text), together if is_number else ""


def is_found(*values: object) -> bool:
    """Return whether a text, the last one, has in it what was typed, as `typed` gives it; the statements call it."""
    wanted, together, text = map(str, values)
    key = code.search_key(text)
    return wanted in key or (bool(together) and together in key)


def _whole_number(number: str) -> str:
    return f"{_FILL}={code.search_key(number).removeprefix('#')}{_FILL}"


def _phrase(word: str) -> str:
    return _quoted(word if len(word) >= _PART else (_FILL * _PART + word)[-_PART:])


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _beginnings(key: str) -> Iterator[str]:
    """Give the first two characters of every word, of the words and numbers inside it, and of unspaced scripts all."""
    for written in key.split():
        yield written[:_BEGINNING]
        for word in (*_WORD.findall(written), *_RUN.findall(written)):
            yield word[:_BEGINNING]
    if not key.isascii():
        for written in _without_inner_blanks(key).split():
            yield from (written[at : at + _BEGINNING] for at, sign in enumerate(written) if _is_unspaced(sign))


def _without_inner_blanks(key: str) -> str:
    """Return a text without the blanks between two characters of a script that writes without them."""
    if key.isascii():
        return key
    return "".join(
        sign
        for at, sign in enumerate(key)
        if sign != " " or not (_is_unspaced(key[at - 1 : at]) and _is_unspaced(key[at + 1 : at + 2]))
    )


def _is_unspaced(sign: str) -> bool:
    """Return whether a character belongs to a script without upper and lower case, as those of East Asia are."""
    return bool(sign) and unicodedata.category(sign) == "Lo"
