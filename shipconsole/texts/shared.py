"""Texts that belong to no room: parts of others."""

from shipconsole.texts import Table

TEXTS: Table = {
    "list.and": "{first} and {last}",
    "list.none": "none",
    "list.or": "{first} or {last}",
    "sentences": "{parts:sentences}",
    "verbatim": "{text}",
}
