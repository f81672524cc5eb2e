"""Units of an order cancelled by hand, or taken back: how many of each item, why, and who is told of it."""
