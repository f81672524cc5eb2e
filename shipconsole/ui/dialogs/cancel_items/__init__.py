"""The dialog that cancels units of an order or restores them."""
