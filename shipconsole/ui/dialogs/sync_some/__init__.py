"""Brings in: some of a connection's orders, those that its filters leave."""
