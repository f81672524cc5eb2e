"""Hears: what platforms told by themselves, and what became of it."""
