"""The search text of orders, and the queries that search it.

The index finds parts of three characters and more. A shorter word is found at the beginning of a word: the text also
has the first two characters of every word, padded on the left to more than three characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from shipconsole.domain import code

# A control character, which `code.search_key` removes from every stored and typed text.
_FILL = "\x1f"
_PART = 3
_TEXTS_KEPT = 4_096
_BEGINNING = 2
_RUN = re.compile(r"\d+|[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+")


def of(numbers: Iterable[str], texts: Iterable[str]) -> str:
    """Return the search text of an order with these numbers and other texts."""
    numbers = tuple(numbers)
    parts = [_parts(text) for text in (*numbers, *texts)]
    exact = (_exact_number(number) for number in numbers if number.strip())
    forms = (*(part.key for part in parts), *(part.unspaced for part in parts), *(part.compact for part in parts))
    beginnings = dict.fromkeys(beginning for part in parts for beginning in part.beginnings)
    return "\n".join((*dict.fromkeys(filter(None, forms)), *dict.fromkeys(exact), *beginnings))


class _Parts(NamedTuple):
    """The forms in which a text is found; those that are the same as its key are empty."""

    key: str
    unspaced: str = ""
    compact: str = ""
    beginnings: tuple[str, ...] = ()


@lru_cache(maxsize=_TEXTS_KEPT)
def _parts(text: str) -> _Parts:
    """Return the forms of a text, computed once for the SKUs of an order that changes."""
    key = code.search_key(text)
    if not key:
        return _Parts("")
    unspaced = _without_inner_blanks(key)
    return _Parts(
        key,
        unspaced if unspaced != key else "",
        code.compact(key).casefold() if any(character.isdigit() for character in key) else "",
        tuple(dict.fromkeys(_FILL * 2 + beginning for beginning in _beginnings(key))),
    )


def query(text: str) -> str:
    """Return the full-text query for orders with all words of a text; empty if it has none.

    A number typed with blanks or dashes also finds the one written without them.
    """
    words = [word for written in code.search_key(text).split() if (word := written.lstrip("#") or written)]
    if not words:
        return ""
    all_words = " AND ".join(_phrase(word) for word in dict.fromkeys(words))
    compact = code.compact(text).casefold().lstrip("#")
    is_number = len(compact) >= _PART and any(character.isdigit() for character in compact)
    return f"({all_words}) OR {_quoted(compact)}" if is_number and compact not in words else all_words


def number_query(text: str) -> str:
    """Return the full-text query for orders with exactly this number, with or without a leading #."""
    return _quoted(_exact_number(text))


def patterns(text: str) -> list[list[str]]:
    """Return what `query` looks for as patterns of LIKE, the longest of a list first: an order has all of one list."""
    words = [word for written in code.search_key(text).split() if (word := written.lstrip("#") or written)]
    if not words:
        return []
    found = [sorted((_pattern(_part(word)) for word in dict.fromkeys(words)), key=len, reverse=True)]
    compact = code.compact(text).casefold().lstrip("#")
    is_number = len(compact) >= _PART and any(character.isdigit() for character in compact)
    return [*found, [_pattern(compact)]] if is_number and compact not in words else found


def number_pattern(text: str) -> str:
    """Return what `number_query` looks for as a pattern of LIKE."""
    return _pattern(_exact_number(text))


def indexed(pattern: str) -> list[str]:
    """Return patterns for what a server's index of trigrams knows of a pattern: parts of words, and their beginnings.

    Other characters than letters and digits are not in such an index.
    """
    found: list[str] = []
    for word in _WORD.finditer(pattern):
        if pattern[word.start() - 1] != "%":
            found.append(_FILL + word[0][:_BEGINNING])
        found += [word[0][at : at + _PART] for at in range(len(word[0]) - _PART + 1)]
    return [_pattern(part) for part in dict.fromkeys(found)]


def typed(text: str) -> tuple[str, str]:
    """Return a typed text for `is_found`: its key, and its compact form if it may be a number, else empty."""
    compact = code.compact(text).casefold()
    is_number = len(compact) >= _PART and any(character.isdigit() for character in compact)
    return code.search_key(text), compact if is_number else ""


def is_found(*values: object) -> bool:
    """Return whether the last value contains one of the first two, which come from `typed`; called by SQL."""
    typed_key, compact, text = map(str, values)
    key = code.search_key(text)
    return typed_key in key or (bool(compact) and compact in key)


def _exact_number(number: str) -> str:
    return f"{_FILL}={code.search_key(number).removeprefix('#')}{_FILL}"


def _phrase(word: str) -> str:
    return _quoted(_part(word))


def _part(word: str) -> str:
    return word if len(word) >= _PART else (_FILL * _PART + word)[-_PART:]


def _pattern(part: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", part) + "%"


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _beginnings(key: str) -> Iterator[str]:
    """Yield the first two characters of each word and of the words and numbers in it; all pairs in unspaced scripts."""
    for written in key.split():
        yield written[:_BEGINNING]
        for word in (*_WORD.findall(written), *_RUN.findall(written)):
            yield word[:_BEGINNING]
    if not key.isascii():
        for written in _without_inner_blanks(key).split():
            yield from (
                written[index : index + _BEGINNING]
                for index, character in enumerate(written)
                if _is_unspaced(character)
            )


def _without_inner_blanks(key: str) -> str:
    """Return a text without blanks between two characters of a script that does not use them."""
    if key.isascii():
        return key
    return "".join(
        character
        for index, character in enumerate(key)
        if character != " " or not (_is_unspaced(key[index - 1 : index]) and _is_unspaced(key[index + 1 : index + 2]))
    )


def _is_unspaced(character: str) -> bool:
    """Return whether a character belongs to a script without case, such as those of East Asia."""
    return bool(character) and unicodedata.category(character) == "Lo"
