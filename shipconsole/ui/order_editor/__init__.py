"""Packs: the order in the middle of the window, its items, its parcels and what the vendors will be told."""
