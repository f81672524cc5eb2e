"""Tracking: querying platforms for the events of a package, and recording those."""
