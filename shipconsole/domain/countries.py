"""Countries: the ISO code of a text and the English name of a code; unknown texts stay as they are."""

import unicodedata
from functools import cache
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.country_table import TABLE

# Codes outside ISO: the usual one for the United Kingdom, and the European Union's for Greece.
_OTHER_CODES = {"UK": "gb", "EL": "gr"}
_SMALL_WORDS = frozenset(("and", "of", "the"))
_SHORT = {"st": "saint", "ste": "sainte", "rep": "republic"}


class Country(NamedTuple):
    """One country; `others` are its other names."""

    alpha_2: str
    alpha_3: str
    name: str
    others: tuple[str, ...] = ()


def code_of(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for a code or name, empty if it is no country."""
    country = find(text)
    return country.alpha_2 if country else ""


def name_of(text: str) -> str:
    """Return the English name for a code or name; the text itself if it is no country."""
    country = find(text)
    return country.name if country else text


def are_same(first: str, second: str) -> bool:
    """Return whether two texts mean one country; texts that are not known are compared as they are."""
    first_code, second_code = code_of(first), code_of(second)
    return first_code == second_code if first_code and second_code else code.key(first) == code.key(second)


def is_code(text: str) -> bool:
    """Return whether a text is a country code of two or three letters."""
    return code.key(text) in _by_code()


def find(text: str) -> Country | None:
    """Return the country for a code of two or three letters or a name."""
    return _by_code().get(code.key(text)) or (_by_name().get(_key(text)) if text.strip() else None)


@cache
def every() -> tuple[Country, ...]:
    """Return all countries in the order of their codes."""
    return tuple(Country(*entry) for entry in TABLE)


@cache
def _by_code() -> dict[str, Country]:
    """Return the countries by code; apart from the names, whose comparable forms take longer to build."""
    found = {text.casefold(): country for country in every() for text in (country.alpha_2, country.alpha_3)}
    return found | {text.casefold(): found[stands_for] for text, stands_for in _OTHER_CODES.items()}


@cache
def _by_name() -> dict[str, Country]:
    return {_key(text): country for country in every() for text in (*country.others, country.name, country.alpha_3)}


def _key(text: str) -> str:
    """Return the form by which names are compared: sorted words without accents, signs and small words.

    So `Korea, Republic of` equals `Republic of Korea`, `Cote d’Ivoire` equals `Côte d'Ivoire` and `U.S.A.` equals
    `USA`.
    """
    decomposed = unicodedata.normalize("NFKD", code.key(text)).replace("&", " ")
    plain = "".join(
        character for character in decomposed if unicodedata.category(character) != "Mn" and character not in ".'’‘ʻ`"
    )
    composed = unicodedata.normalize("NFKC", plain)
    words = "".join(character if character.isalnum() else " " for character in composed).split()
    if len(words) > 1 and all(len(word) == 1 and word.isascii() for word in words):
        return "".join(words)
    significant = [_SHORT.get(word, word) for word in words if len(words) == 1 or word not in _SMALL_WORDS]
    return " ".join(sorted(significant))
