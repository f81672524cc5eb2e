"""Texts of `cli`."""

from shipconsole.texts import Table

TEXTS: Table = {}
