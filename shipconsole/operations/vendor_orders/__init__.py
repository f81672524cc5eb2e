"""Orders on the platforms: editing their fields, creating them there or manually, and differences between them."""
