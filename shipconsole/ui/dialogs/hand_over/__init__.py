"""Hands packages over to their carriers, and lists those that no carrier has scanned since."""
