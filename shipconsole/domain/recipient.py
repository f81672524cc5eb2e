"""Whether two addresses have the same recipient, as far as postal codes and names show."""

import re
import unicodedata
from typing import Literal

from shipconsole.domain import code, countries
from shipconsole.domain.address import Address

Agreement = Literal["same", "different", "unknown"]

_ZIP = re.compile(r"(\d{5})(\d{4})?")


def agreement(first: Address, second: Address) -> Agreement:
    """Return whether two addresses have the same recipient: the same postal code, or the same name.

    A postal code counts only in its country, so equal ones prove nothing unless the countries are known to be equal,
    and two different known countries are two recipients. The email address decides if nothing else can be compared. A
    person at a company is named by the person, else by the company.
    """
    land = _countries(first.country, second.country)
    if land == "different":
        return "different"
    codes, names = (postcode(first.postal_code), postcode(second.postal_code)), (_name(first), _name(second))
    if (land == "same" and _same_postcode(*codes)) or (all(names) and names[0] == names[1]):
        return "same"
    if (all(codes) and not _same_postcode(*codes)) or all(names):
        return "different"
    emails = code.key(first.email), code.key(second.email)
    return "same" if all(emails) and emails[0] == emails[1] else "unknown"


def is_same(first: Address, second: Address) -> bool:
    """Return whether two addresses certainly have one recipient: the same name, postal code and country."""
    codes, names = (postcode(first.postal_code), postcode(second.postal_code)), (_name(first), _name(second))
    is_same_place = _same_postcode(*codes) or (not any(codes) and _words(first.town) == _words(second.town) != ())
    return (
        bool(names[0])
        and names[0] == names[1]
        and is_same_place
        and _countries(first.country, second.country) == "same"
    )


def is_known(address: Address) -> bool:
    """Return whether an address shows who receives a package."""
    return bool(postcode(address.postal_code) or _name(address) or code.key(address.email))


def postcode(text: str) -> str:
    """Return a postal code without spaces and signs; empty for a placeholder such as 00000."""
    plain = "".join(letter for letter in code.key(text) if letter.isalnum())
    return plain if any(letter.isdigit() and letter != "0" for letter in plain) else ""


def _same_postcode(first: str, second: str) -> bool:
    """Return whether two postal codes are equal; a ZIP+4 equals its ZIP (Source: USPS Publication 28, section 218)."""
    if first == second:
        return bool(first)
    zips = _ZIP.fullmatch(first), _ZIP.fullmatch(second)
    if zips[0] is None or zips[1] is None:
        return False
    return zips[0][1] == zips[1][1] and not (zips[0][2] and zips[1][2])


def _name(address: Address) -> tuple[str, ...]:
    """Return the words of a recipient's name, without the signs between them, since platforms drop some."""
    return _words(address.name) or _words(address.company)


def _words(text: str) -> tuple[str, ...]:
    letters = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in code.key(text))
    return tuple("".join(letters).split())


def _countries(first: str, second: str) -> Agreement:
    """Return whether two countries are the same; an empty or unknown one proves nothing."""
    if not first.strip() or not second.strip() or countries.are_same(first, second):
        return "same"
    return "different" if countries.code_of(first) and countries.code_of(second) else "unknown"
