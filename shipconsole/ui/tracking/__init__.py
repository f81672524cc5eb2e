"""Follows: the parcels of the open order on their way."""
