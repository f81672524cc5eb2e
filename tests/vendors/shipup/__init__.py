"""Shipup: its requests made, its answers read."""
