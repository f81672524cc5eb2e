"""Tracking: querying platforms for a package's events, storing those, and finding packages without events."""
