"""The connections to the vendors: added, tested, changed."""
