"""Texts of `vendors`."""

from shipconsole.texts import Table

TEXTS: Table = {}
