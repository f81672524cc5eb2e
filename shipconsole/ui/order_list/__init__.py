"""The list of orders at the left: finds the next one to pack."""
