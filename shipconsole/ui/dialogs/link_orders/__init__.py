"""The dialog that links orders under different numbers, and unlinks connections from an order."""
