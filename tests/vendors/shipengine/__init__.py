"""ShipEngine: its requests made, its responses read."""
