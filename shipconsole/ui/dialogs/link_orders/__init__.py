"""Links orders that are one order under different numbers, and unlinks connections from an order."""
