"""Hears: what vendors told by themselves, and what became of it."""
