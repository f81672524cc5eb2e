"""Activity: the live list of updates and reported events."""
