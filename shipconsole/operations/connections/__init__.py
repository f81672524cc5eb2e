"""Connections: adding and testing them, their carrier codes, their stores, and single requests for a person."""
