"""Texts of `operations`."""

from shipconsole.texts import Table

TEXTS: Table = {}
