"""Creates many orders in a connection that does not have them, and follows what becomes of each."""
