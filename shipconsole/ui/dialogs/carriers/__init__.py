"""The carrier codes of each connection."""
