"""Many orders at once: which are sent to a connection that does not know them, and what becomes of each."""
