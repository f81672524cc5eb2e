"""Tracking: querying platforms for a package's events, recording those, and finding packages without news."""
