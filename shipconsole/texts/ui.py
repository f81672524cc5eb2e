"""Texts of `ui`."""

from shipconsole.texts import Table

TEXTS: Table = {}
