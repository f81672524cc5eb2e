"""Durability: power cuts, full disks, kills and upgrades, on the real store."""
