"""Orders on the platforms: their fields edited, orders created there or by hand, and differences between them."""
