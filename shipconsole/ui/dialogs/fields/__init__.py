"""The fields of an order as each connection has them: shown, found, checked, changed, told."""
