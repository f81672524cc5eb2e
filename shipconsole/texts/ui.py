"""Texts of the window."""

from shipconsole.texts import Table

TEXTS: Table = {}
