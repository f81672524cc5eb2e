"""Starshipit: its requests made, its answers read."""
