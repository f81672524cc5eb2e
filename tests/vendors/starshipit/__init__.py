"""Starshipit: its requests made, its responses read."""
