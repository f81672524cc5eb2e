"""All fields of an order in each connection: shown, searched, checked, edited and sent."""
