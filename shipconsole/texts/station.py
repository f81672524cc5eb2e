"""Texts of `station`."""

from shipconsole.texts import Table

TEXTS: Table = {}
