"""The order list: views, search, and the orders to choose from."""
