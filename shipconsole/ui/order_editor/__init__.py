"""Packs: the order in the middle of the window, its items, its packages and what the platforms will be told."""
