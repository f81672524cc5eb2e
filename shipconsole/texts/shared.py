"""Texts that several parts of the program have."""

from shipconsole.texts import Table

TEXTS: Table = {
    "list.and": "{first} and {last}",
    "list.and_several": "{first}, and {last}",
    "list.none": "none",
    "list.or": "{first} or {last}",
    "list.or_several": "{first}, or {last}",
    "sentences": "{parts:sentences}",
    "verbatim": "{text}",
}
