"""Texts of `domain`."""

from shipconsole.texts import Table

TEXTS: Table = {}
