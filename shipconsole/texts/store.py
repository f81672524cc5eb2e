"""Texts of `store`."""

from shipconsole.texts import Table

TEXTS: Table = {}
