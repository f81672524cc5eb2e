"""Shipup: its requests made, its responses read."""
