"""ShipEngine: its requests made, its answers read."""
