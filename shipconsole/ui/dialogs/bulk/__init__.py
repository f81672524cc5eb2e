"""The dialog that creates many orders in a connection that does not have them."""
