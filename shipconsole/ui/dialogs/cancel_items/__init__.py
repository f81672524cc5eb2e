"""Cancels units of an order or restores them: how many of each item, the reason, and the notified connections."""
